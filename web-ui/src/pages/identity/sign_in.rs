//! `/sign-in`, and every other address while nobody is signed in.

use super::outside::OutsideFrame;
use super::second_step::SecondStep;
use super::single_sign_on::{Landing, SignInButton};
use crate::api::{FirstStep, use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::field::{PasswordField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::features::use_feature;
use crate::router::{Route, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::identity::{Password, SessionInfo, SetupState, SignInRequest};
use shared_types::operation::Feature;
use shared_types::{ErrorCode, FieldCode};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let state = use_remote::<SetupState>(|| Some("/api/v1/setup".to_owned()));
    let resets = use_feature(Feature::MailedPasswordResets);
    let form = Form::new("sign-in");
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let router = use_router();
    // Back from the provider: something failed, or a second factor is next.
    let landing = Landing::parse(&router.fragment());
    let no_account = landing.failed == Some(ErrorCode::NoAccount);
    let (failed, second) = (landing.words(), RwSignal::new(landing.second_factor));
    // The page that was asked for: its own address, unless the way led over the sign-in page.
    let to = StoredValue::new(landing.to.map_or_else(|| router.here(), String::from));
    let begin = move |info: SessionInfo| {
        api.cache().clear();
        if router.is_at(&Route::SignIn) {
            router.replace(&to.get_value());
        }
        session.begin(info);
    };
    let submit = move || {
        form.begin();
        let (address, secret) = (email.get_untracked().trim().to_owned(), password.get_untracked());
        if address.is_empty() {
            form.fault("/email", FieldCode::Required, "enter your e-mail address");
        }
        if secret.is_empty() {
            form.fault("/password", FieldCode::Required, "enter your password");
        }
        if address.is_empty() || secret.is_empty() {
            return form.refuse();
        }
        let body = SignInRequest { email: address, password: Password(secret) };
        form.run(async move { api.sign_in(&body).await }, move |info| match info {
            FirstStep::In(info) => begin(info),
            FirstStep::Next(needed) => second.set(Some(needed.accepts)),
        });
    };
    let back = move || {
        password.set(String::new());
        second.set(None);
    };
    let first = move || {
        view! {
            <OutsideFrame title="Sign in">
                <Show when=move || state.map(|state| state.required).unwrap_or_default()>
                    <div class="notice warn"><IconView icon=Icon::Key />
                        <span>"This installation has no administrator yet. Open the set-up link that the server printed when it started."</span>
                    </div>
                </Show>
                <Show when=move || state.map(|state| state.demo).unwrap_or_default()>
                    <div class="notice"><IconView icon=Icon::Info /><span>"This installation holds demonstration data: an invented company."</span></div>
                </Show>
                {failed.map(|words| view! {
                    <div class="notice warn" role="alert"><IconView icon=Icon::Alert /><span>{words}</span></div>
                })}
                <SignInButton to=to.get_value() />
                <FormView form on_submit=submit careless=true>
                    <TextField form pointer="/email" label="E-mail" kind="email" value=email autocomplete="username" focus=true />
                    <PasswordField form pointer="/password" label="Password" value=password autocomplete="current-password" />
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Sign in"</Button>
                </FormView>
                <Show when=move || resets.get()>
                    <p class="small"><a href=Route::ForgotPassword.href()>"Forgot your password?"</a></p>
                </Show>
                // The notice above says it already.
                {(!no_account).then(|| view! {
                    <p class="small muted">"No account? A manager of your system or an administrator can invite you."</p>
                })}
            </OutsideFrame>
        }
    };
    move || match second.get() {
        Some(accepts) => {
            let accepts = StoredValue::new(accepts);
            view! { <OutsideFrame title="Second step"><SecondStep accepts=accepts.get_value() done=begin back /></OutsideFrame> }
                .into_any()
        }
        None => first().into_any(),
    }
}
