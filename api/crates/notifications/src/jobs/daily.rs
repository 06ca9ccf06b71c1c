//! What is looked at once a day in each system. The day is that of the system's own zone, and the look is made after six in the morning
//! there. A day that was missed is made up for by the next look: it tells the state of that day.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use platform::db::execute;
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::SystemId;
use std::collections::HashMap;
use uuid::Uuid;

/// The hour, in the system's zone, from which the look of a day is made.
const HOUR: u32 = 6;

#[derive(FromQueryResult)]
struct SystemRow {
    id: Uuid,
    time_zone: String,
}

#[derive(FromQueryResult)]
struct RunRow {
    name: String,
    last_run: DateTime<Utc>,
}

const SYSTEMS: &str = "SELECT id, time_zone FROM systems WHERE archived_at IS NULL ORDER BY id";

const RUNS: &str = "SELECT name, last_run FROM job_runs WHERE name >= $1 AND name < $2";

/// The systems whose day has not been looked at by the look of this name, each with its day.
pub(super) async fn due(platform: &Platform, look: &str) -> Result<Vec<(SystemId, NaiveDate)>> {
    // All names that begin so: the semicolon is the character after the colon.
    let (first, after) = (format!("{look}:"), format!("{look};"));
    let runs = platform.db.rows::<RunRow>(RUNS, [first.into(), after.into()]).await?;
    let runs: HashMap<String, DateTime<Utc>> = runs.into_iter().map(|RunRow { name, last_run }| (name, last_run)).collect();
    let mut due = Vec::new();
    for SystemRow { id, time_zone } in platform.db.rows::<SystemRow>(SYSTEMS, []).await? {
        let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
        let now = platform.clock.now().with_timezone(&zone);
        let looked = runs.get(&run_name(look, SystemId(id))).map(|last| last.with_timezone(&zone).date_naive());
        if now.hour() >= HOUR && looked.is_none_or(|day| day < now.date_naive()) {
            due.push((SystemId(id), now.date_naive()));
        }
    }
    Ok(due)
}

fn run_name(look: &str, system: SystemId) -> String {
    format!("{look}:{system}")
}

/// Records that a system was looked at. Last: a look that was interrupted counts as not made.
pub(super) async fn looked(platform: &Platform, look: &str, system: SystemId, at: DateTime<Utc>) -> Result<()> {
    let name = run_name(look, system);
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = "INSERT INTO job_runs (name, last_run) VALUES ($1, $2) \
                           ON CONFLICT (name) DO UPDATE SET last_run = $2 WHERE job_runs.last_run < $2";
                execute(tx, sql, [name.into(), at.into()]).await
            })
        })
        .await?;
    Ok(())
}
