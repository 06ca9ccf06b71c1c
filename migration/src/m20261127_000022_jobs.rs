//! Jobs that are unique while they wait, and why a job failed.

use crate::text::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `waiting_key`: while a row waits with it, another one with the same is not written; taken away when the row is handed over.
const UP: &str = r"
ALTER TABLE outbox ADD COLUMN waiting_key text;
ALTER TABLE outbox ADD COLUMN reason text;
CREATE UNIQUE INDEX outbox_unique ON outbox (waiting_key);
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX outbox_list ON outbox (created_at, id);
CREATE INDEX outbox_topic ON outbox (topic, created_at, id);
";

const DOWN: &str = r"
DROP INDEX outbox_topic;
DROP INDEX outbox_list;
DROP INDEX outbox_failed;
DROP INDEX outbox_unique;
ALTER TABLE outbox DROP COLUMN reason;
ALTER TABLE outbox DROP COLUMN waiting_key;
";
