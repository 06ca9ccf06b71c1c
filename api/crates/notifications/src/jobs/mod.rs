//! The jobs of this feature; `api/crates/jobs` calls them.

mod alarm;
mod daily;
mod deadlines;
mod freshness;
mod mail;
mod mails;
mod notify;
mod objects;
mod purge;
mod security;

pub use alarm::evidence_alarm;
pub use deadlines::task_deadlines;
pub use freshness::evidence_freshness;
pub use mail::{NOTIFICATION_MAIL, notification_mail};
pub use mails::notification_mails;
pub use notify::{NOTIFY, notify};
pub use purge::purge_notifications;
pub use security::{SECURITY_NOTICE, security_notice};

use crate::programs::{ProgramEvent, announce};
use crate::service::{Notice, tell};
use platform::{Platform, Result};
use shared_types::UserId;
use std::collections::BTreeSet;

/// Notifications in one transaction: on SQLite all writers wait for it, and one that takes long is rolled back. Each is some statements, and
/// with webhooks many.
const BATCH: usize = 50;

/// Tells many people, in transactions of some dozens, and wakes their streams; how many were told something new.
async fn tell_all(platform: &Platform, mut notices: Vec<Notice>) -> Result<u64> {
    // Whoever tells several people at once takes their locks in this order.
    notices.sort_by_key(|notice| notice.user);
    let mut told = 0;
    for batch in notices.chunks(BATCH).map(<[Notice]>::to_vec) {
        let people: BTreeSet<UserId> = batch.iter().map(|notice| notice.user).collect();
        let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
        let new = platform
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let mut new = 0;
                    for notice in batch {
                        let event = event_of(&notice);
                        let kind = notice.kind;
                        if tell(tx, notice).await? {
                            new += 1;
                            if let Some(event) = event {
                                announce(tx, &clock, &rng, kind, event).await?;
                            }
                        }
                    }
                    Ok(new)
                })
            })
            .await?;
        if new > 0 {
            platform.live.wake(people).await;
        }
        told += new;
    }
    Ok(told)
}

/// What programs are told of a notice about something, which has words of its own.
fn event_of(notice: &Notice) -> Option<ProgramEvent> {
    let Notice { system, kind, text, link, unique_key, at, actor, object, .. } = notice.clone();
    let object = Some(object?);
    Some(ProgramEvent { kind: kind.name.to_owned(), system: system?, key: unique_key, text, link, at, actor, object })
}
