//! The job queue: an SQLite file of its own, or Redis. Neither is trusted to keep a job: the outbox is.

mod embedded;
mod redis;

use crate::Job;
use apalis::prelude::{Task, TaskBuilder};
use embedded::Embedded;
use platform::settings::{JobBackend, Settings};
use platform::{AppError, Result};
use redis::Redis;
use std::collections::HashMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A worker says that it lives this often, ...
const HEARTBEAT: Duration = Duration::from_secs(5);
/// ... and after so many silent beats its jobs go to others.
const MISSED_HEARTBEATS: usize = 3;
/// Jobs that a worker takes in one go.
const BATCH: usize = 10;

/// How a job was left in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Left {
    /// Its handler came to an end.
    Ended,
    /// It is still to come, or was begun and did not end.
    Open,
}

/// The queue of this process. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Store {
    /// Its own SQLite file; one process works on it at a time.
    Embedded(Embedded),
    /// Shared by any number of processes.
    Redis(Redis),
}

impl Store {
    /// Opens what the settings say; nothing if the process is stopped while it waits for its turn.
    pub(crate) async fn open(settings: &Settings, stop: &CancellationToken) -> Result<Option<Self>> {
        match settings.jobs.backend {
            JobBackend::Embedded => Ok(Embedded::open(&settings.data_dir, stop).await?.map(Self::Embedded)),
            JobBackend::Redis => Ok(Some(Self::Redis(Redis::open(&settings.jobs).await?))),
        }
    }

    /// Puts jobs into the queue.
    pub(crate) async fn push(&self, jobs: &[Job]) -> Result<()> {
        match self {
            Self::Embedded(store) => store.push(jobs).await,
            Self::Redis(store) => store.push(jobs).await,
        }
    }

    /// The jobs that this queue knows, by their rows in the outbox, and how the last process left them: call before any worker runs. Nothing
    /// where other processes work on the queue too.
    pub(crate) async fn left(&self) -> Result<Option<HashMap<Uuid, Left>>> {
        match self {
            Self::Embedded(store) => Ok(Some(store.left().await?)),
            Self::Redis(_) => Ok(None),
        }
    }

    /// Takes up what a dead worker has left, where that can be known at once.
    pub(crate) async fn recover(&self) -> Result<()> {
        match self {
            Self::Embedded(store) => store.recover().await,
            // Another worker may be at it: its missing heartbeat tells.
            Self::Redis(_) => Ok(()),
        }
    }

    /// Throws away finished jobs.
    pub(crate) async fn vacuum(&self) -> Result<()> {
        match self {
            Self::Embedded(store) => store.vacuum().await,
            Self::Redis(store) => store.vacuum().await,
        }
    }

    pub(crate) async fn close(self) {
        if let Self::Embedded(store) = self {
            store.close().await;
        }
    }
}

/// Jobs as apalis takes them.
fn tasks(jobs: &[Job]) -> impl futures_util::Stream<Item = Task<Job>> + Unpin + Send {
    let tasks: Vec<Task<Job>> = jobs.iter().map(|job| TaskBuilder::new(job.clone()).build()).collect();
    futures_util::stream::iter(tasks)
}

fn in_words(error: impl std::error::Error + Send + Sync + 'static) -> AppError {
    AppError::internal(error)
}
