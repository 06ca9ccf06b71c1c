//! From the outbox to the queue, at least once.
//!
//! A row is claimed by a conditional UPDATE before it is handed over, so that two relays don't both hand it over. A row that is
//! claimed and not done in time is claimed again: the relay, the queue or the worker may have died with it.

use crate::store::{Left, Store};
use crate::{Context, Job, POLL, stopped_within, topics};
use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{execute, named, rows};
use platform::{Platform, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A row that is not done this long after it was handed over, or an attempt at it has begun, is handed over again.
pub const REDISPATCH_AFTER: TimeDelta = TimeDelta::minutes(5);
/// Rows in one claim.
const BATCH: i64 = 100;
/// A time further in the future than this was left by a clock that was wrong.
const AHEAD: TimeDelta = TimeDelta::minutes(10);

/// What is neither done nor given up.
const OPEN: &str = "done_at IS NULL AND failed_at IS NULL";
/// What of it is to be handed over at `$1`; `$2` being the time before which a claim counts as lost, `$3` the one after which a time is
/// wrong.
const DUE: &str = "((dispatched_at IS NULL AND (next_at IS NULL OR next_at <= $1 OR next_at > $3)) OR dispatched_at < $2 OR dispatched_at > $3)";

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

/// What is open of a topic.
#[derive(FromQueryResult)]
struct Open {
    topic: String,
    due: i64,
    under_way: i64,
}

/// Claims the oldest rows that wait, of each lane as many as may be under way at a time. Nothing else gets them for [`REDISPATCH_AFTER`].
///
/// Which those are is looked up where no writer waits for it. (Two relays that look at the same moment claim no row twice, but each as many
/// as there is room for.)
pub async fn claim(platform: &Platform) -> Result<Vec<Job>> {
    let now = platform.clock.now();
    let times: [Value; 3] = [now.into(), (now - REDISPATCH_AFTER).into(), (now + AHEAD).into()];
    let sql = format!(
        "SELECT topic, COUNT(CASE WHEN {DUE} THEN 1 END) AS due, COUNT(CASE WHEN dispatched_at BETWEEN $2 AND $3 THEN 1 END) AS under_way \
         FROM outbox WHERE {OPEN} GROUP BY topic"
    );
    let open = platform.db.rows::<Open>(&sql, times.clone()).await?;
    let rooms = rooms(&open);
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = rooms.iter().map(|(lane, room)| format!("WHEN '{lane}' THEN {room}")).collect();
    let bounded: Vec<String> = topics::lanes().map(|(lane, _)| format!("'{lane}'")).collect();
    // A lane is no condition on the topic: by the index of that, the finished jobs of a week would be read.
    let sql = format!(
        "SELECT id FROM (SELECT id, lane, ROW_NUMBER() OVER (PARTITION BY lane ORDER BY COALESCE(next_at, created_at), id) AS place FROM \
         (SELECT id, created_at, next_at, CASE WHEN topic IN ({}) THEN topic ELSE '' END AS lane FROM outbox WHERE {OPEN} AND {DUE}) AS due) \
         AS placed WHERE place <= CASE lane {} ELSE 0 END",
        bounded.join(", "),
        places.join(" ")
    );
    let next: Vec<Uuid> = platform.db.rows::<Claimed>(&sql, times.clone()).await?.into_iter().map(|row| row.id).collect();
    let mut claimed = platform.db.write(move |tx| Box::pin(async move { take(tx, times, next).await })).await?;
    claimed.sort_by_key(|row| (row.created_at, row.id));
    Ok(claimed.into_iter().map(|Row { id, topic, payload, .. }| Job { outbox: id, topic, payload }).collect())
}

/// The lanes in which something waits and more may be under way, and how many.
fn rooms(open: &[Open]) -> Vec<(&'static str, i64)> {
    let room = |(lane, at_once): (&'static str, u32)| {
        let of_lane = || open.iter().filter(|open| topics::lane(&open.topic) == lane);
        let (due, under_way) = of_lane().fold((0, 0), |(due, under_way), open| (due + open.due, under_way + open.under_way));
        let room = (i64::from(at_once) - under_way).min(BATCH);
        (due > 0 && room > 0).then_some((lane, room))
    };
    topics::lanes().filter_map(room).collect()
}

/// Takes those of the rows that nobody has taken meanwhile.
async fn take(tx: &Tx, times: [Value; 3], next: Vec<Uuid>) -> Result<Vec<Row>> {
    if next.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = times.to_vec();
    values.extend(next.into_iter().map(Value::from));
    let ids: Vec<String> = (4..=values.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "UPDATE outbox SET dispatched_at = $1, next_at = NULL, waiting_key = NULL WHERE id IN ({}) AND {OPEN} AND {DUE} \
         RETURNING id, topic, payload, created_at",
        ids.join(", ")
    );
    rows(tx, &sql, values).await
}

/// Takes back a claim whose rows did not reach the queue.
async fn release(platform: &Platform, jobs: Vec<Job>) -> Result<()> {
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                for job in jobs {
                    let sql = format!("UPDATE outbox SET dispatched_at = NULL WHERE id = $1 AND {OPEN}");
                    execute(tx, &sql, [job.outbox.into()]).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Settles the claims of a process that has died, for the one process that has the embedded queue: when it starts, before anything works
/// on the queue.
///
/// What never came to the queue is claimed anew. What is still to come there goes on waiting, or is taken up again, however often the
/// process starts. What has ended there without being done has failed, and comes again in its time.
pub(crate) async fn settle_claims(platform: &Platform, store: &Store) -> Result<()> {
    let sql = format!("SELECT id FROM outbox WHERE dispatched_at IS NOT NULL AND {OPEN}");
    let claimed: Vec<Uuid> = platform.db.rows::<Claimed>(&sql, []).await?.into_iter().map(|row| row.id).collect();
    if claimed.is_empty() {
        return Ok(());
    }
    let Some(left) = store.left().await? else { return Ok(()) };
    let now = platform.clock.now();
    let moved: Vec<(Uuid, Option<DateTime<Utc>>)> = claimed
        .into_iter()
        .filter_map(|id| match left.get(&id) {
            None => Some((id, None)),
            Some(Left::Open) => Some((id, Some(now))),
            Some(Left::Ended) => None,
        })
        .collect();
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                for (id, dispatched_at) in moved {
                    let sql = format!("UPDATE outbox SET dispatched_at = $2 WHERE id = $1 AND {OPEN}");
                    execute(tx, &sql, [id.into(), dispatched_at.into()]).await?;
                }
                Ok(())
            })
        })
        .await
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
