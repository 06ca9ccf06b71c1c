//! The outbox: what is to happen after a commit is written in the commit; a relay hands it to the job queue.

use crate::db::{execute, rows};
use crate::{Clock, Result, Rng, Tx};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use serde::Serialize;
use uuid::Uuid;

/// Writes down, in the caller's transaction, that a job is to be done. `topic` names the job, `payload` is what it needs:
/// ids, never secrets.
pub async fn enqueue(tx: &Tx, clock: &Clock, rng: &Rng, topic: &str, payload: &impl Serialize) -> Result<()> {
    enqueue_as(tx, clock, rng.id(clock)?, topic, payload).await
}

/// The same under an id that the caller has given to what belongs to the job.
pub async fn enqueue_as(tx: &Tx, clock: &Clock, id: Uuid, topic: &str, payload: &impl Serialize) -> Result<()> {
    let payload = serde_json::to_string(payload).map_err(crate::AppError::internal)?;
    let sql = "INSERT INTO outbox (id, topic, payload, created_at) VALUES ($1, $2, $3, $4)";
    let values = [id.into(), topic.into(), payload.into(), clock.now().into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Rows of one statement: SQLite and PostgreSQL bound the values.
const ROWS: usize = 400;

/// The same of many jobs, in as few statements as their number allows.
pub async fn enqueue_all(tx: &Tx, clock: &Clock, rng: &Rng, topic: &str, payloads: &[impl Serialize]) -> Result<()> {
    for some in payloads.chunks(ROWS) {
        let mut values: Vec<Value> = vec![topic.into(), clock.now().into()];
        let mut groups = Vec::with_capacity(some.len());
        for payload in some {
            values.push(rng.id::<Uuid>(clock)?.into());
            values.push(serde_json::to_string(payload).map_err(crate::AppError::internal)?.into());
            groups.push(format!("(${}, $1, ${}, $2)", values.len() - 1, values.len()));
        }
        let sql = format!("INSERT INTO outbox (id, topic, payload, created_at) VALUES {}", groups.join(", "));
        execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// The same, unless a job with this key waits already to be handed over; whether it was written. A job that is handed over waits no
/// more: what happens while it runs gets a job of its own.
pub async fn enqueue_unique(tx: &Tx, clock: &Clock, rng: &Rng, topic: &str, payload: &impl Serialize, key: &str) -> Result<bool> {
    enqueue_unique_as(tx, clock, rng.id(clock)?, topic, payload, key).await
}

/// The same under an id that the caller has chosen: of jobs that are written at the same time the one with the lower id is handed over
/// first.
pub async fn enqueue_unique_as(
    tx: &Tx,
    clock: &Clock,
    id: Uuid,
    topic: &str,
    payload: &impl Serialize,
    key: &str,
) -> Result<bool> {
    let payload = serde_json::to_string(payload).map_err(crate::AppError::internal)?;
    // Where one waits it is locked until this commits, so that it does not run before what it is to see is there.
    let sql = "INSERT INTO outbox (id, topic, payload, created_at, waiting_key) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (waiting_key) DO UPDATE SET waiting_key = $5 RETURNING id";
    let values = [id.into(), topic.into(), payload.into(), clock.now().into(), key.into()];
    Ok(rows::<Written>(tx, sql, values).await?.first().is_some_and(|row| row.id == id))
}

#[derive(FromQueryResult)]
struct Written {
    id: Uuid,
}

/// Records, in the transaction of a job's effect, that the job is done. False if it was done or given up before: then the
/// caller changes nothing. This is what makes a job that is delivered twice take effect once.
pub async fn finish(tx: &Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let sql = "UPDATE outbox SET done_at = $2 WHERE id = $1 AND done_at IS NULL AND failed_at IS NULL";
    Ok(execute(tx, sql, [id.into(), now.into()]).await? == 1)
}

/// Characters of a reason that are kept.
pub const REASON: usize = 500;

/// Records that a job is given up, and why. It is not delivered again, and stays for a person to see.
pub async fn give_up(tx: &Tx, id: Uuid, reason: &str, now: DateTime<Utc>) -> Result<bool> {
    let sql = "UPDATE outbox SET failed_at = $2, reason = $3 WHERE id = $1 AND done_at IS NULL AND failed_at IS NULL";
    let reason: String = reason.chars().take(REASON).collect();
    Ok(execute(tx, sql, [id.into(), now.into(), reason.into()]).await? == 1)
}
