//! Passkeys (WebAuthn Level 3), a second factor beside the authenticator app.
//!
//! - `ceremony.rs`: the challenge that waits for an answer; `add.rs`: making one, renaming, removing; `prove.rs`: using one
//! - `queries.rs`: what is read
//!
//! The signatures are checked by the crate `webauthn`, before the door: they need no lock, and all who write would wait for them.
//! Behind the door the answer uses up its challenge, and counts only if challenge and passkey are still what they were.
//!
//! User verification is preferred, not demanded: the password has been proved before, so that the passkey has to show that the
//! person has the authenticator, and keys without a PIN or a sensor can. Attestation is none: which make it is, is nobody's business.
//!
//! Architecture Invariant: a challenge is answered once. It belongs to one session or one second step, and the statement that
//! deletes it says whether it was there.

mod add;
mod ceremony;
mod prove;
mod queries;

pub(crate) use add::{add, begin_adding, check_new, remove, rename};
pub(crate) use ceremony::Binding;
pub(crate) use prove::{Verdict, begin_proving, check, settle};
pub(crate) use queries::{is_any, passkeys_of};

use platform::AppError;
use shared_types::ErrorCode;

/// A passkey that proves nothing here. Why, the audit log is told, not the browser.
pub(crate) fn bad_passkey() -> AppError {
    AppError::new(ErrorCode::BadPasskey)
}

/// This installation can't use passkeys.
pub(crate) fn not_offered() -> AppError {
    AppError::conflict(
        "Passkeys need an address with a host name. This installation is reached by an IP address: set public_url, for instance to \
         http://localhost:<port>.",
    )
}
