//! Wakes the streams of a person when something was written for them.
//!
//! What a stream tells is read from the database; a wake only says that it is time to look. So a wake that is lost costs a few
//! seconds, until the stream looks by itself, and never a notification. Where the jobs are on Redis, wakes go through it to all processes;
//! else they reach the streams of this process, and those of others look by themselves.
//!
//! Architecture Invariant: a stream holds no connection to the database while it waits.

use crate::settings::{JobBackend, Settings};
use crate::{AppError, Result};
use ::redis::Client;
use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use futures_util::StreamExt;
use shared_types::UserId;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// Streams that one person may have open in one process: one for each browser window in use. One more takes the place of the oldest:
/// the newest is the window in sight, and the oldest often one that is gone, which shows only with the next line that is written to it.
pub const MOST_STREAMS: usize = 8;
/// A Redis server that takes longer is one that does not answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two attempts to listen on Redis.
const PAUSE: Duration = Duration::from_secs(2);

/// Whom to wake, by person. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    followers: Mutex<HashMap<UserId, Followed>>,
    /// How many streams were opened so far: the next one's number.
    opened: AtomicU64,
    closed: watch::Sender<bool>,
    shared: Option<Shared>,
}

/// A person with streams.
struct Followed {
    wakes: watch::Sender<u64>,
    /// The open streams by their numbers, the oldest first. One whose sender is dropped has lost its place.
    open: BTreeMap<u64, oneshot::Sender<()>>,
}

/// Wakes that all processes share.
struct Shared {
    client: Client,
    connection: ConnectionManager,
    channel: String,
    listening: AtomicBool,
}

/// Why a stream goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Something may have been written, or it is time to look.
    Look,
    /// A newer stream of the person has taken its place.
    Replaced,
    /// The process is to stop.
    Closed,
}

impl Live {
    /// Wakes as the settings say. Nothing is connected before it is needed.
    pub fn start(settings: &Settings) -> Result<Self> {
        let shared = match settings.jobs.backend {
            JobBackend::Embedded => None,
            JobBackend::Redis => {
                let client = Client::open(settings.jobs.redis_url.expose()).map_err(AppError::internal)?;
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(1)
                    .set_connection_timeout(Some(PATIENCE))
                    .set_response_timeout(Some(PATIENCE));
                let connection = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(AppError::internal)?;
                let channel = format!("{}:live", settings.jobs.redis_prefix);
                Some(Shared { client, connection, channel, listening: AtomicBool::new(false) })
            }
        };
        Ok(Self(Arc::new(Inner {
            followers: Mutex::default(),
            opened: AtomicU64::new(0),
            closed: watch::Sender::new(false),
            shared,
        })))
    }

    fn followers(&self) -> MutexGuard<'_, HashMap<UserId, Followed>> {
        self.0.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows what is written for a person. Where the person has [`MOST_STREAMS`] open already, the oldest ends.
    pub fn follow(&self, user: UserId) -> Follower {
        self.listen();
        let number = self.0.opened.fetch_add(1, Ordering::Relaxed);
        let (place, replaced) = oneshot::channel();
        let mut followers = self.followers();
        let followed = followers.entry(user).or_insert_with(|| Followed { wakes: watch::Sender::new(0), open: BTreeMap::new() });
        followed.open.insert(number, place);
        while followed.open.len() > MOST_STREAMS {
            followed.open.pop_first();
        }
        let (woken, closed) = (followed.wakes.subscribe(), self.0.closed.subscribe());
        Follower { live: self.clone(), user, number, woken, replaced, closed }
    }

    /// Wakes the streams of these people, in all processes that can be reached.
    pub async fn wake(&self, users: impl IntoIterator<Item = UserId>) {
        let mut names = Vec::new();
        for user in users {
            self.wake_here(user);
            names.push(user.to_string());
        }
        let Some(shared) = &self.0.shared else { return };
        let mut connection = shared.connection.clone();
        let mut pipe = ::redis::pipe();
        for name in &names {
            pipe.publish(&shared.channel, name).ignore();
        }
        let published = tokio::time::timeout(PATIENCE, pipe.query_async::<()>(&mut connection)).await;
        if !matches!(published, Ok(Ok(()))) {
            tracing::debug!(people = names.len(), "streams of other processes were not woken; they look by themselves");
        }
    }

    fn wake_here(&self, user: UserId) {
        if let Some(followed) = self.followers().get(&user) {
            followed.wakes.send_modify(|count| *count += 1);
        }
    }

    fn wake_all_here(&self) {
        for followed in self.followers().values() {
            followed.wakes.send_modify(|count| *count += 1);
        }
    }

    /// Ends all streams of this process, so that it can stop.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }

