//! What a job is to do: a few ids, and no secret.

use super::MAIL;
use crate::notices::Notice;
use audit::Door;
use chrono::{DateTime, Utc};
use platform::{Result, outbox};
use serde::{Deserialize, Serialize};
use shared_types::{SystemId, UserId};

/// Which mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "snake_case")]
pub(crate) enum Errand {
    /// Something has happened to the account.
    Notice(Notice),
    /// A link that sets the first password.
    Invitation {
        /// The system that the person was invited to.
        system: Option<SystemId>,
    },
    /// A link that sets a new password.
    PasswordReset,
    /// A link that proves the pending address; it goes there.
    EmailChange,
    /// A code that proves the account's address.
    EmailCode,
}

/// A job's payload.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    /// The person. Nobody: the address that was asked for has no account, and the job does nothing. So asking takes the same time.
    pub user: Option<UserId>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Which mail.
    #[serde(flatten)]
    pub errand: Errand,
}

/// Writes down, in the change's transaction, that a mail is to go.
pub(crate) async fn enqueue(door: &Door<'_>, user: Option<UserId>, errand: &Errand) -> Result<()> {
    let payload = Payload { user, at: door.now, errand: errand.clone() };
    outbox::enqueue(door.tx, &door.clock, &door.rng, MAIL, &payload).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_read_back() {
        let old = Notice::EmailChanged { old: "ana@example.com".to_owned() };
        for errand in
            [Errand::Notice(old), Errand::Notice(Notice::Unlocked), Errand::PasswordReset, Errand::Invitation { system: None }]
        {
            let payload = Payload { user: None, at: DateTime::UNIX_EPOCH, errand: errand.clone() };
            let text = serde_json::to_string(&payload).unwrap();
            assert_eq!(serde_json::from_str::<Payload>(&text).unwrap().errand, errand, "{text}");
        }
    }
}
