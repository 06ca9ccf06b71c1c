//! Personal API tokens: what programs sign in with.

use crate::text::Title;
use crate::{ApiTokenId, SystemId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The longest life of a token, in days.
pub const MAX_TOKEN_DAYS: u16 = 365;
/// What every token begins with, so that scanners of source code and logs recognise one that leaked.
pub const TOKEN_PREFIX: &str = "cmmc_";

/// What a token may be used for. None includes another, and none reaches further than the role of the person behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TokenScope {
    /// Read systems and what is in them, without the audit log.
    #[serde(rename = "read")]
    Read,
    /// Change controls, findings and tasks.
    #[serde(rename = "write")]
    Write,
    /// Upload, change and link evidence.
    #[serde(rename = "evidence:write")]
    EvidenceWrite,
    /// Read and verify audit logs.
    #[serde(rename = "audit:read")]
    AuditRead,
    /// Create systems, change their settings and members, list people.
    #[serde(rename = "admin")]
    Admin,
}

impl TokenScope {
    /// All scopes, the least first.
    pub const ALL: &'static [Self] = &[Self::Read, Self::Write, Self::EvidenceWrite, Self::AuditRead, Self::Admin];

    /// The scope as it stands in a request and in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::EvidenceWrite => "evidence:write",
            Self::AuditRead => "audit:read",
            Self::Admin => "admin",
        }
    }

    /// The scope of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text)
    }
}

/// Creates a token for oneself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiToken {
    /// What it is for.
    pub name: Title,
    /// What it may do; at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5))]
    pub scopes: Vec<TokenScope>,
    /// The one system that it reaches; all of the person's systems, and what belongs to none, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemId>,
    /// It ends after so many days, 1 to 365.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub expires_in_days: u16,
}

/// A token as its owner sees it. The token itself is not stored and never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// Id.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// How it begins, to tell it from others.
    pub begins_with: String,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
    /// The one system that it reaches.
    pub system: Option<SystemId>,
    /// Its name.
    pub system_name: Option<String>,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// It ends then.
    pub expires_at: DateTime<Utc>,
    /// Last use, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// It has ended by itself.
    pub expired: bool,
}

/// A new token, the only time that it is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedApiToken {
    /// The token, to be sent as `Authorization: Bearer ...`.
    pub token: String,
    /// What will be known of it.
    pub details: ApiToken,
}

impl std::fmt::Debug for CreatedApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedApiToken").field("token", &"***").field("details", &self.details).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_round_trip() {
        for &scope in TokenScope::ALL {
            assert_eq!(TokenScope::parse(scope.as_str()), Some(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
        assert_eq!(TokenScope::parse("everything"), None);
    }
}
