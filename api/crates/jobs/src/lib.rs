//! Background jobs: what happens after a commit, and what happens by the clock.
//!
//! A feature writes down a job in its own transaction (`platform::outbox::enqueue`). The relay hands it to a job queue after the
//! commit, a worker takes it from there and calls the feature's handler, which records in the transaction of its effect that the
//! job is done. Whatever breaks in between, the job is delivered again; whatever is delivered twice takes effect once.
//!
//! Architecture Invariant: no feature knows apalis. Features know the outbox on one side and their handler on the other.
//!
//! - `relay.rs`: from the outbox to the queue, of what takes time a few at once
//! - `attempts.rs`: what the outbox knows of the attempts at a job
//! - `store/`: the queue, embedded (SQLite) or on Redis
//! - `worker.rs`: from the queue to the handlers, with retries
//! - `topics.rs`: which topic is whose
//! - `schedule.rs`: what is done by the clock: it goes into the outbox too
//! - `vacuum.rs`: what is thrown away
//! - `handlers/`, `queries.rs`, `service.rs`: what administrators see of it and do about it

pub mod attempts;
mod handlers;
mod queries;
pub mod relay;
pub mod schedule;
mod service;
mod store;
mod topics;
mod vacuum;
mod worker;

pub use handlers::configure;
pub use topics::{
    ALARM, END_LOCKOUTS, EVIDENCE_FRESHNESS, EXPIRE_UPLOADS, MAIL, MAKE_REPORT, NOTIFICATION_MAIL, NOTIFICATION_MAILS, NOTIFY,
    PURGE_REPORTS, RECURRING_TASKS, SCAN, SCAN_REMAINING, SCHEDULED_REPORTS, SECURITY_NOTICE, TASK_DEADLINES, VACUUM,
    VERIFY_FILES, WEBHOOK_DELIVERY, WEBHOOK_EVENT, WEBHOOK_RETRIES, run,
};
pub use vacuum::vacuum_database;

use platform::Platform;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long jobs that are under way may take to end when the process stops. What does not make it is done again later.
const GRACE: Duration = Duration::from_secs(5);
/// How often is looked for new work.
const POLL: Duration = Duration::from_millis(500);

/// A job as it lies in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The row of the outbox that it comes from.
    pub outbox: Uuid,
    /// Which handler.
    pub topic: String,
    /// What the handler needs, in JSON.
    pub payload: String,
}

/// What the parts share.
#[derive(Clone)]
struct Context {
    platform: Platform,
    store: Store,
    /// The process is to stop.
    stop: CancellationToken,
}

/// The jobs of this process, running.
#[must_use = "jobs run until they are stopped"]
pub struct Jobs {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Jobs {
    /// Starts relay, worker and schedules in the background. A store that is not there is waited for.
    pub fn start(platform: Platform) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(supervise(platform, stop.clone()));
        Self { stop, task }
    }

    /// Takes on nothing new, waits a few seconds for what is under way, then stops.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(GRACE + Duration::from_secs(2), &mut self.task).await.is_err() {
            tracing::warn!("jobs did not end in time; they are done again after the next start");
            self.task.abort();
        }
    }
}

async fn supervise(platform: Platform, stop: CancellationToken) {
    let store = loop {
        match Store::open(&platform.settings, &stop).await {
            Ok(Some(store)) => break store,
            Ok(None) => return,
            Err(error) => tracing::error!(error = %error.with_cause(), "the job store can't be opened; trying again"),
        }
        if stopped_within(&stop, Duration::from_secs(5)).await {
            return;
        }
    };
    let context = Context { platform, store, stop: stop.clone() };
    while let Err(error) = relay::settle_claims(&context.platform, &context.store).await {
        tracing::warn!(error = %error.with_cause(), "what the jobs left at the last end can't be read; trying again");
        if stopped_within(&stop, Duration::from_secs(5)).await {
            return context.store.close().await;
        }
    }
    tokio::join!(relay::run(&context, &stop), schedule::run(&context.platform, &stop), worker::supervise(&context, &stop));
    context.store.close().await;
}

/// Waits; true if the process is to stop.
async fn stopped_within(stop: &CancellationToken, time: Duration) -> bool {
    tokio::time::timeout(time, stop.cancelled()).await.is_ok()
}
