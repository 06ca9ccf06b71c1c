//! Tells a person what happened to a task or a piece of evidence.

use crate::kinds;
use crate::programs::{ProgramEvent, announce};
use crate::service::{Notice, tell};
use platform::db::rows;
use platform::{JobError, JobResult, Platform, outbox};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use shared_types::{EvidenceId, SystemId, TaskId, UserId};
use uuid::Uuid;

/// The topic of this job in the outbox.
pub const NOTIFY: &str = "notify";

#[derive(Deserialize)]
struct Payload {
    kind: String,
    system: SystemId,
    #[serde(flatten)]
    object: Object,
    user: UserId,
    /// The change, where several people are told of it.
    event: Option<Uuid>,
}

/// What it is about.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Object {
    Task(TaskId),
    Evidence(EvidenceId),
}

#[derive(FromQueryResult)]
struct ObjectRow {
    number: i32,
    title: String,
}

/// Somebody who has left the system meanwhile is told nothing of it.
const TASK: &str = "SELECT t.number, t.title FROM tasks t \
    JOIN members m ON m.system_id = t.system_id AND m.user_id = $3 \
    WHERE t.system_id = $1 AND t.id = $2 AND t.deleted_at IS NULL";
const EVIDENCE: &str = "SELECT e.number, e.title FROM evidence e \
    JOIN members m ON m.system_id = e.system_id AND m.user_id = $3 \
    WHERE e.system_id = $1 AND e.id = $2 AND e.deleted_at IS NULL";

impl Object {
    fn id(self) -> Uuid {
        match self {
            Self::Task(id) => id.0,
            Self::Evidence(id) => id.0,
        }
    }

    /// The statement that finds it, what its number begins with, and its folder in the client.
    fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Task(_) => (TASK, "TASK", "tasks"),
            Self::Evidence(_) => (EVIDENCE, "EV", "evidence"),
        }
    }
}

/// Writes the notification and, in the same transaction, that the job is done.
pub async fn notify(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { kind, system, object, user, event } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a notice: {error}")))?;
    let kind = kinds::find(&kind)
        .filter(|kind| !kind.says.is_empty())
        .ok_or_else(|| JobError::Fail(format!("there is no notice `{kind}`")))?;
    let (id, at) = (Notice::id(platform)?, platform.clock.now());
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !outbox::finish(tx, outbox, at).await? {
                    return Ok(());
                }
                let (sql, prefix, folder) = object.place();
                let found: Vec<ObjectRow> = rows(tx, sql, [system.0.into(), object.id().into(), user.0.into()]).await?;
                let Some(ObjectRow { number, title }) = found.into_iter().next() else { return Ok(()) };
                let text = format!("{prefix}-{number} {}: {title}", kind.says);
                let link = format!("/s/{system}/{folder}/{prefix}-{number}");
                let told = ProgramEvent {
                    kind: kind.name.to_owned(),
                    system,
                    key: format!("{}:{}:{}", kind.name, object.id(), event.unwrap_or(outbox)),
                    text: format!("{prefix}-{number} {}: {title}", kind.to_programs.unwrap_or_default()),
                    link: link.clone(),
                    at,
                };
                announce(tx, &clock, &rng, kind, told).await?;
                tell(tx, Notice { id, user, system: Some(system), kind, text, link, unique_key: outbox.to_string(), at }).await?;
                Ok(())
            })
        })
        .await?;
    platform.live.wake([user]).await;
    Ok(())
}
