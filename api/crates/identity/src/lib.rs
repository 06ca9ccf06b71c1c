//! Sign-in, users and sessions.
//!
//! The row in `sessions` is the truth: the signed access cookie only names it, and every request looks it up, so a sign-out or
//! a revocation is seen at once by every instance.
//!
//! - `extract.rs`: [`SignedIn`] and [`Admin`], the permissions that handlers take; `scopes.rs`: what they demand of an API token
//! - `tokens.rs`: API tokens; `sessions.rs`, `device.rs`: the sessions of a person
//! - `administration.rs`, `requests.rs`: what administrators do to accounts, and what needs two of them; `anonymise.rs`: forgetting
//! - `keys.rs`, `cookies.rs`: access tokens, CSRF tokens, and how they travel
//! - `hasher.rs`, `policy.rs`: passwords
//! - `sign_in.rs`: the two steps of a sign-in; `lockout.rs`: what repeated failures lead to
//! - `second_factor/`: authenticator apps and backup codes; `step_up.rs`: [`SteppedUp`], for dangerous acts
//! - `service.rs`: what changes; `queries.rs`: what is read
//! - `setup.rs`: the one-time link of the first start
//! - `handlers/`: the API

mod administration;
mod anonymise;
pub mod cookies;
mod device;
mod extract;
mod handlers;
mod hasher;
mod keys;
mod lockout;
mod policy;
mod queries;
mod requests;
mod scopes;
mod second_factor;
mod service;
mod sessions;
mod setup;
mod sign_in;
mod step_up;
mod tokens;

pub use extract::{Admin, EvenUnenrolled, SignedIn, signed_in, signed_in_for};
pub use handlers::configure;
pub use hasher::Hasher;
pub use keys::Keys;
pub use lockout::end_lockouts;
pub use queries::{Account, people_of};
pub use scopes::{Administer, AuditRead, EvidenceWrite, Read, Scope, SessionOnly, Write};
pub use service::{NewUser, OpenedSession, Origin, create_user, open_session};
pub use sessions::end_sessions;
pub use setup::{issue_setup_token, setup_state};
pub use step_up::{Permission, SteppedUp};

use platform::{Platform, Result};

/// What sign-in needs from the process: keys and the password threads.
pub struct Identity {
    /// Keys of access and CSRF tokens.
    pub keys: Keys,
    /// The password threads.
    pub hasher: Hasher,
}

impl Identity {
    /// Reads or makes the keys and starts the password threads.
    pub fn start(platform: &Platform) -> Result<Self> {
        Ok(Self { keys: Keys::load(platform)?, hasher: Hasher::start()? })
    }
}
