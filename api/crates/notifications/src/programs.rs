//! What programs outside are told (`webhooks`): what happens, once, whoever is told of it.

use crate::kinds::Kind;
use chrono::{DateTime, Utc};
use platform::{Clock, Result, Rng, Tx, outbox};
use serde::{Deserialize, Serialize};
use shared_types::{SystemId, UserId};
use systems::tells_programs;
use uuid::Uuid;

/// The topic of the jobs that tell them.
pub const WEBHOOK_EVENT: &str = "webhook_event";

/// Something that happened in a system.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProgramEvent {
    /// Its kind.
    pub kind: String,
    /// The system.
    pub system: SystemId,
    /// The same event has the same key, however many people are told of it.
    pub key: String,
    /// In words.
    pub text: String,
    /// The path of its page in the client.
    pub link: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; nobody where a day came, or the product found something.
    #[serde(default)]
    pub actor: Option<UserId>,
    /// What it is about; nothing where it is about several.
    #[serde(default)]
    pub object: Option<ProgramObject>,
}

/// What something that happened is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProgramObject {
    /// `task` or `evidence`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// What people call it: `TASK-12`.
    pub reference: String,
}

impl ProgramObject {
    /// A piece of evidence.
    pub(crate) fn evidence(id: Uuid, number: i32) -> Self {
        Self { kind: "evidence".to_owned(), id, reference: format!("EV-{number}") }
    }
}

/// Writes a job that tells them, if the kind is their business and anybody listens.
pub(crate) async fn announce(tx: &Tx, clock: &Clock, rng: &Rng, kind: &Kind, event: ProgramEvent) -> Result<()> {
    if kind.to_programs.is_none() || !tells_programs(tx, event.system).await? {
        return Ok(());
    }
    let key = format!("{WEBHOOK_EVENT}:{}:{}", event.system, event.key);
    outbox::enqueue_unique(tx, clock, rng, WEBHOOK_EVENT, &event, &key).await?;
    Ok(())
}
