//! One-time tokens: links that were shown or mailed, and codes that a person types. Only their hashes are stored.
//!
//! A token that is mailed is made by the job that mails it (`mail/`), so that no token ever stands in the outbox or in a queue.

use crate::service::token_hash;
use audit::Door;
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::{ErrorCode, UserId};
use uuid::Uuid;

/// A mailed link or code is good for this long.
pub(crate) const LIFE: Duration = Duration::minutes(30);
/// An invitation is good for this long.
pub(crate) const INVITATION_LIFE: Duration = Duration::days(7);
/// One person is mailed at most so many links or codes of a purpose in an hour, whoever asks.
const PER_HOUR: i64 = 5;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Sets the first password.
    Invitation,
    /// Sets a new password.
    PasswordReset,
    /// Proves a new address.
    EmailChange,
    /// Proves the address that the account has: a code.
    EmailCode,
}

impl Purpose {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
            Self::EmailCode => "email_code",
        }
    }

    fn life(self) -> Duration {
        if self == Self::Invitation { INVITATION_LIFE } else { LIFE }
    }

    /// Whether a new token voids the ones before. The mailed link of an invitation stands beside the one that was shown.
    fn is_alone(self) -> bool {
        self != Self::Invitation
    }
}

/// Stores a token under its hash. `outbox` is the job that mails it: what an earlier attempt of it made is void.
async fn store(door: &Door<'_>, purpose: Purpose, user: UserId, hash: String, outbox: Option<Uuid>) -> Result<DateTime<Utc>> {
    if purpose.is_alone() {
        void(door, purpose, user).await?;
    }
    if let Some(outbox) = outbox {
        execute(door.tx, "DELETE FROM one_time_tokens WHERE outbox_id = $1", [outbox.into()]).await?;
    }
    let expires_at = door.now + purpose.life();
    let sql =
        "INSERT INTO one_time_tokens (hash, kind, user_id, created_at, expires_at, outbox_id) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [hash.into(), purpose.as_str().into(), user.0.into(), door.now.into(), expires_at.into(), outbox.into()];
    execute(door.tx, sql, values).await?;
    Ok(expires_at)
}

/// A new token for a link. Earlier ones of the same purpose stop working, apart from invitations.
pub(crate) async fn issue(
    door: &Door<'_>,
    purpose: Purpose,
    user: UserId,
    outbox: Option<Uuid>,
) -> Result<(String, DateTime<Utc>)> {
    let token = door.rng.token()?;
    let expires_at = store(door, purpose, user, token_hash(&token), outbox).await?;
    Ok((token, expires_at))
}

/// A new code of eight digits to type, for a person who is signed in.
pub(crate) async fn issue_code(door: &Door<'_>, purpose: Purpose, user: UserId, outbox: Uuid) -> Result<String> {
    let number = u64::from_be_bytes(door.rng.bytes::<8>()?) % 100_000_000;
    let code = format!("{number:08}");
    store(door, purpose, user, code_hash(user, &code), Some(outbox)).await?;
    Ok(code)
}

/// A code's hash holds its user: the same code of two people is two rows.
pub(crate) fn code_hash(user: UserId, code: &str) -> String {
    token_hash(&format!("{user}:{code}"))
}

/// All tokens of a purpose stop working.
pub(crate) async fn void(door: &Door<'_>, purpose: Purpose, user: UserId) -> Result<()> {
    let sql = "UPDATE one_time_tokens SET used_at = $1 WHERE user_id = $2 AND kind = $3 AND used_at IS NULL";
    execute(door.tx, sql, [door.now.into(), user.0.into(), purpose.as_str().into()]).await?;
    Ok(())
}

/// Invitations stop working: the person has come in by another way.
pub async fn void_invitations(door: &Door<'_>, user: UserId) -> Result<()> {
    void(door, Purpose::Invitation, user).await
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Whether this person has been mailed as much as one may be in an hour. The job's own earlier attempts don't count.
pub(crate) async fn is_too_much(door: &Door<'_>, purpose: Purpose, user: UserId, outbox: Uuid) -> Result<bool> {
    let sql = "SELECT COUNT(*) AS count FROM one_time_tokens \
               WHERE user_id = $1 AND kind = $2 AND created_at > $3 AND outbox_id IS NOT NULL AND outbox_id <> $4";
    let since = door.now - Duration::hours(1);
    let found = rows::<Count>(door.tx, sql, [user.0.into(), purpose.as_str().into(), since.into(), outbox.into()]).await?;
    Ok(found.first().is_some_and(|row| row.count >= PER_HOUR))
}

#[derive(FromQueryResult)]
struct TokenRow {
    user_id: Uuid,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    outbox_id: Option<Uuid>,
}

/// A token that is still good.
pub(crate) struct Found {
    /// Whose.
    pub user: UserId,
    /// It came by mail: whoever has it reads that address.
    pub mailed: bool,
}

/// The user of a token that is still good; it stays so.
pub(crate) async fn look_up(
    connection: &impl ConnectionTrait,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Found> {
    let sql = "SELECT user_id, expires_at, used_at, outbox_id FROM one_time_tokens WHERE hash = $1 AND kind = $2";
    let row = rows::<TokenRow>(connection, sql, [token_hash(token).into(), purpose.as_str().into()]).await?.into_iter().next();
    match row {
        Some(row) if row.used_at.is_none() && row.expires_at > now => {
            Ok(Found { user: UserId(row.user_id), mailed: row.outbox_id.is_some() })
        }
        _ => Err(AppError::new(ErrorCode::BadToken)),
    }
}

/// Uses a token up, and with it all others of its purpose. The door's lock makes this once.
pub(crate) async fn redeem(door: &Door<'_>, purpose: Purpose, token: &str) -> Result<Found> {
    let found = look_up(door.tx, purpose, token, door.now).await?;
    void(door, purpose, found.user).await?;
    Ok(found)
}
