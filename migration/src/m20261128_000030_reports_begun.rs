//! When making a report was begun, and which job makes it: what waits for its turn is told from what can't be made.

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

// `begun_at` is when the last attempt began. `job_id` is the row of the outbox, which goes before the report does.
const UP: &str = r"
ALTER TABLE reports ADD COLUMN begun_at {time};
ALTER TABLE reports ADD COLUMN job_id {uuid};
UPDATE reports SET begun_at = requested_at WHERE state = 'running';
CREATE INDEX reports_unfinished ON reports (requested_at, id) WHERE state IN ('queued', 'running');
";

const DOWN: &str = r"
DROP INDEX reports_unfinished;
ALTER TABLE reports DROP COLUMN job_id;
ALTER TABLE reports DROP COLUMN begun_at;
";
