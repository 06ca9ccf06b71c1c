//! The queue in an SQLite file of its own, `jobs.db` in the data folder.

use super::{BATCH, HEARTBEAT, Left, MISSED_HEARTBEATS, in_words, tasks};
use crate::{Job, stopped_within, vacuum};
use apalis::prelude::TaskSink;
use apalis_sqlite::{Config, SqliteStorage};
use platform::{AppError, Result};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The name of the queue in the file.
const QUEUE: &str = "jobs";

#[derive(Clone)]
pub(crate) struct Embedded {
    pool: SqlitePool,
    /// Held as long as any part of this process works on the file; the system releases it when the process dies.
    _turn: Arc<File>,
}

impl Embedded {
    /// Waits for its turn, then opens the file. So a second process on the same folder stands by, and whatever is found in the
    /// file as being worked on was left by a process that is dead.
    pub(super) async fn open(folder: &Path, stop: &CancellationToken) -> Result<Option<Self>> {
        let path = folder.join("jobs.lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(in_words)?;
        let mut told = false;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(AppError::internal(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            if !told {
                tracing::info!("another process runs the jobs of this data folder; standing by");
                told = true;
            }
            if stopped_within(stop, Duration::from_secs(1)).await {
                return Ok(None);
            }
        }
        // Not apalis' own setup(): that turns the disk sync off.
        let options = SqliteConnectOptions::new()
            .filename(folder.join("jobs.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(in_words)?;
        SqliteStorage::migrations().run(&pool).await.map_err(in_words)?;
        Ok(Some(Self { pool, _turn: Arc::new(lock) }))
    }

    /// The backend of a worker.
    pub(crate) fn backend(&self) -> SqliteStorage<Job> {
        let config =
            Config::default().queue(QUEUE).batch_size(BATCH).heartbeat_interval(HEARTBEAT).missed_heartbeats(MISSED_HEARTBEATS);
        SqliteStorage::new(&self.pool).with_config(config)
    }

    pub(super) async fn push(&self, jobs: &[Job]) -> Result<()> {
        self.backend().push_all(tasks(jobs)).await.map_err(in_words)
    }

    /// The jobs in the file. What can't be read is not known: then the outbox delivers it again.
    pub(super) async fn left(&self) -> Result<HashMap<Uuid, Left>> {
        let sql =
            "SELECT job ->> '$.outbox', status FROM (SELECT CAST(job AS TEXT) AS job, status FROM Jobs) WHERE json_valid(job)";
        let rows: Vec<(Option<String>, String)> = sqlx::query_as(sql).fetch_all(&self.pool).await.map_err(in_words)?;
        let mut jobs = HashMap::new();
        for (outbox, status) in rows {
            let Some(outbox) = outbox.and_then(|id| id.parse().ok()) else { continue };
            let left = match status.as_str() {
                "Pending" | "Queued" | "Running" => Left::Open,
                _ => Left::Ended,
            };
            // One that was delivered again lies there twice: what is still to come counts.
            jobs.entry(outbox).and_modify(|known: &mut Left| *known = left.max(*known)).or_insert(left);
        }
        Ok(jobs)
    }

    /// Frees all jobs that are marked as worked on; call while no worker of this process runs.
    pub(super) async fn recover(&self) -> Result<()> {
        let sql = "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL, done_at = NULL \
                   WHERE status IN ('Queued', 'Running')";
        let freed = sqlx::query(sql).execute(&self.pool).await.map_err(in_words)?.rows_affected();
        if freed > 0 {
            tracing::info!(jobs = freed, "taking up interrupted jobs");
        }
        let sql = "DELETE FROM Workers WHERE id NOT IN (SELECT lock_by FROM Jobs WHERE lock_by IS NOT NULL)";
        sqlx::query(sql).execute(&self.pool).await.map_err(in_words)?;
        Ok(())
    }

    /// Not apalis' `vacuum_before()`: it compares a number with a text, so that every finished job is old enough.
    pub(super) async fn vacuum(&self) -> Result<()> {
        let sql = "DELETE FROM Jobs WHERE status IN ('Done', 'Killed') AND done_at < CAST(strftime('%s', 'now') AS INTEGER) - $1";
        sqlx::query(sql).bind(vacuum::FINISHED_JOBS.num_seconds()).execute(&self.pool).await.map_err(in_words)?;
        Ok(())
    }

    pub(super) async fn close(self) {
        self.pool.close().await;
    }
}
