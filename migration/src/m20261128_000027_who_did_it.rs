//! Who did what people and programs outside are told of, and what it is about.

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

// The person by id: names are joined where they are shown, since they may change and be forgotten. `object_kind`: `task` or `evidence`;
// `object_reference`: what people call it, as it was.
const UP: &str = r"
ALTER TABLE notifications ADD COLUMN actor_id {uuid} REFERENCES users (id);
ALTER TABLE webhook_events ADD COLUMN actor_id {uuid} REFERENCES users (id);
ALTER TABLE webhook_events ADD COLUMN object_kind text;
ALTER TABLE webhook_events ADD COLUMN object_id {uuid};
ALTER TABLE webhook_events ADD COLUMN object_reference text;
";

const DOWN: &str = r"
ALTER TABLE webhook_events DROP COLUMN object_reference;
ALTER TABLE webhook_events DROP COLUMN object_id;
ALTER TABLE webhook_events DROP COLUMN object_kind;
ALTER TABLE webhook_events DROP COLUMN actor_id;
ALTER TABLE notifications DROP COLUMN actor_id;
";
