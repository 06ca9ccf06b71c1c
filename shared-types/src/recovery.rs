//! Getting back in, and changing what one signs in with: password reset and change, address change and verification.

use crate::identity::Password;
use crate::text::Email;
use serde::{Deserialize, Serialize};

/// Asks for a link that sets a new password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskPasswordReset {
    /// The address of the account. Whether there is one is not told.
    pub email: Email,
}

/// Sets a new password by the mailed link.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The token of the link's fragment.
    pub token: String,
    /// 15 to 128 characters, 8 beside a second factor (NIST SP 800-63B-4).
    pub password: Password,
}

/// Changes one's own password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    pub current_password: Password,
    /// 15 to 128 characters, 8 beside a second factor (NIST SP 800-63B-4).
    pub password: Password,
}

/// Asks for another address to sign in with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AskEmailChange {
    /// The new address. A link goes there; until it is used, nothing changes.
    pub email: Email,
    /// The password: whoever finds an open session must not take the account over with it.
    pub current_password: Password,
}

/// Confirms a new address by the mailed link.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    /// The token of the link's fragment.
    pub token: String,
}

/// Proves that one reads the address of one's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    /// The mailed code, eight digits; spaces do not count.
    #[cfg_attr(feature = "openapi", schema(max_length = 20))]
    pub code: String,
}
