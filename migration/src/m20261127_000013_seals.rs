//! Seals: what was frozen, signed, and the files that it keeps.

use crate::text::{drop_tables, run};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        let triggers: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES_TRIGGERS,
            _ => &SQLITE_TRIGGERS,
        };
        for trigger in triggers {
            manager.get_connection().execute_unprepared(trigger).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["seal_files", "seals"]).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION IF EXISTS seals_refuse").await?;
        }
        run(manager, "ALTER TABLE systems DROP COLUMN last_seal_number").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `seal_files` keeps files and their bytes from being purged: nothing that it names can be deleted.
const UP: &str = r"
ALTER TABLE systems ADD COLUMN last_seal_number integer NOT NULL DEFAULT 0;

CREATE TABLE seals (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    number integer NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    status_date {date},
    sealed_at {time} NOT NULL,
    sealed_by {uuid} REFERENCES users (id),
    files bigint NOT NULL,
    copies bigint NOT NULL,
    size bigint NOT NULL,
    log_sha256 text NOT NULL,
    key_fingerprint text NOT NULL,
    signature text NOT NULL,
    manifest text NOT NULL,
    artifacts_log text NOT NULL,
    hash_log text NOT NULL
);
CREATE UNIQUE INDEX seals_number ON seals (system_id, number);

CREATE TABLE seal_files (
    seal_id {uuid} NOT NULL REFERENCES seals (id),
    file_id {uuid} NOT NULL REFERENCES evidence_files (id),
    system_id {uuid} NOT NULL REFERENCES systems (id),
    blob_id {uuid} NOT NULL REFERENCES blobs (id),
    PRIMARY KEY (seal_id, file_id)
);
CREATE INDEX seal_files_file ON seal_files (file_id);
CREATE INDEX seal_files_blob ON seal_files (blob_id);
";

// A seal is never changed and never taken back.
const SQLITE_TRIGGERS: [&str; 4] = [
    "CREATE TRIGGER seals_no_update BEFORE UPDATE ON seals BEGIN SELECT RAISE(ABORT, 'a seal never changes'); END",
    "CREATE TRIGGER seals_no_delete BEFORE DELETE ON seals BEGIN SELECT RAISE(ABORT, 'a seal never changes'); END",
    "CREATE TRIGGER seal_files_no_update BEFORE UPDATE ON seal_files BEGIN SELECT RAISE(ABORT, 'a seal never changes'); END",
    "CREATE TRIGGER seal_files_no_delete BEFORE DELETE ON seal_files BEGIN SELECT RAISE(ABORT, 'a seal never changes'); END",
];

const POSTGRES_TRIGGERS: [&str; 3] = [
    "CREATE FUNCTION seals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a seal never changes'; END $$",
    "CREATE TRIGGER seals_no_change BEFORE UPDATE OR DELETE ON seals FOR EACH ROW EXECUTE FUNCTION seals_refuse()",
    "CREATE TRIGGER seal_files_no_change BEFORE UPDATE OR DELETE ON seal_files FOR EACH ROW EXECUTE FUNCTION seals_refuse()",
];
