//! Jobs that wait for their next try in the outbox, and an index of what is not done.

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

// `next_at`: not handed over before; set when a delivery failed.
const UP: &str = r"
ALTER TABLE outbox ADD COLUMN next_at {time};
CREATE INDEX outbox_open ON outbox (created_at, id) WHERE done_at IS NULL;
";

const DOWN: &str = r"
DROP INDEX outbox_open;
ALTER TABLE outbox DROP COLUMN next_at;
";
