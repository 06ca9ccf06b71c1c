//! Who is told about a change: a row of the outbox for each person and one for all programs outside, written with the change itself; the
//! job behind the topic makes notifications and messages of them.

use audit::Door;
use platform::Result;
use platform::outbox::{enqueue, enqueue_all};
use serde::Serialize;
use shared_types::words::excerpt;
use shared_types::{SystemId, TaskId, UserId};
use systems::tells_programs;
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
    /// It was edited, or taken a step further, or back.
    #[serde(rename = "task.changed")]
    Changed,
    /// It was deleted.
    #[serde(rename = "task.deleted")]
    Deleted,
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

/// What is told beside the kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Detail<'a> {
    /// What was changed, in words: `due date moved to 16 Dec 2026`.
    pub changed: Option<&'a str>,
    /// What somebody wrote: the comment, or why the work came back.
    pub comment: Option<&'a str>,
}

#[derive(Clone, Serialize)]
struct Payload<'a> {
    kind: Kind,
    system: SystemId,
    task: TaskId,
    /// A person; none: programs outside.
    user: Option<UserId>,
    /// The same for all who are told of one change.
    event: Uuid,
    /// Who did it.
    actor: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

impl<'a> Payload<'a> {
    fn new(door: &Door<'_>, kind: Kind, (system, task): (SystemId, TaskId), detail: Detail<'a>) -> Result<Self> {
        let Detail { changed, comment } = detail;
        let (actor, comment) = (door.actor.user, comment.map(excerpt));
        Ok(Self { kind, system, task, user: None, event: door.id()?, actor, changed, comment })
    }
}

/// Tells people, each once, but never the one who acts: one statement, however many they are.
pub(crate) async fn notify(
    door: &Door<'_>,
    kind: Kind,
    system: SystemId,
    task: TaskId,
    people: impl IntoIterator<Item = UserId>,
) -> Result<()> {
    notify_of(door, kind, (system, task), Detail::default(), people).await
}

/// The same, and what there is to say beside it.
pub(crate) async fn notify_of(
    door: &Door<'_>,
    kind: Kind,
    task: (SystemId, TaskId),
    detail: Detail<'_>,
    people: impl IntoIterator<Item = UserId>,
) -> Result<()> {
    let mut people: Vec<UserId> = people.into_iter().filter(|user| door.actor.user != Some(*user)).collect();
    people.sort_unstable();
    people.dedup();
    let payload = Payload::new(door, kind, task, detail)?;
    let payloads: Vec<Payload> = people.into_iter().map(|user| Payload { user: Some(user), ..payload.clone() }).collect();
    enqueue_all(door.tx, &door.clock, &door.rng, TOPIC, &payloads).await
}

/// Tells programs outside, whoever else is told of it: nobody, where somebody acts alone. A change is told once, as the kind that says
/// most.
pub(crate) async fn announce(door: &Door<'_>, kind: Kind, task: (SystemId, TaskId), detail: Detail<'_>) -> Result<()> {
    if !tells_programs(door.tx, task.0).await? {
        return Ok(());
    }
    enqueue(door.tx, &door.clock, &door.rng, TOPIC, &Payload::new(door, kind, task, detail)?).await
}
