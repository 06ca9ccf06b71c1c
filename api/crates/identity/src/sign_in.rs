//! The two steps of a sign-in. What was found out before the door (is the password right?) comes in; whether that opens a session is
//! decided behind it, so that a lock which another attempt has just set counts.

use crate::lockout;
use crate::passkeys::{self, Verdict};
use crate::second_factor::{self, SecondFactorKeys};
use crate::service::{self, OpenedSession, Origin, token_hash};
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{Result, Settings};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use shared_types::UserId;
use shared_types::second_factor::{LockCause, OneTimeCode, SecondFactorKind};
use uuid::Uuid;
use webauthn::Refusal;

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
        /// Which kinds of second factor the person has.
        accepts: Vec<SecondFactorKind>,
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
        return refuse(door, settings, user, (LockCause::Password, None), locked).await;
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
    let accepts = second_factor::accepts(door.tx, user).await?;
    Ok(Step::SecondFactor { token, expires_at, accepts })
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

/// The second step: a code. A wrong one may be followed by another until the state expires or the account is locked.
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
        return refuse(door, settings, Some(user), (LockCause::SecondFactor, None), locked).await;
    }
    take_second_step(door, settings, user, token, origin).await
}

/// The second step: a passkey. What its answer is worth was found out before.
pub(crate) async fn with_passkey(
    door: &mut Door<'_>,
    settings: &Settings,
    token: &str,
    verdict: Verdict,
    origin: Origin,
) -> Result<Step> {
    let Some(user) = awaited(door.tx, token, door.now).await? else { return Ok(Step::Unknown) };
    let locked = lockout::is_locked(door, user).await?;
    let why = if locked { None } else { passkeys::settle(door, user, verdict).await?.err() };
    if locked || why.is_some() {
        return refuse(door, settings, Some(user), (LockCause::SecondFactor, why), locked).await;
    }
    take_second_step(door, settings, user, token, origin).await
}

async fn take_second_step(door: &mut Door<'_>, settings: &Settings, user: UserId, token: &str, origin: Origin) -> Result<Step> {
    execute(door.tx, "DELETE FROM second_steps WHERE hash = $1", [token_hash(token).into()]).await?;
    open(door, settings, user, origin).await
}

/// A refusal for the audit log: its cause, of a passkey the reason too, and whether the account was locked.
pub(crate) fn refusal(cause: LockCause, passkey: Option<Refusal>, locked: bool) -> serde_json::Value {
    let mut details = json!({ "cause": cause, "locked": locked });
    if let (Some(why), Some(map)) = (passkey, details.as_object_mut()) {
        map.insert("passkey".to_owned(), why.as_str().into());
    }
    details
}

/// Opens the session of somebody who has given everything that was asked.
pub(crate) async fn open(door: &mut Door<'_>, settings: &Settings, user: UserId, origin: Origin) -> Result<Step> {
    lockout::forget(door, user).await?;
    let session = service::open_session(door, &settings.session, user, origin).await?;
    Ok(Step::Open { user, session })
}

/// Counts and records a refusal; both are committed although the answer is no.
async fn refuse(
    door: &mut Door<'_>,
    settings: &Settings,
    user: Option<UserId>,
    (cause, passkey): (LockCause, Option<Refusal>),
    locked: bool,
) -> Result<Step> {
    door.record(match user {
        Some(user) => Event::new("session.refused", "user", user).details(refusal(cause, passkey, locked)),
        None => Event::without_object("session.refused", "user"),
    });
    lockout::count(door, &settings.lockout, user, cause).await?;
    Ok(Step::Refused)
}
