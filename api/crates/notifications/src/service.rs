//! Tells a person something, once.

use chrono::{DateTime, Utc};
use platform::db::execute;
use platform::{Platform, Result, Tx};
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// Something to tell one person.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub id: Uuid,
    pub user: UserId,
    pub system: SystemId,
    pub kind: &'static str,
    pub text: String,
    pub link: String,
    /// The same person is told once under the same key.
    pub unique_key: String,
    pub at: DateTime<Utc>,
}

impl Notice {
    /// An id from clock and chance.
    pub(crate) fn id(platform: &Platform) -> Result<Uuid> {
        platform.rng.id(&platform.clock)
    }
}

/// Writes a notification; false if the person was told before.
pub(crate) async fn tell(tx: &Tx, notice: Notice) -> Result<bool> {
    let Notice { id, user, system, kind, text, link, unique_key, at } = notice;
    let sql = "INSERT INTO notifications (id, user_id, system_id, kind, text, link, unique_key, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (user_id, unique_key) DO NOTHING";
    let values = [id.into(), user.0.into(), system.0.into(), kind.into(), text.into(), link.into(), unique_key.into(), at.into()];
    Ok(execute(tx, sql, values).await? == 1)
}
