//! What a task has besides its first fields: a backup, an estimate, a checklist, watchers, more controls, and people's saved filters.

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
        drop_tables(manager, &["task_filters", "task_links", "task_watchers"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// The checklist and what is attached to a comment are lists of JSON: they are read with their task or comment and never looked for.
const UP: &str = r"
ALTER TABLE tasks ADD COLUMN backup_id {uuid} REFERENCES users (id);
ALTER TABLE tasks ADD COLUMN estimate_hours integer;
ALTER TABLE tasks ADD COLUMN checklist text NOT NULL DEFAULT '[]';
ALTER TABLE task_comments ADD COLUMN evidence text NOT NULL DEFAULT '[]';

CREATE TABLE task_watchers (
    task_id {uuid} NOT NULL REFERENCES tasks (id),
    user_id {uuid} NOT NULL REFERENCES users (id),
    system_id {uuid} NOT NULL REFERENCES systems (id),
    created_at {time} NOT NULL,
    PRIMARY KEY (task_id, user_id)
);
CREATE INDEX task_watchers_user ON task_watchers (user_id, system_id);

CREATE TABLE task_links (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    task_id {uuid} NOT NULL REFERENCES tasks (id),
    control_id {uuid} NOT NULL REFERENCES controls (id) ON DELETE CASCADE,
    letter text NOT NULL DEFAULT '',
    created_by {uuid} REFERENCES users (id),
    created_at {time} NOT NULL
);
CREATE UNIQUE INDEX task_links_target ON task_links (task_id, control_id, letter);
CREATE INDEX task_links_control ON task_links (control_id, task_id);

CREATE TABLE task_filters (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    owner_id {uuid} NOT NULL REFERENCES users (id),
    name {key} NOT NULL,
    query text NOT NULL,
    shared boolean NOT NULL DEFAULT FALSE,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX task_filters_name ON task_filters (system_id, owner_id, name);
";

const DOWN: &str = r"
ALTER TABLE task_comments DROP COLUMN evidence;
ALTER TABLE tasks DROP COLUMN checklist;
ALTER TABLE tasks DROP COLUMN estimate_hours;
ALTER TABLE tasks DROP COLUMN backup_id;
";
