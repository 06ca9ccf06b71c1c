//! Making and changing a webhook, its secret (shown once), and taking it away.

use super::format_words;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::clipboard::CopyButton;
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::text::{Title, WebhookUrl};
use shared_types::webhooks::{CreateWebhook, UpdateWebhook, Webhook, WebhookFormat, WebhookKind, WebhookWithSecret};

/// What the dialog is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Editing {
    /// A new one.
    New,
    /// One that is there.
    Old(Webhook),
    /// Another secret for it.
    Secret(Webhook),
    /// It is to go.
    Delete(Webhook),
}

/// The dialog.
#[component]
pub fn EditDialog(editing: RwSignal<Option<Editing>>, #[prop(into)] kinds: Signal<Vec<WebhookKind>>) -> impl IntoView {
    let open = open_while(editing);
    let made = RwSignal::new(None::<WebhookWithSecret>);
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        // The secret must not stay in the page when it has been handed over.
        if before == Some(true) && !now {
            made.set(None);
        }
        now
    });
    let title = Signal::derive(move || {
        if made.with(Option::is_some) {
            return "The secret".to_owned();
        }
        editing.with(|editing| match editing {
            Some(Editing::Old(webhook)) => format!("Edit {}", webhook.name),
            Some(Editing::Secret(webhook)) => format!("A new secret for {}?", webhook.name),
            Some(Editing::Delete(webhook)) => format!("Delete {}?", webhook.name),
            _ => "New webhook".to_owned(),
        })
    });
    view! {
        <Dialog open title>
            {move || match (made.get(), editing.get()) {
                (Some(made), _) => view! { <Handover made open /> }.into_any(),
                (None, Some(Editing::New)) => view! { <EditForm old=None open made kinds /> }.into_any(),
                (None, Some(Editing::Old(webhook))) => view! { <EditForm old=Some(webhook) open made kinds /> }.into_any(),
                (None, Some(Editing::Secret(webhook))) => view! { <SecretForm webhook open made /> }.into_any(),
                (None, Some(Editing::Delete(webhook))) => view! { <DeleteForm webhook open /> }.into_any(),
                (None, None) => ().into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn EditForm(
    old: Option<Webhook>,
    open: RwSignal<bool>,
    made: RwSignal<Option<WebhookWithSecret>>,
    kinds: Signal<Vec<WebhookKind>>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("webhook");
    let text = |part: fn(&Webhook) -> String| RwSignal::new(old.as_ref().map(part).unwrap_or_default());
    let (name, url) = (text(|old| old.name.clone()), text(|old| old.url.clone()));
    let format = RwSignal::new(old.as_ref().map_or(WebhookFormat::Standard, |old| old.format).as_str().to_owned());
    let chosen = RwSignal::new(old.as_ref().map(|old| old.kinds.clone()).unwrap_or_default());
    let formats: Vec<Choice> = WebhookFormat::ALL.iter().map(|one| Choice::new(one.as_str(), format_words(*one))).collect();
    let words = if old.is_some() { "Save" } else { "Create webhook" };
    let submit = move || {
        form.begin();
        let name = form.check("/name", Title::parse(&name.get_untracked()));
        let url = form.check("/url", WebhookUrl::parse(&url.get_untracked()));
        let kinds = chosen.get_untracked();
        if kinds.is_empty() {
            form.fault("/kinds", FieldCode::Required, "choose at least one");
        }
        let (Some(name), Some(url), false) = (name, url, kinds.is_empty()) else { return form.refuse() };
        let format = WebhookFormat::parse(&format.get_untracked()).unwrap_or(WebhookFormat::Standard);
        match &old {
            None => {
                let (path, body) = (scope.api("/webhooks"), CreateWebhook { name, url, format, kinds });
                let list = path.clone();
                form.run(async move { api.post_unrepeated(&path, &body).await }, move |created: WebhookWithSecret| {
                    api.altered(&list);
                    finish(created, made, open);
                });
            }
            Some(old) => {
                let (path, version) = (scope.api(&format!("/webhooks/{}", old.id)), old.version);
                let body =
                    UpdateWebhook { name: Some(name), url: Some(url), format: Some(format), kinds: Some(kinds), active: None };
                form.run(async move { api.patch::<_, Webhook>(&path, Some(version), &body).await }, move |webhook| {
                    open.set(false);
                    toasts.say(format!("{} is saved.", webhook.name));
                });
            }
        }
    };
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/name" label="Name" value=name focus=true hint="The program or channel that is told." />
            <TextField form pointer="/url" label="Address" value=url hint="It begins with https. Whoever reads there learns what happens in this system." />
            <SelectField form pointer="/format" label="Form" value=format choices=formats />
            <Kinds form chosen kinds />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{words}</Button>
            </div>
        </FormView>
    }
}

/// The kinds of event as boxes to tick.
#[component]
fn Kinds(form: Form, chosen: RwSignal<Vec<String>>, kinds: Signal<Vec<WebhookKind>>) -> impl IntoView {
    form.name_field("/kinds", "Told of");
    let toggle = move |kind: String, on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|one| *one != kind);
            if on {
                chosen.push(kind);
            }
        });
    };
    let fault = move || {
        form.fault_of("/kinds")
            .map(|fault| view! { <p class="field-fault"><IconView icon=Icon::Alert /><span>{fault}</span></p> })
    };
    view! {
        <fieldset class="field checks" id=form.field_id("/kinds") tabindex="-1">
            <legend>"Told of"</legend>
            {move || kinds.get().into_iter().map(|kind| {
                let (value, own) = (kind.kind.clone(), kind.kind.clone());
                view! {
                    <label class="check">
                        <input type="checkbox" name="kinds" prop:checked=move || chosen.with(|chosen| chosen.contains(&own))
                            on:change=move |event| toggle(value.clone(), event_target_checked(&event)) />
                        <span>{kind.label}" "<span class="id small muted">{kind.kind}</span></span>
                    </label>
                }
            }).collect_view()}
            {fault}
        </fieldset>
    }
}

