//! The address that one signs in with, on the page of one's account: proving it, and taking another.

use crate::api::use_api;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::{PasswordField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::toast::use_toasts;
use crate::pages::systems::renew_me;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::FieldCode;
use shared_types::identity::Password;
use shared_types::recovery::{AskEmailChange, VerifyEmail};
use shared_types::text::Email;

/// The card.
#[component]
pub fn EmailCard() -> impl IntoView {
    let session = use_session();
    let email = Memo::new(move |_| session.me().map(|me| me.email).unwrap_or_default());
    let verified = Memo::new(move |_| session.me().is_some_and(|me| me.email_verified));
    let pending = Memo::new(move |_| session.me().and_then(|me| me.pending_email));
    let badge = move || {
        if verified.get() {
            view! { <Badge tone=Tone::Good icon=Icon::Check>"Verified"</Badge> }.into_any()
        } else {
            view! { <Badge tone=Tone::Open icon=Icon::Clock>"Not verified"</Badge> }.into_any()
        }
    };
    view! {
        <Card title="E-mail"><div class="email-card">
            <p class="row wrap"><span class="strong">{move || email.get()}</span>{badge}</p>
            <Show when=move || !verified.get()><Verification /></Show>
            {move || pending.get().map(|pending| view! {
                <div class="notice"><IconView icon=Icon::Info />
                    <span>"A link was mailed to " <b>{pending}</b> ". Until it is used, you sign in with the address above."</span>
                </div>
            })}
            <ChangeForm />
        </div></Card>
    }
}

/// A code is mailed and typed here.
#[component]
fn Verification() -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let form = Form::new("verify-email");
    let (code, sent) = (RwSignal::new(String::new()), RwSignal::new(false));
    let send = move || {
        spawn_local(async move {
            match api.post_empty::<()>("/api/v1/me/email-verification").await {
                Ok(()) => {
                    sent.set(true);
                    toasts.say("A code is on its way to you.");
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let submit = move || {
        form.begin();
        let typed = code.get_untracked();
        if typed.trim().is_empty() {
            form.fault("/code", FieldCode::Required, "type the code of the mail");
            return form.refuse();
        }
        let body = VerifyEmail { code: typed };
        form.run(
            async move {
                api.post::<_, ()>("/api/v1/me/email-verification/confirm", &body).await?;
                renew_me(api, session).await
            },
            move |()| toasts.say("Your address is verified."),
        );
    };
    view! {
        <Show when=move || sent.get()
            fallback=move || view! { <p><Button icon=Icon::Shield on_press=send>"Verify this address"</Button></p> }>
            <FormView form on_submit=submit careless=true>
                <TextField form pointer="/code" label="Code" value=code autocomplete="one-time-code" focus=true hint="Eight digits, mailed to you. Good for 30 minutes." />
                <div class="form-foot row wrap">
                    <Button kind=ButtonKind::Quiet on_press=send>"Send another code"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Verify"</Button>
                </div>
            </FormView>
        </Show>
    }
}

/// Another address.
#[component]
fn ChangeForm() -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let form = Form::new("change-email");
    let (email, current) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move || {
        form.begin();
        let address = form.check("/email", Email::parse(&email.get_untracked()));
        let secret = current.get_untracked();
        if secret.is_empty() {
            form.fault("/current_password", FieldCode::Required, "enter your password");
        }
        let Some(address) = address.filter(|_| !secret.is_empty()) else { return form.refuse() };
        let told = format!("A link is on its way to {address}.");
        let body = AskEmailChange { email: address, current_password: Password(secret) };
        form.run(
            async move {
                api.post::<_, ()>("/api/v1/me/email-change", &body).await?;
                renew_me(api, session).await
            },
            move |()| {
                email.set(String::new());
                current.set(String::new());
                toasts.say(told);
            },
        );
    };
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/email" label="New address" kind="email" value=email autocomplete="email" hint="A link is mailed there. You sign in with the new address once it is used." />
            <PasswordField form pointer="/current_password" label="Your password" value=current autocomplete="current-password" />
            <div class="form-foot"><Button submit=true busy=form.busy()>"Change address"</Button></div>
        </FormView>
    }
}
