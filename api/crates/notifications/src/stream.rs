//! What a stream of server-sent events tells one person: that something came, or was read. An event's id is the person's count of changes,
//! so a stream that resumes after `Last-Event-ID` tells at once what it missed, from whichever instance it is answered.

use crate::queries::{self, Filter};
use bytes::Bytes;
use futures_util::Stream;
use identity::SignedIn;
use platform::db::named;
use platform::live::{Follower, Woken};
use platform::{Platform, Result};
use shared_types::SystemId;
use shared_types::notifications::NotificationsChanged;
use std::collections::BTreeSet;
use std::time::Duration;
use tracing::warn;

/// How long it may take until a stream sees what nobody woke it for, and that its session has ended.
const LOOK: Duration = Duration::from_secs(5);
/// After so many looks without an event a line without meaning is sent: it keeps proxies from closing the line, and tells whether
/// anybody is there.
const HEARTBEAT_LOOKS: u32 = 3;
/// The browser reconnects after this many milliseconds.
const RETRY: &str = "retry: 3000\n\n";
/// What a stream says before it ends for a newer one: reconnecting at once it would only take the place of the next one in turn.
const REPLACED: &str = "retry: 60000\n\n";

/// A stream under way.
struct Following {
    platform: Platform,
    who: SignedIn,
    follower: Follower,
    /// The count of changes that was told last; none before the first event.
    told: Option<i64>,
    /// Looks since something was sent.
    silent: u32,
    greeted: bool,
    /// Its last words are said.
    over: bool,
}

/// The events for a person, from the one after `last` on.
pub(crate) fn events(
    platform: Platform,
    who: SignedIn,
    follower: Follower,
    last: Option<i64>,
) -> impl Stream<Item = Result<Bytes>> + 'static {
    let following = Following { platform, who, follower, told: last, silent: 0, greeted: false, over: false };
    futures_util::stream::unfold(following, |mut following| async move {
        let text = named("notification stream", following.next()).await?;
        Some((Ok(Bytes::from(text)), following))
    })
}

impl Following {
    /// The next piece of the stream; nothing at its end.
    async fn next(&mut self) -> Option<String> {
        if !self.greeted {
            self.greeted = true;
            return Some(RETRY.to_owned());
        }
        if self.over {
            return None;
        }
        loop {
            match self.look().await {
                Ok(Look::Over) => return None,
                Ok(Look::Changed(event)) => {
                    self.silent = 0;
                    return Some(event);
                }
                Ok(Look::Same) => {}
                // The line stays: it is told when the database answers again.
                Err(error) => warn!(error = %error.with_cause(), "a stream of notifications could not look"),
            }
            if self.silent >= HEARTBEAT_LOOKS {
                self.silent = 0;
                return Some(":\n\n".to_owned());
            }
            match self.follower.next(LOOK).await {
                Woken::Closed => return None,
                Woken::Replaced => {
                    self.over = true;
                    return Some(REPLACED.to_owned());
                }
                Woken::Look => self.silent += 1,
            }
        }
    }

    async fn look(&mut self) -> Result<Look> {
        if !identity::is_still_live(&self.platform, &self.who).await? {
            return Ok(Look::Over);
        }
        let db = &self.platform.db;
        let revision = queries::revision(db, &self.who).await?;
        if self.told == Some(revision) {
            return Ok(Look::Same);
        }
        // The first event of a stream that does not resume tells where things stand, and nothing as new.
        let after = self.told.unwrap_or(revision);
        let came = queries::systems_after(db, &self.who, after, revision).await?;
        let unread = queries::unread(db, &self.who, &Filter::default()).await?;
        self.told = Some(revision);
        let systems: BTreeSet<SystemId> = came.iter().copied().flatten().collect();
        let change = NotificationsChanged { unread, new: came.len() as u64, systems: systems.into_iter().collect() };
        let data = serde_json::to_string(&change).map_err(platform::AppError::internal)?;
        Ok(Look::Changed(format!("id: {revision}\nevent: notifications\ndata: {data}\n\n")))
    }
}

enum Look {
    Changed(String),
    Same,
    /// The session has ended.
    Over,
}
