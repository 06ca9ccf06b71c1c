//! What administrators have turned off, or on again.

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
        drop_tables(manager, &["features"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// A feature without a row is as the program has it.
const UP: &str = r"
CREATE TABLE features (
    name text NOT NULL PRIMARY KEY,
    enabled boolean NOT NULL,
    changed_at {time} NOT NULL,
    changed_by {uuid} REFERENCES users (id)
);
";
