//! The challenge that waits for an authenticator's answer.

use crate::service::token_hash;
use audit::Door;
use chrono::{DateTime, Duration, Utc};
use platform::Result;
use platform::db::{execute, rows};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::{SessionId, UserId};

/// How long the authenticator may take.
const CEREMONY: Duration = Duration::minutes(5);

/// What a challenge belongs to. One waits for each: a new one takes the place of the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding(String);

impl Binding {
    /// Making a passkey in this session.
    pub fn adding(session: SessionId) -> Self {
        Self(format!("add:{session}"))
    }

    /// Proving again in this session.
    pub fn proving(session: SessionId) -> Self {
        Self(format!("prove:{session}"))
    }

    /// The second step of a sign-in, by the token of its state.
    pub fn second_step(token: &str) -> Self {
        Self(format!("step:{}", token_hash(token)))
    }
}

/// Lets a challenge wait; until when.
pub(super) async fn wait(door: &Door<'_>, binding: &Binding, user: UserId, state: String) -> Result<DateTime<Utc>> {
    let expires_at = door.now + CEREMONY;
    execute(door.tx, "DELETE FROM passkey_ceremonies WHERE expires_at <= $1", [door.now.into()]).await?;
    let sql = "INSERT INTO passkey_ceremonies (binding, user_id, state, expires_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (binding) DO UPDATE SET user_id = $2, state = $3, expires_at = $4";
    execute(door.tx, sql, [binding.0.as_str().into(), user.0.into(), state.into(), expires_at.into()]).await?;
    Ok(expires_at)
}

#[derive(FromQueryResult)]
struct Waiting {
    state: String,
}

/// The challenge that waits, if one does.
pub(super) async fn waiting(
    connection: &impl ConnectionTrait,
    binding: &Binding,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let sql = "SELECT state FROM passkey_ceremonies WHERE binding = $1 AND user_id = $2 AND expires_at > $3";
    let values = [binding.0.as_str().into(), user.0.into(), now.into()];
    Ok(rows::<Waiting>(connection, sql, values).await?.into_iter().next().map(|row| row.state))
}

/// Uses a challenge up. False if it was answered already, or another waits in its place.
pub(super) async fn use_up(door: &Door<'_>, binding: &Binding, state: &str) -> Result<bool> {
    let sql = "DELETE FROM passkey_ceremonies WHERE binding = $1 AND state = $2 AND expires_at > $3";
    Ok(execute(door.tx, sql, [binding.0.as_str().into(), state.into(), door.now.into()]).await? == 1)
}
