//! Throws away notifications that have served their time.

use crate::service::change_head;
use chrono::TimeDelta;
use platform::db::execute;
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::UserId;
use uuid::Uuid;

/// What was read, or is shown nowhere in the product, goes this long after it came, ...
const READ: TimeDelta = TimeDelta::days(180);
/// ... and everything else this long after.
const ALL: TimeDelta = TimeDelta::days(365);
/// Rows that go in one transaction: on SQLite all writers wait for it.
const BATCH: i64 = 500;

/// A condition of SQL: it has served its time. `$1` is the time before which everything goes, `$2` that of what was read. Notices about
/// the age of evidence stay whole: as long as they are there nobody is told the same again.
const OLD: &str = "created_at < $2 AND (created_at < $1 OR ((read_at IS NOT NULL OR NOT in_app) \
    AND kind NOT IN ('evidence.expiring', 'evidence.expired')))";

#[derive(FromQueryResult)]
struct Person {
    user_id: Uuid,
}

/// Throws away old notifications; how many. Whose unread ones go with them is told the new count.
pub async fn purge_notifications(platform: &Platform) -> Result<u64> {
    let now = platform.clock.now();
    let (all, read) = (now - ALL, now - READ);
    let sql = format!("SELECT DISTINCT user_id FROM notifications WHERE {OLD} ORDER BY user_id");
    let mut purged = 0;
    for Person { user_id } in platform.db.rows::<Person>(&sql, [all.into(), read.into()]).await? {
        loop {
            let sql = format!(
                "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE user_id = $3 AND {OLD} LIMIT $4)"
            );
            let gone = platform
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        change_head(tx, UserId(user_id)).await?;
                        execute(tx, &sql, [all.into(), read.into(), user_id.into(), BATCH.into()]).await
                    })
                })
                .await?;
            purged += gone;
            if gone < BATCH.unsigned_abs() {
                break;
            }
        }
        platform.live.wake([UserId(user_id)]).await;
    }
    Ok(purged)
}
