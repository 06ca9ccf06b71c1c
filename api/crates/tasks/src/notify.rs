//! Who is told about a step. A row of the outbox for each person, written with the change itself; the job behind the topic
//! makes notifications of them.

use audit::Door;
use platform::Result;
use platform::outbox::enqueue_all;
use serde::Serialize;
use shared_types::{SystemId, TaskId, UserId};
use uuid::Uuid;

/// The topic of the outbox.
const TOPIC: &str = "notify";

/// What a person is told.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) enum Kind {
    /// It is yours to do.
    #[serde(rename = "task.assigned")]
    Assigned,
    /// It, and others of the same file, are yours to do.
    #[serde(rename = "task.imported")]
    Imported,
    /// It is yours while its assignee is away.
    #[serde(rename = "task.backup")]
    Backup,
    /// Somebody made you watch it.
    #[serde(rename = "task.watching")]
    Watching,
    /// A comment on it names you.
    #[serde(rename = "task.mentioned")]
    Mentioned,
    /// Somebody commented on it.
    #[serde(rename = "task.commented")]
    Commented,
    /// It was taken a step further, or back.
    #[serde(rename = "task.changed")]
    Moved,
    /// It waits for your confirmation.
    #[serde(rename = "task.to_confirm")]
    ToConfirm,
    /// Your work was confirmed.
    #[serde(rename = "task.confirmed")]
    Confirmed,
    /// Your work came back.
    #[serde(rename = "task.sent_back")]
    SentBack,
}

#[derive(Serialize)]
struct Payload {
    kind: Kind,
    system: SystemId,
    task: TaskId,
    user: UserId,
    /// The same for all who are told of one change.
    event: Uuid,
}

/// Tells people, each once, but never the one who acts: one statement, however many they are.
pub(crate) async fn notify(
    door: &Door<'_>,
    kind: Kind,
    system: SystemId,
    task: TaskId,
    people: impl IntoIterator<Item = UserId>,
) -> Result<()> {
    let mut people: Vec<UserId> = people.into_iter().filter(|user| door.actor.user != Some(*user)).collect();
    people.sort_unstable();
    people.dedup();
    let event: Uuid = door.id()?;
    let payloads: Vec<Payload> = people.into_iter().map(|user| Payload { kind, system, task, user, event }).collect();
    enqueue_all(door.tx, &door.clock, &door.rng, TOPIC, &payloads).await
}
