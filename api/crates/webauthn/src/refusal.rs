//! Why an answer of an authenticator is refused.

use webauthn_rp::response::auth::error::AuthCeremonyErr;
use webauthn_rp::response::register::error::RegCeremonyErr;

/// Why an answer is refused. For the audit log: the browser is told only that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It can't be read.
    Malformed,
    /// It answers another challenge, or one that was answered already or came too late.
    Challenge,
    /// It was made for a page of another site.
    Origin,
    /// It was made for another relying party.
    RelyingParty,
    /// The signature is not of this credential.
    Signature,
    /// The signature counter did not go up: there may be two of the authenticator.
    Counter,
    /// It is a credential of somebody else, or of nobody.
    Unknown,
    /// The credential was suspended.
    Suspended,
    /// The authenticator answered otherwise than it was asked: without the person being there, with another algorithm, ..
    NotAsked,
}

impl Refusal {
    /// The word in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Challenge => "challenge",
            Self::Origin => "origin",
            Self::RelyingParty => "relying_party",
            Self::Signature => "signature",
            Self::Counter => "counter",
            Self::Unknown => "unknown",
            Self::Suspended => "suspended",
            Self::NotAsked => "not_asked",
        }
    }
}

impl From<RegCeremonyErr> for Refusal {
    fn from(error: RegCeremonyErr) -> Self {
        match error {
            RegCeremonyErr::Timeout | RegCeremonyErr::ChallengeMismatch => Self::Challenge,
            RegCeremonyErr::CollectedClientData(_)
            | RegCeremonyErr::CollectedClientDataRelaxed(_)
            | RegCeremonyErr::AttestationObject(_)
            | RegCeremonyErr::PubKey(_) => Self::Malformed,
            RegCeremonyErr::OriginMismatch | RegCeremonyErr::CrossOrigin | RegCeremonyErr::TopOriginMismatch => Self::Origin,
            RegCeremonyErr::RpIdHashMismatch => Self::RelyingParty,
            RegCeremonyErr::AttestationSignature => Self::Signature,
            _ => Self::NotAsked,
        }
    }
}

impl From<AuthCeremonyErr> for Refusal {
    fn from(error: AuthCeremonyErr) -> Self {
        match error {
            AuthCeremonyErr::Timeout | AuthCeremonyErr::ChallengeMismatch => Self::Challenge,
            AuthCeremonyErr::CollectedClientData(_)
            | AuthCeremonyErr::CollectedClientDataRelaxed(_)
            | AuthCeremonyErr::AuthenticatorData(_)
            | AuthCeremonyErr::PubKey(_) => Self::Malformed,
            AuthCeremonyErr::OriginMismatch | AuthCeremonyErr::CrossOrigin | AuthCeremonyErr::TopOriginMismatch => Self::Origin,
            AuthCeremonyErr::RpIdHashMismatch => Self::RelyingParty,
            AuthCeremonyErr::AssertionSignature => Self::Signature,
            AuthCeremonyErr::SignatureCounter => Self::Counter,
            AuthCeremonyErr::UserHandleMismatch
            | AuthCeremonyErr::CredentialIdMismatch
            | AuthCeremonyErr::NoMatchingAllowedCredential => Self::Unknown,
            _ => Self::NotAsked,
        }
    }
}

/// Something on our side: what was stored can't be read, or the options contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// What was stored can't be read.
    #[error("a passkey or its ceremony is stored in a form that can't be read")]
    Unreadable,
    /// The options of a ceremony contradict each other.
    #[error("the options of a passkey's ceremony are not valid")]
    Options,
}
