//! Notifications in an order of their own, what each person wants to be told and how, and the mails that tell it.

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
        drop_tables(manager, &["notification_settings", "notification_preferences", "notification_heads"]).await?;
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `notification_heads` counts what changed for a person; a notification's `sequence` is that count when it came. The row is the lock
// that makes the order in which notifications are seen the order of their sequence.
// `in_app`: shown in the centre. `email`: `none`, `immediate`, `digest` or `sent`. `mail_id`: the job that mails it.
// `unsubscribe_key`: what the links that end e-mails are signed with.
const UP: &str = r"
CREATE TABLE notification_heads (
    user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    revision bigint NOT NULL
);

CREATE TABLE notification_preferences (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind {key} NOT NULL,
    in_app boolean NOT NULL,
    email text NOT NULL,
    PRIMARY KEY (user_id, kind)
);

CREATE TABLE notification_settings (
    user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    digest_hour integer NOT NULL,
    unsubscribe_key text NOT NULL
);

ALTER TABLE notifications ADD COLUMN sequence bigint NOT NULL DEFAULT 0;
ALTER TABLE notifications ADD COLUMN in_app boolean NOT NULL DEFAULT TRUE;
ALTER TABLE notifications ADD COLUMN email text NOT NULL DEFAULT 'none';
ALTER TABLE notifications ADD COLUMN mail_id {uuid};
UPDATE notifications SET sequence = numbered.place FROM
    (SELECT id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at, id) AS place FROM notifications) AS numbered
    WHERE numbered.id = notifications.id;
INSERT INTO notification_heads (user_id, revision) SELECT user_id, COUNT(*) FROM notifications GROUP BY user_id;
DROP INDEX notifications_list;
DROP INDEX notifications_unread;
CREATE INDEX notifications_list ON notifications (user_id, sequence);
CREATE INDEX notifications_unread ON notifications (user_id, sequence) WHERE read_at IS NULL;
CREATE INDEX notifications_to_mail ON notifications (user_id, email) WHERE mail_id IS NULL AND email IN ('immediate', 'digest');
CREATE INDEX notifications_mail ON notifications (mail_id);
";

const DOWN: &str = r"
DROP INDEX notifications_mail;
DROP INDEX notifications_to_mail;
DROP INDEX notifications_unread;
DROP INDEX notifications_list;
ALTER TABLE notifications DROP COLUMN mail_id;
ALTER TABLE notifications DROP COLUMN email;
ALTER TABLE notifications DROP COLUMN in_app;
ALTER TABLE notifications DROP COLUMN sequence;
CREATE INDEX notifications_list ON notifications (user_id, created_at, id);
CREATE INDEX notifications_unread ON notifications (user_id, read_at);
";
