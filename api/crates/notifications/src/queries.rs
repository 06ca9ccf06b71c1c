//! What a person reads of the notifications: the own ones, of systems that the person still sees.

use chrono::{DateTime, Utc};
use identity::SignedIn;
use platform::db::execute;
use platform::page::PageRequest;
use platform::{Db, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use shared_types::notifications::Notification;
use shared_types::{NotificationId, SystemId};
use uuid::Uuid;

/// A notification as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Row {
    pub id: Uuid,
    system_id: Option<Uuid>,
    kind: String,
    text: String,
    link: Option<String>,
    pub created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let Row { id, system_id, kind, text, link, created_at, read_at } = row;
        Self { id: NotificationId(id), system: system_id.map(SystemId), kind, text, link, created_at, read_at }
    }
}

/// $1 is the person, $2 whether that person administers the installation. What a system told somebody who has left it since is
/// the system's: it is not shown, and not there to be marked.
const MINE: &str = "user_id = $1 AND (system_id IS NULL OR $2 OR EXISTS \
    (SELECT 1 FROM members m WHERE m.system_id = notifications.system_id AND m.user_id = $1))";

fn mine<S>(who: &SignedIn<S>) -> Vec<Value> {
    vec![who.user().0.into(), who.account.admin.into()]
}

/// The notifications of a page, newest first.
pub(crate) async fn notifications<S>(db: &Db, who: &SignedIn<S>, page: &PageRequest<(DateTime<Utc>, Uuid)>) -> Result<Vec<Row>> {
    let (compare, way) = if page.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let sql = format!(
        "SELECT id, system_id, kind, text, link, created_at, read_at FROM notifications WHERE {MINE} \
         AND ($3 OR (created_at, id) {compare} ($4, $5)) ORDER BY created_at {way}, id {way} LIMIT $6"
    );
    let (at, id) = page.cursor.as_ref().map(|cursor| cursor.k).unwrap_or_default();
    let mut values = mine(who);
    values.extend([page.cursor.is_none().into(), at.into(), id.into(), i64::try_from(page.fetch()).unwrap_or(i64::MAX).into()]);
    db.rows(&sql, values).await
}

/// Marks one as read; false if there is none. The first time stands.
pub(crate) async fn mark_read<S>(tx: &Tx, who: &SignedIn<S>, id: NotificationId, now: DateTime<Utc>) -> Result<bool> {
    let sql = format!("UPDATE notifications SET read_at = COALESCE(read_at, $3) WHERE {MINE} AND id = $4");
    let mut values = mine(who);
    values.extend([now.into(), id.0.into()]);
    Ok(execute(tx, &sql, values).await? == 1)
}

/// Marks all as read.
pub(crate) async fn mark_all_read<S>(tx: &Tx, who: &SignedIn<S>, now: DateTime<Utc>) -> Result<()> {
    let sql = format!("UPDATE notifications SET read_at = $3 WHERE {MINE} AND read_at IS NULL");
    let mut values = mine(who);
    values.push(now.into());
    execute(tx, &sql, values).await?;
    Ok(())
}
