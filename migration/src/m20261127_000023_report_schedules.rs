//! Scheduled reports: when they are made, who is told, and which day each report was made for.

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

// `sequence` is the system's revision when it was created: the order of the list. `day` is that of the week (1 is Monday) or of the month,
// as `every` says. `occurrence` is the day of the system's zone that a report was made for: one at most of a schedule, whatever becomes
// of clocks and zones; a report that was asked for has none. A schedule remembers its last one when the report is long gone. SQLite can't
// drop a column that refers to another table, so `schedule_id` does not say that it does.
const UP: &str = r"
CREATE TABLE report_schedules (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    sequence bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    filters text,
    marking text,
    every text NOT NULL,
    day integer NOT NULL,
    hour integer NOT NULL,
    state text NOT NULL,
    paused_because text,
    owner_id {uuid} NOT NULL REFERENCES users (id),
    active_from {time} NOT NULL,
    last_occurrence {date},
    last_at {time},
    last_state text,
    last_report_id {uuid},
    last_failure text,
    last_told integer NOT NULL DEFAULT 0,
    last_skipped integer NOT NULL DEFAULT 0,
    created_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX report_schedules_sequence ON report_schedules (system_id, sequence);
CREATE INDEX report_schedules_active ON report_schedules (system_id, sequence) WHERE state = 'active';
CREATE TABLE report_schedule_recipients (
    schedule_id {uuid} NOT NULL REFERENCES report_schedules (id) ON DELETE CASCADE,
    user_id {uuid} NOT NULL REFERENCES users (id),
    PRIMARY KEY (schedule_id, user_id)
);
ALTER TABLE reports ADD COLUMN schedule_id {uuid};
ALTER TABLE reports ADD COLUMN occurrence {date};
CREATE UNIQUE INDEX reports_occurrence ON reports (schedule_id, occurrence);
";

const DOWN: &str = r"
DROP INDEX reports_occurrence;
ALTER TABLE reports DROP COLUMN occurrence;
ALTER TABLE reports DROP COLUMN schedule_id;
DROP TABLE report_schedule_recipients;
DROP TABLE report_schedules;
";
