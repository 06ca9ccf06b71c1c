//! Whether programs outside are told what happens in a system (`webhooks`). Here, because the crates that make it happen ask.

use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::SystemId;

#[derive(FromQueryResult)]
struct Found {
    #[expect(dead_code, reason = "the row's being there is the answer")]
    found: i32,
}

/// Whether any is: the system has a webhook that is on, and is no archive.
pub async fn tells_programs(connection: &impl ConnectionTrait, system: SystemId) -> Result<bool> {
    let sql = "SELECT 1 AS found FROM webhooks w JOIN systems s ON s.id = w.system_id WHERE w.system_id = $1 AND w.active \
               AND s.archived_at IS NULL LIMIT 1";
    Ok(!rows::<Found>(connection, sql, [system.0.into()]).await?.is_empty())
}
