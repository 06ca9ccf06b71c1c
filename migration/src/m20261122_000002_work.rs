//! Controls with their findings, tasks, evidence with its files and uploads, score history, notifications.

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
        let tables = [
            "notifications",
            "score_points",
            "uploads",
            "evidence_links",
            "evidence_files",
            "evidence_versions",
            "evidence",
            "blobs",
            "task_comments",
            "tasks",
            "objective_findings",
            "controls",
        ];
        drop_tables(manager, &tables).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const UP: &str = r"
CREATE TABLE controls (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    adoption_id {uuid} REFERENCES adoptions (id),
    requirement_id {uuid} REFERENCES requirements (id),
    reference {key} NOT NULL,
    position integer NOT NULL,
    family text NOT NULL,
    title text NOT NULL,
    statement text,
    narrative text NOT NULL DEFAULT '',
    owner_id {uuid} REFERENCES users (id),
    last_review {date},
    next_review {date},
    partial_reason text,
    partial_by {uuid} REFERENCES users (id),
    partial_at {time},
    finding text NOT NULL DEFAULT 'not_assessed',
    met_count integer NOT NULL DEFAULT 0,
    not_met_count integer NOT NULL DEFAULT 0,
    not_applicable_count integer NOT NULL DEFAULT 0,
    not_assessed_count integer NOT NULL DEFAULT 0,
    touched boolean NOT NULL DEFAULT FALSE,
    search_text text NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX controls_reference ON controls (system_id, reference);
CREATE INDEX controls_position ON controls (system_id, position, id);
CREATE INDEX controls_owner ON controls (owner_id);

CREATE TABLE objective_findings (
    control_id {uuid} NOT NULL REFERENCES controls (id) ON DELETE CASCADE,
    letter text NOT NULL,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    finding text NOT NULL DEFAULT 'not_assessed',
    basis text NOT NULL DEFAULT 'implemented',
    reason text,
    author_id {uuid} REFERENCES users (id),
    set_at {time},
    PRIMARY KEY (control_id, letter)
);
CREATE INDEX objective_findings_system ON objective_findings (system_id);

CREATE TABLE tasks (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    number integer NOT NULL,
    title text NOT NULL,
    description text,
    state text NOT NULL,
    priority text NOT NULL,
    priority_rank integer NOT NULL,
    control_id {uuid} REFERENCES controls (id),
    assignee_id {uuid} REFERENCES users (id),
    reviewer_id {uuid} REFERENCES users (id),
    due {date},
    due_sort {date} NOT NULL,
    submitted_by {uuid} REFERENCES users (id),
    submitted_at {time},
    confirmed_by {uuid} REFERENCES users (id),
    self_confirmed boolean NOT NULL DEFAULT FALSE,
    completed_at {time},
    created_by {uuid} REFERENCES users (id),
    search_text text NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    deleted_at {time},
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX tasks_number ON tasks (system_id, number);
CREATE INDEX tasks_due ON tasks (system_id, due_sort, id);
CREATE INDEX tasks_updated ON tasks (system_id, updated_at, id);
CREATE INDEX tasks_control ON tasks (control_id, state);
CREATE INDEX tasks_assignee ON tasks (assignee_id, state);

CREATE TABLE task_comments (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    task_id {uuid} NOT NULL REFERENCES tasks (id),
    author_id {uuid} REFERENCES users (id),
    body text NOT NULL,
    action text,
    sequence bigint NOT NULL,
    created_at {time} NOT NULL
);
CREATE INDEX task_comments_task ON task_comments (task_id, sequence);

CREATE TABLE blobs (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    sha256 text NOT NULL,
    size bigint NOT NULL,
    created_at {time} NOT NULL
);
CREATE UNIQUE INDEX blobs_content ON blobs (system_id, sha256);

CREATE TABLE evidence (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    number integer NOT NULL,
    title {key} NOT NULL,
    description text,
    owner_id {uuid} REFERENCES users (id),
    effective {date} NOT NULL,
    expires {date},
    expires_sort {date} NOT NULL,
    latest_version integer NOT NULL DEFAULT 1,
    created_by {uuid} REFERENCES users (id),
    search_text text NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    deleted_at {time},
    deleted_by {uuid} REFERENCES users (id),
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX evidence_number ON evidence (system_id, number);
CREATE INDEX evidence_created ON evidence (system_id, created_at, id);
CREATE INDEX evidence_title ON evidence (system_id, title, id);
CREATE INDEX evidence_expires ON evidence (system_id, expires_sort, id);

CREATE TABLE evidence_versions (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    evidence_id {uuid} NOT NULL REFERENCES evidence (id),
    number integer NOT NULL,
    created_by {uuid} REFERENCES users (id),
    created_at {time} NOT NULL
);
CREATE UNIQUE INDEX evidence_versions_number ON evidence_versions (evidence_id, number);

CREATE TABLE evidence_files (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    version_id {uuid} NOT NULL REFERENCES evidence_versions (id),
    blob_id {uuid} NOT NULL REFERENCES blobs (id),
    name text NOT NULL,
    media_type text NOT NULL
);
CREATE INDEX evidence_files_version ON evidence_files (version_id);
CREATE INDEX evidence_files_blob ON evidence_files (blob_id);

CREATE TABLE evidence_links (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    evidence_id {uuid} NOT NULL REFERENCES evidence (id),
    control_id {uuid} NOT NULL REFERENCES controls (id) ON DELETE CASCADE,
    letter text NOT NULL DEFAULT '',
    created_by {uuid} REFERENCES users (id),
    created_at {time} NOT NULL
);
CREATE UNIQUE INDEX evidence_links_target ON evidence_links (evidence_id, control_id, letter);
CREATE INDEX evidence_links_control ON evidence_links (control_id, letter);

CREATE TABLE uploads (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    user_id {uuid} NOT NULL REFERENCES users (id),
    file_name text NOT NULL,
    file_type text,
    metadata text NOT NULL DEFAULT '',
    size bigint NOT NULL,
    byte_offset bigint NOT NULL DEFAULT 0,
    hash_state {bytes},
    sha256 text,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    completed_at {time},
    consumed_at {time}
);
CREATE INDEX uploads_mine ON uploads (system_id, user_id, created_at);
CREATE INDEX uploads_expiry ON uploads (expires_at);

CREATE TABLE score_points (
    system_id {uuid} NOT NULL REFERENCES systems (id),
    adoption_id {uuid} NOT NULL REFERENCES adoptions (id),
    revision bigint NOT NULL,
    recorded_at {time} NOT NULL,
    state text NOT NULL,
    value integer,
    best integer,
    PRIMARY KEY (adoption_id, revision)
);
CREATE INDEX score_points_time ON score_points (system_id, recorded_at);

CREATE TABLE notifications (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    system_id {uuid} REFERENCES systems (id),
    kind text NOT NULL,
    text text NOT NULL,
    link text,
    unique_key text NOT NULL,
    created_at {time} NOT NULL,
    read_at {time}
);
CREATE UNIQUE INDEX notifications_once ON notifications (user_id, unique_key);
CREATE INDEX notifications_list ON notifications (user_id, created_at, id);
CREATE INDEX notifications_unread ON notifications (user_id, read_at);
";
