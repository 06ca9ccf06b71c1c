//! The second factor: authenticator app, passkeys, backup codes, turning it off, and the installation's policy.

mod card;
mod codes;
mod enrol;
mod must_enrol;
mod passkey_add;
mod passkeys;
mod policy;
mod qr;

pub use card::SecondFactorCard;
pub use must_enrol::MustEnrolPage;
pub use passkeys::PasskeysCard;
pub use policy::PolicyCard;

use crate::api::use_api;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::identity::Me;

/// What reads the person's profile anew: what is open to them, and asked of them, has changed.
fn use_renewed_me() -> Callback<()> {
    let (api, session) = (use_api(), use_session());
    Callback::new(move |()| {
        spawn_local(async move {
            // Failing, the next request says what has changed.
            if let Ok(me) = api.get::<Me>("/api/v1/me").await {
                session.set_me(me);
            }
        });
    })
}
