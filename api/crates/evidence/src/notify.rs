//! Who is told about a review: a row of the outbox for each person and one for all programs outside, written with the change itself; the
//! job behind the topic makes notifications and messages of them.

use audit::Door;
use platform::Result;
use platform::outbox::enqueue;
use serde::Serialize;
use shared_types::words::excerpt;
use shared_types::{EvidenceId, SystemId, UserId};
use systems::tells_programs;
use uuid::Uuid;

/// The topic of the outbox.
const TOPIC: &str = "notify";

/// What a person is told.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) enum Kind {
    /// It waits for your review.
    #[serde(rename = "evidence.to_review")]
    ToReview,
    /// It was approved.
    #[serde(rename = "evidence.approved")]
    Approved,
    /// It was sent back.
    #[serde(rename = "evidence.rejected")]
    Rejected,
}

#[derive(Serialize)]
struct Payload {
    kind: Kind,
    system: SystemId,
    evidence: EvidenceId,
    /// A person; none: programs outside.
    user: Option<UserId>,
    /// The same for all who are told of one change.
    event: Uuid,
    /// Who did it.
    actor: Option<UserId>,
    /// What the reviewer wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

/// Tells people, each once, but never the one who acts; and programs outside, whoever else is told.
pub(crate) async fn notify(
    door: &Door<'_>,
    kind: Kind,
    (system, evidence): (SystemId, EvidenceId),
    comment: Option<&str>,
    mut people: Vec<UserId>,
) -> Result<()> {
    people.retain(|user| door.actor.user != Some(*user));
    people.sort_unstable();
    people.dedup();
    let (event, actor, comment) = (door.id()?, door.actor.user, comment.map(excerpt));
    let mut payload = Payload { kind, system, evidence, user: None, event, actor, comment };
    if tells_programs(door.tx, system).await? {
        enqueue(door.tx, &door.clock, &door.rng, TOPIC, &payload).await?;
    }
    for user in people {
        payload.user = Some(user);
        enqueue(door.tx, &door.clock, &door.rng, TOPIC, &payload).await?;
    }
    Ok(())
}
