//! Sign-in, sessions and users.

use crate::access::UserState;
use crate::operation::Feature;
use crate::second_factor::{AccountLock, MySecondFactor};
use crate::systems::Role;
use crate::text::{Email, TimeZone, Title};
use crate::{SystemId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Whether the installation still waits for its first administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupState {
    /// True until the one-time set-up link was used.
    pub required: bool,
    /// The demonstration data is loaded; the client says so on every page.
    pub demo: bool,
    /// Mail is handed to a mail server. Else it is written into files that an administrator finds.
    pub mail: bool,
    /// What is on in this installation: nothing else needs to be offered.
    pub features: Vec<Feature>,
}

/// A password on its way in. Never logged: its debug form hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = "password", min_length = 1, max_length = 512))]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(***)")
    }
}

/// Uses the set-up link: creates the first administrator.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// The token of the link's fragment.
    pub token: String,
    /// The administrator's address.
    pub email: Email,
    /// The administrator's name.
    pub name: Title,
    /// 15 to 128 characters (NIST SP 800-63B-4).
    pub password: Password,
}

/// Signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The user's address, as typed.
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: String,
    /// The password.
    pub password: Password,
}

/// Uses an invitation link: sets the first password and signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The token of the link's fragment.
    pub token: String,
    /// 15 to 128 characters (NIST SP 800-63B-4).
    pub password: Password,
}

/// A live session. The tokens themselves travel in HttpOnly cookies only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// Who is signed in.
    pub user: Me,
    /// To be sent as `X-CSRF-Token` with every request that is not a GET.
    pub csrf_token: String,
    /// When the access cookie expires; refresh before.
    pub access_expires_at: DateTime<Utc>,
    /// When the session ends, whatever happens.
    pub session_expires_at: DateTime<Utc>,
}

/// The signed-in user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Id.
    pub id: UserId,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Administers the installation.
    pub admin: bool,
    /// Time zone of the person's pages.
    pub time_zone: Option<String>,
    /// The person has proved to read this address.
    pub email_verified: bool,
    /// The account has a password. Without one the person signs in by single sign-on only.
    pub password: bool,
    /// An address that takes its place once it is confirmed.
    pub pending_email: Option<String>,
    /// The systems that this person sees, by name.
    pub systems: Vec<MySystem>,
    /// Unread notifications.
    pub unread_notifications: u32,
    /// Where the person stands with the second factor.
    pub second_factor: MySecondFactor,
}

/// A system as its member sees it in the switcher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MySystem {
    /// Id.
    pub id: SystemId,
    /// Name.
    pub name: String,
    /// CMMC level of its main rule pack.
    pub level: u8,
    /// The person's role; absent for an administrator who is not a member.
    pub role: Option<Role>,
    /// Archived: read-only.
    pub archived: bool,
}

/// Changes to one's own profile.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Time zone of the person's pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
}

/// What somebody can sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// A password.
    Password,
    /// A person at the single sign-on provider.
    SingleSignOn,
}

/// A user as an administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Administers the installation.
    pub admin: bool,
    /// Has accepted the invitation, or come by single sign-on, and may sign in.
    pub active: bool,
    /// What the person can sign in with.
    pub sign_in_methods: Vec<SignInMethod>,
    /// Where the account stands.
    pub state: UserState,
    /// Live sessions.
    pub sessions: u32,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// Last sign-in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Has a second factor.
    pub second_factor: bool,
    /// Why sign-in is refused for a while, if it is.
    pub lock: Option<AccountLock>,
}

/// Invites a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteUser {
    /// Address.
    pub email: Email,
    /// Name.
    pub name: Title,
}

/// An invited user with the link to hand over; the link is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The user.
    pub user: User,
    /// Path with the token in its fragment: `/join#token=...`. Works once.
    pub link: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// The person is mailed a link as well. Else that mail is written into a file, and the link has to be handed over.
    pub mailed: bool,
}

/// A person, as other members of a system see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
}
