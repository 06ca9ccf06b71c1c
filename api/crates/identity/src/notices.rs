//! What a person is told by mail when the safety of their account changes. These can't be switched off: whoever took an account
//! over would switch them off first.

use crate::mail::{self, Errand};
use crate::service::Origin;
use audit::Door;
use chrono::{DateTime, Utc};
use platform::{Result, outbox};
use serde::{Deserialize, Serialize};
use shared_types::systems::Role;
use shared_types::{SystemId, UserId};

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The person set another password.
    PasswordChanged,
    /// A new password was set by a mailed link.
    PasswordReset,
    /// Somebody who was signed in asked for another address.
    EmailChangeAsked,
    /// The address is another one now. This goes to the one before.
    EmailChanged {
        /// The address before.
        old: String,
    },
    /// A second factor was added.
    MfaEnrolled,
    /// An administrator took the second factor away.
    MfaReset,
    /// The person took the second factor away.
    MfaOff,
    /// A passkey was added.
    PasskeyAdded {
        /// What the person calls it.
        name: String,
    },
    /// A passkey was removed by the person.
    PasskeyRemoved {
        /// What the person called it.
        name: String,
    },
    /// A passkey is refused from now on: its counter went back, so that there may be a copy of it.
    PasskeySuspended {
        /// What the person calls it.
        name: String,
    },
    /// The backup codes are new; the ones before stopped working.
    BackupCodesRenewed,
    /// Somebody signed in from a device that was not seen before.
    NewDevice {
        /// The client's address.
        address: Option<String>,
        /// What the browser calls itself.
        user_agent: Option<String>,
    },
    /// Too many wrong attempts.
    Locked {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// An administrator ended the lock.
    Unlocked,
    /// The account was connected with a person at the single sign-on provider.
    IdentityLinked,
    /// That connection was removed.
    IdentityUnlinked,
    /// A personal API token was made.
    ApiTokenCreated {
        /// What the person calls it.
        name: String,
    },
    /// An administrator revoked a personal API token.
    ApiTokenRevoked {
        /// What the person calls it.
        name: String,
    },
    /// The role in a system is another one, or its membership has begun.
    RoleChanged {
        /// The system.
        system: SystemId,
        /// The role now; none when the membership has ended.
        role: Option<Role>,
    },
    /// The person administers the installation now, or no longer.
    AdminChanged {
        /// Now.
        admin: bool,
    },
    /// An administrator has closed the account.
    Deactivated,
}

impl Notice {
    /// The kind of the notification that shows it in the product.
    fn kind(&self) -> &'static str {
        match self {
            Self::NewDevice { .. } => "security.sign_in",
            Self::Locked { .. } | Self::Unlocked => "security.lock",
            Self::PasswordChanged | Self::PasswordReset => "security.password",
            Self::EmailChangeAsked | Self::EmailChanged { .. } => "security.email",
            Self::MfaEnrolled
            | Self::MfaReset
            | Self::MfaOff
            | Self::PasskeyAdded { .. }
            | Self::PasskeyRemoved { .. }
            | Self::PasskeySuspended { .. }
            | Self::BackupCodesRenewed => "security.second_factor",
            Self::IdentityLinked | Self::IdentityUnlinked => "security.single_sign_on",
            Self::ApiTokenCreated { .. } | Self::ApiTokenRevoked { .. } => "security.token",
            Self::RoleChanged { .. } | Self::AdminChanged { .. } => "security.role",
            Self::Deactivated => "security.account",
        }
    }

    /// The system that it is about.
    fn system(&self) -> Option<SystemId> {
        match self {
            Self::RoleChanged { system, .. } => Some(*system),
            _ => None,
        }
    }

    /// A sign-in from a device that was not seen before.
    pub fn new_device(origin: &Origin) -> Self {
        Self::NewDevice { address: origin.address.clone(), user_agent: origin.user_agent.clone() }
    }
}

/// The topic of the jobs that show it in the product.
pub const SECURITY_NOTICE: &str = "security_notice";

/// What such a job needs. What is said is one of our own sentences: it names nobody.
#[derive(Serialize)]
struct Shown {
    kind: &'static str,
    said: &'static str,
    system: Option<SystemId>,
    user: UserId,
}

/// Tells a person, by mail and in the product, what has happened to their account. Works behind any door; it is told if the change
/// is committed.
pub async fn notice(door: &Door<'_>, user: UserId, notice: Notice) -> Result<()> {
    let shown = Shown { kind: notice.kind(), said: mail::said(&notice), system: notice.system(), user };
    outbox::enqueue(door.tx, &door.clock, &door.rng, SECURITY_NOTICE, &shown).await?;
    mail::enqueue(door, Some(user), &Errand::Notice(notice)).await
}
