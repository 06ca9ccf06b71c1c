//! Sessions and the administration of users.

use crate::identity::Person;
use crate::{AdminRequestId, SessionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// Has not accepted the invitation yet.
    Invited,
    /// May sign in.
    Active,
    /// May not sign in until an administrator says so.
    Deactivated,
}

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveSession {
    /// Id.
    pub id: SessionId,
    /// Browser and system in plain words, such as `Firefox on Windows`.
    pub device: String,
    /// The address that signed in.
    pub address: Option<String>,
    /// Signed in.
    pub created_at: DateTime<Utc>,
    /// Last renewed: with the first use after `session.access_minutes`, so this is right to a few minutes.
    pub last_seen_at: DateTime<Utc>,
    /// Ends then, whatever happens.
    pub expires_at: DateTime<Utc>,
    /// The session of this very request.
    pub current: bool,
}

/// What an administrator does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserAction {
    /// Sessions and tokens end, signing in is refused; the records stay.
    Deactivate,
    /// May sign in again.
    Reactivate,
    /// Becomes an administrator of the installation.
    GrantAdmin,
    /// Is an administrator no more.
    WithdrawAdmin,
    /// For ever: name, address and everything to sign in with are erased, what the person did stays.
    Delete,
}

impl UserAction {
    /// All actions.
    pub const ALL: &'static [Self] = &[Self::Deactivate, Self::Reactivate, Self::GrantAdmin, Self::WithdrawAdmin, Self::Delete];

    /// The action as it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::GrantAdmin => "grant_admin",
            Self::WithdrawAdmin => "withdraw_admin",
            Self::Delete => "delete",
        }
    }

    /// The action of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text)
    }

    /// Takes an administrator away: needs a second administrator where somebody else is concerned.
    pub fn removes_admin(self) -> bool {
        matches!(self, Self::Deactivate | Self::WithdrawAdmin | Self::Delete)
    }
}

/// Asks for a change of an account.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// What is to be done.
    pub action: UserAction,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum UserChange {
    /// It is done.
    Done,
    /// It waits for another administrator.
    Waiting {
        /// The request.
        request: AdminRequest,
    },
}

/// An act against an administrator that waits for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminRequest {
    /// Id.
    pub id: AdminRequestId,
    /// What is to be done.
    pub action: UserAction,
    /// To whom.
    pub subject: Person,
    /// Who asked.
    pub requested_by: Person,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Nobody can approve it after this.
    pub expires_at: DateTime<Utc>,
}

/// Answers a request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideAdminRequest {
    /// True does it; false drops the request. Whoever asked can drop it and not approve it.
    pub approve: bool,
}
