//! What an installation puts on its reports: a name, texts, a logo. One row.

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
        drop_tables(manager, &["report_template"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `texts` is JSON: a list of kinds with their introduction and closing text. `logo` is a PNG that was written here.
const UP: &str = r"
CREATE TABLE report_template (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    organization text NOT NULL,
    texts text NOT NULL,
    logo {bytes},
    logo_width integer,
    logo_height integer,
    logo_sha256 {key},
    changed_by {uuid} REFERENCES users (id),
    changed_at {time},
    version bigint NOT NULL DEFAULT 1
);
INSERT INTO report_template (id, organization, texts) VALUES (1, '', '[]');
";
