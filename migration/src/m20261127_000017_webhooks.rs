//! Outbound webhooks: endpoints of a system, what they are told of, and each message to them.

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
        drop_tables(manager, &["webhook_deliveries", "webhook_events", "webhooks"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `secret` is encrypted with a key that is not in the database.
// `event_key`: the same event is told once, however many people are told of it. `replay` counts repetitions of an event to an endpoint.
const UP: &str = r"
CREATE TABLE webhooks (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    name {key} NOT NULL,
    url text NOT NULL,
    format text NOT NULL,
    kinds text NOT NULL,
    active boolean NOT NULL,
    secret text NOT NULL,
    failing_since {time},
    disabled_at {time},
    created_by {uuid} REFERENCES users (id),
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX webhooks_list ON webhooks (system_id, name, id);

CREATE TABLE webhook_events (
    id {uuid} NOT NULL PRIMARY KEY,
    system_id {uuid} NOT NULL REFERENCES systems (id),
    kind {key} NOT NULL,
    event_key {key} NOT NULL,
    text text NOT NULL,
    link text NOT NULL,
    happened_at {time} NOT NULL
);
CREATE UNIQUE INDEX webhook_events_once ON webhook_events (system_id, event_key);
CREATE INDEX webhook_events_time ON webhook_events (system_id, happened_at);
CREATE INDEX webhook_events_age ON webhook_events (happened_at);

CREATE TABLE webhook_deliveries (
    id {uuid} NOT NULL PRIMARY KEY,
    webhook_id {uuid} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id {uuid} NOT NULL REFERENCES webhook_events (id) ON DELETE CASCADE,
    replay integer NOT NULL DEFAULT 0,
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at {time},
    status integer,
    duration_ms integer,
    error text,
    excerpt text,
    created_at {time} NOT NULL,
    ended_at {time}
);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, event_id, replay);
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, next_attempt_at, id) WHERE state = 'waiting';
";
