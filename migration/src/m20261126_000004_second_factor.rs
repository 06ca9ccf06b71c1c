//! Locked accounts, second factors, and when a session last proved who it is.

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
        drop_tables(manager, &["second_steps", "backup_codes", "second_factors", "lockouts"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const UP: &str = r"
ALTER TABLE sessions ADD COLUMN stepped_up_at {time};
ALTER TABLE installation ADD COLUMN second_factor_required_at {time};
ALTER TABLE installation ADD COLUMN second_factor_grace_days integer NOT NULL DEFAULT 14;

CREATE TABLE lockouts (
    user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    failures integer NOT NULL,
    strikes integer NOT NULL,
    locks integer NOT NULL,
    failed_at {time} NOT NULL,
    locked_at {time},
    locked_until {time},
    lock_cause text
);
CREATE INDEX lockouts_until ON lockouts (locked_until) WHERE locked_until IS NOT NULL;

CREATE TABLE second_factors (
    user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret text,
    confirmed_at {time},
    last_step bigint NOT NULL DEFAULT 0,
    pending_secret text,
    pending_until {time}
);

CREATE TABLE backup_codes (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash text NOT NULL,
    used_at {time},
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE second_steps (
    hash text NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at {time} NOT NULL
);
CREATE INDEX second_steps_user ON second_steps (user_id);
CREATE INDEX second_steps_age ON second_steps (expires_at);
";

const DOWN: &str = r"
ALTER TABLE installation DROP COLUMN second_factor_grace_days;
ALTER TABLE installation DROP COLUMN second_factor_required_at;
ALTER TABLE sessions DROP COLUMN stepped_up_at;
";
