//! What administrators change about jobs, behind the installation's door.

use crate::schedule::SCHEDULES;
use audit::{Actor, Event, change_installation};
use platform::db::{execute, rows};
use platform::{AppError, Platform, Result, Tx, outbox};
use sea_orm::FromQueryResult;
use shared_types::JobId;

#[derive(FromQueryResult)]
struct Topic {
    topic: String,
}

/// The queue of a job that was given up; refused (404, 409) where there is none, or where it was not.
async fn given_up(tx: &Tx, job: JobId) -> Result<String> {
    let sql = "SELECT topic FROM outbox WHERE id = $1 AND failed_at IS NOT NULL AND done_at IS NULL";
    if let Some(Topic { topic }) = rows::<Topic>(tx, sql, [job.0.into()]).await?.into_iter().next() {
        return Ok(topic);
    }
    let known = rows::<Topic>(tx, "SELECT topic FROM outbox WHERE id = $1", [job.0.into()]).await?;
    Err(if known.is_empty() { AppError::not_found() } else { AppError::conflict("The job was not given up.") })
}

/// Lets a job that was given up wait for a worker again, as if it were new.
pub(crate) async fn retry(platform: &Platform, actor: Actor, job: JobId) -> Result<()> {
    change_installation(platform, actor, move |door| {
        Box::pin(async move {
            let queue = given_up(door.tx, job).await?;
            let sql = "UPDATE outbox SET failed_at = NULL, dispatched_at = NULL, next_at = NULL, attempts = 0 WHERE id = $1";
            execute(door.tx, sql, [job.0.into()]).await?;
            door.record(Event::new("job.retry", "job", job).details(serde_json::json!({ "queue": queue })));
            Ok(())
        })
    })
    .await
}

/// Ends a job that was given up.
pub(crate) async fn discard(platform: &Platform, actor: Actor, job: JobId) -> Result<()> {
    change_installation(platform, actor, move |door| {
        Box::pin(async move {
            let queue = given_up(door.tx, job).await?;
            execute(door.tx, "UPDATE outbox SET done_at = $2 WHERE id = $1", [job.0.into(), door.now.into()]).await?;
            door.record(Event::new("job.discard", "job", job).details(serde_json::json!({ "queue": queue })));
            Ok(())
        })
    })
    .await
}

/// Enqueues the job of a schedule, unless one that was asked for so waits already.
pub(crate) async fn run_now(platform: &Platform, actor: Actor, queue: &str) -> Result<()> {
    let schedule = SCHEDULES.into_iter().find(|schedule| schedule.topic == queue).ok_or_else(AppError::not_found)?;
    change_installation(platform, actor, move |door| {
        Box::pin(async move {
            let (key, nothing) = (format!("run:{}", schedule.topic), serde_json::json!({}));
            if outbox::enqueue_unique(door.tx, &door.clock, &door.rng, schedule.topic, &nothing, &key).await? {
                door.record(Event::new("job.run", "job_schedule", schedule.topic));
            }
            Ok(())
        })
    })
    .await
}
