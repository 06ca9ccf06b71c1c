//! Makes what is due: writes down, behind the system's door, that a report is wanted. Its file is made by the job of every report.

use super::outcome::{self, Told};
use super::queries::{self, ScheduleRow};
use super::recurrence::Occurrence;
use crate::queries::reports::{self as reports_queries, Counted};
use crate::reports::{MOST_OWN, MOST_UNFINISHED, NewReport, insert};
use audit::{Actor, Door, Event, change_system};
use platform::db::{execute, rows};
use platform::{AppError, Platform, Result, Tx};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::report_schedules::ScheduleState;
use shared_types::reports::Report;
use shared_types::systems::Role;
use shared_types::{ErrorCode, ReportId, ReportScheduleId, SystemId, UserId};

/// What became of a schedule that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// Its report is wanted.
    Made,
    /// Another process came first, or somebody changed or paused it.
    NotDue,
    /// It pauses, or its day passes without a report; its people are told.
    GivenUp,
    /// The system has too many that wait: the next look.
    Later,
}

/// Makes what is due in all systems; how many reports are wanted now. What finds no room waits for the next look.
pub async fn make_scheduled_reports(platform: &Platform) -> Result<u64> {
    let (mut made, mut full, mut fault) = (0, None, None);
    for row in queries::active(platform.db.read()).await? {
        let system = SystemId(row.system_id);
        let due = row.due(platform.clock.now()).unwrap_or_else(|error| {
            fault.get_or_insert(error);
            None
        });
        if full == Some(system) || due.is_none() {
            continue;
        }
        let (inner, id) = (platform.clone(), ReportScheduleId(row.id));
        let done = change_system(platform, Actor::anonymous(), system, move |door| {
            Box::pin(async move { make(door, &inner, system, id).await })
        })
        .await;
        match done {
            Ok(Done::Made) => made += 1,
            Ok(Done::NotDue | Done::GivenUp) => {}
            Ok(Done::Later) => full = Some(system),
            // Archived meanwhile, or deleted.
            Err(error) if matches!(error.code(), ErrorCode::Conflict | ErrorCode::NotFound) => {}
            // One schedule that can't be read, of a newer version perhaps, keeps no other from its day; the job tells of it and is repeated.
            Err(error) => {
                fault.get_or_insert(error);
            }
        }
    }
    fault.map_or(Ok(made), Err)
}

/// One schedule, as it is now.
async fn make(door: &mut Door<'_>, platform: &Platform, system: SystemId, id: ReportScheduleId) -> Result<Done> {
    let row = queries::row(door.tx, system, id).await?;
    let due = if row.state() == ScheduleState::Active { row.due(door.now)? } else { None };
    let Some(occurrence) = due else { return Ok(Done::NotDue) };
    if !is_manager(door.tx, system, UserId(row.owner_id)).await? {
        pause(door, system, &row).await?;
        return Ok(Done::GivenUp);
    }
    match room(door.tx, system, &row).await? {
        Room::Enough => {
            want(door, platform, system, &row, Some(occurrence)).await?;
            Ok(Done::Made)
        }
        Room::Waits => Ok(Done::Later),
        Room::Full(words) => {
            miss(door, system, &row, occurrence, &words).await?;
            Ok(Done::GivenUp)
        }
    }
}

/// Makes one now, whatever its days; what it is to make next stays as it was.
pub(crate) async fn run_now(door: &mut Door<'_>, platform: &Platform, system: SystemId, id: ReportScheduleId) -> Result<Report> {
    let row = queries::row(door.tx, system, id).await?;
    if row.is_making() {
        return Err(AppError::conflict("A report of this schedule is being made. Wait until it is ready."));
    }
    if !is_manager(door.tx, system, UserId(row.owner_id)).await? {
        let words = "The owner of this schedule is no manager of the system any more. Save it to own it, then run it.";
        return Err(AppError::conflict(words));
    }
    match room(door.tx, system, &row).await? {
        Room::Enough => {}
        Room::Waits => {
            let words = format!("{MOST_UNFINISHED} reports of this system are being made. Wait until one of them is ready.");
            return Err(AppError::conflict(words));
        }
        Room::Full(words) => return Err(AppError::conflict(words)),
    }
    let report = want(door, platform, system, &row, None).await?;
    door.record(Event::new("report_schedule.run", "report_schedule", id).details(json!({ "report": report })));
    reports_queries::one(door.tx, system, true, report).await?.into_report()
}

