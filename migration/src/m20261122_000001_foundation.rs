//! Installation, users, sessions, rule packs, systems, members, and what stands beside every write.

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
            "job_runs",
            "outbox",
            "idempotency_keys",
            "members",
            "adoptions",
            "systems",
            "objectives",
            "requirements",
            "rule_packs",
            "one_time_tokens",
            "sessions",
            "users",
            "installation",
        ];
        drop_tables(manager, &tables).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const UP: &str = r"
CREATE TABLE installation (
    id integer PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 0,
    audit_sequence bigint NOT NULL DEFAULT 0,
    audit_hash text NOT NULL DEFAULT '',
    setup_token_hash text,
    setup_completed_at {time},
    demo boolean NOT NULL DEFAULT FALSE
);
INSERT INTO installation (id) VALUES (1);

CREATE TABLE users (
    id {uuid} NOT NULL PRIMARY KEY,
    email {key} NOT NULL,
    name {key} NOT NULL,
    admin boolean NOT NULL DEFAULT FALSE,
    password_hash text,
    time_zone text,
    last_sign_in_at {time},
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_name ON users (name, id);

CREATE TABLE sessions (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_hash text NOT NULL,
    previous_refresh_hash text,
    rotated_at {time} NOT NULL,
    idle_expires_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    revoked_at {time},
    revoked_reason text,
    user_agent text,
    address text,
    created_at {time} NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE one_time_tokens (
    hash text NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    used_at {time}
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, kind);

CREATE TABLE rule_packs (
    id {uuid} NOT NULL PRIMARY KEY,
    pack text NOT NULL,
    version text NOT NULL,
    level integer NOT NULL,
    title text NOT NULL,
    content_hash text NOT NULL,
    loaded_at {time} NOT NULL
);
CREATE UNIQUE INDEX rule_packs_version ON rule_packs (pack, version);

CREATE TABLE requirements (
    id {uuid} NOT NULL PRIMARY KEY,
    pack_id {uuid} NOT NULL REFERENCES rule_packs (id),
    reference text NOT NULL,
    position integer NOT NULL,
    family text NOT NULL,
    family_name text NOT NULL,
    title text NOT NULL,
    points integer,
    partial_points integer,
    poam text NOT NULL,
    periodic boolean NOT NULL DEFAULT FALSE,
    statement text NOT NULL
);
CREATE UNIQUE INDEX requirements_reference ON requirements (pack_id, reference);
CREATE UNIQUE INDEX requirements_position ON requirements (pack_id, position);

CREATE TABLE objectives (
    requirement_id {uuid} NOT NULL REFERENCES requirements (id),
    letter text NOT NULL,
    statement text NOT NULL,
    PRIMARY KEY (requirement_id, letter)
);

CREATE TABLE systems (
    id {uuid} NOT NULL PRIMARY KEY,
    name {key} NOT NULL,
    organization text NOT NULL,
    description text,
    cage_codes text NOT NULL DEFAULT '[]',
    uei text,
    ssp_version text,
    ssp_date {date},
    time_zone text NOT NULL,
    demo boolean NOT NULL DEFAULT FALSE,
    archived_at {time},
    revision bigint NOT NULL DEFAULT 0,
    audit_sequence bigint NOT NULL DEFAULT 0,
    audit_hash text NOT NULL DEFAULT '',
    last_task_number integer NOT NULL DEFAULT 0,
    last_evidence_number integer NOT NULL DEFAULT 0,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX systems_name ON systems (name, id);

CREATE TABLE adoptions (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    pack_id {uuid} NOT NULL REFERENCES rule_packs (id),
    adopted_at {time} NOT NULL
);
CREATE UNIQUE INDEX adoptions_pack ON adoptions (system_id, pack_id);

CREATE TABLE members (
    system_id {uuid} NOT NULL REFERENCES systems (id),
    user_id {uuid} NOT NULL REFERENCES users (id),
    role text NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (system_id, user_id)
);
CREATE INDEX members_user ON members (user_id, system_id);

CREATE TABLE idempotency_keys (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key text NOT NULL,
    request_hash text NOT NULL,
    answer text NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE outbox (
    id {uuid} NOT NULL PRIMARY KEY,
    topic text NOT NULL,
    payload text NOT NULL,
    created_at {time} NOT NULL,
    dispatched_at {time},
    attempts integer NOT NULL DEFAULT 0,
    done_at {time},
    failed_at {time}
);
CREATE INDEX outbox_waiting ON outbox (dispatched_at, created_at) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at);

CREATE TABLE job_runs (
    name {key} NOT NULL PRIMARY KEY,
    last_run {time} NOT NULL
);
";
