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

/// Given up.
const GIVEN_UP: &str = "failed_at IS NOT NULL";
/// Failed, and waits to be tried again.
const PUT_BACK: &str = "failed_at IS NULL AND dispatched_at IS NULL AND next_at IS NOT NULL";

/// The queue of a job that is as the condition says; none where it is not, refused (404) where there is no such job.
async fn open(tx: &Tx, job: JobId, condition: &str) -> Result<Option<String>> {
    let sql = format!("SELECT topic FROM outbox WHERE id = $1 AND done_at IS NULL AND {condition}");
    if let Some(Topic { topic }) = rows::<Topic>(tx, &sql, [job.0.into()]).await?.into_iter().next() {
        return Ok(Some(topic));
    }
    let known = rows::<Topic>(tx, "SELECT topic FROM outbox WHERE id = $1", [job.0.into()]).await?;
    if known.is_empty() { Err(AppError::not_found()) } else { Ok(None) }
}

/// Lets a job that was given up wait for a worker again, as if it were new; and one that waits to be tried again do so at once, which
/// leaves it the attempts that it has.
pub(crate) async fn retry(platform: &Platform, actor: Actor, job: JobId) -> Result<()> {
    change_installation(platform, actor, move |door| {
        Box::pin(async move {
            let queue = if let Some(queue) = open(door.tx, job, GIVEN_UP).await? {
                let sql = "UPDATE outbox SET failed_at = NULL, dispatched_at = NULL, next_at = NULL, attempts = 0 WHERE id = $1";
                execute(door.tx, sql, [job.0.into()]).await?;
                queue
            } else {
                let refused = || AppError::conflict("The job neither was given up nor waits to be tried again.");
                let queue = open(door.tx, job, PUT_BACK).await?.ok_or_else(refused)?;
                // A relay that has it in hand by now tries it anyway.
                let sql = format!("UPDATE outbox SET next_at = NULL WHERE id = $1 AND done_at IS NULL AND {PUT_BACK}");
                execute(door.tx, &sql, [job.0.into()]).await?;
                queue
            };
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
            let queue = open(door.tx, job, GIVEN_UP).await?.ok_or_else(|| AppError::conflict("The job was not given up."))?;
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
