//! Tells a person what happened to a task, a piece of evidence or a scheduled report.

use super::objects::{Object, words};
use crate::kinds;
use crate::programs::{ProgramEvent, announce};
use crate::service::{Notice, tell};
use platform::{JobError, JobResult, Platform, outbox};
use serde::Deserialize;
use shared_types::{SystemId, UserId};
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
    /// Why, where the object may know of something later by now.
    because: Option<String>,
    /// The change, where several people are told of it.
    event: Option<Uuid>,
}

/// Writes the notification and, in the same transaction, that the job is done.
pub async fn notify(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { kind, system, object, user, because, event } =
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
                let Some(words) = words(tx, system, object, user, because).await? else { return Ok(()) };
                let told = ProgramEvent {
                    kind: kind.name.to_owned(),
                    system,
                    key: format!("{}:{}:{}", kind.name, object.id(), event.unwrap_or(outbox)),
                    text: words.text(kind.to_programs.unwrap_or_default()),
                    link: words.link.clone(),
                    at,
                };
                announce(tx, &clock, &rng, kind, told).await?;
                let (text, link) = (words.text(kind.says), words.link);
                tell(tx, Notice { id, user, system: Some(system), kind, text, link, unique_key: outbox.to_string(), at }).await?;
                Ok(())
            })
        })
        .await?;
    platform.live.wake([user]).await;
    Ok(())
}
