//! The database: readers, and the one door for writes.
//!
//! Architecture Invariant: no other module writes. On SQLite every write goes through one writer with group commit
//! ([`writer`]); on PostgreSQL it is an ordinary transaction. Callers can't tell: they pass a closure to [`Db::write`] and get
//! its result after the durable commit.

mod connect;
mod known;
mod profile;
mod sql;
mod writer;

use crate::{AppError, Result};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait};
use shared_types::ErrorCode;
use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use connect::{Target, writer as single_connection};
pub use known::Question;
pub use profile::{Measured, Profile, named};
pub use sql::{bind, execute, rows};

/// The transaction that a write closure works in.
pub type Tx = DatabaseTransaction;

/// A write closure that takes longer than this is rolled back: it holds up everyone on SQLite.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    readers: DatabaseConnection,
    writes: Writes,
    read_statements: Arc<AtomicU64>,
    known: Option<(known::Known, Arc<File>)>,
    epoch: known::Epoch,
    profile: Arc<Profile>,
}

#[derive(Clone)]
enum Writes {
    /// SQLite: one writer, many savepoints in one transaction.
    Grouped(writer::Writer),
    /// PostgreSQL: a transaction each, from the same pool.
    Pooled(DatabaseConnection),
}

impl Db {
    /// Connects; creates the file where it is SQLite and does not exist.
    pub async fn connect(target: &Target) -> Result<Self> {
        let mut readers = connect::readers(target).await?;
        let read_statements = Arc::new(AtomicU64::new(0));
        let epoch = known::Epoch::default();
        let profile = Arc::new(Profile::default());
        let (counter, noted) = (read_statements.clone(), profile.clone());
        readers.set_metric_callback(move |statement| {
            counter.fetch_add(1, Ordering::Relaxed);
            noted.note(statement.elapsed);
        });
        let writes = match target {
            Target::Sqlite { .. } => {
                Writes::Grouped(writer::Writer::start(target.clone(), epoch.clone(), profile.clone()).await?)
            }
            Target::Postgres { .. } => Writes::Pooled(readers.clone()),
        };
        Ok(Self { readers, writes, read_statements, known: None, epoch, profile })
    }

    /// No other service writes to this SQLite file while `lock`, which proves it, is held: from now on [`Self::known`] may answer
    /// from memory. The lock goes with the last copy of this.
    #[must_use]
    pub fn serve_alone(self, lock: File) -> Self {
        let known = Some((known::Known::new(self.epoch.clone()), Arc::new(lock)));
        Self { known, ..self }
    }

    /// The answer to a question that every request asks, read by `read` unless nothing has been written since it was read last.
    pub async fn known<T: Clone + Send + Sync + 'static>(
        &self,
        question: Question,
        read: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match &self.known {
            Some((known, _lock)) => known.ask(question, read).await,
            None => read.await,
        }
    }

    /// For reading. On SQLite these connections refuse to write.
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// How many statements the reading connections have run (on PostgreSQL the writing ones as well, they are the same).
    pub fn read_statements(&self) -> u64 {
        self.read_statements.load(Ordering::Relaxed)
    }

    /// How often the database was asked what, and how long it took.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Which database this is. Only `platform` may ask.
    pub(crate) fn backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    /// Runs `change` in a transaction and returns its result once it is committed durably. An error rolls it back.
    ///
    /// The closure does database work only: on SQLite all other writers wait for it.
    pub async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        match &self.writes {
            Writes::Grouped(writer) => writer.run(change).await,
            Writes::Pooled(pool) => {
                let tx = pool.begin().await?;
                match guarded(change(&tx)).await {
                    Ok(value) => {
                        tx.commit().await?;
                        Ok(value)
                    }
                    Err(error) => {
                        // The refusal is the answer, even where the line to the database breaks under the rollback: without a
                        // commit nothing is kept.
                        if let Err(fault) = tx.rollback().await {
                            tracing::warn!(error = %fault, "a transaction that was refused could not be rolled back");
                        }
                        Err(error)
                    }
                }
            }
        }
    }

    /// Answers whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.readers.ping().await.map_err(|error| AppError::new(ErrorCode::Unavailable).cause(error))
    }

    /// Waits for the writes that are under way and closes all connections.
    pub async fn close(self) -> Result<()> {
        if let Writes::Grouped(writer) = &self.writes {
            writer.stop().await;
        }
        self.readers.close().await?;
        Ok(())
    }
}

/// A closure's future with its deadline, its panic caught.
async fn guarded<T>(work: BoxFuture<'_, Result<T>>) -> Result<T> {
    match tokio::time::timeout(WRITE_DEADLINE, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => {
            let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
            Err(AppError::internal(format!("a write panicked: {}", words.unwrap_or_default())))
        }
        Err(_) => Err(AppError::new(ErrorCode::Unavailable).cause("a write exceeded its deadline")),
    }
}
