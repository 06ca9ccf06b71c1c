//! The audit log: what is recorded, who reads it, and that tampering is found.

mod exports;
mod list;
mod recorded;
mod tampering;
mod words;
mod writers;

use crate::support::TestApp;
use platform::Result;
use platform::db::execute;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

/// Runs a statement like any other write of the product: the triggers stand.
pub async fn write(app: &TestApp, sql: &'static str) -> Result<u64> {
    app.platform.db.write(move |tx| Box::pin(async move { execute(tx, sql, []).await })).await
}

#[derive(FromQueryResult)]
struct Trigger {
    name: String,
    sql: String,
}

/// Runs a statement past the triggers, as somebody with the database's password could, and restores them.
pub async fn tamper(app: &TestApp, sql: &'static str) {
    let change = app.platform.db.write(move |tx| {
        Box::pin(async move {
            if tx.get_database_backend() == DbBackend::Postgres {
                tx.execute_unprepared("ALTER TABLE audit_events DISABLE TRIGGER USER").await?;
                let changed = execute(tx, sql, []).await?;
                tx.execute_unprepared("ALTER TABLE audit_events ENABLE TRIGGER USER").await?;
                return Ok(changed);
            }
            let triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'";
            let triggers = platform::db::rows::<Trigger>(tx, triggers, []).await?;
            assert_eq!(triggers.len(), 3);
            for trigger in &triggers {
                tx.execute_unprepared(&format!("DROP TRIGGER {}", trigger.name)).await?;
            }
            let changed = execute(tx, sql, []).await?;
            for trigger in &triggers {
                tx.execute_unprepared(&trigger.sql).await?;
            }
            Ok(changed)
        })
    });
    assert!(change.await.expect("a change past the triggers") > 0, "{sql} met no row");
}
