//! Sends one mail with the notifications that are its own.

use crate::mail_words::{self, Line};
use crate::service::lock_head;
use crate::{kinds, preferences, unsubscribe};
use identity::CAN_SIGN_IN;
use platform::db::{execute, rows};
use platform::mailer::{OneClick, Recipient};
use platform::{JobError, JobResult, Platform, Result, outbox};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use shared_types::UserId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The topic of this job in the outbox. The id of its row is the `mail_id` of its notifications.
pub const NOTIFICATION_MAIL: &str = "notification_mail";

/// What the job needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    /// To whom.
    pub user: UserId,
    /// It is the daily digest.
    pub digest: bool,
}

#[derive(FromQueryResult)]
struct Person {
    name: String,
    email: String,
    unsubscribe_key: String,
}

/// Who was invited and has not come yet gets the invitation only: the links of other mails lead to a sign-in that the person has not got.
/// What was told meanwhile stands in the product when the person comes.
fn person() -> String {
    format!(
        "SELECT u.name, u.email, s.unsubscribe_key FROM users u JOIN notification_settings s ON s.user_id = u.id \
         WHERE u.id = $1 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL AND {CAN_SIGN_IN}"
    )
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    text: String,
    link: Option<String>,
    system: Option<String>,
    actor: Option<String>,
}

/// What was read meanwhile needs no mail, and what belongs to a system that the person has left is not the person's any more.
const ROWS: &str = "SELECT n.kind, n.text, n.link, s.name AS system, a.name AS actor FROM notifications n JOIN users u ON u.id = n.user_id \
    LEFT JOIN systems s ON s.id = n.system_id LEFT JOIN users a ON a.id = n.actor_id \
    WHERE n.mail_id = $1 AND n.user_id = $2 AND n.read_at IS NULL AND (n.system_id IS NULL OR u.admin OR EXISTS \
        (SELECT 1 FROM members m WHERE m.system_id = n.system_id AND m.user_id = n.user_id)) \
    ORDER BY n.sequence";

/// Sends the mail, and records that it was sent. It is handed over at least once and as a rule once: a process that dies between the
/// mail server's yes and the record of it sends it again, with the same Message-ID.
pub async fn notification_mail(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { user, digest } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a mail: {error}")))?;
    let mail = draft(platform, outbox, user, digest).await?;
    let state = if mail.is_some() { "sent" } else { "none" };
    if let Some(mail) = mail {
        platform.mailer.send(&mail).await?;
    }
    let now = platform.clock.now();
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                lock_head(tx, user).await?;
                execute(tx, "UPDATE notifications SET email = $1 WHERE mail_id = $2", [state.into(), outbox.into()]).await?;
                outbox::finish(tx, outbox, now).await
            })
        })
        .await?;
    Ok(())
}

/// The mail; none if there is nothing to tell any more.
async fn draft(platform: &Platform, outbox: Uuid, user: UserId, digest: bool) -> Result<Option<platform::mailer::Mail>> {
    let Some(Person { name, email, unsubscribe_key }) = platform.db.row(&person(), [user.0.into()]).await? else {
        return Ok(None);
    };
    let wanted = preferences::of_person(platform.db.read(), user).await?;
    let found: Vec<Row> = rows(platform.db.read(), ROWS, [outbox.into(), user.0.into()]).await?;
    let mut optional = BTreeSet::new();
    let mut lines = Vec::new();
    for Row { kind, text, link, system, actor } in found {
        // Turned off meanwhile: by the link in an earlier mail, perhaps.
        let Some(kind) = kinds::find(&kind).filter(|kind| wanted.get(kind.name).is_some_and(|wanted| wanted.is_mailed())) else {
            continue;
        };
        if !kind.mandatory {
            optional.insert(kind.name);
        }
        lines.push(Line { text, link, system, actor });
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let origin = platform.settings.public_url();
    let one_click = if optional.is_empty() {
        None
    } else {
        let token = unsubscribe::token(&unsubscribe_key, user, &optional)?;
        Some(OneClick {
            request: format!("{origin}/api/v1/unsubscribe/{token}"),
            page: format!("{origin}/unsubscribe#token={token}"),
        })
    };
    let letter = mail_words::letter(&lines, digest, &origin, one_click);
    letter.to(outbox, Recipient { name, address: email }, &origin).map(Some)
}
