//! The audit log: append-only by trigger.

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
        drop_tables(manager, &["audit_events"]).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION IF EXISTS audit_events_refuse").await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// No foreign keys: a row outlives whatever it is about. What is hashed is text, as it was hashed.
const UP: &str = r"
CREATE TABLE audit_events (
    id {uuid} NOT NULL PRIMARY KEY,
    chain {uuid} NOT NULL,
    sequence bigint NOT NULL,
    recorded_at {time} NOT NULL,
    actor_id {uuid},
    action {key} NOT NULL,
    object_kind text NOT NULL,
    object_id text,
    details text NOT NULL,
    request_id text,
    previous_hash text NOT NULL,
    hash text NOT NULL
);
CREATE UNIQUE INDEX audit_events_chain ON audit_events (chain, sequence);
CREATE INDEX audit_events_object ON audit_events (chain, object_id, sequence);
CREATE INDEX audit_events_actor ON audit_events (chain, actor_id, sequence);
CREATE INDEX audit_events_action ON audit_events (chain, action, sequence);
";

// INSERT OR REPLACE deletes the row in its way without firing a DELETE trigger: hence the one on INSERT.
const SQLITE_TRIGGERS: [&str; 3] = [
    "CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events WHEN EXISTS (SELECT 1 FROM audit_events e \
     WHERE e.id = NEW.id OR (e.chain = NEW.chain AND e.sequence = NEW.sequence)) \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
];

const POSTGRES_TRIGGERS: [&str; 3] = [
    "CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events \
     FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()",
    "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()",
];
