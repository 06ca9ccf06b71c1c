//! The order of a list of tasks by priority.

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

const UP: &str = r"
CREATE INDEX tasks_priority ON tasks (system_id, priority_rank, due_sort, id);
";

const DOWN: &str = r"
DROP INDEX tasks_priority;
";
