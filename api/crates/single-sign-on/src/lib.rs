//! Sign-in by an OpenID Connect provider: what the provider's word opens here. Above `identity` and `systems`, because it signs in to
//! accounts and gives memberships; the protocol is in the leaf crate `openid`.
//!
//! A *round* leads the browser to the provider and back. It signs in, proves anew who somebody is, or connects an account.
//!
//! - `rounds.rs`: the rounds that are under way; `landing.rs`: where the browser comes out
//! - `come_back.rs`: whether the answer belongs to one; `accounts.rs`: whom the provider means; `conclude.rs`: what follows
//! - `handlers/`: the API
//!
//! Architecture Invariant: a round ends once, in the browser that began it. The row is deleted by the statement that reads it, before the
//! provider is asked; the secrets that the provider's answer must fit follow from the browser's cookie alone.
//!
//! Architecture Invariant: no administrator comes in, or comes about, by the provider's word alone: neither an address nor a group makes one,
//! and the account of one is connected only by its owner, from inside. (Who becomes an administrator later keeps the connection.)

mod accounts;
mod come_back;
mod conclude;
mod handlers;
mod landing;
mod rounds;

pub use handlers::configure;

use openid::Provider;
use platform::{AppError, Platform, Result};

/// Where the provider sends people back to, below `public_url`.
const CALLBACK: &str = "/api/v1/single-sign-on/callback";

/// The provider of the installation, if it has one.
pub struct SingleSignOn(Option<Provider>);

impl SingleSignOn {
    /// Makes the client ready. The provider is not asked for anything yet: one that is down keeps nothing from starting.
    pub fn start(platform: &Platform) -> Result<Self> {
        let settings = &platform.settings.single_sign_on;
        if !settings.is_on() {
            return Ok(Self(None));
        }
        let callback = format!("{}{CALLBACK}", platform.settings.public_url());
        Ok(Self(Some(Provider::new(settings, callback, platform.clock.clone())?)))
    }

    /// The provider; 404 where there is none.
    fn provider(&self) -> Result<&Provider> {
        self.0.as_ref().ok_or_else(|| AppError::not_found().detail("This installation has no single sign-on."))
    }
}
