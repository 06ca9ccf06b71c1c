//! Features, each with a button that turns it off or on.

use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::features;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::operation::{Feature, FeatureState, Features, SetFeature};

const PATH: &str = "/api/v1/features";

/// What a feature is called, and what it means when it is off.
fn words(feature: Feature) -> (&'static str, &'static str) {
    match feature {
        Feature::ApiTokens => ("API tokens", "When off, nobody makes one, and programs that use one are refused."),
        Feature::Passkeys => ("Passkeys", "When off, nobody adds one. Those that there are go on working."),
        Feature::MailedInvitations => (
            "Invitations by mail",
            "When off, you hand over the link of an invitation yourself, and managers can't invite people who have no account.",
        ),
        Feature::MailedPasswordResets => {
            ("New passwords by mail", "When off, no link is mailed, and links that were mailed open nothing.")
        }
        Feature::CalendarFeeds => {
            ("Calendar feeds", "When off, nobody makes an address for another calendar, and those that there are tell nothing.")
        }
    }
}

/// The section.
#[component]
pub fn FeaturesCard() -> impl IntoView {
    let remote = use_remote::<Features>(|| Some(PATH.to_owned()));
    let turning = RwSignal::new(None::<FeatureState>);
    view! {
        <Card title="Features" note="At once, for everybody" flush=true>
            <RemoteView remote shape=Shape::Rows(4) let:features>
                <TableView clone:features label="Features" head=|| view! {
                    <Th>"Feature"</Th><Th>"State"</Th><Th>"Last changed"</Th><Th><span class="sr-only">"Actions"</span></Th>
                }>
                    {features.items.iter().cloned().map(|state| view! { <FeatureRow state turning /> }).collect_view()}
                </TableView>
            </RemoteView>
        </Card>
        <TurnDialog turning />
    }
}

#[component]
fn FeatureRow(state: FeatureState, turning: RwSignal<Option<FeatureState>>) -> impl IntoView {
    let (name, meaning) = words(state.feature);
    let verb = if state.enabled { "Turn off" } else { "Turn on" };
    let label = format!("{verb}: {name}");
    let by = state.changed_by.clone();
    let chosen = state.clone();
    view! {
        <tr>
            <Td main=true><div><span class="strong">{name}</span><br /><span class="small muted">{meaning}</span></div></Td>
            <Td label="State">{if state.enabled {
                view! { <Badge tone=Tone::Good icon=Icon::Check>"On"</Badge> }
            } else {
                view! { <Badge tone=Tone::Open icon=Icon::Minus>"Off"</Badge> }
            }}</Td>
            <Td label="Last changed">{match state.changed_at {
                Some(at) => view! { <div><Moment at />{by.map(|by| view! { <br /><span class="small muted">"by "{by}</span> })}</div> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td num=true>
                <button type="button" class=ButtonKind::Plain.class() aria-label=label on:click=move |_| turning.set(Some(chosen.clone()))>{verb}</button>
            </Td>
        </tr>
    }
}

/// Asks before it is turned off or on.
#[component]
fn TurnDialog(turning: RwSignal<Option<FeatureState>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let open = open_while(turning);
    let busy = RwSignal::new(false);
    let question = move |state: &FeatureState| {
        let verb = if state.enabled { "Turn off" } else { "Turn on" };
        format!("{verb}: {}?", words(state.feature).0)
    };
    let title = Signal::derive(move || turning.with(|state| state.as_ref().map(question).unwrap_or_default()));
    let turn = Callback::new(move |()| {
        let Some(state) = turning.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let path = format!("{PATH}/{}", state.feature.as_str());
            let result = api.put::<_, FeatureState>(&path, None, &SetFeature { enabled: !state.enabled }).await;
            busy.set(false);
            open.set(false);
            api.altered(features::PATH);
            match result {
                Ok(state) => {
                    toasts.say(format!("{}: {}.", words(state.feature).0, if state.enabled { "on" } else { "off" }));
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title>
            <p>{move || turning.with(|state| state.as_ref().map(|state| words(state.feature).1).unwrap_or_default())}</p>
            <p class="small muted">"It takes effect at once, on every page that is open, and stands in the installation log."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary busy on_press=turn>
                    {move || if turning.with(|state| state.as_ref().is_some_and(|state| state.enabled)) { "Turn off" } else { "Turn on" }}
                </Button>
            </div>
        </Dialog>
    }
}