/// A webhook that signs shows its secret; the others have none to show.
fn finish(created: WebhookWithSecret, made: RwSignal<Option<WebhookWithSecret>>, open: RwSignal<bool>) {
    if created.secret.is_some() {
        made.set(Some(created));
    } else {
        open.set(false);
    }
}

#[component]
fn SecretForm(webhook: Webhook, open: RwSignal<bool>, made: RwSignal<Option<WebhookWithSecret>>) -> impl IntoView {
    let (api, scope) = (use_api(), use_scope());
    let form = Form::new("webhook-secret");
    let path = scope.api(&format!("/webhooks/{}/secret", webhook.id));
    let list = scope.api("/webhooks");
    let submit = move || {
        form.begin();
        let (path, list) = (path.clone(), list.clone());
        let nothing = serde_json::json!({});
        form.run(async move { api.post_unrepeated(&path, &nothing).await }, move |renewed: WebhookWithSecret| {
            api.altered(&list);
            made.set(Some(renewed));
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p>"The secret before stops working at once: messages until the receiver has the new one are refused there, and tried again over hours."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Make a new secret"</Button>
            </div>
        </FormView>
    }
}

#[component]
fn DeleteForm(webhook: Webhook, open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("webhook-delete");
    let (path, version, name) = (scope.api(&format!("/webhooks/{}", webhook.id)), webhook.version, webhook.name);
    let submit = move || {
        form.begin();
        let (path, name) = (path.clone(), name.clone());
        form.run(async move { api.delete(&path, Some(version)).await }, move |()| {
            open.set(false);
            toasts.say(format!("{name} is deleted."));
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p>"Nothing more is sent to it, and the list of its messages goes with it."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Delete"</Button>
            </div>
        </FormView>
    }
}

/// The secret, shown once.
#[component]
fn Handover(made: WebhookWithSecret, open: RwSignal<bool>) -> impl IntoView {
    let secret = made.secret.unwrap_or_default();
    view! {
        <p>"Give this to the receiver of " <b>{made.webhook.name}</b> ". It proves with it that a message comes from here."</p>
        <div class="copy-line"><code>{secret.clone()}</code><CopyButton text=secret what="secret" labelled=true /></div>
        <div class="notice"><IconView icon=Icon::Info /><span>"It is shown only now. Keep it out of source code and chats."</span></div>
        <div class="dialog-foot"><Button kind=ButtonKind::Primary on_press=move || open.set(false)>"Done"</Button></div>
    }
}
