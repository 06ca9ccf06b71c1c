//! Group commit on SQLite: closures run as savepoints of one outer transaction, and are answered after its durable commit.
//!
//! A disk sync costs milliseconds, so a transaction each would allow a few hundred writes per second. Here whatever has queued
//! up while one batch was being synced makes the next batch.

use super::known::Epoch;
use super::profile::{self, Profile};
use super::{Target, Tx, connect, guarded};
use crate::{AppError, Result};
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use shared_types::ErrorCode;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Most closures in one commit.
const BATCH: usize = 256;
/// Most closures that wait; beyond it callers wait for a place.
const QUEUE: usize = 4096;

/// Tells a caller what became of its closure, once the fate of the batch is known.
type Answer = Box<dyn FnOnce(Result<()>) + Send>;
/// A closure with its answer; the flag says whether its savepoint is to be kept.
type Job = Box<dyn for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, (bool, Answer)> + Send>;

enum Message {
    Run(Job),
    Stop(oneshot::Sender<()>),
}

/// The queue before the one writing connection.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Message>);

impl Writer {
    /// Starts the writing task.
    pub(super) async fn start(target: Target, epoch: Epoch, profile: Arc<Profile>) -> Result<Self> {
        let connection = open(&target, &profile).await?;
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(work(target, profile, connection, receiver, epoch));
        Ok(Self(sender))
    }

    /// Runs a closure in the next batch.
    pub(super) async fn run<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        // The writer is another task: the name of what is done there goes with it.
        let name = profile::current();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                let result = profile::named(name, guarded(change(tx))).await;
                let keep = result.is_ok();
                let answer: Answer = Box::new(move |fate| {
                    // The caller may have gone away; the work stands all the same.
                    let _gone = sender.send(fate.and(result));
                });
                (keep, answer)
            })
        });
        self.0.send(Message::Run(job)).await.map_err(|_closed| stopped())?;
        receiver.await.map_err(|_closed| stopped())?
    }

    /// Finishes what has been taken on, then closes the connection.
    pub(super) async fn stop(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.0.send(Message::Stop(sender)).await.is_ok() {
            let _done = receiver.await;
        }
    }
}

fn stopped() -> AppError {
    AppError::new(ErrorCode::Unavailable).cause("the database writer has stopped")
}

/// The writing connection, with its statements counted.
async fn open(target: &Target, profile: &Arc<Profile>) -> Result<DatabaseConnection> {
    let mut connection = connect::writer(target).await?;
    let profile = profile.clone();
    connection.set_metric_callback(move |statement| profile.note(statement.elapsed));
    Ok(connection)
}

async fn work(
    target: Target,
    profile: Arc<Profile>,
    first: DatabaseConnection,
    mut queue: mpsc::Receiver<Message>,
    epoch: Epoch,
) {
    let mut connection = Some(first);
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        if queue.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let mut jobs = Vec::with_capacity(batch.len());
        let mut stop = None;
        for message in batch.drain(..) {
            match message {
                Message::Run(job) => jobs.push(job),
                Message::Stop(done) => stop = Some(done),
            }
        }
        let writer = match connection.take() {
            Some(writer) => Ok(writer),
            None => open(&target, &profile).await,
        };
        // A connection whose transaction was lost has a wrong idea of its depth: it is dropped, the next batch opens another.
        connection = match writer {
            Ok(writer) => run_batch(&writer, jobs, &epoch).await.then_some(writer),
            Err(error) => {
                // Their senders go with the jobs: each caller is told that the writer is not there.
                tracing::error!(%error, "the database writer can't connect");
                None
            }
        };
        if let Some(done) = stop {
            if let Some(writer) = connection.take()
                && let Err(error) = writer.close().await
            {
                tracing::warn!(%error, "closing the database writer");
            }
            let _gone = done.send(());
            return;
        }
    }
}

/// Runs a batch; false if the connection must not be used again.
async fn run_batch(writer: &DatabaseConnection, jobs: Vec<Job>, epoch: &Epoch) -> bool {
    if jobs.is_empty() {
        return true;
    }
    let mut answers = Vec::with_capacity(jobs.len());
    let fate = batch_in_transaction(writer, jobs, &mut answers).await;
    // Before anybody hears of the commit. A fault may leave it open whether there was one.
    epoch.raise();
    match fate {
        Ok(()) => {
            for answer in answers {
                answer(Ok(()));
            }
            true
        }
        Err(error) => {
            tracing::error!(%error, callers = answers.len(), "a write batch was lost as a whole");
            let code = error.code();
            for answer in answers {
                answer(Err(AppError::new(code).cause("the write batch was rolled back")));
            }
            false
        }
    }
}

/// All closures as savepoints of one transaction. An error means that nothing of the batch was kept.
async fn batch_in_transaction(writer: &DatabaseConnection, jobs: Vec<Job>, answers: &mut Vec<Answer>) -> Result<()> {
    let immediate =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() };
    let mut jobs = jobs.into_iter();
    let outcome = async {
        let outer = writer.begin_with_options(immediate).await?;
        for job in jobs.by_ref() {
            let savepoint = outer.begin().await?;
            let (keep, answer) = job(&savepoint).await;
            answers.push(answer);
            // A full disk makes SQLite roll back the whole transaction. Then the savepoint is gone and these fail, and the
            // batch with them: going on would commit each later closure by itself.
            if keep {
                savepoint.commit().await?;
            } else {
                savepoint.rollback().await?;
            }
        }
        outer.commit().await?;
        Ok(())
    }
    .await;
    // Closures that never ran are answered by the drop of their senders.
    drop(jobs);
    outcome
}
