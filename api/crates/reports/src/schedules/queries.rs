//! What is read of schedules.

use super::recipients;
use super::recurrence::Recurrence;
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::page::PageRequest;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::identity::Person;
use shared_types::report_schedules::{ReportSchedule, ScheduleRecipient, ScheduleResult, ScheduleState};
use shared_types::reports::{ReportFormat, ReportKind, ReportState};
use shared_types::{ReportId, ReportScheduleId, SystemId, UserId};
use systems::Scope;
use uuid::Uuid;

/// A schedule as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct ScheduleRow {
    pub id: Uuid,
    pub system_id: Uuid,
    pub time_zone: String,
    pub sequence: i64,
    pub name: String,
    kind: String,
    format: String,
    pub filters: Option<String>,
    pub marking: Option<String>,
    every: String,
    day: i32,
    hour: i32,
    state: String,
    paused_because: Option<String>,
    pub owner_id: Uuid,
    owner: String,
    active_from: DateTime<Utc>,
    last_occurrence: Option<NaiveDate>,
    last_at: Option<DateTime<Utc>>,
    last_state: Option<String>,
    last_report: Option<Uuid>,
    last_failure: Option<String>,
    last_told: i32,
    last_skipped: i32,
    created_at: DateTime<Utc>,
    pub version: i64,
}

/// The report of the last time as long as there is one.
const SCHEDULE: &str = "SELECT s.id, s.system_id, y.time_zone, s.sequence, s.name, s.kind, s.format, s.filters, s.marking, s.every, s.day, \
    s.hour, s.state, s.paused_because, s.owner_id, u.name AS owner, s.active_from, s.last_occurrence, s.last_at, s.last_state, \
    r.id AS last_report, s.last_failure, s.last_told, s.last_skipped, s.created_at, s.version \
    FROM report_schedules s JOIN systems y ON y.id = s.system_id JOIN users u ON u.id = s.owner_id \
    LEFT JOIN reports r ON r.id = s.last_report_id";

impl ScheduleRow {
    pub(crate) fn kind(&self) -> Result<ReportKind> {
        ReportKind::parse(&self.kind).ok_or_else(|| AppError::internal("a schedule of an unknown kind"))
    }

    pub(crate) fn format(&self) -> Result<ReportFormat> {
        ReportFormat::parse(&self.format).ok_or_else(|| AppError::internal("a schedule of an unknown format"))
    }

    pub(crate) fn state(&self) -> ScheduleState {
        ScheduleState::parse(&self.state).unwrap_or(ScheduleState::Paused)
    }

    pub(crate) fn recurrence(&self) -> Result<Recurrence> {
        Recurrence::of(&self.every, self.day, self.hour)
    }

    /// Whether a report of it is being made.
    pub(crate) fn is_making(&self) -> bool {
        let state = self.last_state.as_deref().and_then(ReportState::parse);
        self.last_report.is_some() && matches!(state, Some(ReportState::Queued | ReportState::Running))
    }

    /// The day that is to be made now.
    pub(crate) fn due(&self, now: DateTime<Utc>) -> Result<Option<super::recurrence::Occurrence>> {
        Ok(self.recurrence()?.due(now, self.active_from, self.last_occurrence, &self.time_zone))
    }

    fn last(&self) -> Option<ScheduleResult> {
        let number = |count: i32| u16::try_from(count).unwrap_or_default();
        Some(ScheduleResult {
            at: self.last_at?,
            state: self.last_state.as_deref().and_then(ReportState::parse)?,
            report: self.last_report.map(ReportId),
            failure: self.last_failure.clone(),
            told: number(self.last_told),
            skipped: number(self.last_skipped),
        })
    }

    /// As it is shown.
    pub(crate) fn shown(self, scope: &Scope, now: DateTime<Utc>, recipients: Vec<ScheduleRecipient>) -> Result<ReportSchedule> {
        let (recurrence, state) = (self.recurrence()?, self.state());
        let next = match state {
            ScheduleState::Active if !scope.archived => {
                let due = self.due(now)?;
                due.or_else(|| recurrence.next(now.max(self.active_from), self.last_occurrence, &self.time_zone))
            }
            ScheduleState::Active | ScheduleState::Paused => None,
        };
        Ok(ReportSchedule {
            id: ReportScheduleId(self.id),
            kind: self.kind()?,
            format: self.format()?,
            recurrence: recurrence.days(),
            hour: recurrence.hour(),
            recipients,
            state,
            last: self.last(),
            owner: Person { id: UserId(self.owner_id), name: self.owner },
            next_run: next.map(|next| next.at),
            name: self.name,
            filters: self.filters,
            marking: self.marking,
            paused_because: self.paused_because,
            created_at: self.created_at,
            version: self.version,
        })
    }
}

/// The schedules of a page in the order in which they were created, each with its place in the list.
pub(crate) async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
    page: &PageRequest<i64>,
) -> Result<Vec<(i64, ReportSchedule)>> {
    let (compare, way) = if page.backwards() { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!("{SCHEDULE} WHERE s.system_id = $1 AND ($2 OR s.sequence {compare} $3) ORDER BY s.sequence {way} LIMIT $4");
    let values = [
        scope.system.0.into(),
        page.cursor.is_none().into(),
        page.cursor.as_ref().map_or(0, |cursor| cursor.k).into(),
        i64::try_from(page.fetch()).unwrap_or(i64::MAX).into(),
    ];
    let found = rows::<ScheduleRow>(connection, &sql, values).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut told = recipients::of_system(connection, scope.system).await?;
    let shown = found.into_iter().map(|row| {
        let kind = row.kind()?;
        let recipients = told.remove(&row.id).unwrap_or_default().into_iter().map(|one| one.shown(kind)).collect();
        Ok((row.sequence, row.shown(scope, now, recipients)?))
    });
    shown.collect()
}

/// One schedule of a system, as stored.
pub(crate) async fn row(connection: &impl ConnectionTrait, system: SystemId, id: ReportScheduleId) -> Result<ScheduleRow> {
    let sql = format!("{SCHEDULE} WHERE s.system_id = $1 AND s.id = $2");
    rows(connection, &sql, [system.0.into(), id.0.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// One schedule, as it is shown.
pub(crate) async fn one(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
    id: ReportScheduleId,
) -> Result<ReportSchedule> {
    let row = row(connection, scope.system, id).await?;
    let kind = row.kind()?;
    let told = recipients::of(connection, id).await?.into_iter().map(|one| one.shown(kind)).collect();
    row.shown(scope, now, told)
}

/// The active schedules of systems that are not archived, those of one system together.
pub(crate) async fn active(connection: &impl ConnectionTrait) -> Result<Vec<ScheduleRow>> {
    let sql = format!("{SCHEDULE} WHERE s.state = 'active' AND y.archived_at IS NULL ORDER BY s.system_id, s.sequence");
    rows(connection, &sql, []).await
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many schedules a system has.
pub(crate) async fn counted(connection: &impl ConnectionTrait, system: SystemId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM report_schedules WHERE system_id = $1";
    Ok(rows::<Count>(connection, sql, [system.0.into()]).await?.first().map_or(0, |row| row.count))
}
