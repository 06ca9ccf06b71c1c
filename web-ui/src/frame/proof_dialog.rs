//! Proves again who it is: with a passkey or a code where there is a second factor, else with the password.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{PasswordField, TextField};
use crate::components::form::{Form, FormView};
use crate::pages::identity::{PasskeyButton, ProveElsewhere, code_hint};
use crate::proof::use_proof;
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::identity::Password;
use shared_types::second_factor::{OneTimeCode, SecondFactorKind, StepUp, SteppedUpUntil};

/// The dialog, once for the whole client.
#[component]
pub fn ProofDialog() -> impl IntoView {
    let proof = use_proof();
    let open = proof.open();
    // Closed by Escape or the cross: the act that waits is told so.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            proof.done(false);
        }
        now
    });
    view! { <Dialog open title="Is it you?"><ProofForm /></Dialog> }
}

#[component]
fn ProofForm() -> impl IntoView {
    let (api, session, proof) = (use_api(), use_session(), use_proof());
    let form = Form::new("proof");
    let value = RwSignal::new(String::new());
    let me = session.me();
    let by_code = me.as_ref().is_some_and(|me| me.second_factor.enrolled);
    let accepts = me.as_ref().map(|me| me.second_factor.accepts.clone()).unwrap_or_default();
    let passkey = accepts.contains(&SecondFactorKind::Passkey);
    let password = me.as_ref().is_some_and(|me| me.password);
    let email = me.map(|me| me.email).unwrap_or_default();
    let submit = move || {
        form.begin();
        let given = value.get_untracked();
        if given.trim().is_empty() {
            let (pointer, words) = if by_code { ("/code", "enter a code") } else { ("/password", "enter your password") };
            form.fault(pointer, FieldCode::Required, words);
            return form.refuse();
        }
        let body = if by_code {
            StepUp { code: Some(OneTimeCode(given)), password: None }
        } else {
            StepUp { password: Some(Password(given)), code: None }
        };
        form.run(
            async move { api.post::<_, SteppedUpUntil>("/api/v1/session/step-up", &body).await },
            move |_: SteppedUpUntil| proof.done(true),
        );
    };
    // Neither of the two: the proof is given at the single sign-on provider.
    if !by_code && !password {
        return view! {
            <p>"What you are about to do is sensitive. Prove that it is you, then it goes on."</p>
            <ProveElsewhere />
        }
        .into_any();
    }
    view! {
        <p>"What you are about to do is sensitive. Prove that it is you, then it goes on."</p>
        <FormView form on_submit=submit careless=true>
            {passkey.then(|| {
                let done = Callback::new(move |_: SteppedUpUntil| proof.done(true));
                view! { <PasskeyButton form path="/api/v1/session/step-up/passkey" inside=true done /> }
            })}
            {if by_code {
                view! {
                    <TextField form pointer="/code" label="Code" value autocomplete="one-time-code" focus=!passkey hint=code_hint(&accepts) />
                }.into_any()
            } else {
                view! {
                    <input type="email" class="sr-only" autocomplete="username" tabindex="-1" aria-hidden="true" readonly prop:value=email />
                    <PasswordField form pointer="/password" label="Password" value autocomplete="current-password" focus=true />
                }.into_any()
            }}
            <div class="dialog-foot">
                <Button on_press=move || proof.done(false)>"Cancel"</Button>
                <Button kind=if passkey { ButtonKind::Plain } else { ButtonKind::Primary } submit=true busy=form.busy()>"Go on"</Button>
            </div>
        </FormView>
    }
    .into_any()
}
