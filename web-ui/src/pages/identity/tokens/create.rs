//! Creating a token: name, scopes, system, end; then the token, shown once.

use super::{TOKENS, scope_words};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::clipboard::CopyButton;
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::text::Title;
use shared_types::tokens::{CreateApiToken, CreatedApiToken, TokenScope};

/// Lives to choose from, in days.
const LIVES: [(u16, &str); 4] = [(30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "1 year")];

/// The dialog: the form, and then the token.
#[component]
pub fn CreateDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let made = RwSignal::new(None::<CreatedApiToken>);
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        // The token must not stay in the page when it has been handed over.
        if before == Some(true) && !now {
            made.set(None);
        }
        now
    });
    let title =
        Signal::derive(move || if made.with(Option::is_some) { "Your new token" } else { "Create an API token" }.to_owned());
    view! {
        <Dialog open title>
            {move || match made.get() {
                Some(made) => view! { <Handover made open /> }.into_any(),
                None => view! { <CreateForm open made /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn CreateForm(open: RwSignal<bool>, made: RwSignal<Option<CreatedApiToken>>) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let form = Form::new("token");
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec![TokenScope::Read]);
    let system = RwSignal::new(String::new());
    let days = RwSignal::new("90".to_owned());
    let systems = session.me().map(|me| me.systems).unwrap_or_default();
    let systems: Vec<Choice> = std::iter::once(Choice::new("", "All your systems"))
        .chain(systems.into_iter().map(|system| Choice::new(system.id.to_string(), system.name)))
        .collect();
    let lives: Vec<Choice> = LIVES.iter().map(|(days, words)| Choice::new(days.to_string(), *words)).collect();
    let submit = move || {
        form.begin();
        let name = form.check("/name", Title::parse(&name.get_untracked()));
        let scopes = scopes.get_untracked();
        if scopes.is_empty() {
            form.fault("/scopes", FieldCode::Required, "choose at least one");
        }
        let Some(name) = name.filter(|_| !scopes.is_empty()) else { return form.refuse() };
        let expires_in_days = days.get_untracked().parse().unwrap_or(90);
        let body = CreateApiToken { name, scopes, system: system.get_untracked().parse().ok(), expires_in_days };
        form.run(async move { api.post(TOKENS, &body).await }, move |token| made.set(Some(token)));
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/name" label="Name" value=name focus=true hint="The program that will use it, so that you know later." />
            <Scopes form scopes />
            <SelectField form pointer="/system" label="Reaches" value=system choices=systems optional=true />
            <SelectField form pointer="/expires_in_days" label="Ends after" value=days choices=lives />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create token"</Button>
            </div>
        </FormView>
    }
}

/// The scopes as boxes to tick.
#[component]
fn Scopes(form: Form, scopes: RwSignal<Vec<TokenScope>>) -> impl IntoView {
    form.name_field("/scopes", "May");
    let toggle = move |scope: TokenScope, on: bool| {
        scopes.update(|chosen| {
            chosen.retain(|one| *one != scope);
            if on {
                chosen.push(scope);
            }
        });
    };
    let fault = move || {
        form.fault_of("/scopes").map(|fault| view! { <p class="field-fault" id="token-scopes-fault"><IconView icon=Icon::Alert /><span>{fault}</span></p> })
    };
    let boxes = TokenScope::ALL.iter().map(|&scope| {
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=move || scopes.with(|chosen| chosen.contains(&scope))
                    on:change=move |event| toggle(scope, event_target_checked(&event)) />
                <span>{scope_words(scope)}" "<span class="id small muted">{scope.as_str()}</span></span>
            </label>
        }
    });
    view! {
        <fieldset class="field checks" id="token-scopes" tabindex="-1">
            <legend>"May"</legend>
            {boxes.collect_view()}
            {fault}
        </fieldset>
    }
}

/// The token, shown once.
#[component]
fn Handover(made: CreatedApiToken, open: RwSignal<bool>) -> impl IntoView {
    let token = made.token;
    view! {
        <p>"Give this to " <b>{made.details.name}</b> ". The program sends it as " <code>"Authorization: Bearer …"</code> " until "
            <Moment at=made.details.expires_at date_only=true /> "."</p>
        <div class="copy-line"><code>{token.clone()}</code><CopyButton text=token what="token" labelled=true /></div>
        <div class="notice"><IconView icon=Icon::Info /><span>"It is shown only now, and works like your own sign-in within its scopes. Keep it out of source code and chats."</span></div>
        <div class="dialog-foot"><Button kind=ButtonKind::Primary on_press=move || open.set(false)>"Done"</Button></div>
    }
}
