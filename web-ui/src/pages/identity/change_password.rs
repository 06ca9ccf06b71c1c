//! Another password, on the page of one's account.

use super::password::{self, NewPasswordField};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::PasswordField;
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::identity::Password;
use shared_types::recovery::ChangePassword;

/// The card.
#[component]
pub fn PasswordCard() -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let form = Form::new("change-password");
    let (current, secret) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let me = session.me();
    let email = me.as_ref().map(|me| me.email.clone()).unwrap_or_default();
    let second_factor = me.as_ref().is_some_and(|me| me.second_factor.enrolled);
    let about: Vec<String> = me
        .into_iter()
        .flat_map(|me| [me.name, me.email].into_iter().chain(me.systems.into_iter().map(|system| system.name)))
        .collect();
    let known = about.clone();
    let submit = move || {
        form.begin();
        let before = current.get_untracked();
        if before.is_empty() {
            form.fault("/current_password", FieldCode::Required, "enter your current password");
        }
        let password = form.check("/password", password::parse(&secret.get_untracked(), second_factor, &known));
        let Some(password) = password.filter(|_| !before.is_empty()) else { return form.refuse() };
        let body = ChangePassword { current_password: Password(before), password };
        form.run(async move { api.put::<_, ()>("/api/v1/me/password", None, &body).await }, move |()| {
            current.set(String::new());
            secret.set(String::new());
            toasts.say("Your password is changed, and your other sessions have ended.");
        });
    };
    view! {
        <Card title="Password">
            <FormView form on_submit=submit>
                // Password managers file the new password under this address.
                <input type="email" class="sr-only" autocomplete="username" tabindex="-1" aria-hidden="true" readonly prop:value=email />
                <PasswordField form pointer="/current_password" label="Current password" value=current autocomplete="current-password" />
                <NewPasswordField form value=secret label="New password" about=Signal::stored(about) second_factor />
                <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Change password"</Button></div>
            </FormView>
        </Card>
    }
}
