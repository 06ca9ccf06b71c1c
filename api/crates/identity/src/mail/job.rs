//! The job that mails.

use super::errand::{Errand, Payload};
use super::words;
use crate::notices::Notice;
use crate::one_time::{self, Purpose};
use crate::queries::CAN_SIGN_IN;
use audit::{Actor, Door, change_installation};
use platform::db::{execute, rows};
use platform::mailer::{Letter, Recipient};
use platform::{JobError, JobResult, Platform, Result, outbox};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// The topic of these jobs in the outbox.
pub const MAIL: &str = "mail";

/// A mail to be, before it is written out.
struct Draft {
    to: Recipient,
    letter: Letter,
}

/// Sends one mail about an account. It is handed over at least once and as a rule once: a process that dies between the mail
/// server's yes and the record of it sends it again.
pub async fn send(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { user, at, errand } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a mail: {error}")))?;
    if let Some(user) = user
        && let Some(Draft { to, letter }) = draft(platform, outbox, user, at, errand).await?
    {
        let mail = letter.to(outbox, to, &platform.settings.public_url())?;
        platform.mailer.send(&mail).await?;
    }
    let now = platform.clock.now();
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                outbox::finish(tx, outbox, now).await?;
                // Whom it went to needs not be kept for the days that a done row stays.
                execute(tx, "UPDATE outbox SET payload = '{}' WHERE id = $1 AND done_at IS NOT NULL", [outbox.into()]).await
            })
        })
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Person {
    name: String,
    email: String,
    pending_email: Option<String>,
    time_zone: Option<String>,
    has_password: bool,
    can_sign_in: bool,
    active: bool,
}

async fn person(connection: &impl ConnectionTrait, user: UserId) -> Result<Option<Person>> {
    let sql = format!(
        "SELECT u.name, u.email, u.pending_email, u.time_zone, u.password_hash IS NOT NULL AS has_password, {CAN_SIGN_IN} AS can_sign_in, \
         u.deactivated_at IS NULL AS active FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL"
    );
    Ok(rows(connection, &sql, [user.0.into()]).await?.into_iter().next())
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

async fn system_name(connection: &impl ConnectionTrait, system: SystemId) -> Result<Option<String>> {
    let sql = "SELECT name FROM systems WHERE id = $1";
    Ok(rows::<Named>(connection, sql, [system.0.into()]).await?.into_iter().next().map(|row| row.name))
}

/// What the mail says and to whom; none if there is no reason to send it any more.
async fn draft(
    platform: &Platform,
    outbox: Uuid,
    user: UserId,
    at: chrono::DateTime<chrono::Utc>,
    errand: Errand,
) -> Result<Option<Draft>> {
    let purpose = match errand {
        Errand::Notice(notice) => {
            let Some(person) = person(platform.db.read(), user).await? else { return Ok(None) };
            let system = match &notice {
                Notice::RoleChanged { system, .. } => system_name(platform.db.read(), *system).await?,
                _ => None,
            };
            let address = match &notice {
                Notice::EmailChanged { old } => old.clone(),
                _ => person.email,
            };
            let to = Recipient { name: person.name, address };
            return Ok(Some(Draft { to, letter: words::notice(&notice, at, person.time_zone.as_deref(), system.as_deref()) }));
        }
        Errand::Invitation { .. } => Purpose::Invitation,
        Errand::PasswordReset => Purpose::PasswordReset,
        Errand::EmailChange => Purpose::EmailChange,
        Errand::EmailCode => Purpose::EmailCode,
    };
    let origin = platform.settings.public_url();
    change_installation(platform, Actor::default(), move |door| {
        Box::pin(async move { with_token(door, outbox, user, &errand, purpose, &origin).await })
    })
    .await
}

/// The same for a mail that carries a token, which is made here. Behind the door, so that it can't cross the change that voids it;
/// what asked for it is in the audit log already.
async fn with_token(
    door: &mut Door<'_>,
    outbox: Uuid,
    user: UserId,
    errand: &Errand,
    purpose: Purpose,
    origin: &str,
) -> Result<Option<Draft>> {
    let Some(person) = person(door.tx, user).await? else { return Ok(None) };
    // Who can sign in needs no invitation, and who has no password has nothing to reset.
    let wanted = match purpose {
        Purpose::Invitation => !person.can_sign_in,
        Purpose::PasswordReset => person.has_password,
        Purpose::EmailChange | Purpose::EmailCode => person.can_sign_in,
    };
    if !person.active || !wanted || one_time::is_too_much(door, purpose, user, outbox).await? {
        return Ok(None);
    }
    let link = |page: &str, token: &str| format!("{origin}/{page}#token={token}");
    let (address, letter) = match errand {
        Errand::Notice(_) => return Ok(None),
        Errand::Invitation { system } => {
            let system = match system {
                Some(system) => system_name(door.tx, *system).await?,
                None => None,
            };
            let (token, until) = one_time::issue(door, purpose, user, Some(outbox)).await?;
            (person.email, words::invitation(link("join", &token), until, person.time_zone.as_deref(), system.as_deref()))
        }
        Errand::PasswordReset => {
            let (token, _until) = one_time::issue(door, purpose, user, Some(outbox)).await?;
            (person.email, words::password_reset(link("reset-password", &token)))
        }
        Errand::EmailChange => {
            let Some(pending) = person.pending_email else { return Ok(None) };
            // An address that somebody has already is not written to, and the one who asked is told nothing of it.
            let sql = "SELECT name FROM users WHERE email = $1";
            if !rows::<Named>(door.tx, sql, [pending.clone().into()]).await?.is_empty() {
                return Ok(None);
            }
            let (token, _until) = one_time::issue(door, purpose, user, Some(outbox)).await?;
            (pending, words::email_change(link("confirm-email", &token)))
        }
        Errand::EmailCode => {
            let code = one_time::issue_code(door, purpose, user, outbox).await?;
            (person.email, words::email_code(&code))
        }
    };
    Ok(Some(Draft { to: Recipient { name: person.name, address }, letter }))
}
