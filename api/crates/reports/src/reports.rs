//! What is asked for, and what goes. The file itself is made by the job of `make.rs`.

use crate::make::{MAKE_REPORT, Payload};
use crate::queries::reports::{self as queries, Counted};
use crate::schedules;
use audit::{Door, Event};
use chrono::{Duration, NaiveDate};
use platform::db::execute;
use platform::{AppError, Platform, Result, outbox};
use serde_json::json;
use shared_types::reports::{CreateReport, Report, ReportFormat, ReportKind, ReportState};
use shared_types::systems::Role;
use shared_types::{ErrorCode, FieldCode, ReportId, ReportScheduleId, SystemId, UserId};
use systems::Scope;
use uuid::Uuid;

/// Reports of one system that wait or are being made at a time.
pub(crate) const MOST_UNFINISHED: i64 = 20;
/// Of these of one person: nobody keeps the others waiting.
const MOST_OWN_UNFINISHED: i64 = 5;
/// Reports that one person has in a system: their files are kept, and no quota of evidence counts them.
pub(crate) const MOST_OWN: i64 = 200;
/// The longest filters.
const MOST_FILTERS: usize = 2_000;

/// Filters as they are kept: none where they are empty. What is at fault is the value itself, `filters`: `inside` says where it stands.
pub(crate) fn filters(given: Option<&str>) -> Result<Option<String>> {
    let given = given.map(|text| text.trim().trim_start_matches('?')).filter(|text| !text.is_empty());
    match given {
        Some(text) if text.len() > MOST_FILTERS => {
            Err(AppError::invalid("filters", FieldCode::TooLong, format!("at most {MOST_FILTERS} characters")))
        }
        Some(text) if text.contains('\0') => Err(AppError::invalid("filters", FieldCode::BadFormat, "a NUL is not allowed")),
        text => Ok(text.map(str::to_owned)),
    }
}

/// A report that is wanted.
pub(crate) struct NewReport {
    pub kind: ReportKind,
    pub format: ReportFormat,
    pub filters: Option<String>,
    /// That of the settings if absent.
    pub marking: Option<String>,
    /// In whose name it is made.
    pub owner: UserId,
    /// The schedule that wants it, and for which of its days; none where somebody asked out of turn.
    pub schedule: Option<(ReportScheduleId, Option<NaiveDate>)>,
}

/// Writes down that a report is wanted by the acting person.
pub(crate) async fn create(door: &mut Door<'_>, platform: &Platform, scope: &Scope, body: &CreateReport) -> Result<Report> {
    let (system, owner) = (scope.system, door.user()?);
    room(queries::counted(door.tx, system, owner).await?)?;
    let new = NewReport {
        kind: body.kind,
        format: body.format,
        filters: filters(body.filters.as_deref()).map_err(|error| error.inside("/filters"))?,
        marking: body.marking.as_ref().map(ToString::to_string),
        owner,
        schedule: None,
    };
    let id = insert(door, platform, system, new).await?;
    queries::one(door.tx, system, true, id).await?.into_report()
}

/// Writes down that a report is wanted, and that the job is to make it. The caller has made sure that there is room.
pub(crate) async fn insert(door: &mut Door<'_>, platform: &Platform, system: SystemId, new: NewReport) -> Result<ReportId> {
    let NewReport { kind, format, filters, marking, owner, schedule } = new;
    let settings = &platform.settings.reports;
    let marking = marking.unwrap_or_else(|| settings.marking.trim().to_owned());
    let marked = !marking.is_empty();
    let (id, job) = (door.id::<ReportId>()?, door.id::<Uuid>()?);
    let expires_at = door.now + Duration::days(i64::from(settings.keep_days));
    let occurrence = schedule.and_then(|(_, day)| day);
    let sql = "INSERT INTO reports (id, system_id, sequence, kind, format, filters, marking, state, requested_by, requested_at, expires_at, \
               schedule_id, occurrence, job_id) VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9, $10, $11, $12, $13)";
    let values = [
        id.0.into(),
        system.0.into(),
        door.revision.into(),
        kind.as_str().into(),
        format.as_str().into(),
        filters.into(),
        marking.into(),
        owner.0.into(),
        door.now.into(),
        expires_at.into(),
        schedule.map(|(schedule, _)| schedule.0).into(),
        occurrence.into(),
        job.into(),
    ];
    execute(door.tx, sql, values).await?;
    outbox::enqueue_as(door.tx, &door.clock, job, MAKE_REPORT, &Payload { system, report: id }).await?;
    let mut details = json!({ "kind": kind, "format": format, "marked": marked });
    if let (Some(details), Some((schedule, day))) = (details.as_object_mut(), schedule) {
        details.insert("schedule".to_owned(), json!(schedule));
        details.insert("occurrence".to_owned(), json!(day));
    }
    door.record(Event::new("report.request", "report", id).details(details));
    Ok(id)
}

/// Refuses a report for which there is no room.
fn room(Counted { unfinished, own_unfinished, own }: Counted) -> Result<()> {
    let words = if own >= MOST_OWN {
        format!("You have {own} reports in this system. Delete some that you need no more.")
    } else if own_unfinished >= MOST_OWN_UNFINISHED {
        format!("{own_unfinished} of your reports are being made. Wait until one of them is ready.")
    } else if unfinished >= MOST_UNFINISHED {
        format!("{unfinished} reports of this system are being made. Wait until one of them is ready.")
    } else {
        return Ok(());
    };
    Err(AppError::conflict(words))
}

/// Takes a report away: by who asked for it, or a manager.
pub(crate) async fn delete(
    door: &mut Door<'_>,
    scope: &Scope,
    audit: bool,
    id: ReportId,
    current: impl FnOnce(i64) -> Result<()> + Send,
) -> Result<()> {
    let row = queries::one(door.tx, scope.system, audit, id).await?;
    if row.requested_by != Some(scope.user.0) && !scope.role.allows(Role::Manager) {
        let words = "A report is deleted by the person who asked for it, or by a manager.";
        return Err(AppError::new(ErrorCode::Forbidden).detail(words));
    }
    current(row.version)?;
    execute(door.tx, "DELETE FROM reports WHERE id = $1", [id.0.into()]).await?;
    let unfinished = matches!(ReportState::parse(&row.state), Some(ReportState::Queued | ReportState::Running));
    if let Some(schedule) = row.schedule_id.filter(|_| unfinished) {
        schedules::ends_as_failed(door, schedule, id, "It was deleted before it was made.").await?;
    }
    let details = json!({ "kind": row.kind, "format": row.format, "sha256": row.sha256 });
    door.record(Event::new("report.delete", "report", id).details(details));
    Ok(())
}
