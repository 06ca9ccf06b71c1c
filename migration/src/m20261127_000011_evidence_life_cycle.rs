//! Evidence that is reviewed, ages, is archived, held and at last purged; versions with several files or a reference; links to tasks.

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
        drop_tables(manager, &["evidence_reviews", "evidence_references"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// What the list sorts, filters and shows stands in the row of the evidence itself: the state and dates of its newest version
// (`state`, `effective`, `expires`), and those of the newest approved one (`approved_*`), which is the one that supports findings.
// `evidence_links` is made anew because SQLite can't take NOT NULL back.
const UP: &str = r"
ALTER TABLE evidence ADD COLUMN kind text NOT NULL DEFAULT 'other';
ALTER TABLE evidence ADD COLUMN sensitivity text NOT NULL DEFAULT 'internal';
ALTER TABLE evidence ADD COLUMN cadence_months integer;
ALTER TABLE evidence ADD COLUMN tags text NOT NULL DEFAULT '[]';
ALTER TABLE evidence ADD COLUMN state text NOT NULL DEFAULT 'draft';
ALTER TABLE evidence ADD COLUMN approved_version integer;
ALTER TABLE evidence ADD COLUMN approved_from {date};
ALTER TABLE evidence ADD COLUMN approved_until {date};
ALTER TABLE evidence ADD COLUMN archived_at {time};
ALTER TABLE evidence ADD COLUMN archived_by {uuid} REFERENCES users (id);
ALTER TABLE evidence ADD COLUMN hold_reason text;
ALTER TABLE evidence ADD COLUMN held_at {time};
ALTER TABLE evidence ADD COLUMN held_by {uuid} REFERENCES users (id);
ALTER TABLE evidence ADD COLUMN deleted_reason text;
ALTER TABLE evidence ADD COLUMN retain_until {date};
ALTER TABLE evidence ADD COLUMN purge_reason text;
ALTER TABLE evidence ADD COLUMN purge_confirmed_at {time};
ALTER TABLE evidence ADD COLUMN purge_confirmed_by {uuid} REFERENCES users (id);
CREATE INDEX evidence_deleted ON evidence (system_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX evidence_purge ON evidence (purge_confirmed_at) WHERE purge_confirmed_at IS NOT NULL;

ALTER TABLE evidence_versions ADD COLUMN state text NOT NULL DEFAULT 'draft';
ALTER TABLE evidence_versions ADD COLUMN note text;
ALTER TABLE evidence_versions ADD COLUMN effective {date};
ALTER TABLE evidence_versions ADD COLUMN expires {date};
ALTER TABLE evidence_versions ADD COLUMN dated_by {uuid} REFERENCES users (id);
ALTER TABLE evidence_versions ADD COLUMN submitted_by {uuid} REFERENCES users (id);
ALTER TABLE evidence_versions ADD COLUMN submitted_at {time};
ALTER TABLE evidence_versions ADD COLUMN reviewed_by {uuid} REFERENCES users (id);
ALTER TABLE evidence_versions ADD COLUMN reviewed_at {time};
ALTER TABLE evidence_versions ADD COLUMN review_comment text;
ALTER TABLE evidence_versions ADD COLUMN self_approved boolean NOT NULL DEFAULT FALSE;
UPDATE evidence_versions SET effective = (SELECT e.effective FROM evidence e WHERE e.id = evidence_versions.evidence_id),
    expires = (SELECT e.expires FROM evidence e WHERE e.id = evidence_versions.evidence_id);

ALTER TABLE evidence_files ADD COLUMN position integer NOT NULL DEFAULT 1;
ALTER TABLE evidence_files ADD COLUMN uploaded_by {uuid} REFERENCES users (id);
ALTER TABLE evidence_files ADD COLUMN uploaded_at {time};
UPDATE evidence_files SET uploaded_by = (SELECT v.created_by FROM evidence_versions v WHERE v.id = evidence_files.version_id),
    uploaded_at = (SELECT v.created_at FROM evidence_versions v WHERE v.id = evidence_files.version_id);

CREATE TABLE evidence_references (
    version_id {uuid} NOT NULL PRIMARY KEY REFERENCES evidence_versions (id),
    system_id {uuid} NOT NULL REFERENCES systems (id),
    name text NOT NULL,
    uri text NOT NULL,
    sha256 text NOT NULL,
    custodian text NOT NULL
);

CREATE TABLE evidence_reviews (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    evidence_id {uuid} NOT NULL REFERENCES evidence (id),
    sequence integer NOT NULL,
    version_number integer NOT NULL,
    action text NOT NULL,
    by_id {uuid} REFERENCES users (id),
    comment text,
    self_approved boolean NOT NULL DEFAULT FALSE,
    created_at {time} NOT NULL
);
CREATE UNIQUE INDEX evidence_reviews_order ON evidence_reviews (evidence_id, sequence);

CREATE TABLE evidence_links_new (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    evidence_id {uuid} NOT NULL REFERENCES evidence (id),
    control_id {uuid} REFERENCES controls (id) ON DELETE CASCADE,
    letter text NOT NULL DEFAULT '',
    task_id {uuid} REFERENCES tasks (id) ON DELETE CASCADE,
    created_by {uuid} REFERENCES users (id),
    created_at {time} NOT NULL
);
INSERT INTO evidence_links_new (id, system_id, evidence_id, control_id, letter, created_by, created_at)
    SELECT id, system_id, evidence_id, control_id, letter, created_by, created_at FROM evidence_links;
DROP TABLE evidence_links;
ALTER TABLE evidence_links_new RENAME TO evidence_links;
CREATE UNIQUE INDEX evidence_links_target ON evidence_links (evidence_id, control_id, letter);
CREATE UNIQUE INDEX evidence_links_task ON evidence_links (evidence_id, task_id);
CREATE INDEX evidence_links_control ON evidence_links (control_id, letter);
CREATE INDEX evidence_links_of_task ON evidence_links (task_id) WHERE task_id IS NOT NULL;
";

// Links to tasks stay in the table; only controls were known before, so they go.
const DOWN: &str = r"
DELETE FROM evidence_links WHERE control_id IS NULL;
DROP INDEX evidence_links_of_task;
DROP INDEX evidence_links_task;
ALTER TABLE evidence_links DROP COLUMN task_id;
ALTER TABLE evidence_files DROP COLUMN uploaded_at;
ALTER TABLE evidence_files DROP COLUMN uploaded_by;
ALTER TABLE evidence_files DROP COLUMN position;
ALTER TABLE evidence_versions DROP COLUMN self_approved;
ALTER TABLE evidence_versions DROP COLUMN review_comment;
ALTER TABLE evidence_versions DROP COLUMN reviewed_at;
ALTER TABLE evidence_versions DROP COLUMN reviewed_by;
ALTER TABLE evidence_versions DROP COLUMN submitted_at;
ALTER TABLE evidence_versions DROP COLUMN submitted_by;
ALTER TABLE evidence_versions DROP COLUMN dated_by;
ALTER TABLE evidence_versions DROP COLUMN expires;
ALTER TABLE evidence_versions DROP COLUMN effective;
ALTER TABLE evidence_versions DROP COLUMN note;
ALTER TABLE evidence_versions DROP COLUMN state;
DROP INDEX evidence_purge;
DROP INDEX evidence_deleted;
ALTER TABLE evidence DROP COLUMN purge_confirmed_by;
ALTER TABLE evidence DROP COLUMN purge_confirmed_at;
ALTER TABLE evidence DROP COLUMN purge_reason;
ALTER TABLE evidence DROP COLUMN retain_until;
ALTER TABLE evidence DROP COLUMN deleted_reason;
ALTER TABLE evidence DROP COLUMN held_by;
ALTER TABLE evidence DROP COLUMN held_at;
ALTER TABLE evidence DROP COLUMN hold_reason;
ALTER TABLE evidence DROP COLUMN archived_by;
ALTER TABLE evidence DROP COLUMN archived_at;
ALTER TABLE evidence DROP COLUMN approved_until;
ALTER TABLE evidence DROP COLUMN approved_from;
ALTER TABLE evidence DROP COLUMN approved_version;
ALTER TABLE evidence DROP COLUMN state;
ALTER TABLE evidence DROP COLUMN tags;
ALTER TABLE evidence DROP COLUMN cadence_months;
ALTER TABLE evidence DROP COLUMN sensitivity;
ALTER TABLE evidence DROP COLUMN kind;
";
