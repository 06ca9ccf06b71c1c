//! What the outbox knows of the attempts at a job.
//!
//! A delivery is up to six attempts within seconds. It counts when it begins, before its handler runs, so that one that kills its process
//! counts too; what only waits, in the outbox or in the queue, is never worn out by it.

use crate::Job;
use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{Tx, execute, rows};
use platform::outbox::REASON;
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// After this many deliveries a job is given up, and the log says so.
pub const MAX_DELIVERIES: i32 = 12;
/// A job whose delivery failed is delivered again after this long.
pub const PAUSE: TimeDelta = TimeDelta::minutes(5);

#[derive(FromQueryResult)]
struct Begun {
    attempts: i32,
}

/// Begins an attempt at a job; false where the job was done or given up before, or is given up now. `again`: after one of the same
/// delivery. From now on nobody else gets the job for [`crate::relay::REDISPATCH_AFTER`].
pub async fn begin(platform: &Platform, job: &Job, again: bool) -> Result<bool> {
    let (id, now, counts) = (job.outbox, platform.clock.now(), i32::from(!again));
    let attempts = platform
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let sql = "UPDATE outbox SET dispatched_at = $2, attempts = attempts + $3 \
                           WHERE id = $1 AND done_at IS NULL AND failed_at IS NULL RETURNING attempts";
                let begun = rows::<Begun>(tx, sql, [id.into(), now.into(), counts.into()]).await?.into_iter().next();
                let attempts = begun.map(|begun| begun.attempts);
                if attempts.is_some_and(|attempts| attempts > MAX_DELIVERIES) {
                    let sql = "UPDATE outbox SET failed_at = $2, attempts = attempts - 1, \
                               reason = COALESCE(reason, 'It was begun many times and never came to an end.') WHERE id = $1";
                    execute(tx, sql, [id.into(), now.into()]).await?;
                }
                Ok(attempts)
            })
        })
        .await?;
    if attempts.is_some_and(|attempts| attempts > MAX_DELIVERIES) {
        tell(job);
    }
    Ok(attempts.is_some_and(|attempts| attempts <= MAX_DELIVERIES))
}

/// Records why a delivery failed: the job waits for the next one, or is given up after the last.
pub async fn put_back(platform: &Platform, job: &Job, reason: &str) -> Result<()> {
    let (id, now) = (job.outbox, platform.clock.now());
    let reason: String = reason.chars().take(REASON).collect();
    let given_up = platform.db.write(move |tx: &Tx| Box::pin(async move { after_failure(tx, id, &reason, now).await })).await?;
    if given_up {
        tell(job);
    }
    Ok(())
}

/// Whether it was given up.
async fn after_failure(tx: &Tx, id: Uuid, reason: &str, now: DateTime<Utc>) -> Result<bool> {
    let open = "id = $1 AND done_at IS NULL AND failed_at IS NULL";
    let sql = format!("UPDATE outbox SET failed_at = $2, reason = $3 WHERE {open} AND attempts >= $4");
    if execute(tx, &sql, [id.into(), now.into(), reason.into(), MAX_DELIVERIES.into()]).await? == 1 {
        return Ok(true);
    }
    let sql = format!("UPDATE outbox SET dispatched_at = NULL, next_at = $2, reason = $3 WHERE {open}");
    execute(tx, &sql, [id.into(), (now + PAUSE).into(), reason.into()]).await?;
    Ok(false)
}

fn tell(job: &Job) {
    tracing::error!(outbox = %job.outbox, topic = job.topic, deliveries = MAX_DELIVERIES, "a job is given up: it was never done");
}
