//! From the outbox to the queue, at least once.
//!
//! A row is claimed by a conditional UPDATE before it is handed over, so that two relays don't both hand it over. A row that is
//! claimed and not done in time is claimed again: the relay, the queue or the worker may have died with it.

use crate::store::{Left, Store};
use crate::{Context, Job, POLL, stopped_within};
use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{execute, named, rows};
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A row that is not done this long after it was handed over is handed over again.
pub const REDISPATCH_AFTER: TimeDelta = TimeDelta::minutes(5);
/// After this many times a row is given up, and the log says so.
pub const MAX_DISPATCHES: i32 = 12;
/// Rows in one claim.
const BATCH: i64 = 100;

/// The rows that wait, `$1` being the time before which a claim counts as lost.
const WAITING: &str = "done_at IS NULL AND failed_at IS NULL AND (dispatched_at IS NULL OR dispatched_at < $1)";

/// What is neither done nor given up.
const OPEN: &str = "done_at IS NULL AND failed_at IS NULL";
/// Ends what was handed over too often: `$2` now, `$3` how often.
const GIVE_UP: &str = "UPDATE outbox SET failed_at = $2, reason = COALESCE(reason, 'It was handed over many times and never done.') \
                       WHERE attempts >= $3";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    topic: String,
    payload: String,
    created_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Claimed {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Waiting {
    #[expect(dead_code, reason = "the row's being there is the answer")]
    found: i32,
}

/// Claims the oldest rows that wait. Nothing else gets them for [`REDISPATCH_AFTER`].
pub async fn claim(platform: &Platform) -> Result<Vec<Job>> {
    let now = platform.clock.now();
    let lost = now - REDISPATCH_AFTER;
    // Nearly always nothing waits: that is found out without the write door.
    let sql = format!("SELECT 1 AS found FROM outbox WHERE {WAITING} LIMIT 1");
    if platform.db.row::<Waiting>(&sql, [lost.into()]).await?.is_none() {
        return Ok(Vec::new());
    }
    let (given_up, mut claimed) = platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = format!("{GIVE_UP} AND {WAITING} RETURNING id, topic, payload, created_at");
                let given_up: Vec<Row> = rows(tx, &sql, [lost.into(), now.into(), MAX_DISPATCHES.into()]).await?;
                // The condition stands outside the sub-select too: of two relays that wait for the same rows on PostgreSQL the
                // second looks at them again after the first has committed.
                let sql = format!(
                    "UPDATE outbox SET dispatched_at = $2, attempts = attempts + 1, waiting_key = NULL \
                     WHERE id IN (SELECT id FROM outbox WHERE {WAITING} ORDER BY created_at, id LIMIT $3) AND {WAITING} \
                     RETURNING id, topic, payload, created_at"
                );
                let claimed: Vec<Row> = rows(tx, &sql, [lost.into(), now.into(), BATCH.into()]).await?;
                Ok((given_up, claimed))
            })
        })
        .await?;
    tell(given_up);
    claimed.sort_by_key(|row| (row.created_at, row.id));
    Ok(claimed.into_iter().map(|Row { id, topic, payload, .. }| Job { outbox: id, topic, payload }).collect())
}

fn tell(given_up: Vec<Row>) {
    for Row { id, topic, .. } in given_up {
        tracing::error!(outbox = %id, topic, attempts = MAX_DISPATCHES, "a job is given up: it was never done");
    }
}

/// Takes back a claim whose rows did not reach the queue.
async fn release(platform: &Platform, jobs: Vec<Job>) -> Result<()> {
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                for job in jobs {
                    let sql = "UPDATE outbox SET dispatched_at = NULL, attempts = attempts - 1 WHERE id = $1 AND done_at IS NULL";
                    execute(tx, sql, [job.outbox.into()]).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Settles the claims of a process that has died, for the one process that has the embedded queue: when it starts, before anything works
/// on the queue.
///
/// What never came to the queue is claimed anew. What a worker had taken is taken up again, and counts: it may be what kills the process.
/// What waits in the queue goes on waiting, however often the process starts. What has ended there without being done has failed, and
/// comes again in its time.
pub(crate) async fn settle_claims(platform: &Platform, store: &Store) -> Result<()> {
    let sql = format!("SELECT id FROM outbox WHERE dispatched_at IS NOT NULL AND {OPEN}");
    let claimed: Vec<Uuid> = platform.db.rows::<Claimed>(&sql, []).await?.into_iter().map(|row| row.id).collect();
    if claimed.is_empty() {
        return Ok(());
    }
    let Some(left) = store.left().await? else { return Ok(()) };
    let claimed: Vec<(Uuid, Option<Left>)> = claimed.into_iter().map(|id| (id, left.get(&id).copied())).collect();
    let now = platform.clock.now();
    let given_up = platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mut given_up: Vec<Row> = Vec::new();
                for (id, left) in claimed {
                    if left == Some(Left::Taken) {
                        let sql = format!("{GIVE_UP} AND id = $1 AND {OPEN} RETURNING id, topic, payload, created_at");
                        given_up.extend(rows::<Row>(tx, &sql, [id.into(), now.into(), MAX_DISPATCHES.into()]).await?);
                    }
                    let (dispatched_at, tries) = match left {
                        None => (None, 0),
                        Some(Left::Waiting) => (Some(now), 0),
                        Some(Left::Taken) => (Some(now), 1),
                        Some(Left::Ended) => continue,
                    };
                    let sql = format!("UPDATE outbox SET dispatched_at = $2, attempts = attempts + $3 WHERE id = $1 AND {OPEN}");
                    execute(tx, &sql, [id.into(), dispatched_at.into(), tries.into()]).await?;
                }
                Ok(given_up)
            })
        })
        .await?;
    tell(given_up);
    Ok(())
}

/// Claims once and hands over; how many.
async fn pass(context: &Context) -> Result<usize> {
    let jobs = named("outbox", claim(&context.platform)).await?;
    if jobs.is_empty() {
        return Ok(0);
    }
    if let Err(error) = context.store.push(&jobs).await {
        release(&context.platform, jobs).await?;
        return Err(error);
    }
    Ok(jobs.len())
}

/// Hands over until the process stops.
pub(crate) async fn run(context: &Context, stop: &CancellationToken) {
    let mut pause = POLL;
    loop {
        pause = match pass(context).await {
            Ok(count) if i64::try_from(count).is_ok_and(|count| count >= BATCH) => Duration::ZERO,
            Ok(_) => POLL,
            Err(error) => {
                tracing::warn!(error = %error.with_cause(), "the outbox can't be relayed; trying again");
                (pause.max(POLL) * 2).min(Duration::from_secs(10))
            }
        };
        if stop.is_cancelled() || stopped_within(stop, pause).await {
            return;
        }
    }
}
