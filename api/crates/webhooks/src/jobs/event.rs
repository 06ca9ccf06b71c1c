//! From an event to its messages: one for each endpoint that wants to be told of it.

use crate::deliveries::{self, Message};
use platform::db::{execute, rows};
use platform::{JobError, JobResult, Platform, outbox};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The topic of this job in the outbox. Its payload is written by `notifications`.
pub const WEBHOOK_EVENT: &str = notifications::WEBHOOK_EVENT;

#[derive(FromQueryResult)]
struct Endpoint {
    id: Uuid,
    kinds: String,
}

const ENDPOINTS: &str = "SELECT w.id, w.kinds FROM webhooks w JOIN systems s ON s.id = w.system_id \
    WHERE w.system_id = $1 AND w.active AND s.archived_at IS NULL ORDER BY w.id";

/// Writes the event and its messages and, in the same transaction, that the job is done.
pub async fn webhook_event(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let notifications::ProgramEvent { kind, system, key, text, link, at, actor, object } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not an event: {error}")))?;
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !outbox::finish(tx, outbox, clock.now()).await? {
                    return Ok(());
                }
                let event: Uuid = rng.id(&clock)?;
                let sql = "INSERT INTO webhook_events (id, system_id, kind, event_key, text, link, happened_at, actor_id, \
                           object_kind, object_id, object_reference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (system_id, event_key) DO NOTHING";
                let (object_kind, object_id, reference) =
                    object.map_or((None, None, None), |object| (Some(object.kind), Some(object.id), Some(object.reference)));
                let values = [
                    event.into(),
                    system.0.into(),
                    kind.clone().into(),
                    key.into(),
                    text.into(),
                    link.into(),
                    at.into(),
                    actor.map(|actor| actor.0).into(),
                    object_kind.into(),
                    object_id.into(),
                    reference.into(),
                ];
                if execute(tx, sql, values).await? == 0 {
                    return Ok(());
                }
                for Endpoint { id, kinds } in rows::<Endpoint>(tx, ENDPOINTS, [system.0.into()]).await? {
                    if kinds.split(',').any(|wanted| wanted == kind) {
                        deliveries::write(tx, &clock, &rng, Message { webhook: id, event, replay: 0 }).await?;
                    }
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
