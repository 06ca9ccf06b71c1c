//! Addresses that were proved by mail, addresses that wait for that proof, and one-time tokens that a mail carries.

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

// `outbox_id`: the job that mailed the token; none for one that was shown. `attempts`: wrong tries at a code that a person types.
const UP: &str = r"
ALTER TABLE users ADD COLUMN email_verified_at {time};
ALTER TABLE users ADD COLUMN pending_email {key};
ALTER TABLE one_time_tokens ADD COLUMN outbox_id {uuid};
ALTER TABLE one_time_tokens ADD COLUMN attempts integer NOT NULL DEFAULT 0;
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);
";

const DOWN: &str = r"
DROP INDEX one_time_tokens_expiry;
ALTER TABLE one_time_tokens DROP COLUMN attempts;
ALTER TABLE one_time_tokens DROP COLUMN outbox_id;
ALTER TABLE users DROP COLUMN pending_email;
ALTER TABLE users DROP COLUMN email_verified_at;
";
