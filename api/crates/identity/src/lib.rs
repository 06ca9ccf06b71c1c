//! Sign-in, users and sessions.
//!
//! The row in `sessions` is the truth: the signed access cookie only names it, and every request looks it up, so a sign-out or
//! a revocation is seen at once by every instance.
//!
//! - `extract.rs`: [`SignedIn`] and [`Admin`], the permissions that handlers take; `scopes.rs`: what they demand of an API token
//! - `tokens.rs`: API tokens; `sessions.rs`, `device.rs`: the sessions of a person; `devices.rs`: the browsers that are known
//! - `administration.rs`, `requests.rs`: what administrators do to accounts, and what needs two of them; `anonymise.rs`: forgetting
//! - `keys.rs`, `cookies.rs`: access tokens, CSRF tokens, and how they travel
//! - `hasher.rs`, `phc.rs`, `policy.rs`, `rehash.rs`: passwords
//! - `sign_in.rs`: the two steps of a sign-in; `by_provider.rs`: the first step by single sign-on; `lockout.rs`: what repeated failures lead to
//! - `second_factor/`: authenticator apps and backup codes; `step_up.rs`: [`SteppedUp`], for dangerous acts
//! - `passkeys/`: passkeys, another second factor
//! - `features.rs`: what administrators turn off and on
//! - `recovery.rs`: getting back in, and changing what one signs in with
//! - `service.rs`: what changes; `queries.rs`: what is read
//! - `setup.rs`: the one-time link of the first start; `one_time.rs`: every other one-time link and code
//! - `mail/`: mails about accounts; `notices.rs`: what a person is told when the safety of their account changes
//! - `handlers/`: the API

mod administration;
mod anonymise;
mod by_provider;
pub mod cookies;
mod device;
mod devices;
mod extract;
mod features;
mod handlers;
mod hasher;
mod keys;
mod lockout;
mod mail;
pub mod notices;
mod one_time;
mod passkeys;
mod phc;
mod policy;
mod queries;
mod recovery;
mod rehash;
mod requests;
mod scopes;
mod sealed;
mod second_factor;
mod service;
mod sessions;
mod setup;
mod sign_in;
mod step_up;
mod tokens;

pub use by_provider::{owner_of, prove_by_provider, sign_in_by_provider, step_cookies};
pub use extract::{Admin, EvenUnenrolled, SignedIn, is_still_live, signed_in, signed_in_for};
pub use features::{demand, is_on};
pub use handlers::{configure, origin};
pub use hasher::Hasher;
pub use keys::Keys;
pub use lockout::end_lockouts;
pub use mail::{MAIL, send as send_mail};
pub use notices::{Notice, SECURITY_NOTICE, notice};
pub use one_time::void_invitations;
pub use queries::{Account, CAN_SIGN_IN, people_of};
pub use scopes::{Administer, AuditRead, EvidenceWrite, Read, Scope, SessionOnly, Write};
pub use sealed::{SealingKey, webhook_secrets};
pub use service::{NewUser, OpenedSession, Origin, create_user, invite_to, open_session};
pub use sessions::end_sessions;
pub use setup::{issue_setup_token, setup_state};
pub use sign_in::Step;
pub use step_up::{Permission, SteppedUp};

use platform::{Platform, Result};
use webauthn::RelyingParty;

/// What sign-in needs from the process: keys and the password threads.
pub struct Identity {
    /// Keys of access and CSRF tokens.
    pub keys: Keys,
    /// The password threads.
    pub hasher: Hasher,
    /// Who asks for passkeys; nobody where the installation is reached by an IP address.
    pub(crate) party: Option<RelyingParty>,
}

impl Identity {
    /// Reads or makes the keys and starts the password threads.
    pub fn start(platform: &Platform) -> Result<Self> {
        let party = RelyingParty::at(&platform.settings.public_url());
        Ok(Self { keys: Keys::load(platform)?, hasher: Hasher::start()?, party })
    }
}
