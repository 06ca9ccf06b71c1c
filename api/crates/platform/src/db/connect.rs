//! Connecting: where the database is, and with which options.

use crate::Result;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::path::PathBuf;
use std::time::Duration;

/// Where the database is.
#[derive(Debug, Clone)]
pub enum Target {
    /// A file; created if absent.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Reading connections at the most.
        max_connections: u32,
    },
    /// A PostgreSQL server, version 15 or later.
    Postgres {
        /// `postgres://user:password@host:port/database`. A secret: never logged.
        url: String,
        /// Connections kept open.
        min_connections: u32,
        /// Connections at the most.
        max_connections: u32,
    },
}

impl Target {
    /// The options that both pools share.
    fn options(&self) -> ConnectOptions {
        let mut options = match self {
            Self::Sqlite { path, .. } => ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display())),
            Self::Postgres { url, .. } => ConnectOptions::new(url.clone()),
        };
        options.sqlx_logging(false).acquire_timeout(Duration::from_secs(5)).connect_timeout(Duration::from_secs(5));
        if matches!(self, Self::Sqlite { .. }) {
            // There is no line that could be cut: asking a connection first whether it lives would double the work of each statement.
            options.test_before_acquire(false);
            options.map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "FULL")
                    .pragma("foreign_keys", "ON")
                    .pragma("busy_timeout", "10000")
                    .pragma("temp_store", "MEMORY")
            });
        }
        options
    }
}

/// The connections that read; on PostgreSQL they write too.
pub(super) async fn readers(target: &Target) -> Result<DatabaseConnection> {
    let mut options = target.options();
    match target {
        Target::Sqlite { max_connections, .. } => {
            // The writer comes first: it makes the file and sets WAL mode, which a query_only connection can't.
            drop(writer(target).await?.close().await);
            options.min_connections(1).max_connections(*max_connections);
            options.map_sqlx_sqlite_opts(|sqlite| {
                // A list is read in one go: with fewer places between the two threads they would wait for each other.
                let sqlite = sqlite.row_buffer_size(512);
                sqlite.pragma("busy_timeout", "10000").pragma("foreign_keys", "ON").pragma("query_only", "ON")
            });
        }
        Target::Postgres { min_connections, max_connections, .. } => {
            options.min_connections(*min_connections).max_connections(*max_connections);
        }
    }
    Ok(Database::connect(options).await?)
}

/// A pool of exactly one connection: the writer on SQLite, and the one that migrates on both. It never times out of the pool.
pub async fn writer(target: &Target) -> Result<DatabaseConnection> {
    let mut options = target.options();
    options.min_connections(1).max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    Ok(Database::connect(options).await?)
}
