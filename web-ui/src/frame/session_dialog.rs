//! A session that ran out while its page stays open: sign in again, and everything typed is still there.

use crate::api::{FirstStep, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::PasswordField;
use crate::components::form::{Form, FormView};
use crate::dom;
use crate::pages::identity::SecondStep;
use crate::session::{SessionState, use_session};
use leptos::prelude::*;
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
    let leave = move || {
        session.end();
        dom::load("/");
    };
    let first = move || {
        let (shown, hidden) = (shown.clone(), shown.clone());
        view! {
            <p>"Sign in again to go on where you were. What you typed is kept."</p>
            <FormView form on_submit=submit careless=true>
                <input type="email" class="sr-only" autocomplete="username" tabindex="-1" aria-hidden="true" readonly prop:value=hidden />
                <p class="small muted">{shown}</p>
                <PasswordField form pointer="/password" label="Password" value=password autocomplete="current-password" focus=true />
                <div class="dialog-foot">
                    <Button on_press=leave>"Leave this page"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Sign in"</Button>
                </div>
            </FormView>
        }
    };
    move || match second.get() {
        Some(accepts) => view! { <SecondStep accepts done=begin back=move || second.set(None) /> }.into_any(),
        None => first().into_any(),
    }
}
