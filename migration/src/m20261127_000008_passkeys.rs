//! Passkeys, and the ceremonies that wait for one.

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
        drop_tables(manager, &["passkey_ceremonies", "passkeys"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `binding` names what a ceremony belongs to: a session, or the state of a second step (its hash). One waits for each, so that a
// new one takes the place of the one before.
const UP: &str = r"
CREATE TABLE passkeys (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id text NOT NULL,
    public_key text NOT NULL,
    state text NOT NULL,
    transports text NOT NULL,
    name text NOT NULL,
    created_at {time} NOT NULL,
    last_used_at {time},
    suspended_at {time}
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_user ON passkeys (user_id, created_at);

CREATE TABLE passkey_ceremonies (
    binding text NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state text NOT NULL,
    expires_at {time} NOT NULL
);
CREATE INDEX passkey_ceremonies_user ON passkey_ceremonies (user_id);
CREATE INDEX passkey_ceremonies_age ON passkey_ceremonies (expires_at);
";
