//! Rounds that are under way. A row holds the hash of the browser's token; nothing in it helps whoever reads it to finish the round.

use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use shared_types::SessionId;
use shared_types::text::ReturnPath;
use uuid::Uuid;

/// A round takes this long at the most: somebody may have to find the phone.
pub(crate) const LIFE: Duration = Duration::minutes(10);

/// What a round is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Opening a session.
    SignIn,
    /// Proving anew whose session it is.
    StepUp,
    /// Connecting the account of a session with the person at the provider.
    Link,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::SignIn, Self::StepUp, Self::Link];

    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
            Self::Link => "link",
        }
    }
}

/// A round, taken up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Round {
    pub purpose: Purpose,
    /// The session that began it; none before a sign-in.
    pub session: Option<SessionId>,
    pub return_to: ReturnPath,
    pub begun_at: DateTime<Utc>,
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Remembers a round; until when. Past the door of `audit`: setting out changes nothing of the installation.
pub(crate) async fn begin(
    platform: &Platform,
    token: &str,
    purpose: Purpose,
    session: Option<SessionId>,
    return_to: &ReturnPath,
) -> Result<DateTime<Utc>> {
    let now = platform.clock.now();
    let until = now + LIFE;
    let values = [
        hash(token).into(),
        purpose.as_str().into(),
        session.map(|session| session.0).into(),
        return_to.as_str().into(),
        now.into(),
        until.into(),
    ];
    let sql = "INSERT INTO single_sign_on_rounds (hash, purpose, session_id, return_to, begun_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    platform.db.write(move |tx| Box::pin(async move { execute(tx, sql, values).await })).await?;
    Ok(until)
}

#[derive(FromQueryResult)]
struct Row {
    purpose: String,
    session_id: Option<Uuid>,
    return_to: String,
    begun_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Takes a round up, once. None if there is none, or it took too long.
pub(crate) async fn take(platform: &Platform, token: &str) -> Result<Option<Round>> {
    let sql = "DELETE FROM single_sign_on_rounds WHERE hash = $1 RETURNING purpose, session_id, return_to, begun_at, expires_at";
    let hash = hash(token);
    let found = platform.db.write(move |tx| Box::pin(async move { rows::<Row>(tx, sql, [hash.into()]).await })).await?;
    let Some(row) = found.into_iter().next().filter(|row| row.expires_at > platform.clock.now()) else { return Ok(None) };
    let Row { purpose, session_id, return_to, begun_at, expires_at: _ } = row;
    let purpose = Purpose::ALL.into_iter().find(|known| known.as_str() == purpose);
    let return_to = ReturnPath::parse(&return_to).ok();
    Ok(purpose.zip(return_to).map(|(purpose, return_to)| Round {
        purpose,
        session: session_id.map(SessionId),
        return_to,
        begun_at,
    }))
}
