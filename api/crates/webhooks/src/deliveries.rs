//! The messages that wait: written, claimed for an attempt, given up.
//!
//! `next_attempt_at` is when a message is due. While a job has it, that is later: when it is due again, should the job be lost. So the
//! sweep finds every message, whatever became of the job that was to send it.

use crate::jobs::WEBHOOK_DELIVERY;
use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{execute, rows};
use platform::{Clock, Result, Rng, Tx, outbox};
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
        Some(id) => enqueue(tx, clock, rng, id).await,
        None => Ok(()),
    }
}

/// Writes messages to one endpoint, due in this order, and one job: what is sent next is taken up when the one before is answered.
pub(crate) async fn write_many(tx: &Tx, clock: &Clock, rng: &Rng, messages: &[Message]) -> Result<()> {
    let last = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    let due = |place: usize| clock.now() - TimeDelta::milliseconds(last - i64::try_from(place).unwrap_or(last));
    let due: Vec<_> = messages.iter().enumerate().map(|(place, message)| (*message, due(place))).collect();
    let mut first = None;
    for part in due.chunks(ROWS) {
        let id = insert(tx, clock, rng, part).await?;
        first = first.or(id);
    }
    let Some(first) = first else { return Ok(()) };
    claim(tx, clock, first).await?;
    enqueue(tx, clock, rng, first).await
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

async fn enqueue(tx: &Tx, clock: &Clock, rng: &Rng, delivery: Uuid) -> Result<()> {
    // Once, however often it is looked.
    let (payload, key) = (PayloadOf { delivery: delivery.into() }, format!("delivery:{delivery}"));
    outbox::enqueue_unique(tx, clock, rng, WEBHOOK_DELIVERY, &payload, &key).await?;
    Ok(())
}

/// A job has it now.
async fn claim(tx: &Tx, clock: &Clock, delivery: Uuid) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET next_attempt_at = $2 WHERE id = $1 AND state = 'waiting'";
    execute(tx, sql, [delivery.into(), (clock.now() + CLAIM).into()]).await?;
    Ok(())
}

/// The message to an endpoint that is due next, claimed for whoever asks.
pub(crate) async fn claim_next(tx: &Tx, clock: &Clock, webhook: Uuid) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'waiting' AND next_attempt_at <= $2 \
               ORDER BY next_attempt_at, id LIMIT 1";
    let Some(Id { id }) = rows::<Id>(tx, sql, [webhook.into(), clock.now().into()]).await?.into_iter().next() else {
        return Ok(None);
    };
    claim(tx, clock, id).await?;
    Ok(Some(id))
}

/// No slot is free: whoever has the endpoint's takes the message up afterwards, or the next sweep does.
pub(crate) async fn put_back(tx: &Tx, clock: &Clock, delivery: Uuid) -> Result<()> {
    let sql = "UPDATE webhook_deliveries SET next_attempt_at = $2 WHERE id = $1 AND state = 'waiting'";
    execute(tx, sql, [delivery.into(), clock.now().into()]).await?;
    Ok(())
}

/// Hands over what is due, for each endpoint one message: an attempt that is answered takes the next up. How many endpoints.
pub(crate) async fn sweep(tx: &Tx, clock: &Clock, rng: &Rng) -> Result<u64> {
    drop_unwanted(tx, clock.now()).await?;
    let sql = "SELECT id FROM (SELECT id, next_attempt_at, ROW_NUMBER() OVER (PARTITION BY webhook_id ORDER BY next_attempt_at, id) AS place \
               FROM webhook_deliveries WHERE state = 'waiting' AND next_attempt_at <= $1) AS due WHERE place = 1 \
               ORDER BY next_attempt_at, id LIMIT $2";
    let due = rows::<Id>(tx, sql, [clock.now().into(), ENDPOINTS.into()]).await?;
    let count = u64::try_from(due.len()).unwrap_or(u64::MAX);
    for Id { id } in due {
        claim(tx, clock, id).await?;
        enqueue(tx, clock, rng, id).await?;
    }
    Ok(count)
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
