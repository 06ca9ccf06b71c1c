//! The live sessions of a person, and ending them: at once and on every instance, because each request reads the row.

use crate::device::device;
use crate::devices;
use audit::{Door, Event};
use chrono::{DateTime, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Db, Result};
use sea_orm::FromQueryResult;
use shared_types::access::LiveSession;
use shared_types::{SessionId, UserId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: DateTime<Utc>,
    rotated_at: DateTime<Utc>,
    idle_expires_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// The live sessions of a person, the last seen first. `own` is the one of the request.
pub(crate) async fn sessions_of(db: &Db, user: UserId, own: Option<SessionId>, now: DateTime<Utc>) -> Result<Vec<LiveSession>> {
    let sql = "SELECT id, user_agent, address, created_at, rotated_at, idle_expires_at, expires_at FROM sessions \
               WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND idle_expires_at > $2 \
               ORDER BY rotated_at DESC, id DESC LIMIT 200";
    let found = db.rows::<Row>(sql, [user.0.into(), now.into()]).await?;
    Ok(found.into_iter().map(|row| session(row, own)).collect())
}

fn session(row: Row, own: Option<SessionId>) -> LiveSession {
    let Row { id, user_agent, address, created_at, rotated_at, idle_expires_at, expires_at } = row;
    LiveSession {
        id: SessionId(id),
        device: device(user_agent.as_deref()),
        address,
        created_at,
        last_seen_at: rotated_at,
        expires_at: expires_at.min(idle_expires_at),
        current: own == Some(SessionId(id)),
    }
}

/// Ends one session of a user; 404 where there is no such live one.
pub(crate) async fn end_one(door: &mut Door<'_>, user: UserId, session: SessionId, reason: &'static str) -> Result<()> {
    let sql = "UPDATE sessions SET revoked_at = $1, revoked_reason = $2 WHERE id = $3 AND user_id = $4 AND revoked_at IS NULL \
               AND expires_at > $1 AND idle_expires_at > $1";
    if execute(door.tx, sql, [door.now.into(), reason.into(), session.0.into(), user.0.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    door.record(Event::new("session.end", "session", session).details(serde_json::json!({ "reason": reason, "user": user })));
    Ok(())
}

#[derive(FromQueryResult)]
struct Ended {
    id: Uuid,
}

/// Ends every live session of a user, but for one, and forgets their browsers; how many. For whatever takes trust away: a new password, a role, the account.
pub async fn end_sessions(door: &mut Door<'_>, user: UserId, but: Option<SessionId>, reason: &'static str) -> Result<u64> {
    let sql = "UPDATE sessions SET revoked_at = $1, revoked_reason = $2 WHERE user_id = $3 AND id <> $4 AND revoked_at IS NULL \
               AND expires_at > $1 AND idle_expires_at > $1 RETURNING id";
    // No session has the nil id.
    let kept = but.map_or(Uuid::nil(), |session| session.0);
    let ended = rows::<Ended>(door.tx, sql, [door.now.into(), reason.into(), user.0.into(), kept.into()]).await?;
    for Ended { id } in &ended {
        door.record(Event::new("session.end", "session", id).details(serde_json::json!({ "reason": reason, "user": user })));
    }
    devices::forget(door, user, but).await?;
    Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
}
