//! Who is told about a review. A row of the outbox for each person, written with the change itself; the job behind the topic
//! makes notifications of them.

use audit::Door;
use platform::Result;
use platform::outbox::enqueue;
use serde::Serialize;
use shared_types::{EvidenceId, SystemId, UserId};
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
    user: UserId,
    /// The same for all who are told of one change.
    event: Uuid,
}

/// Tells people, each once, but never the one who acts.
pub(crate) async fn notify(
    door: &Door<'_>,
    kind: Kind,
    system: SystemId,
    evidence: EvidenceId,
    mut people: Vec<UserId>,
) -> Result<()> {
    people.retain(|user| door.actor.user != Some(*user));
    people.sort_unstable();
    people.dedup();
    let event: Uuid = door.id()?;
    for user in people {
        enqueue(door.tx, &door.clock, &door.rng, TOPIC, &Payload { kind, system, evidence, user, event }).await?;
    }
    Ok(())
}
