//! The outbox: what is to happen after a commit is written in the commit; a relay hands it to the job queue.

use crate::db::execute;
use crate::{Clock, Result, Rng, Tx};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Statement};
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

/// Records, in the transaction of a job's effect, that the job is done. False if it was done or given up before: then the
/// caller changes nothing. This is what makes a job that is delivered twice take effect once.
pub async fn finish(tx: &Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let sql = "UPDATE outbox SET done_at = $2 WHERE id = $1 AND done_at IS NULL AND failed_at IS NULL";
    Ok(execute(tx, sql, [id.into(), now.into()]).await? == 1)
}

/// Records that a job is given up. It is not delivered again, and stays for a person to see.
pub async fn give_up(tx: &Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let sql = "UPDATE outbox SET failed_at = $2 WHERE id = $1 AND done_at IS NULL AND failed_at IS NULL";
    Ok(execute(tx, sql, [id.into(), now.into()]).await? == 1)
}
