//! API tokens, accounts that are deactivated or deleted, acts that wait for a second administrator, and where audited acts came from.

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
        drop_tables(manager, &["audit_origins", "admin_requests", "api_tokens"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `audit_origins` has no foreign key to the log, and its rows may be erased: addresses are no part of what is hashed.
const UP: &str = r"
ALTER TABLE users ADD COLUMN deactivated_at {time};
ALTER TABLE users ADD COLUMN deleted_at {time};

CREATE TABLE api_tokens (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    lookup text NOT NULL,
    hash text NOT NULL,
    scopes text NOT NULL,
    system_id {uuid} REFERENCES systems (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    last_used_at {time},
    revoked_at {time}
);
CREATE UNIQUE INDEX api_tokens_lookup ON api_tokens (lookup);
CREATE INDEX api_tokens_user ON api_tokens (user_id, created_at);

CREATE TABLE admin_requests (
    id {uuid} NOT NULL PRIMARY KEY,
    action text NOT NULL,
    subject_id {uuid} NOT NULL REFERENCES users (id),
    requested_by {uuid} NOT NULL REFERENCES users (id),
    requested_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    decided_by {uuid} REFERENCES users (id),
    decided_at {time},
    approved boolean
);
CREATE INDEX admin_requests_open ON admin_requests (decided_at, requested_at);

CREATE TABLE audit_origins (
    event_id {uuid} NOT NULL PRIMARY KEY,
    person_id {uuid},
    address text,
    user_agent text,
    token_id {uuid}
);
CREATE INDEX audit_origins_person ON audit_origins (person_id);
";

const DOWN: &str = r"
ALTER TABLE users DROP COLUMN deleted_at;
ALTER TABLE users DROP COLUMN deactivated_at;
";
