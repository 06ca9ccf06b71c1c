//! Feeds of the calendar, and the indexes of reviews and of evidence by day.

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
        drop_tables(manager, &["calendar_feeds"]).await?;
        run(manager, "DROP INDEX controls_next_review;\nDROP INDEX evidence_last_day").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// Of the secret in a feed's address only the SHA-256 is kept.
const UP: &str = r"
CREATE TABLE calendar_feeds (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id),
    system_id {uuid} REFERENCES systems (id),
    hash {key} NOT NULL,
    created_at {time} NOT NULL,
    rotated_at {time} NOT NULL,
    last_read_at {time}
);
CREATE UNIQUE INDEX calendar_feeds_hash ON calendar_feeds (hash);
CREATE INDEX calendar_feeds_user ON calendar_feeds (user_id, id);
CREATE INDEX calendar_feeds_system ON calendar_feeds (system_id);
CREATE INDEX controls_next_review ON controls (system_id, next_review);
CREATE INDEX evidence_last_day ON evidence (system_id, (CASE WHEN approved_version IS NULL THEN expires ELSE approved_until END));
";
