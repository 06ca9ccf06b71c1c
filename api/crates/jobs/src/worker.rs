//! From the queue to the handlers, with retries.

use crate::store::Store;
use crate::{Context, GRACE, Job, POLL, handlers, stopped_within};
use apalis::layers::retry::backoff::{ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff};
use apalis::layers::retry::{BackoffRetryPolicy, HasherRng};
use apalis::prelude::{
    AbortError, Attempt, BackendExt, BoxDynError, Data, RetryPolicy, WorkerBuilder, WorkerBuilderExt, WorkerError,
};
use futures_util::FutureExt;
use platform::{AppError, JobError, JobResult};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Jobs at a time in one process.
const CONCURRENCY: usize = 16;
/// Further attempts before a job goes back to the outbox, which delivers it again minutes later.
const RETRIES: usize = 5;
/// A process that stops looks so often whether a job is under way, and so many times in a row must there be none.
const LOOK: Duration = Duration::from_millis(100);
const QUIET: u32 = 5;
/// One attempt may take this long: less than the relay waits before it delivers a job again.
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
    tokio::select! {
        ended = &mut task => Ok(ended??),
        idle = idle_or_overdue(context, stop) => {
            task.abort();
            if idle { Ok(()) } else { Err("jobs under way did not end in time; they are done again".into()) }
        }
    }
}

/// Waits, once the process is to stop, until no job has been under way for a moment (true) or the grace is over (false). apalis waits for
/// its jobs itself, but when the last one ends just as it is told to stop it now and then misses that, and would wait for ever.
async fn idle_or_overdue(context: &Context, stop: &CancellationToken) -> bool {
    stop.cancelled().await;
    let (asked, mut quiet) = (tokio::time::Instant::now(), 0);
    while asked.elapsed() < GRACE {
        tokio::time::sleep(LOOK).await;
        quiet = if context.under_way.load(Ordering::SeqCst) == 0 { quiet + 1 } else { 0 };
        // Time for the queue to hear that the last one is done.
        if quiet == QUIET {
            return true;
        }
    }
    false
}

/// Counts a job that is under way, for as long as it lives.
struct UnderWay(Arc<AtomicUsize>);

impl UnderWay {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn retry_policy() -> BackoffRetryPolicy<ExponentialBackoff> {
    let (least, most) = (Duration::from_millis(200), Duration::from_secs(5));
    let maker = ExponentialBackoffMaker::new(least, most, 0.2, HasherRng::default());
    RetryPolicy::retries(RETRIES).with_backoff(maker.unwrap_or_default().make_backoff())
}

/// One attempt at a job.
async fn handle(job: Job, attempt: Attempt, context: Data<Context>) -> Result<(), BoxDynError> {
    let _counted = UnderWay::new(&context.under_way);
    let Err(error) = attempt_at(&context, &job).await else {
        return Ok(());
    };
    let (outbox, topic, attempt) = (job.outbox, job.topic.as_str(), attempt.current());
    match error {
        JobError::Fail(reason) => {
            tracing::error!(%outbox, topic, reason, "a job is given up: it makes no sense");
            Err(AbortError::new(reason).into())
        }
        JobError::Retry(error) => {
            tracing::warn!(%outbox, topic, attempt, error = %error.with_cause(), "a job failed; it is tried again");
            // The queue itself must not try a job for ever: the outbox delivers it again, and counts.
            if attempt > RETRIES { Err(AbortError::new(error).into()) } else { Err(error.into()) }
        }
    }
}

/// The panic is caught here and not by the layer above, so that apalis records the job as failed and not as running.
async fn attempt_at(context: &Context, job: &Job) -> JobResult {
    match tokio::time::timeout(DEADLINE, AssertUnwindSafe(handlers::deliver(context, job)).catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => {
            let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
            Err(AppError::internal(format!("a job panicked: {}", words.unwrap_or_default())).into())
        }
        Err(_) => Err(AppError::internal("a job exceeded its deadline").into()),
    }
}
