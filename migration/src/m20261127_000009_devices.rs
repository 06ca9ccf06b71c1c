//! The browsers that a person has signed in with.

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
        drop_tables(manager, &["known_devices"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const UP: &str = r"
ALTER TABLE sessions ADD COLUMN device_hash text;

CREATE TABLE known_devices (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash text NOT NULL,
    first_seen_at {time} NOT NULL,
    last_seen_at {time} NOT NULL,
    PRIMARY KEY (user_id, hash)
);
";

const DOWN: &str = r"
ALTER TABLE sessions DROP COLUMN device_hash;
";
