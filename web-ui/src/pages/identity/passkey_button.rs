//! The button that proves with a passkey: at the second step of a sign-in, and before a dangerous act.

use crate::api::{Api, ApiError, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::form::Form;
use crate::components::icon::{Icon, IconView};
use crate::passkey::{self, Failure};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared_types::passkeys::PasskeyRequest;

/// The button; where the browser has no passkeys, a sentence that says so. What fails is said by the form around it.
#[component]
pub fn PasskeyButton<T: DeserializeOwned + Send + Sync + 'static>(
    /// The form around it.
    form: Form,
    /// Where the proof goes. Its challenge comes from the same with `-challenge`.
    path: &'static str,
    /// A session is live, and may be renewed.
    #[prop(optional)]
    inside: bool,
    /// Proved.
    #[prop(into)]
    done: Callback<T>,
) -> impl IntoView {
    let api = use_api();
    if !passkey::supported() {
        return view! { <div class="notice"><IconView icon=Icon::Info /><span>{Failure::Unsupported.words()}</span></div> }
            .into_any();
    }
    let press = move || {
        form.begin();
        form.run(prove::<T>(api, path, inside), move |answer| done.run(answer));
    };
    view! { <Button kind=ButtonKind::Primary icon=Icon::Key busy=form.busy() on_press=press>"Use a passkey"</Button> }.into_any()
}

/// Fetches a challenge, asks the browser, sends the answer.
async fn prove<T: DeserializeOwned>(api: Api, path: &'static str, inside: bool) -> Result<T, ApiError> {
    let begin = format!("{path}-challenge");
    let request: PasskeyRequest = if inside { api.post_empty(&begin).await? } else { api.post_plain_empty(&begin).await? };
    let answer = passkey::prove(&request).await.map_err(|failure| ApiError::Browser(failure.words()))?;
    if inside { api.post(path, &answer).await } else { api.post_plain(path, &answer).await }
}
