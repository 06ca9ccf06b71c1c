//! Notifications are thrown away by their age.

use crate::text::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "CREATE INDEX notifications_age ON notifications (created_at)").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP INDEX notifications_age").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
