//! What people must be told about the bytes of evidence. It is written in the transaction that finds it; the feature that tells
//! people knows this one, not the other way round, so it takes the topic from here.

use audit::Door;
use platform::{Result, outbox};
use serde::{Deserialize, Serialize};
use shared_types::SystemId;
use uuid::Uuid;

/// The topic of the job that tells people, in the outbox.
pub const ALARM: &str = "evidence_alarm";

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A scanner found malware in it. The managers are told.
    Infected,
    /// The bytes are not what they were, or are gone. The managers and the administrators are told.
    Damaged,
}

/// What the job is given.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Alarm {
    /// Where.
    pub system: SystemId,
    /// Which bytes.
    pub blob: Uuid,
    /// What was found.
    pub kind: Kind,
}

/// Writes an alarm down.
pub(crate) async fn raise(door: &Door<'_>, system: SystemId, blob: Uuid, kind: Kind) -> Result<()> {
    outbox::enqueue(door.tx, &door.clock, &door.rng, ALARM, &Alarm { system, blob, kind }).await
}
