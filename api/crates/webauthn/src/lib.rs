//! What the server does in the two ceremonies of WebAuthn Level 3: registering a credential, and an assertion with one. The only
//! crate that knows `webauthn_rp`; it keeps nothing and asks no database.
//!
//! Everything binary goes in and out in base64url without padding, and what has to be kept between two calls is such a text too:
//! whoever calls stores it.
//!
//! - `party.rs`: [`RelyingParty`], who asks; `register.rs`, `assert.rs`: the ceremonies; `refusal.rs`: why not
//!
//! `webauthn_rp` draws each challenge from the operating system by itself, and can't be given one: that no code of an application
//! can make a challenge is what it promises. It is the one exception to chance being an input; its own timeout, by the machine's
//! clock, is set longer than any caller waits, so that the caller's clock decides.

mod assert;
mod party;
mod refusal;
mod register;

pub use assert::{Assertion, Stored};
pub use party::RelyingParty;
pub use refusal::{Fault, Refusal};
pub use register::{ALGORITHMS, Attestation, Made};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared_types::passkeys::Transport;
use std::num::NonZeroU32;
use uuid::Uuid;
use webauthn_rp::request::PublicKeyCredentialDescriptor;
use webauthn_rp::request::register::UserHandle;
use webauthn_rp::response::{AuthTransports, AuthenticatorTransport, CredentialId};

/// Milliseconds until `webauthn_rp` itself refuses an answer: ten minutes.
const TIMEOUT: NonZeroU32 = NonZeroU32::MIN.saturating_add(599_999);

/// A credential that the person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id, in base64url.
    pub id: String,
    /// How a browser may reach its authenticator.
    pub transports: Vec<Transport>,
}

/// A ceremony that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// What the authenticator signs, in base64url.
    pub challenge: String,
    /// To be kept until the answer comes, and used once.
    pub state: String,
}

/// The id under which authenticators know a person: the user's id, which tells nothing about them. In base64url.
pub fn user_handle(user: Uuid) -> String {
    encode(user.as_bytes())
}

fn handle(user: Uuid) -> UserHandle<16> {
    UserHandle::from(user.into_bytes())
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_bad| Refusal::Malformed)
}

/// The same for what was stored by us: that it can't be read is no fault of the caller's.
fn decode_stored(text: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_bad| Fault::Unreadable)
}

fn descriptor(known: &Known) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, Fault> {
    let id = CredentialId::try_from(decode_stored(&known.id)?).map_err(|_bad| Fault::Unreadable)?;
    Ok(PublicKeyCredentialDescriptor { id, transports: transports(&known.transports) })
}

fn transports(all: &[Transport]) -> AuthTransports {
    all.iter().fold(AuthTransports::NONE, |sum, transport| sum.add(outward(*transport)))
}

fn outward(transport: Transport) -> AuthenticatorTransport {
    match transport {
        Transport::Ble => AuthenticatorTransport::Ble,
        Transport::Hybrid => AuthenticatorTransport::Hybrid,
        Transport::Internal => AuthenticatorTransport::Internal,
        Transport::Nfc => AuthenticatorTransport::Nfc,
        Transport::SmartCard => AuthenticatorTransport::SmartCard,
        Transport::Usb => AuthenticatorTransport::Usb,
    }
}
