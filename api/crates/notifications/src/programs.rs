//! What programs outside are told (`webhooks`): the same as people, once for all of them.

use crate::kinds::Kind;
use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::{Clock, Result, Rng, Tx, outbox};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use shared_types::SystemId;

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
}

#[derive(FromQueryResult)]
struct Found {
    #[expect(dead_code, reason = "the row's being there is the answer")]
    found: i32,
}

/// Writes a job that tells them, if the kind is their business and anybody listens.
pub(crate) async fn announce(tx: &Tx, clock: &Clock, rng: &Rng, kind: &Kind, event: ProgramEvent) -> Result<()> {
    if kind.to_programs.is_none() {
        return Ok(());
    }
    let sql = "SELECT 1 AS found FROM webhooks w JOIN systems s ON s.id = w.system_id WHERE w.system_id = $1 AND w.active \
               AND s.archived_at IS NULL LIMIT 1";
    if rows::<Found>(tx, sql, [event.system.0.into()]).await?.is_empty() {
        return Ok(());
    }
    let key = format!("{WEBHOOK_EVENT}:{}:{}", event.system, event.key);
    outbox::enqueue_unique(tx, clock, rng, WEBHOOK_EVENT, &event, &key).await?;
    Ok(())
}
