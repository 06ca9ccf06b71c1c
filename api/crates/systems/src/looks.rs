//! When each system was last looked at by a job that follows the systems' own days.

use chrono::{DateTime, Utc};
use platform::db::execute;
use platform::{Platform, Result, Tx};
use sea_orm::FromQueryResult;
use shared_types::SystemId;
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct RunRow {
    name: String,
    last_run: DateTime<Utc>,
}

/// The last look of this name at each system that it has looked at, in one statement.
pub async fn looks(platform: &Platform, look: &str) -> Result<HashMap<SystemId, DateTime<Utc>>> {
    // All names that begin so: the semicolon is the character after the colon.
    let (first, after) = (format!("{look}:"), format!("{look};"));
    let sql = "SELECT name, last_run FROM job_runs WHERE name >= $1 AND name < $2";
    let runs = platform.db.rows::<RunRow>(sql, [first.as_str().into(), after.into()]).await?;
    let of = |RunRow { name, last_run }: RunRow| Some((name.strip_prefix(&first)?.parse().ok()?, last_run));
    Ok(runs.into_iter().filter_map(of).collect())
}

/// Records a look at a system. Last of all: a look that was interrupted counts as not made.
pub async fn looked(platform: &Platform, look: &str, system: SystemId, at: DateTime<Utc>) -> Result<()> {
    let name = format!("{look}:{system}");
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = "INSERT INTO job_runs (name, last_run) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last_run = $2";
                execute(tx, sql, [name.into(), at.into()]).await
            })
        })
        .await?;
    Ok(())
}

/// Forgets all looks at a system, whose days are others now: a look that was made in the evening there may lie in the morning of the day
/// that has begun here. Who looks again tells and makes nothing twice.
pub(crate) async fn forget_looks(tx: &Tx, system: SystemId) -> Result<()> {
    execute(tx, "DELETE FROM job_runs WHERE name LIKE $1", [format!("%:{system}").into()]).await?;
    Ok(())
}
