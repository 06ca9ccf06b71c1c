//! Sign-in by the organization's provider: the button, the proof in a tab of its own, and the account's connection with it.

mod card;
mod landing;
mod prove;

pub use card::IdentitiesCard;
pub use landing::Landing;
pub use prove::{ProveElsewhere, ProvePage};

use crate::api::{Api, ApiError, use_api, use_remote};
use crate::components::button::Button;
use crate::components::icon::{Icon, IconView};
use crate::dom;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::single_sign_on::{BeginRound, RoundBegun, SingleSignOnState};
use shared_types::text::ReturnPath;

/// What stands on the button; none while it is not known, and where there is no single sign-on.
pub fn use_label() -> Signal<Option<String>> {
    let state = use_remote::<SingleSignOnState>(|| Some("/api/v1/single-sign-on".to_owned()));
    Signal::derive(move || state.map(|state| state.label.clone()).flatten())
}

/// Leaves for the provider; comes back to a page of ours. The page stays only where that fails.
async fn set_out(api: Api, path: &'static str, to: &str) -> Result<(), ApiError> {
    let return_to =
        ReturnPath::parse(to).or_else(|_| ReturnPath::parse("/")).map_err(|bad| ApiError::Unreadable(bad.to_string()))?;
    let begun: RoundBegun = api.post_unrepeated(path, &BeginRound { return_to }).await?;
    dom::load(&begun.location);
    Ok(())
}

/// A button that leaves for the provider, and says why it could not.
#[component]
pub fn SetOut(
    /// Which round it begins.
    path: &'static str,
    /// The page that the browser comes back to.
    #[prop(into)]
    to: String,
    /// What stands on it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let api = use_api();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let to = StoredValue::new(to);
    let go = move || {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            if let Err(error) = set_out(api, path, &to.get_value()).await {
                busy.try_set(false);
                failed.try_set(Some(error.message()));
            }
        });
    };
    view! {
        {move || failed.get().map(|words| view! {
            <div class="notice warn" role="alert"><IconView icon=Icon::Alert /><span>{words}</span></div>
        })}
        <Button icon=Icon::Key busy on_press=go>{label}</Button>
    }
}

/// The button of the sign-in page, where the installation has a provider.
#[component]
pub fn SignInButton(
    /// The page that was asked for.
    #[prop(into)]
    to: String,
) -> impl IntoView {
    let label = use_label();
    move || {
        let to = to.clone();
        label.get().map(|label| view! {
            <div class="sso"><SetOut path="/api/v1/single-sign-on/sign-in" to label /><p class="sso-or small muted">"or with your password"</p></div>
        })
    }
}
