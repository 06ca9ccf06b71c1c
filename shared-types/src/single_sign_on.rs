//! Sign-in by an OpenID Connect provider.

use crate::IdentityId;
use crate::text::ReturnPath;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Whether the installation has a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SingleSignOnState {
    /// What stands on the button; absent where there is no provider.
    pub label: Option<String>,
}

/// Begins a round: to the provider, and back to a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginRound {
    /// The page that the browser comes back to.
    pub return_to: ReturnPath,
}

/// Where the browser goes. What ties the way back to this browser is in a cookie of its own, for ten minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundBegun {
    /// The provider's address, with all that it needs to know.
    pub location: String,
}

/// A connection of an account with a person at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedIdentity {
    /// Id.
    pub id: IdentityId,
    /// The provider.
    pub issuer: String,
    /// Connected.
    pub created_at: DateTime<Utc>,
    /// Last sign-in by it.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The account can be signed in to without it.
    pub removable: bool,
}

/// What the address of the page tells after a round, in its fragment: a code, never the provider's words.
pub mod landing {
    /// The round failed: `failed=<error code>`.
    pub const FAILED: &str = "failed";
    /// A second factor is asked for: `second-factor=<kinds>`, the names of what the person has, separated by commas.
    pub const SECOND_FACTOR: &str = "second-factor";
    /// The page that was asked for: `to=<path>`, percent-encoded.
    pub const TO: &str = "to";
}
