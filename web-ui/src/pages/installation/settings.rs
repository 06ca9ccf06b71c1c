//! The settings in effect.

use crate::api::use_remote;
use crate::components::badge::{Badge, Tone};
use crate::components::card::Card;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use leptos::prelude::*;
use shared_types::operation::{SettingInEffect, SettingSource, SettingsInEffect};

/// The section.
#[component]
pub fn SettingsCard() -> impl IntoView {
    let remote = use_remote::<SettingsInEffect>(|| Some("/api/v1/settings".to_owned()));
    view! {
        <Card title="Settings in effect" note="Set where the process is started; changed by a restart" flush=true>
            <RemoteView remote shape=Shape::Rows(8) let:settings>
                <TableView clone:settings label="Settings in effect" head=|| view! { <Th>"Setting"</Th><Th>"Value"</Th><Th>"From"</Th> }>
                    {settings.items.iter().cloned().map(row).collect_view()}
                </TableView>
            </RemoteView>
        </Card>
    }
}

fn row(setting: SettingInEffect) -> impl IntoView {
    let SettingInEffect { name, value, secret, set, source } = setting;
    let shown = match value {
        _ if secret && set => view! { <span class="muted">"set, not shown"</span> }.into_any(),
        _ if !set => view! { <span class="muted">"not set"</span> }.into_any(),
        Some(value) => view! { <span class="id">{value}</span> }.into_any(),
        None => view! { <span class="muted">"set"</span> }.into_any(),
    };
    let (tone, from) = match source {
        SettingSource::Default => (Tone::Neutral, "Default"),
        SettingSource::File => (Tone::Info, "File"),
        SettingSource::Environment => (Tone::Info, "Environment"),
    };
    view! {
        <tr>
            <Td main=true><span class="id">{name}</span></Td>
            <Td label="Value">{shown}</Td>
            <Td label="From"><Badge tone>{from}</Badge></Td>
        </tr>
    }
}
