//! Locking an account after repeated failures. Wrong passwords and wrong codes count together.
//!
//! While an account is locked, sign-in is refused whatever is given, with the text, status and time of a wrong password: nobody
//! learns from an answer that the account exists, or is locked. The first lock is short, each further one lasts twice as long, and a
//! sign-in that succeeds begins anew. Attempts during a lock are counted but do not lengthen it: else a stranger could
//! keep somebody out for ever with a few attempts a day.
//!
//! Architecture Invariant: the counter is raised by one statement that reads and writes at once. What a handler has read before is
//! no ground for it: fifty parallel attempts would all have read the same number.

use crate::notices::{Notice, notice};
use audit::{Actor, Door, Event, change_installation};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::settings::LockoutSettings;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::UserId;
use shared_types::second_factor::LockCause;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Counter {
    failures: i32,
    strikes: i32,
    locks: i32,
    locked_until: Option<DateTime<Utc>>,
}

/// Counts a failure, and locks the account when it is one too many. Without a user the same statement runs and counts
/// nothing, so that it takes the same time.
pub(crate) async fn count(door: &mut Door<'_>, settings: &LockoutSettings, user: Option<UserId>, cause: LockCause) -> Result<()> {
    let id = user.map_or_else(Uuid::nil, Uuid::from);
    let sql = "INSERT INTO lockouts (user_id, failures, strikes, locks, failed_at) SELECT id, 1, 1, 0, $2 FROM users WHERE id = $1 \
               ON CONFLICT (user_id) DO UPDATE SET failures = lockouts.failures + 1, failed_at = $2, \
               strikes = CASE WHEN lockouts.locked_until > $2 THEN lockouts.strikes ELSE lockouts.strikes + 1 END \
               RETURNING failures, strikes, locks, locked_until";
    let counter = rows::<Counter>(door.tx, sql, [id.into(), door.now.into()]).await?.into_iter().next();
    let Some((user, Counter { failures, strikes, locks, locked_until })) = user.zip(counter) else { return Ok(()) };
    let locked = locked_until.is_some_and(|until| until > door.now);
    if locked || u32::try_from(strikes).unwrap_or(u32::MAX) < settings.failures {
        return Ok(());
    }
    let until = door.now + Duration::minutes(settings.minutes(u32::try_from(locks).unwrap_or(u32::MAX)));
    let sql = "UPDATE lockouts SET strikes = 0, locks = locks + 1, locked_at = $2, locked_until = $3, lock_cause = $4 WHERE user_id = $1";
    execute(door.tx, sql, [user.0.into(), door.now.into(), until.into(), cause.as_str().into()]).await?;
    let details = json!({ "cause": cause, "until": until, "failures": failures, "times": locks + 1 });
    door.record(Event::new("user.lock", "user", user).details(details));
    notice(door, user, Notice::Locked { until }).await
}

/// Whether the account is locked now. A lock whose time is over is recorded as ended.
pub(crate) async fn is_locked(door: &mut Door<'_>, user: UserId) -> Result<bool> {
    end(door, Some(user)).await?;
    let sql = "SELECT failures, strikes, locks, locked_until FROM lockouts WHERE user_id = $1 AND locked_until > $2";
    Ok(!rows::<Counter>(door.tx, sql, [user.0.into(), door.now.into()]).await?.is_empty())
}

/// A sign-in has succeeded: counting begins anew.
pub(crate) async fn forget(door: &mut Door<'_>, user: UserId) -> Result<()> {
    execute(door.tx, "DELETE FROM lockouts WHERE user_id = $1", [user.0.into()]).await?;
    Ok(())
}

/// An administrator ends a lock; counting begins anew. 409 if there is none.
pub(crate) async fn unlock(door: &mut Door<'_>, user: UserId) -> Result<()> {
    if !is_locked(door, user).await? {
        return Err(AppError::conflict("This account is not locked."));
    }
    forget(door, user).await?;
    door.record(Event::new("user.unlock", "user", user));
    notice(door, user, Notice::Unlocked).await
}

#[derive(FromQueryResult)]
struct Ended {
    user_id: Uuid,
}

/// Records the locks whose time is over, of one person or of all.
async fn end(door: &mut Door<'_>, user: Option<UserId>) -> Result<usize> {
    let id = user.map_or_else(Uuid::nil, Uuid::from);
    let sql = "UPDATE lockouts SET locked_at = NULL, locked_until = NULL, lock_cause = NULL \
               WHERE locked_until <= $1 AND ($2 OR user_id = $3) RETURNING user_id";
    let ended = rows::<Ended>(door.tx, sql, [door.now.into(), user.is_none().into(), id.into()]).await?;
    for Ended { user_id } in &ended {
        door.record(Event::new("user.lock_end", "user", user_id));
    }
    Ok(ended.len())
}

/// Records the end of the locks whose time is over; how many. Sign-in does so by itself for the one account; this is for those who
/// do not come back.
pub async fn end_lockouts(platform: &Platform) -> Result<usize> {
    change_installation(platform, Actor::anonymous(), |door| Box::pin(async move { end(door, None).await })).await
}
