//! What is thrown away when it has served its time.

use chrono::TimeDelta;
use platform::db::execute;
use platform::{Platform, Result};

/// Finished jobs stay in the queue this long, for a person who looks.
pub(crate) const FINISHED_JOBS: TimeDelta = TimeDelta::hours(24);
/// Mails that were written into files stay this long.
pub(crate) const MAIL_FILES: TimeDelta = TimeDelta::days(30);
/// Rows that go in one transaction: on SQLite all writers wait for it.
const BATCH: i64 = 1000;

/// What, and after how long. `$1` is the time before which, `$2` the number of rows.
const EXPIRING: [(&str, TimeDelta); 10] = [
    (
        "DELETE FROM idempotency_keys WHERE (user_id, key) IN \
         (SELECT user_id, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2)",
        TimeDelta::hours(24),
    ),
    ("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < $1 LIMIT $2)", TimeDelta::days(7)),
    ("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE failed_at < $1 LIMIT $2)", TimeDelta::days(30)),
    (
        "DELETE FROM one_time_tokens WHERE hash IN (SELECT hash FROM one_time_tokens WHERE expires_at < $1 LIMIT $2)",
        TimeDelta::days(1),
    ),
    (
        "DELETE FROM sessions WHERE id IN \
         (SELECT id FROM sessions WHERE revoked_at < $1 OR expires_at < $1 OR idle_expires_at < $1 LIMIT $2)",
        TimeDelta::days(30),
    ),
    (
        "DELETE FROM second_steps WHERE hash IN (SELECT hash FROM second_steps WHERE expires_at < $1 LIMIT $2)",
        TimeDelta::hours(1),
    ),
    (
        "DELETE FROM passkey_ceremonies WHERE binding IN (SELECT binding FROM passkey_ceremonies WHERE expires_at < $1 LIMIT $2)",
        TimeDelta::hours(1),
    ),
    (
        "DELETE FROM single_sign_on_rounds WHERE hash IN \
         (SELECT hash FROM single_sign_on_rounds WHERE expires_at < $1 LIMIT $2)",
        TimeDelta::hours(1),
    ),
    (
        "DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events WHERE happened_at < $1 LIMIT $2)",
        TimeDelta::days(31),
    ),
    (
        "DELETE FROM api_tokens WHERE id IN (SELECT id FROM api_tokens WHERE revoked_at < $1 OR expires_at < $1 LIMIT $2)",
        TimeDelta::days(30),
    ),
];

/// Throws away old answers to idempotency keys, done jobs, dead sessions and old notifications; how many rows.
pub async fn vacuum_database(platform: &Platform) -> Result<u64> {
    let mut total = 0;
    for (sql, age) in EXPIRING {
        let before = platform.clock.now() - age;
        loop {
            let deleted = platform.db.write(move |tx| Box::pin(execute(tx, sql, [before.into(), BATCH.into()]))).await?;
            total += deleted;
            if deleted < BATCH.unsigned_abs() {
                break;
            }
        }
    }
    total += notifications::jobs::purge_notifications(platform).await?;
    Ok(total)
}
