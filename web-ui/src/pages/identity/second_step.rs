//! The second step of a sign-in: a passkey, or a code.

use super::passkey_button::PasskeyButton;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::identity::SessionInfo;
use shared_types::second_factor::{GivenCode, OneTimeCode, SecondFactorKind};

/// The code as it was typed; where there is none, the form says so.
pub fn typed(form: Form, code: RwSignal<String>) -> Option<GivenCode> {
    let text = code.get_untracked().trim().to_owned();
    if text.is_empty() {
        form.fault("/code", FieldCode::Required, "enter a code");
        form.refuse();
        return None;
    }
    Some(GivenCode { code: OneTimeCode(text) })
}

/// What the field of a code is to be given, for somebody who has these.
pub fn code_hint(accepts: &[SecondFactorKind]) -> &'static str {
    if accepts.contains(&SecondFactorKind::Totp) {
        "Six digits of your authenticator app. Lost your phone? Use one of your backup codes."
    } else {
        "One of the ten backup codes that you kept."
    }
}

/// The form.
#[component]
pub fn SecondStep(
    /// What the server takes.
    accepts: Vec<SecondFactorKind>,
    /// Signed in.
    #[prop(into)]
    done: Callback<SessionInfo>,
    /// Back to the password.
    #[prop(into)]
    back: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new("second-step");
    let code = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(body) = typed(form, code) else { return };
        form.run(async move { api.post_plain::<_, SessionInfo>("/api/v1/session/second-factor", &body).await }, move |info| {
            done.run(info);
        });
    };
    let hint = code_hint(&accepts);
    let passkey = accepts.contains(&SecondFactorKind::Passkey);
    view! {
        <FormView form on_submit=submit careless=true>
            {passkey.then(|| view! { <PasskeyButton form path="/api/v1/session/second-factor/passkey" done /> })}
            <TextField form pointer="/code" label="Code" value=code autocomplete="one-time-code" focus=!passkey hint />
            <Button kind=if passkey { ButtonKind::Plain } else { ButtonKind::Primary } submit=true busy=form.busy()>"Sign in"</Button>
            <Button kind=ButtonKind::Quiet on_press=back>"Back to the password"</Button>
        </FormView>
    }
}
