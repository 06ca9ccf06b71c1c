//! The second factor, locked accounts, and proving again who one is.

use crate::identity::Password;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A code on its way in: six digits of an authenticator app, or a backup code. Never logged: its debug form hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 64))]
#[serde(transparent)]
pub struct OneTimeCode(pub String);

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode(***)")
    }
}

/// A kind of second factor that a sign-in may go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorKind {
    /// Six digits of an authenticator app.
    Totp,
    /// A passkey: `POST /api/v1/session/second-factor/passkey-challenge`.
    Passkey,
    /// One of the ten backup codes.
    BackupCode,
}

impl SecondFactorKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Totp, Self::Passkey, Self::BackupCode];

    /// The name in JSON and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::BackupCode => "backup_code",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The password was right and a second factor is needed: no session yet. The state of the sign-in is in a cookie of its own, which
/// opens nothing else: go on with `POST /api/v1/session/second-factor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorNeeded {
    /// What the second step takes.
    pub accepts: Vec<SecondFactorKind>,
    /// Until when; then the sign-in begins again with the password.
    pub expires_at: DateTime<Utc>,
}

/// A code: the second step of a sign-in, or the proof that an authenticator app was set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenCode {
    /// The code. Spaces and hyphens do not matter.
    pub code: OneTimeCode,
}

/// Proves again who one is: with a code where a second factor is set up, else with the password.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// The password; for people without a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
    /// A code of the second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<OneTimeCode>,
}

/// The session has proved who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SteppedUpUntil {
    /// Until when dangerous acts are open.
    pub until: DateTime<Utc>,
}

/// Where a person stands with the second factor, as every page needs to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MySecondFactor {
    /// It is set up: an authenticator app, or a passkey.
    pub enrolled: bool,
    /// What proves it is the person, the handiest first; empty while none is set up.
    #[serde(default)]
    pub accepts: Vec<SecondFactorKind>,
    /// The installation demands one by this time; absent where it does not, or one is set up.
    pub required_by: Option<DateTime<Utc>>,
    /// That time is over: nothing is open but setting one up.
    pub overdue: bool,
}

/// One's own second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorState {
    /// Since when there is one: the authenticator app or the first of the passkeys; absent while there is none.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// Since when there is an authenticator app; absent while there is none.
    pub app_since: Option<DateTime<Utc>>,
    /// How many passkeys there are.
    pub passkeys: u32,
    /// Backup codes that were not used yet.
    pub backup_codes_left: u32,
    /// The installation demands one: it can be replaced but not turned off.
    pub required: bool,
}

/// An authenticator app to be: shown once, and nothing until a code of it confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorEnrolment {
    /// The key for typing, in base32.
    pub secret: String,
    /// The same as an `otpauth://` address.
    pub uri: String,
    /// The address as a QR code.
    pub qr: QrCode,
    /// Until when a code may confirm it.
    pub expires_at: DateTime<Utc>,
}

/// A QR code to be drawn: a path of SVG on a grid of `size` by `size` modules, without the quiet margin of four modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QrCode {
    /// Modules of one side.
    pub size: u32,
    /// The dark modules, for the `d` of a `<path>`.
    pub path: String,
}

/// Ten codes, shown this once. Each works once, in place of the authenticator app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupCodes {
    /// The codes, `xxxxx-xxxxx`.
    pub codes: Vec<String>,
}

/// What locked an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LockCause {
    /// The last of the failures was a wrong password.
    Password,
    /// It was a wrong code.
    SecondFactor,
}

impl LockCause {
    /// The cause as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Password, Self::SecondFactor].into_iter().find(|cause| cause.as_str() == text)
    }
}

/// A locked account: sign-in is refused, whatever is given, until the lock ends or an administrator ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountLock {
    /// What locked it.
    pub cause: LockCause,
    /// When.
    pub locked_at: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Failures since the last sign-in, those while it was locked included.
    pub failures: u32,
    /// How often it was locked since the last sign-in: each time for twice as long.
    pub times: u32,
}

/// Whether everybody needs a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorPolicy {
    /// Everybody needs one.
    pub required: bool,
    /// Days that a person has to set one up, from the demand or from the account's creation, whichever is later.
    pub grace_days: u32,
    /// Since when it is demanded.
    pub since: Option<DateTime<Utc>>,
}

/// Most days of grace.
pub const MAX_GRACE_DAYS: u32 = 90;

/// Demands a second factor of everybody, or no longer does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetSecondFactorPolicy {
    /// Everybody needs one.
    pub required: bool,
    /// Days that a person has to set one up, 0 to 90.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 90))]
    pub grace_days: u32,
}
