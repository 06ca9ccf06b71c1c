//! The webhooks of the system.

use super::edit::Editing;
use super::format_words;
use crate::api::{ApiError, use_api};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::state::Empty;
use crate::components::table::{TableView, Td, Th};
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::systems::Role;
use shared_types::webhooks::{UpdateWebhook, Webhook};

/// The table.
#[component]
pub fn List(
    /// The webhooks.
    items: Vec<Webhook>,
    /// What the dialog is about.
    editing: RwSignal<Option<Editing>>,
    /// Whether the reader may make one.
    manager: bool,
) -> impl IntoView {
    if items.is_empty() {
        return view! {
            <Empty icon=Icon::Link title="No webhook yet" action=move || manager.then(|| view! {
                <Button icon=Icon::Plus on_press=move || editing.set(Some(Editing::New))>"Set one up"</Button>
            })>
                "A webhook sends a message to a program of yours, to Slack or to Teams when a task is assigned, evidence expires, and more."
            </Empty>
        }
        .into_any();
    }
    let rows = items.into_iter().map(|webhook| view! { <WebhookRow webhook editing /> }).collect_view();
    view! {
        <TableView label="Webhooks" head=|| view! {
            <Th>"Webhook"</Th><Th>"State"</Th><Th>"Form"</Th><Th><span class="sr-only">"Actions"</span></Th>
        }>{rows}</TableView>
    }
    .into_any()
}

fn state(webhook: &Webhook) -> AnyView {
    match (webhook.active, webhook.disabled_at, webhook.failing_since) {
        (false, Some(_), _) => view! { <Badge tone=Tone::Bad icon=Icon::Alert>"Turned off: failing"</Badge> }.into_any(),
        (false, None, _) => view! { <Badge tone=Tone::Open icon=Icon::Minus>"Off"</Badge> }.into_any(),
        (true, _, Some(_)) => view! { <Badge tone=Tone::Warn icon=Icon::Alert>"Failing"</Badge> }.into_any(),
        (true, _, None) => view! { <Badge tone=Tone::Good icon=Icon::Check>"On"</Badge> }.into_any(),
    }
}

#[component]
fn WebhookRow(webhook: Webhook, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let (api, scope, router, toasts) = (use_api(), use_scope(), use_router(), use_toasts());
    let badge = state(&webhook);
    let path = scope.api(&format!("/webhooks/{}", webhook.id));
    let (version, active) = (webhook.version, webhook.active);
    let turn = move |_| {
        let path = path.clone();
        spawn_local(async move {
            let body = UpdateWebhook { active: Some(!active), ..UpdateWebhook::default() };
            let result: Result<Webhook, ApiError> = api.patch(&path, Some(version), &body).await;
            match result {
                Ok(webhook) => toasts.say(format!("{}: {}.", webhook.name, if webhook.active { "on" } else { "off" })),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let messages = format!("{}?webhook={}", scope.href(SystemPage::Webhooks), webhook.id);
    let current = {
        let id = webhook.id.to_string();
        move || (router.param("webhook").as_deref() == Some(id.as_str())).then_some("true")
    };
    let name = webhook.name.clone();
    let verb = if active { "Turn off" } else { "Turn on" };
    let labels = [format!("{verb}: {name}"), format!("Edit: {name}"), format!("New secret: {name}"), format!("Delete: {name}")];
    let [turn_label, edit_label, secret_label, delete_label] = labels;
    let (for_edit, for_secret, for_delete) = (webhook.clone(), webhook.clone(), webhook.clone());
    let signed = webhook.format == shared_types::webhooks::WebhookFormat::Standard;
    let buttons = scope.can(Role::Manager).then(|| {
        view! {
            <button type="button" class=ButtonKind::Quiet.class() aria-label=turn_label on:click=turn>{verb}</button>
            <button type="button" class=ButtonKind::Quiet.class() aria-label=edit_label on:click=move |_| editing.set(Some(Editing::Old(for_edit.clone())))>"Edit"</button>
            {signed.then(|| view! {
                <button type="button" class=ButtonKind::Quiet.class() aria-label=secret_label on:click=move |_| editing.set(Some(Editing::Secret(for_secret.clone())))>"New secret"</button>
            })}
            <button type="button" class=ButtonKind::Quiet.class() aria-label=delete_label on:click=move |_| editing.set(Some(Editing::Delete(for_delete.clone())))>"Delete"</button>
        }
    });
    let count = i64::try_from(webhook.kinds.len()).unwrap_or(i64::MAX);
    view! {
        <tr aria-selected=current>
            <Td main=true><div><a href=messages>{webhook.name}</a><br /><span class="id small muted break">{webhook.url}</span></div></Td>
            <Td label="State">{badge}</Td>
            <Td label="Form"><div>{format_words(webhook.format)}<br /><span class="small muted" title=webhook.kinds.join(", ")>{format::count(count, "kind of event", "kinds of event")}</span></div></Td>
            <Td num=true><span class="row wrap end webhook-acts">{buttons}</span></Td>
        </tr>
    }
}
