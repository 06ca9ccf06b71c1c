//! The two steps of a sign-in. What was found out before the door (is the password right?) comes in; whether that opens a session is
//! decided behind it, so that a lock which another attempt has just set counts.

use crate::lockout;
use crate::second_factor::{self, SecondFactorKeys};
use crate::service::{self, OpenedSession, Origin, token_hash};
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{Result, Settings};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use shared_types::UserId;
use shared_types::second_factor::{LockCause, OneTimeCode};
use uuid::Uuid;

/// How long the second step may take.
const SECOND_STEP: Duration = Duration::minutes(5);

/// What a step of a sign-in leads to.
pub enum Step {
    /// No. Why, nobody is told.
    Refused,
    /// The state of the second step is gone or never was: begin with the password.
    Unknown,
    /// The first step succeeded; the second factor is awaited.
    SecondFactor {
        /// The opaque token of the second step's cookie.
        token: String,
        /// Until when.
        expires_at: DateTime<Utc>,
    },
    /// In.
    Open {
        /// The user.
        user: UserId,
        /// The session.
        session: OpenedSession,
    },
}

/// The first step. `user` is who has the address, `good` whether the password is theirs.
pub(crate) async fn with_password(
    door: &mut Door<'_>,
    settings: &Settings,
    user: Option<UserId>,
    good: bool,
    origin: Origin,
) -> Result<Step> {
    let locked = lockout::is_locked(door, user.unwrap_or(UserId(Uuid::nil()))).await?;
    let Some(user) = user.filter(|_| good && !locked) else {
        return refuse(door, settings, user, LockCause::Password, locked).await;
    };
    if second_factor::is_enrolled(door, user).await? {
        return await_second_step(door, user).await;
    }
    open(door, settings, user, origin).await
}

/// Remembers that the first step succeeded, for a short while.
pub(crate) async fn await_second_step(door: &mut Door<'_>, user: UserId) -> Result<Step> {
    let token = door.rng.token()?;
    let expires_at = door.now + SECOND_STEP;
    execute(door.tx, "DELETE FROM second_steps WHERE expires_at <= $1", [door.now.into()]).await?;
    let sql = "INSERT INTO second_steps (hash, user_id, expires_at) VALUES ($1, $2, $3)";
    execute(door.tx, sql, [token_hash(&token).into(), user.0.into(), expires_at.into()]).await?;
    Ok(Step::SecondFactor { token, expires_at })
}

#[derive(FromQueryResult)]
struct Awaited {
    user_id: Uuid,
}

/// Whose second step a token stands for, while it may be taken.
pub(crate) async fn awaited(connection: &impl ConnectionTrait, token: &str, now: DateTime<Utc>) -> Result<Option<UserId>> {
    let sql = "SELECT user_id FROM second_steps WHERE hash = $1 AND expires_at > $2";
    let row = rows::<Awaited>(connection, sql, [token_hash(token).into(), now.into()]).await?.into_iter().next();
    Ok(row.map(|row| UserId(row.user_id)))
}

/// The second step. A wrong code may be followed by another until the state expires or the account is locked.
pub(crate) async fn with_code(
    door: &mut Door<'_>,
    settings: &Settings,
    keys: &SecondFactorKeys,
    token: &str,
    code: &OneTimeCode,
    origin: Origin,
) -> Result<Step> {
    let Some(user) = awaited(door.tx, token, door.now).await? else { return Ok(Step::Unknown) };
    let locked = lockout::is_locked(door, user).await?;
    if locked || !second_factor::prove(door, keys, user, code).await? {
        return refuse(door, settings, Some(user), LockCause::SecondFactor, locked).await;
    }
    execute(door.tx, "DELETE FROM second_steps WHERE hash = $1", [token_hash(token).into()]).await?;
    open(door, settings, user, origin).await
}

/// Opens the session of somebody who has given everything that was asked.
pub(crate) async fn open(door: &mut Door<'_>, settings: &Settings, user: UserId, origin: Origin) -> Result<Step> {
    lockout::forget(door, user).await?;
    let session = service::open_session(door, &settings.session, user, origin).await?;
    Ok(Step::Open { user, session })
}

/// Counts and records a refusal; both are committed although the answer is no.
async fn refuse(door: &mut Door<'_>, settings: &Settings, user: Option<UserId>, cause: LockCause, locked: bool) -> Result<Step> {
    door.record(match user {
        Some(user) => Event::new("session.refused", "user", user).details(json!({ "cause": cause, "locked": locked })),
        None => Event::without_object("session.refused", "user"),
    });
    lockout::count(door, &settings.lockout, user, cause).await?;
    Ok(Step::Refused)
}
