//! Shows a person in the product what `identity` mails about the account.

use crate::kinds;
use crate::service::{Notice, tell};
use platform::db::rows;
use platform::{JobError, JobResult, Platform, outbox};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// The topic of this job in the outbox.
pub const SECURITY_NOTICE: &str = identity::SECURITY_NOTICE;

#[derive(Deserialize)]
struct Payload {
    kind: String,
    said: String,
    system: Option<SystemId>,
    user: UserId,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

/// Writes the notification and, in the same transaction, that the job is done.
pub async fn security_notice(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { kind, said, system, user } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a notice: {error}")))?;
    let kind = kinds::find(&kind).ok_or_else(|| JobError::Fail(format!("there is no notice `{kind}`")))?;
    let (id, at) = (Notice::id(platform)?, platform.clock.now());
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !outbox::finish(tx, outbox, at).await? {
                    return Ok(());
                }
                let sql = "SELECT name FROM systems WHERE id = $1";
                let about = match system {
                    Some(system) => rows::<Name>(tx, sql, [system.0.into()]).await?.into_iter().next(),
                    None => None,
                };
                let text = about.map_or_else(|| said.clone(), |system| format!("{said}: {}", system.name));
                // It belongs to the person, member of that system or no longer.
                let link = "/account".to_owned();
                let (unique_key, actor, object) = (outbox.to_string(), None, None);
                tell(tx, Notice { id, user, system: None, kind, text, link, unique_key, at, actor, object }).await?;
                Ok(())
            })
        })
        .await?;
    platform.live.wake([user]).await;
    Ok(())
}
