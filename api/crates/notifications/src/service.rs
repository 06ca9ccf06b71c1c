//! Tells a person something, once, as the person wants it.

use crate::kinds::Kind;
use crate::preferences;
use crate::programs::ProgramObject;
use chrono::{DateTime, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Platform, Result, Tx};
use sea_orm::FromQueryResult;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// Something to tell one person.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The person.
    pub user: UserId,
    /// The system that it is about; it is shown to members only.
    pub system: Option<SystemId>,
    /// Its kind.
    pub kind: &'static Kind,
    /// In words, on one line.
    pub text: String,
    /// The path of its page in the client.
    pub link: String,
    /// The same person is told once under the same key.
    pub unique_key: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; nobody where a day came, or the product found something.
    pub actor: Option<UserId>,
    /// What it is about, where programs outside are told of it by this notice.
    pub object: Option<ProgramObject>,
}

impl Notice {
    /// An id from clock and chance.
    pub fn id(platform: &Platform) -> Result<Uuid> {
        platform.rng.id(&platform.clock)
    }
}

/// Writes a notification; false if the person was told before. Wake the person's streams (`platform.live`) after the commit.
///
/// It takes the lock of the person: a transaction that tells several people tells them in the order of their ids.
pub async fn tell(tx: &Tx, notice: Notice) -> Result<bool> {
    let Notice { id, user, system, kind, text, link, unique_key, at, actor, object: _ } = notice;
    let wanted = preferences::of_kind(tx, user, kind).await?;
    let sql = "INSERT INTO notifications (id, user_id, system_id, kind, text, link, unique_key, created_at, in_app, email, actor_id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (user_id, unique_key) DO NOTHING";
    let values = [
        id.into(),
        user.0.into(),
        system.map(|system| system.0).into(),
        kind.name.into(),
        text.into(),
        link.into(),
        unique_key.into(),
        at.into(),
        wanted.in_app.into(),
        wanted.mail_state().into(),
        actor.map(|actor| actor.0).into(),
    ];
    if execute(tx, sql, values).await? == 0 {
        return Ok(false);
    }
    let sequence = change_head(tx, user).await?;
    execute(tx, "UPDATE notifications SET sequence = $1 WHERE id = $2", [sequence.into(), id.into()]).await?;
    Ok(true)
}

/// Locks what is told to a person until the transaction ends. Whoever changes notifications that are there locks their person first: of
/// two that change several, neither then has what the other waits for. Without a head there are none.
pub(crate) async fn lock_head(tx: &Tx, user: UserId) -> Result<()> {
    execute(tx, "UPDATE notification_heads SET revision = revision WHERE user_id = $1", [user.0.into()]).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Head {
    revision: i64,
}

/// Counts one more change for a person, and locks what is told to them until the transaction ends.
pub(crate) async fn change_head(tx: &Tx, user: UserId) -> Result<i64> {
    let sql = "INSERT INTO notification_heads (user_id, revision) VALUES ($1, 1) \
               ON CONFLICT (user_id) DO UPDATE SET revision = notification_heads.revision + 1 RETURNING revision";
    let head = rows::<Head>(tx, sql, [user.0.into()]).await?.into_iter().next();
    head.map(|head| head.revision).ok_or_else(|| AppError::internal("a person's count of changes was not written"))
}
