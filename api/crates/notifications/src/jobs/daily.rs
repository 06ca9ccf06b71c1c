//! What is looked at once a day in each system. The day is that of the system's own zone, and the look is made after six in the morning
//! there. A day that was missed is made up for by the next look: it tells the state of that day.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use futures_util::future::BoxFuture;
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

/// A look at one system on one day of its zone: how many people were told something.
pub(super) type Look = for<'p> fn(&'p Platform, SystemId, NaiveDate) -> BoxFuture<'p, Result<u64>>;

/// Looks at every system whose day has not been looked at under this name; how many people were told something. A system at which the look
/// fails keeps no other from its notices: its day stays to be looked at, and the first fault is told at the end.
pub(super) async fn each(platform: &Platform, name: &str, look: Look) -> Result<u64> {
    // The moment that the days are of is what is recorded: a look that lasts past midnight has not looked at the day that begins meanwhile.
    let now = platform.clock.now();
    let (mut told, mut fault) = (0, None);
    for (system, today) in due(platform, name, now).await? {
        match one(platform, name, look, system, today, now).await {
            Ok(people) => told += people,
            Err(error) => {
                fault.get_or_insert(error);
            }
        }
    }
    fault.map_or(Ok(told), Err)
}

async fn one(platform: &Platform, name: &str, look: Look, system: SystemId, today: NaiveDate, now: DateTime<Utc>) -> Result<u64> {
    let told = look(platform, system, today).await?;
    systems::looked(platform, name, system, now).await?;
    Ok(told)
}

/// The systems whose day has not been looked at under this name, each with its day.
async fn due(platform: &Platform, name: &str, now: DateTime<Utc>) -> Result<Vec<(SystemId, NaiveDate)>> {
    let looks = systems::looks(platform, name).await?;
    let mut due = Vec::new();
    for SystemRow { id, time_zone } in platform.db.rows::<SystemRow>(SYSTEMS, []).await? {
        let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
        let here = now.with_timezone(&zone);
        let looked = looks.get(&SystemId(id)).map(|last| last.with_timezone(&zone).date_naive());
        // A look on a later day was made by a clock that was wrong: waiting for that day would be waiting for long. Whoever was told of today
        // before is not told again.
        if here.hour() >= HOUR && looked.is_none_or(|day| day != here.date_naive()) {
            due.push((SystemId(id), here.date_naive()));
        }
    }
    Ok(due)
}
