//! The messages that wait: written, claimed for an attempt, given up.
//!
//! `next_attempt_at` is when a message is due. While a job has it, that is later: when it is due again, should the job be lost. So the
//! sweep finds every message, whatever became of the job that was to send it.

use crate::jobs::WEBHOOK_DELIVERY;
use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{execute, rows};
use platform::{Clock, Db, Result, Rng, Tx, outbox};
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use shared_types::DeliveryId;
use uuid::Uuid;

/// How long a message is a job's. More than a job takes, and its delivery again by the outbox.
const CLAIM: TimeDelta = TimeDelta::minutes(30);
/// Messages that one statement writes.
const ROWS: usize = 200;
/// Endpoints that one sweep hands over.
const ENDPOINTS: i64 = 500;
/// Endpoints that are handed over when one has answered: as many as are sent to at a time.
const FEW: i64 = 4;

/// What the job of a message needs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PayloadOf {
    pub delivery: DeliveryId,
}

/// A message to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message {
    pub webhook: Uuid,
    pub event: Uuid,
    pub replay: i32,
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Writes a message, and the job of its first attempt.
pub(crate) async fn write(tx: &Tx, clock: &Clock, rng: &Rng, message: Message) -> Result<()> {
    let id = insert(tx, clock, rng, &[(message, clock.now() + CLAIM)]).await?;
    match id {
        Some(id) => enqueue(tx, clock, rng.id(clock)?, id).await,
        None => Ok(()),
    }
}

/// Writes messages to one endpoint, due in this order. They have no job yet: [`hand_over_next`].
pub(crate) async fn write_many(tx: &Tx, clock: &Clock, rng: &Rng, messages: &[Message]) -> Result<()> {
    let last = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    let due = |place: usize| clock.now() - TimeDelta::milliseconds(last - i64::try_from(place).unwrap_or(last));
    let due: Vec<_> = messages.iter().enumerate().map(|(place, message)| (*message, due(place))).collect();
    for part in due.chunks(ROWS) {
        insert(tx, clock, rng, part).await?;
    }
    Ok(())
}

