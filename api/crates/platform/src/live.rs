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
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use futures_util::StreamExt;
use shared_types::{ErrorCode, UserId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Streams that one person may have open in one process: one for each browser window in use.
pub const MOST_STREAMS: usize = 8;
/// A Redis server that takes longer is one that does not answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two attempts to listen on Redis.
const PAUSE: Duration = Duration::from_secs(2);

/// Whom to wake, by person. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    followers: Mutex<HashMap<UserId, watch::Sender<u64>>>,
    closed: watch::Sender<bool>,
    shared: Option<Shared>,
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
        Ok(Self(Arc::new(Inner { followers: Mutex::default(), closed: watch::Sender::new(false), shared })))
    }

    fn followers(&self) -> MutexGuard<'_, HashMap<UserId, watch::Sender<u64>>> {
        self.0.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows what is written for a person. Refused (429) where the person has [`MOST_STREAMS`] open already.
    pub fn follow(&self, user: UserId) -> Result<Follower> {
        self.listen();
        let mut followers = self.followers();
        let sender = followers.entry(user).or_insert_with(|| watch::Sender::new(0));
        if sender.receiver_count() >= MOST_STREAMS {
            let refusal = AppError::new(ErrorCode::TooManyRequests).detail("This person has enough streams open.");
            return Err(refusal.header(RETRY_AFTER, HeaderValue::from_static("60")));
        }
        let (woken, closed) = (sender.subscribe(), self.0.closed.subscribe());
        Ok(Follower { live: self.clone(), user, woken: Some(woken), closed })
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
        if let Some(sender) = self.followers().get(&user) {
            sender.send_modify(|count| *count += 1);
        }
    }

    fn wake_all_here(&self) {
        for sender in self.followers().values() {
            sender.send_modify(|count| *count += 1);
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
    /// None while it is dropped.
    woken: Option<watch::Receiver<u64>>,
    closed: watch::Receiver<bool>,
}

impl Follower {
    /// Waits until it is woken, for so long at the most.
    pub async fn next(&mut self, at_most: Duration) -> Woken {
        let Some(woken) = &mut self.woken else { return Woken::Closed };
        tokio::select! {
            _stopped = self.closed.wait_for(|closed| *closed) => Woken::Closed,
            _changed = woken.changed() => Woken::Look,
            () = tokio::time::sleep(at_most) => Woken::Look,
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut followers = self.live.followers();
        self.woken = None;
        if followers.get(&self.user).is_some_and(|sender| sender.receiver_count() == 0) {
            followers.remove(&self.user);
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
        let (mut ana, mut ben) = (live.follow(person(1)).unwrap(), live.follow(person(2)).unwrap());
        live.wake([person(1)]).await;
        assert_eq!(ana.next(Duration::from_hours(1)).await, Woken::Look);
        let silent = tokio::time::timeout(Duration::from_millis(50), ben.next(Duration::from_hours(1))).await;
        assert!(silent.is_err(), "another person was woken");
    }

    #[tokio::test]
    async fn streams_are_bounded_for_each_person_and_free_again_when_they_end() {
        let live = live();
        let mut open: Vec<Follower> = (0..MOST_STREAMS).map(|_stream| live.follow(person(1)).unwrap()).collect();
        let refusal = live.follow(person(1)).err().unwrap();
        assert_eq!(refusal.code(), ErrorCode::TooManyRequests);
        assert!(live.follow(person(2)).is_ok());
        open.pop();
        open.push(live.follow(person(1)).unwrap());
        drop(open);
        assert!(live.followers().is_empty(), "nothing is kept of people who are gone");
    }

    #[tokio::test]
    async fn closing_ends_all_that_wait_and_all_that_come() {
        let live = live();
        let mut before = live.follow(person(1)).unwrap();
        live.close();
        assert_eq!(before.next(Duration::from_hours(1)).await, Woken::Closed);
        assert_eq!(live.follow(person(1)).unwrap().next(Duration::from_hours(1)).await, Woken::Closed);
    }
}