#[derive(FromQueryResult)]
struct PersonRow {
    admin: bool,
    role: Option<String>,
}

/// Whether a person manages a system now: by role, or as an administrator.
async fn is_manager(tx: &Tx, system: SystemId, user: UserId) -> Result<bool> {
    let sql = "SELECT u.admin, m.role FROM users u LEFT JOIN members m ON m.user_id = u.id AND m.system_id = $1 \
               WHERE u.id = $2 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL";
    let found = rows::<PersonRow>(tx, sql, [system.0.into(), user.0.into()]).await?.into_iter().next();
    let manages =
        |row: PersonRow| row.admin || row.role.as_deref().and_then(Role::parse).is_some_and(|role| role.allows(Role::Manager));
    Ok(found.is_some_and(manages))
}

/// Whether another report finds room.
enum Room {
    Enough,
    /// Too many of the system wait to be made.
    Waits,
    /// The owner has too many, in words.
    Full(String),
}

async fn room(tx: &Tx, system: SystemId, row: &ScheduleRow) -> Result<Room> {
    let Counted { unfinished, own, .. } = reports_queries::counted(tx, system, UserId(row.owner_id)).await?;
    Ok(if own >= MOST_OWN {
        Room::Full(format!("Its owner has {own} reports in this system. Some must be deleted first."))
    } else if unfinished >= MOST_UNFINISHED {
        Room::Waits
    } else {
        Room::Enough
    })
}

/// Writes down that a report of the schedule is wanted.
async fn want(
    door: &mut Door<'_>,
    platform: &Platform,
    system: SystemId,
    row: &ScheduleRow,
    occurrence: Option<Occurrence>,
) -> Result<ReportId> {
    let new = NewReport {
        kind: row.kind()?,
        format: row.format()?,
        filters: row.filters.clone(),
        marking: row.marking.clone(),
        owner: UserId(row.owner_id),
        schedule: Some((ReportScheduleId(row.id), occurrence.map(|one| one.day))),
    };
    let report = insert(door, platform, system, new).await?;
    let sql = "UPDATE report_schedules SET last_occurrence = COALESCE($2, last_occurrence), last_at = $3, last_state = 'queued', \
               last_report_id = $4, last_failure = NULL, last_told = 0, last_skipped = 0 WHERE id = $1";
    let values = [row.id.into(), occurrence.map(|one| one.day).into(), door.now.into(), report.0.into()];
    execute(door.tx, sql, values).await?;
    Ok(report)
}

/// Its day passes without a report.
async fn miss(door: &mut Door<'_>, system: SystemId, row: &ScheduleRow, occurrence: Occurrence, words: &str) -> Result<()> {
    let sql = "UPDATE report_schedules SET last_occurrence = $2, last_at = $3, last_state = 'failed', last_report_id = NULL, \
               last_failure = $4, last_told = 0, last_skipped = 0 WHERE id = $1";
    let values = [row.id.into(), occurrence.day.into(), door.now.into(), words.into()];
    execute(door.tx, sql, values).await?;
    let details = json!({ "occurrence": occurrence.day });
    door.record(Event::new("report_schedule.miss", "report_schedule", row.id).details(details));
    outcome::tell(door, Told::Failed(words), system, ReportScheduleId(row.id), [UserId(row.owner_id)]).await
}

#[derive(FromQueryResult)]
struct ManagerRow {
    user_id: uuid::Uuid,
}

/// Nobody's name stands behind it any more: it waits for a manager who puts his own there.
async fn pause(door: &mut Door<'_>, system: SystemId, row: &ScheduleRow) -> Result<()> {
    let words = "its owner is no manager of this system any more; a manager who resumes it owns it then";
    let sql = "UPDATE report_schedules SET state = 'paused', paused_because = $2, version = version + 1 WHERE id = $1";
    execute(door.tx, sql, [row.id.into(), words.into()]).await?;
    let details = json!({ "because": "owner_is_no_manager", "owner": row.owner_id });
    door.record(Event::new("report_schedule.pause", "report_schedule", row.id).details(details));
    let sql = "SELECT user_id FROM members WHERE system_id = $1 AND role = 'manager' ORDER BY user_id";
    let managers = rows::<ManagerRow>(door.tx, sql, [system.0.into()]).await?.into_iter().map(|row| UserId(row.user_id));
    outcome::tell(door, Told::Paused, system, ReportScheduleId(row.id), managers).await
}
