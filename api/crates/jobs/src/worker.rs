//! From the queue to the handlers, with retries.

use crate::store::Store;
use crate::{Context, GRACE, Job, POLL, attempts, stopped_within, topics};
use apalis::layers::retry::backoff::{ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff};
use apalis::layers::retry::{BackoffRetryPolicy, HasherRng};
use apalis::prelude::{
    AbortError, Attempt, BackendExt, BoxDynError, Data, RetryPolicy, WorkerBuilder, WorkerBuilderExt, WorkerError,
};
use futures_util::FutureExt;
use platform::{AppError, JobError, JobResult};
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Jobs at a time in one process: more than all bounded queues have together with the slots of webhooks, so that what takes no time never
/// waits for another machine.
const CONCURRENCY: usize = 32;
/// Further attempts before a job goes back to the outbox, which delivers it again minutes later.
const RETRIES: usize = 5;
/// One attempt may take this long: less than the relay waits, from its beginning, before it delivers a job again.
const DEADLINE: Duration = Duration::from_mins(4);

/// A worker on either backend. apalis' types of the two have nothing in common but what is written here.
macro_rules! worker {
    ($backend:expr, $name:expr, $context:expr) => {
        WorkerBuilder::new($name)
            .backend($backend.poll_with_interval(POLL))
            .data($context.clone())
            .concurrency(CONCURRENCY)
            .retry(retry_policy())
            .catch_panic()
            .enable_tracing()
            .build(handle)
    };
}

/// Works until the process stops. A worker that breaks, because its store did, is replaced.
pub(crate) async fn supervise(context: &Context, stop: &CancellationToken) {
    let mut pause = Duration::from_secs(1);
    for run in 0_u32.. {
        // A worker's name must be new each time: apalis refuses one that was seen alive a moment ago.
        let name = match context.platform.rng.id::<uuid::Uuid>(&context.platform.clock) {
            Ok(id) => format!("{}-{run}-{id}", std::process::id()),
            Err(error) => return tracing::error!(error = %error.with_cause(), "a worker needs a name"),
        };
        let started = tokio::time::Instant::now();
        if let Err(error) = context.store.recover().await {
            tracing::warn!(error = %error.with_cause(), "interrupted jobs can't be taken up; trying again");
        } else if let Err(error) = until_stopped(context, &name, stop).await {
            tracing::warn!(%error, "the worker broke; starting another");
        }
        if stop.is_cancelled() {
            return;
        }
        if started.elapsed() > Duration::from_mins(1) {
            pause = Duration::from_secs(1);
        }
        if stopped_within(stop, pause).await {
            return;
        }
        pause = (pause * 2).min(Duration::from_secs(15));
    }
}

/// Runs one worker, in a task of its own: a panic in the store's code ends the task and not the process.
async fn until_stopped(context: &Context, name: &str, stop: &CancellationToken) -> Result<(), BoxDynError> {
    let signal = {
        let stop = stop.clone();
        async move {
            stop.cancelled().await;
            Ok::<(), WorkerError>(())
        }
    };
    let mut task = match &context.store {
        Store::Embedded(store) => tokio::spawn(worker!(store.backend(), name, context).run_until(signal)),
        Store::Redis(store) => tokio::spawn(worker!(store.backend(), name, context).run_until(signal)),
    };
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = &mut task => Ok(ended??),
        () = overdue => {
            task.abort();
            Err("jobs under way did not end in time; they are done again".into())
        }
    }
}

fn retry_policy() -> BackoffRetryPolicy<ExponentialBackoff> {
    let (least, most) = (Duration::from_millis(200), Duration::from_secs(5));
    let maker = ExponentialBackoffMaker::new(least, most, 0.2, HasherRng::default());
    RetryPolicy::retries(RETRIES).with_backoff(maker.unwrap_or_default().make_backoff())
}

/// One attempt at a job.
async fn handle(job: Job, attempt: Attempt, context: Data<Context>) -> Result<(), BoxDynError> {
    let attempt = attempt.current();
    let Err(error) = attempt_at(&context, &job, attempt > 1).await else {
        return Ok(());
    };
    let (outbox, topic) = (job.outbox, job.topic.as_str());
    match error {
        JobError::Fail(reason) => {
            tracing::error!(%outbox, topic, reason, "a job is given up: it makes no sense");
            Err(AbortError::new(reason).into())
        }
        JobError::Retry(error) => {
            tracing::warn!(%outbox, topic, attempt, error = %error.with_cause(), "a job failed; it is tried again");
            if attempt > RETRIES {
                put_back(&context, &job, &error.with_cause()).await;
            }
            // The queue itself must not try a job for ever: the outbox delivers it again, and counts.
            if attempt > RETRIES { Err(AbortError::new(error).into()) } else { Err(error.into()) }
        }
    }
}

/// Back to the outbox with the reason, for the people who look after it. Where the database is what fails, the log has the reason, and the
/// relay delivers the job again.
async fn put_back(context: &Context, job: &Job, reason: &str) {
    if let Err(error) = attempts::put_back(&context.platform, job, reason).await {
        tracing::debug!(error = %error.with_cause(), "why a job failed could not be kept");
    }
}

/// The panic is caught here and not by the layer above, so that apalis records the job as failed and not as running.
async fn attempt_at(context: &Context, job: &Job, again: bool) -> JobResult {
    match tokio::time::timeout(DEADLINE, AssertUnwindSafe(topics::deliver(context, job, again)).catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => {
            let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
            Err(AppError::internal(format!("a job panicked: {}", words.unwrap_or_default())).into())
        }
        Err(_) => Err(AppError::internal("a job exceeded its deadline").into()),
    }
}