/// Makes due what waits for its next attempt at an endpoint, of these events. Before its first attempt a message is due or a job has it.
pub(crate) async fn make_due(tx: &Tx, clock: &Clock, webhook: Uuid, events: &[Uuid]) -> Result<()> {
    for part in events.chunks(ROWS) {
        let places: Vec<String> = (3..part.len() + 3).map(|place| format!("${place}")).collect();
        let sql = format!(
            "UPDATE webhook_deliveries SET next_attempt_at = $2 WHERE webhook_id = $1 AND state = 'waiting' AND attempts > 0 \
             AND next_attempt_at > $2 AND event_id IN ({})",
            places.join(", ")
        );
        let mut values: Vec<Value> = vec![webhook.into(), clock.now().into()];
        values.extend(part.iter().map(|event| Value::from(*event)));
        execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// The job of the message to an endpoint that is due next, if one is: what is sent after it is taken up when it is answered.
pub(crate) async fn hand_over_next(tx: &Tx, clock: &Clock, rng: &Rng, webhook: Uuid) -> Result<()> {
    match claim_next(tx, clock, webhook).await? {
        Some(id) => enqueue(tx, clock, rng.id(clock)?, id).await,
        None => Ok(()),
    }
}

/// The id of the first.
async fn insert(tx: &Tx, clock: &Clock, rng: &Rng, messages: &[(Message, DateTime<Utc>)]) -> Result<Option<Uuid>> {
    let (mut places, mut values, mut first) = (Vec::new(), Vec::<Value>::new(), None);
    for (Message { webhook, event, replay }, due) in messages {
        let id: Uuid = rng.id(clock)?;
        first = first.or(Some(id));
        let n = values.len();
        places.push(format!("(${}, ${}, ${}, ${}, 'waiting', ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5, n + 6));
        values.extend([id.into(), (*webhook).into(), (*event).into(), (*replay).into(), (*due).into(), clock.now().into()]);
    }
    if !places.is_empty() {
        let sql = format!(
            "INSERT INTO webhook_deliveries (id, webhook_id, event_id, replay, state, next_attempt_at, created_at) VALUES {}",
            places.join(", ")
        );
        execute(tx, &sql, values).await?;
    }
    Ok(first)
}

async fn enqueue(tx: &Tx, clock: &Clock, job: Uuid, delivery: Uuid) -> Result<()> {
    // Once, however often it is looked.
    let (payload, key) = (PayloadOf { delivery: delivery.into() }, format!("delivery:{delivery}"));
    outbox::enqueue_unique_as(tx, clock, job, WEBHOOK_DELIVERY, &payload, &key).await?;
    Ok(())
}

/// The message to an endpoint that is due next, claimed for whoever asks: of two that ask at once one gets it.
pub(crate) async fn claim_next(tx: &Tx, clock: &Clock, webhook: Uuid) -> Result<Option<Uuid>> {
    // The condition stands outside the sub-select too: on PostgreSQL the second looks at the row again after the first has committed.
    let sql = "UPDATE webhook_deliveries SET next_attempt_at = $3 WHERE id = (SELECT id FROM webhook_deliveries \
               WHERE webhook_id = $1 AND state = 'waiting' AND next_attempt_at <= $2 ORDER BY next_attempt_at, id LIMIT 1) \
               AND state = 'waiting' AND next_attempt_at <= $2 RETURNING id";
    let now = clock.now();
    let claimed = rows::<Id>(tx, sql, [webhook.into(), now.into(), (now + CLAIM).into()]).await?;
    Ok(claimed.into_iter().next().map(|Id { id }| id))
}

/// No slot is free: whoever has the endpoint's takes the message up afterwards, or the next sweep does. `attempts`: as many as it had
/// when it was read; where one was recorded since, that one says when the next is due.
pub(crate) async fn put_back(tx: &Tx, delivery: Uuid, attempts: i32, now: DateTime<Utc>) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET next_attempt_at = $2 WHERE id = $1 AND state = 'waiting' AND attempts = $3";
    execute(tx, sql, [delivery.into(), now.into(), attempts.into()]).await?;
    Ok(())
}

/// Hands over what is due, for each endpoint one message: an attempt that is answered takes the next up. Endpoints that were reached
/// last time come first, lest silent ones with a backlog take all slots. How many endpoints.
pub(crate) async fn sweep(tx: &Tx, clock: &Clock, rng: &Rng) -> Result<u64> {
    drop_unwanted(tx, clock.now()).await?;
    let sql = heads("");
    let due = rows::<Id>(tx, &sql, [clock.now().into(), ENDPOINTS.into()]).await?;
    hand_over(tx, clock, rng, due.into_iter().map(|Id { id }| id).collect()).await
}

/// What is due next to a few endpoints other than this one, of those that were reached last time. Not claimed.
pub(crate) async fn due_elsewhere(db: &Db, now: DateTime<Utc>, webhook: Uuid) -> Result<Vec<Uuid>> {
    let sql = heads("AND w.failing_since IS NULL AND w.active AND w.id <> $3");
    let due = db.rows::<Id>(&sql, [now.into(), FEW.into(), webhook.into()]).await?;
    Ok(due.into_iter().map(|Id { id }| id).collect())
}

/// The statement that finds, for each endpoint, the message that is due next at `$1`; of at most `$2` endpoints.
fn heads(condition: &str) -> String {
    format!(
        "SELECT id FROM (SELECT d.id, d.next_attempt_at, w.failing_since, \
         ROW_NUMBER() OVER (PARTITION BY d.webhook_id ORDER BY d.next_attempt_at, d.id) AS place \
         FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id \
         WHERE d.state = 'waiting' AND d.next_attempt_at <= $1 {condition}) AS due WHERE place = 1 \
         ORDER BY (failing_since IS NOT NULL), next_attempt_at, id LIMIT $2"
    )
}

/// Writes the jobs of messages that are due, in this order, but for those that somebody else has claimed meanwhile. How many.
pub(crate) async fn hand_over(tx: &Tx, clock: &Clock, rng: &Rng, due: Vec<Uuid>) -> Result<u64> {
    let mut jobs = due.iter().map(|_| rng.id(clock)).collect::<Result<Vec<Uuid>>>()?;
    // Ids of one millisecond are in no order.
    jobs.sort_unstable();
    let mut count = 0;
    for (job, delivery) in jobs.into_iter().zip(due) {
        if claim(tx, clock, delivery).await? {
            enqueue(tx, clock, job, delivery).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Claims a message for a job; false where it is not due, or not any more.
async fn claim(tx: &Tx, clock: &Clock, delivery: Uuid) -> Result<bool> {
    let sql = "UPDATE webhook_deliveries SET next_attempt_at = $3 WHERE id = $1 AND state = 'waiting' AND next_attempt_at <= $2";
    let now = clock.now();
    Ok(execute(tx, sql, [delivery.into(), now.into(), (now + CLAIM).into()]).await? == 1)
}

/// Gives up what is due to endpoints that are told nothing any more.
async fn drop_unwanted(tx: &Tx, now: DateTime<Utc>) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL, ended_at = $1, error = $2 \
               WHERE state = 'waiting' AND next_attempt_at <= $1 AND webhook_id IN (SELECT w.id FROM webhooks w \
               JOIN systems s ON s.id = w.system_id WHERE NOT w.active OR s.archived_at IS NOT NULL)";
    execute(tx, sql, [now.into(), UNWANTED.into()]).await?;
    Ok(())
}

const UNWANTED: &str = "The webhook is off, or its system is archived.";

/// Gives up one message.
pub(crate) async fn drop_one(tx: &Tx, delivery: Uuid, now: DateTime<Utc>) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL, ended_at = $2, error = $3 \
               WHERE id = $1 AND state = 'waiting'";
    execute(tx, sql, [delivery.into(), now.into(), UNWANTED.into()]).await?;
    Ok(())
}

/// Gives up all that waits for an endpoint: it is turned off. What failed keeps its reason.
pub(crate) async fn drop_all(tx: &Tx, webhook: Uuid, now: DateTime<Utc>) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL, ended_at = $2, error = COALESCE(error, $3) \
               WHERE webhook_id = $1 AND state = 'waiting'";
    execute(tx, sql, [webhook.into(), now.into(), UNWANTED.into()]).await?;
    Ok(())
}
