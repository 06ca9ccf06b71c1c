//! Tells a person what happened to a task.

use crate::rules::task_words;
use crate::service::{Notice, tell};
use platform::db::rows;
use platform::{JobError, JobResult, Platform, outbox};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use shared_types::{SystemId, TaskId, UserId};
use uuid::Uuid;

/// The topic of this job in the outbox.
pub const NOTIFY: &str = "notify";

#[derive(Deserialize)]
struct Payload {
    kind: String,
    system: SystemId,
    task: TaskId,
    user: UserId,
}

#[derive(FromQueryResult)]
struct TaskRow {
    number: i32,
    title: String,
}

/// Somebody who has left the system meanwhile is told nothing of it.
const TASK: &str = "SELECT t.number, t.title FROM tasks t \
    JOIN members m ON m.system_id = t.system_id AND m.user_id = $3 \
    WHERE t.system_id = $1 AND t.id = $2 AND t.deleted_at IS NULL";

/// Writes the notification and, in the same transaction, that the job is done.
pub async fn notify(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { kind, system, task, user } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a notice: {error}")))?;
    let (kind, words) = task_words(&kind).ok_or_else(|| JobError::Fail(format!("there is no notice `{kind}`")))?;
    let (id, at) = (Notice::id(platform)?, platform.clock.now());
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !outbox::finish(tx, outbox, at).await? {
                    return Ok(());
                }
                let found: Vec<TaskRow> = rows(tx, TASK, [system.0.into(), task.0.into(), user.0.into()]).await?;
                let Some(TaskRow { number, title }) = found.into_iter().next() else { return Ok(()) };
                let text = format!("TASK-{number} {words}: {title}");
                let link = format!("/s/{system}/tasks/TASK-{number}");
                tell(tx, Notice { id, user, system, kind, text, link, unique_key: outbox.to_string(), at }).await?;
                Ok(())
            })
        })
        .await?;
    Ok(())
}
