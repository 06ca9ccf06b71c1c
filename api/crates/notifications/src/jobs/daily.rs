//! What is looked at once a day in each system. The day is that of the system's own zone, and the look is made after six in the morning
//! there. A day that was missed is made up for by the next look: it tells the state of that day.

use chrono::{NaiveDate, Timelike};
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::SystemId;
use uuid::Uuid;

/// The hour, in the system's zone, from which the look of a day is made.
const HOUR: u32 = 6;

#[derive(FromQueryResult)]
struct SystemRow {
    id: Uuid,
    time_zone: String,
}

const SYSTEMS: &str = "SELECT id, time_zone FROM systems WHERE archived_at IS NULL ORDER BY id";

/// The systems whose day has not been looked at by the look of this name, each with its day.
pub(super) async fn due(platform: &Platform, look: &str) -> Result<Vec<(SystemId, NaiveDate)>> {
    let looks = systems::looks(platform, look).await?;
    let mut due = Vec::new();
    for SystemRow { id, time_zone } in platform.db.rows::<SystemRow>(SYSTEMS, []).await? {
        let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
        let now = platform.clock.now().with_timezone(&zone);
        let looked = looks.get(&SystemId(id)).map(|last| last.with_timezone(&zone).date_naive());
        if now.hour() >= HOUR && looked.is_none_or(|day| day < now.date_naive()) {
            due.push((SystemId(id), now.date_naive()));
        }
    }
    Ok(due)
}
