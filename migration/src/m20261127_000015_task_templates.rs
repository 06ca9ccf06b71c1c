//! Recurring tasks: their templates, and which task was made for which day.

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
        run(manager, DOWN).await?;
        drop_tables(manager, &["task_templates"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `tasks_occurrence` is what makes it impossible that a day makes two tasks. `active_from` is the first day that counts: a pause, or
// another rule, leaves nothing to be made up for.
const UP: &str = r"
CREATE TABLE task_templates (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    title {key} NOT NULL,
    description text,
    control_id {uuid} REFERENCES controls (id) ON DELETE SET NULL,
    assignee_id {uuid} REFERENCES users (id),
    reviewer_id {uuid} REFERENCES users (id),
    priority text NOT NULL,
    estimate_hours integer,
    checklist text NOT NULL DEFAULT '[]',
    rule text NOT NULL,
    starts {date} NOT NULL,
    active_from {date} NOT NULL,
    lead_days integer NOT NULL,
    state text NOT NULL,
    suggestion text,
    created_by {uuid} REFERENCES users (id),
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX task_templates_system ON task_templates (system_id, state);
CREATE UNIQUE INDEX task_templates_suggestion ON task_templates (system_id, suggestion);

ALTER TABLE tasks ADD COLUMN template_id {uuid} REFERENCES task_templates (id);
ALTER TABLE tasks ADD COLUMN occurrence {date};
ALTER TABLE tasks ADD COLUMN missed boolean NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX tasks_occurrence ON tasks (template_id, occurrence);
";

const DOWN: &str = r"
DROP INDEX tasks_occurrence;
ALTER TABLE tasks DROP COLUMN missed;
ALTER TABLE tasks DROP COLUMN occurrence;
ALTER TABLE tasks DROP COLUMN template_id;
";
