//! A session that ran out while its page stays open: sign in again, and everything typed is still there.

use crate::api::{FirstStep, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::PasswordField;
use crate::components::form::{Form, FormView};
use crate::dom;
use crate::pages::identity::{SecondStep, use_label};
use crate::session::{SessionState, use_session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::identity::{Password, SessionInfo, SignInRequest};
use shared_types::second_factor::SecondFactorKind;

/// The dialog, once for the whole client.
#[component]
pub fn SessionDialog() -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    Effect::new(move || {
        open.set(session.state().with(|state| matches!(state, SessionState::SignedIn { expired: true, .. })));
    });
    view! {
        <Dialog open title="Your session has ended" firm=true>
            <Again />
        </Dialog>
    }
}

#[component]
fn Again() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let form = Form::new("again");
    let password = RwSignal::new(String::new());
    let second = RwSignal::new(None::<Vec<SecondFactorKind>>);
    let begin = move |info: SessionInfo| session.begin(info);
    let email = session.me().map(|me| me.email).unwrap_or_default();
    let shown = email.clone();
    let submit = Callback::new(move |()| {
        form.begin();
        let body = SignInRequest { email: email.clone(), password: Password(password.get_untracked()) };
        form.run(async move { api.sign_in(&body).await }, move |info| match info {
            FirstStep::In(info) => session.begin(info),
            FirstStep::Next(needed) => second.set(Some(needed.accepts)),
        });
    });
    let (label, me) = (use_label(), session.me());
    let has_password = me.as_ref().is_none_or(|me| me.password);
    let user = me.map(|me| me.id);
    let elsewhere = RwSignal::new(None::<&'static str>);
    let look = move || {
        spawn_local(async move {
            match crate::api::refresh_session().await {
                Ok(info) if Some(info.user.id) == user => session.begin(info),
                Ok(_) => elsewhere.set(Some("Somebody else is signed in by now. Leave this page, or sign in as yourself.")),
                Err(_) => elsewhere.set(Some("You are not signed in yet.")),
            }
        });
    };
    let leave = move || {
        session.end();
        dom::load("/");
    };
    let first = move || {
        let (shown, hidden) = (shown.clone(), shown.clone());
        view! {
            <p>"Sign in again to go on where you were. What you typed is kept."</p>
            <Show when=move || label.with(Option::is_some)>
                <p class="small">"By single sign-on: "<a href="/sign-in" target="_blank" rel="noopener">"sign in in a new tab"</a>", then "
                    <button type="button" class=ButtonKind::Quiet.class() on:click=move |_| look()>"go on here"</button></p>
                {move || elsewhere.get().map(|words| view! { <p class="small" role="alert">{words}</p> })}
            </Show>
            <FormView form on_submit=submit careless=true>
                <input type="email" class="sr-only" autocomplete="username" tabindex="-1" aria-hidden="true" readonly prop:value=hidden />
                <p class="small muted">{shown}</p>
                {has_password.then(|| view! {
                    <PasswordField form pointer="/password" label="Password" value=password autocomplete="current-password" focus=true />
                })}
                <div class="dialog-foot">
                    <Button on_press=leave>"Leave this page"</Button>
                    {has_password.then(|| view! { <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Sign in"</Button> })}
                </div>
            </FormView>
        }
    };
    move || match second.get() {
        Some(accepts) => view! { <SecondStep accepts done=begin back=move || second.set(None) /> }.into_any(),
        None => first().into_any(),
    }
}