    /// Begins to listen on Redis, once, in the background.
    fn listen(&self) {
        let Some(shared) = &self.0.shared else { return };
        if shared.listening.swap(true, Ordering::SeqCst) {
            return;
        }
        let (live, mut closed) = (self.clone(), self.0.closed.subscribe());
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _stopped = closed.wait_for(|closed| *closed) => return,
                    () = live.hear() => {}
                }
                // What was said meanwhile was not heard.
                live.wake_all_here();
                tokio::time::sleep(PAUSE).await;
            }
        });
    }

    /// Passes on what is heard until the line breaks.
    async fn hear(&self) {
        let Some(shared) = &self.0.shared else { return };
        let heard = async {
            let mut line = shared.client.get_async_pubsub().await?;
            line.subscribe(&shared.channel).await?;
            self.wake_all_here();
            let mut said = line.into_on_message();
            while let Some(message) = said.next().await {
                if let Ok(user) = message.get_payload::<String>()?.parse() {
                    self.wake_here(user);
                }
            }
            Ok::<(), ::redis::RedisError>(())
        };
        if let Err(error) = heard.await {
            tracing::warn!(%error, "streams are not woken by other processes; trying again");
        }
    }
}

/// One stream of one person.
pub struct Follower {
    live: Live,
    user: UserId,
    number: u64,
    woken: watch::Receiver<u64>,
    /// Never sent to: that its sender is gone says that the place is.
    replaced: oneshot::Receiver<()>,
    closed: watch::Receiver<bool>,
}

impl Follower {
    /// Waits until it is woken, for so long at the most. Not to be asked again once it has said that the stream has lost its place.
    pub async fn next(&mut self, at_most: Duration) -> Woken {
        tokio::select! {
            biased;
            _stopped = self.closed.wait_for(|closed| *closed) => Woken::Closed,
            _place = &mut self.replaced => Woken::Replaced,
            _changed = self.woken.changed() => Woken::Look,
            () = tokio::time::sleep(at_most) => Woken::Look,
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut followers = self.live.followers();
        if let Some(followed) = followers.get_mut(&self.user) {
            followed.open.remove(&self.number);
            if followed.open.is_empty() {
                followers.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::load;

    fn live() -> Live {
        Live::start(&load(None, std::iter::empty()).unwrap()).unwrap()
    }

    fn person(last: u8) -> UserId {
        UserId(uuid::Uuid::from_bytes([last; 16]))
    }

    #[tokio::test]
    async fn a_wake_reaches_its_person_alone_even_before_the_waiting() {
        let live = live();
        let (mut ana, mut ben) = (live.follow(person(1)), live.follow(person(2)));
        live.wake([person(1)]).await;
        assert_eq!(ana.next(Duration::from_hours(1)).await, Woken::Look);
        let silent = tokio::time::timeout(Duration::from_millis(50), ben.next(Duration::from_hours(1))).await;
        assert!(silent.is_err(), "another person was woken");
    }

    #[tokio::test]
    async fn streams_are_bounded_for_each_person_and_a_new_one_takes_the_place_of_the_oldest() {
        let live = live();
        let open = |user: u8| live.followers().get(&person(user)).map_or(0, |followed| followed.open.len());
        let mut mine: Vec<Follower> = (0..MOST_STREAMS).map(|_stream| live.follow(person(1))).collect();
        let mut other = live.follow(person(2));
        mine.push(live.follow(person(1)));
        assert_eq!((open(1), open(2)), (MOST_STREAMS, 1));
        // The oldest ends even where something to tell has come meanwhile; all others go on.
        live.wake([person(1), person(2)]).await;
        assert_eq!(mine[0].next(Duration::from_hours(1)).await, Woken::Replaced);
        for follower in mine.iter_mut().skip(1).chain([&mut other]) {
            assert_eq!(follower.next(Duration::from_hours(1)).await, Woken::Look);
        }
        // One that has lost its place gives none up when it goes; one that goes by itself does.
        mine.remove(0);
        assert_eq!(open(1), MOST_STREAMS);
        mine.remove(4);
        mine.push(live.follow(person(1)));
        let silent = tokio::time::timeout(Duration::from_millis(50), mine[0].next(Duration::from_hours(1))).await;
        assert!(silent.is_err(), "there was a place, and the oldest went all the same");
        drop((mine, other));
        assert!(live.followers().is_empty(), "nothing is kept of people who are gone");
    }

    #[tokio::test]
    async fn closing_ends_all_that_wait_and_all_that_come() {
        let live = live();
        let mut before = live.follow(person(1));
        live.close();
        assert_eq!(before.next(Duration::from_hours(1)).await, Woken::Closed);
        assert_eq!(live.follow(person(1)).next(Duration::from_hours(1)).await, Woken::Closed);
    }
}
