//! Tells a person, or programs outside, what happened to a task, a piece of evidence or a scheduled report.

use super::objects::{Object, words};
use crate::kinds::{self, DELETED_TASK};
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
    /// The person; none: programs outside.
    user: Option<UserId>,
    /// Why, where the object may know of something later by now.
    because: Option<String>,
    /// The change, where several people are told of it.
    event: Option<Uuid>,
    /// Who did it.
    actor: Option<UserId>,
    /// What was changed, in words.
    changed: Option<String>,
    /// The beginning of what somebody wrote.
    comment: Option<String>,
}

/// Writes the notification and, in the same transaction, that the job is done.
pub async fn notify(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { kind, system, object, user, because, event, actor, changed, comment } =
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
                let gone = kind.name == DELETED_TASK;
                let Some(words) = words(tx, system, object, (user, gone), because).await? else { return Ok(()) };
                let words = words.detailed(changed.as_deref(), comment.as_deref());
                let link = words.link.clone();
                if let Some(user) = user {
                    let (text, unique_key, system) = (words.text(kind.says), outbox.to_string(), Some(system));
                    tell(tx, Notice { id, user, system, kind, text, link, unique_key, at, actor, object: None }).await?;
                } else {
                    let key = format!("{}:{}:{}", kind.name, object.id(), event.unwrap_or(outbox));
                    let text = words.text(kind.to_programs.unwrap_or_default());
                    let (kind_name, object) = (kind.name.to_owned(), words.object(object));
                    let told = ProgramEvent { kind: kind_name, system, key, text, link, at, actor, object };
                    announce(tx, &clock, &rng, kind, told).await?;
                }
                Ok(())
            })
        })
        .await?;
    platform.live.wake(user).await;
    Ok(())
}
