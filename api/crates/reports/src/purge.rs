//! The job that throws old reports away, and gives up those that nobody makes any more.

use crate::make::failed;
use crate::queries::reports::{self as queries, OfSystem};
use audit::{Actor, Event, change_system_even_archived};
use chrono::TimeDelta;
use platform::db::execute;
use platform::{Platform, Result};
use shared_types::{ReportId, SystemId};

/// So long after its last attempt began, or after it was asked for where no job is to make it any more, a report is given up. Such a report
/// would count among those that are being made until its time is over. One that only waits for its turn is made, however long that takes.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(2);

/// Takes reports away whose time is over, and gives up those that nobody makes any more; how many were taken away. Their bytes go
/// with the next sweep of blobs.
pub async fn purge_reports(platform: &Platform) -> Result<u64> {
    give_up(platform).await?;
    let now = platform.clock.now();
    let mut gone = 0;
    loop {
        let found = queries::expired(&platform.db, now).await?;
        if found.is_empty() {
            return Ok(gone);
        }
        for OfSystem { id, system_id } in found {
            gone += change_system_even_archived(platform, Actor::anonymous(), SystemId(system_id), move |door| {
                Box::pin(async move {
                    let sql = "DELETE FROM reports WHERE id = $1 AND expires_at <= $2";
                    let gone = execute(door.tx, sql, [id.into(), now.into()]).await?;
                    if gone > 0 {
                        door.record(Event::new("report.expire", "report", id));
                    }
                    Ok(gone)
                })
            })
            .await?;
        }
    }
}

async fn give_up(platform: &Platform) -> Result<()> {
    let before = platform.clock.now() - GIVEN_UP_AFTER;
    loop {
        let found = queries::stuck(&platform.db, before).await?;
        if found.is_empty() {
            return Ok(());
        }
        for OfSystem { id, system_id } in found {
            let given_up = change_system_even_archived(platform, Actor::anonymous(), SystemId(system_id), move |door| {
                Box::pin(async move {
                    let words = "It was not made within two hours. Have it made again; if that fails too, tell an administrator.";
                    failed(door, ReportId(id), words).await
                })
            })
            .await?;
            if given_up {
                tracing::error!(report = %id, "a report is given up: it was never made");
            }
        }
    }
}
