//! Reports: what was asked for, how far it is, and the hash by which its bytes are kept.

use crate::text::{drop_tables, run};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["reports"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `sequence` is the system's revision when it was asked for: the order of the list, and unique within a system.
const UP: &str = r"
CREATE TABLE reports (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    sequence bigint NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    filters text,
    marking text NOT NULL,
    state text NOT NULL,
    progress integer NOT NULL DEFAULT 0,
    working_copy boolean NOT NULL DEFAULT FALSE,
    failure text,
    requested_by {uuid} REFERENCES users (id),
    requested_at {time} NOT NULL,
    made_at {time},
    file_name text,
    size bigint,
    sha256 {key},
    expires_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX reports_sequence ON reports (system_id, sequence);
CREATE INDEX reports_sha256 ON reports (system_id, sha256);
CREATE INDEX reports_expires ON reports (expires_at);
";
