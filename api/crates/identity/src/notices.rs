//! What a person is told by mail when the safety of their account changes. These can't be switched off: whoever took an account
//! over would switch them off first.

use crate::mail::{self, Errand};
use crate::service::Origin;
use audit::Door;
use chrono::{DateTime, Utc};
use platform::Result;
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
    /// A sign-in from a device that was not seen before.
    pub fn new_device(origin: &Origin) -> Self {
        Self::NewDevice { address: origin.address.clone(), user_agent: origin.user_agent.clone() }
    }
}

/// Tells a person, by mail, what has happened to their account. Works behind any door; the mail goes if the change is committed.
pub async fn notice(door: &Door<'_>, user: UserId, notice: Notice) -> Result<()> {
    mail::enqueue(door, Some(user), &Errand::Notice(notice)).await
}
