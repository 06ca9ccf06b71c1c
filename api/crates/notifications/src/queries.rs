//! What a person reads of the notifications: the own ones, of systems that the person still sees.

use crate::service::lock_head;
use chrono::{DateTime, Utc};
use identity::SignedIn;
use platform::db::execute;
use platform::page::PageRequest;
use platform::{Db, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use shared_types::identity::Person;
use shared_types::notifications::{MOST_UNREAD, Notification};
use shared_types::{NotificationId, SystemId, UserId};
use uuid::Uuid;

/// A notification as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    system_id: Option<Uuid>,
    kind: String,
    text: String,
    link: Option<String>,
    pub sequence: i64,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let Row { id, sequence: _, system_id, kind, text, link, created_at, read_at, actor_id, actor_name } = row;
        let actor = actor_id.zip(actor_name).map(|(id, name)| Person { id: UserId(id), name });
        Self { id: NotificationId(id), system: system_id.map(SystemId), kind, text, link, created_at, read_at, actor }
    }
}

/// Which of them.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Filter {
    /// Of these kinds; empty: of all.
    pub kinds: Vec<String>,
    /// Of this system.
    pub system: Option<SystemId>,
    /// Only those that wait to be read, or only the others.
    pub unread: Option<bool>,
}

impl Filter {
    /// The condition, which begins with [`MINE`]; what it compares with is added to `values`, after what is in them.
    fn condition(&self, values: &mut Vec<Value>) -> String {
        let mut bind = |value: Value| {
            values.push(value);
            values.len()
        };
        let mut conditions = vec![MINE.to_owned()];
        if !self.kinds.is_empty() {
            let places: Vec<String> = self.kinds.iter().map(|kind| format!("${}", bind(kind.as_str().into()))).collect();
            conditions.push(format!("kind IN ({})", places.join(", ")));
        }
        if let Some(system) = self.system {
            conditions.push(format!("system_id = ${}", bind(system.0.into())));
        }
        if let Some(unread) = self.unread {
            conditions.push(if unread { "read_at IS NULL" } else { "read_at IS NOT NULL" }.to_owned());
        }
        conditions.join(" AND ")
    }
}

/// $1 is the person, $2 whether that person administers the installation. What a system told somebody who has left it since is
/// the system's: it is not shown, and not there to be marked. Nor is what the person does not want to see here.
const MINE: &str = "user_id = $1 AND in_app AND (system_id IS NULL OR $2 OR EXISTS \
    (SELECT 1 FROM members m WHERE m.system_id = notifications.system_id AND m.user_id = $1))";

fn mine<S>(who: &SignedIn<S>) -> Vec<Value> {
    vec![who.user().0.into(), who.account.admin.into()]
}

/// The notifications of a page, newest first.
pub(crate) async fn notifications<S>(db: &Db, who: &SignedIn<S>, filter: &Filter, page: &PageRequest<i64>) -> Result<Vec<Row>> {
    let (compare, way) = if page.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let mut values = mine(who);
    let mut condition = filter.condition(&mut values);
    let mut bind = |value: Value| {
        values.push(value);
        values.len()
    };
    if let Some(cursor) = &page.cursor {
        condition = format!("{condition} AND sequence {compare} ${}", bind(cursor.k.into()));
    }
    let limit = bind(i64::try_from(page.fetch()).unwrap_or(i64::MAX).into());
    let sql = format!(
        "SELECT id, sequence, system_id, kind, text, link, created_at, read_at, actor_id, \
         (SELECT u.name FROM users u WHERE u.id = notifications.actor_id) AS actor_name FROM notifications \
         WHERE {condition} ORDER BY sequence {way} LIMIT ${limit}"
    );
    db.rows(&sql, values).await
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many of these wait to be read, counted up to [`MOST_UNREAD`].
pub(crate) async fn unread<S>(db: &Db, who: &SignedIn<S>, filter: &Filter) -> Result<u64> {
    let mut values = mine(who);
    let condition = filter.condition(&mut values);
    let sql = format!(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM notifications WHERE {condition} AND read_at IS NULL LIMIT {MOST_UNREAD}) AS counted"
    );
    let count = db.row::<Count>(&sql, values).await?;
    Ok(count.map_or(0, |row| row.count.unsigned_abs()))
}

#[derive(FromQueryResult)]
struct NewRow {
    system_id: Option<Uuid>,
}

/// Of each notification that came after a place in the person's order, up to another, the system; a thousand at the most.
pub(crate) async fn systems_after<S>(db: &Db, who: &SignedIn<S>, after: i64, up_to: i64) -> Result<Vec<Option<SystemId>>> {
    let sql = format!(
        "SELECT system_id FROM notifications WHERE {MINE} AND sequence > $3 AND sequence <= $4 ORDER BY sequence LIMIT 1000"
    );
    let mut values = mine(who);
    values.extend([after.into(), up_to.into()]);
    let found = db.rows::<NewRow>(&sql, values).await?;
    Ok(found.into_iter().map(|row| row.system_id.map(SystemId)).collect())
}

#[derive(FromQueryResult)]
struct Head {
    revision: i64,
}

/// How often anything has changed for the person.
pub(crate) async fn revision<S>(db: &Db, who: &SignedIn<S>) -> Result<i64> {
    let sql = "SELECT revision FROM notification_heads WHERE user_id = $1";
    Ok(db.row::<Head>(sql, [who.user().0.into()]).await?.map_or(0, |head| head.revision))
}

/// Marks one as read; false if there is none. The first time stands.
pub(crate) async fn mark_read<S>(tx: &Tx, who: &SignedIn<S>, id: NotificationId, now: DateTime<Utc>) -> Result<bool> {
    lock_head(tx, who.user()).await?;
    let sql = format!("UPDATE notifications SET read_at = COALESCE(read_at, $3) WHERE {MINE} AND id = $4");
    let mut values = mine(who);
    values.extend([now.into(), id.0.into()]);
    Ok(execute(tx, &sql, values).await? == 1)
}

/// Marks these as read; how many were not.
pub(crate) async fn mark_all_read<S>(tx: &Tx, who: &SignedIn<S>, filter: &Filter, now: DateTime<Utc>) -> Result<u64> {
    lock_head(tx, who.user()).await?;
    let mut values = mine(who);
    values.push(now.into());
    let condition = filter.condition(&mut values);
    let sql = format!("UPDATE notifications SET read_at = $3 WHERE {condition} AND read_at IS NULL");
    execute(tx, &sql, values).await
}
