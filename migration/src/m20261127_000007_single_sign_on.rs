//! Sign-in by an OpenID Connect provider: connected accounts, rounds that are under way, and memberships that groups give.

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
        drop_tables(manager, &["single_sign_on_rounds", "external_identities"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// A person at the provider is one account here, and an account one person there: two with different groups could not both be followed.
// A round has the hash of the browser's cookie, from which its secrets follow: none of them is stored.
const UP: &str = r"
CREATE TABLE external_identities (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at {time} NOT NULL,
    last_used_at {time}
);
CREATE UNIQUE INDEX external_identities_subject ON external_identities (issuer, subject);
CREATE UNIQUE INDEX external_identities_user ON external_identities (user_id, issuer);

CREATE TABLE single_sign_on_rounds (
    hash text NOT NULL PRIMARY KEY,
    purpose text NOT NULL,
    session_id {uuid} REFERENCES sessions (id) ON DELETE CASCADE,
    return_to text NOT NULL,
    begun_at {time} NOT NULL,
    expires_at {time} NOT NULL
);
CREATE INDEX single_sign_on_rounds_expiry ON single_sign_on_rounds (expires_at);
CREATE INDEX single_sign_on_rounds_session ON single_sign_on_rounds (session_id);

ALTER TABLE members ADD COLUMN from_groups boolean NOT NULL DEFAULT FALSE;
ALTER TABLE sessions ADD COLUMN provider_mfa_at {time};
";

const DOWN: &str = r"
ALTER TABLE sessions DROP COLUMN provider_mfa_at;
ALTER TABLE members DROP COLUMN from_groups;
";
