//! Reports that were asked for. A reader sees those of the kinds that the role may read.

use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::page::PageRequest;
use platform::{AppError, Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::identity::Person;
use shared_types::reports::{MadeBySchedule, Report, ReportFormat, ReportKind, ReportState};
use shared_types::{ReportId, ReportScheduleId, SystemId, UserId};
use uuid::Uuid;

/// A report as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct ReportRow {
    pub id: Uuid,
    pub sequence: i64,
    pub kind: String,
    pub format: String,
    pub filters: Option<String>,
    pub marking: String,
    pub state: String,
    progress: i32,
    working_copy: bool,
    failure: Option<String>,
    pub requested_by: Option<Uuid>,
    requester: Option<String>,
    requested_at: DateTime<Utc>,
    made_at: Option<DateTime<Utc>>,
    pub file_name: Option<String>,
    pub size: Option<i64>,
    pub sha256: Option<String>,
    pub expires_at: DateTime<Utc>,
    pub version: i64,
    pub schedule_id: Option<Uuid>,
    schedule: Option<String>,
}

impl ReportRow {
    /// The row as it is told.
    pub(crate) fn into_report(self) -> Result<Report> {
        let unknown = |what: &str| AppError::internal(format!("a report with an unknown {what}"));
        Ok(Report {
            id: ReportId(self.id),
            kind: ReportKind::parse(&self.kind).ok_or_else(|| unknown("kind"))?,
            format: ReportFormat::parse(&self.format).ok_or_else(|| unknown("format"))?,
            filters: self.filters,
            marking: self.marking,
            state: ReportState::parse(&self.state).ok_or_else(|| unknown("state"))?,
            progress: u8::try_from(self.progress).unwrap_or(100),
            working_copy: self.working_copy,
            failure: self.failure,
            schedule: self.schedule_id.zip(self.schedule).map(|(id, name)| MadeBySchedule { id: ReportScheduleId(id), name }),
            requested_by: self.requested_by.zip(self.requester).map(|(id, name)| Person { id: UserId(id), name }),
            requested_at: self.requested_at,
            made_at: self.made_at,
            file_name: self.file_name,
            size: self.size.and_then(|size| u64::try_from(size).ok()),
            sha256: self.sha256,
            expires_at: self.expires_at,
            version: self.version,
        })
    }
}

const REPORT: &str = "SELECT r.id, r.sequence, r.kind, r.format, r.filters, r.marking, r.state, r.progress, r.working_copy, r.failure, \
    r.requested_by, u.name AS requester, r.requested_at, r.made_at, r.file_name, r.size, r.sha256, r.expires_at, r.version, \
    r.schedule_id, s.name AS schedule FROM reports r LEFT JOIN users u ON u.id = r.requested_by \
    LEFT JOIN report_schedules s ON s.id = r.schedule_id WHERE r.system_id = $1 AND ($2 OR r.kind <> 'audit_extract')";

/// The reports of a page, newest first.
pub(crate) async fn list(db: &Db, system: SystemId, audit: bool, page: &PageRequest<i64>) -> Result<Vec<ReportRow>> {
    let (compare, way) = if page.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let sql = format!("{REPORT} AND ($3 OR r.sequence {compare} $4) ORDER BY r.sequence {way} LIMIT $5");
    let values = [
        system.0.into(),
        audit.into(),
        page.cursor.is_none().into(),
        page.cursor.as_ref().map_or(0, |cursor| cursor.k).into(),
        i64::try_from(page.fetch()).unwrap_or(i64::MAX).into(),
    ];
    db.rows(&sql, values).await
}

/// One report; 404 for who may not read its kind.
pub(crate) async fn one(connection: &impl ConnectionTrait, system: SystemId, audit: bool, id: ReportId) -> Result<ReportRow> {
    let sql = format!("{REPORT} AND r.id = $3");
    let values = [system.0.into(), audit.into(), id.0.into()];
    rows(connection, &sql, values).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// How many reports a system has.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(crate) struct Counted {
    /// That are still to be made.
    pub unfinished: i64,
    /// Of these the person's own, but for those of schedules.
    pub own_unfinished: i64,
    /// That a person asked for, in whatever state, those of the person's schedules too.
    pub own: i64,
}

/// How many reports of a system are still to be made, and how many a person has there.
pub(crate) async fn counted(connection: &impl ConnectionTrait, system: SystemId, user: UserId) -> Result<Counted> {
    let sql = "SELECT COUNT(CASE WHEN state IN ('queued', 'running') THEN 1 END) AS unfinished, \
               COUNT(CASE WHEN state IN ('queued', 'running') AND requested_by = $2 AND schedule_id IS NULL THEN 1 END) AS own_unfinished, \
               COUNT(CASE WHEN requested_by = $2 THEN 1 END) AS own FROM reports WHERE system_id = $1";
    Ok(rows::<Counted>(connection, sql, [system.0.into(), user.0.into()]).await?.first().copied().unwrap_or_default())
}

/// A report and its system.
#[derive(Debug, FromQueryResult)]
pub(crate) struct OfSystem {
    pub id: Uuid,
    pub system_id: Uuid,
}

/// Reports that nobody makes any more, some of them: begun before a time and not made since, or asked for before it and without a job.
pub(crate) async fn stuck(db: &Db, before: DateTime<Utc>) -> Result<Vec<OfSystem>> {
    let sql = "SELECT r.id, r.system_id FROM reports r WHERE r.state IN ('queued', 'running') AND r.requested_at < $1 \
               AND ((r.state = 'running' AND r.begun_at < $1) OR (r.state = 'queued' AND NOT EXISTS (SELECT 1 FROM outbox o \
               WHERE o.id = r.job_id AND o.done_at IS NULL AND o.failed_at IS NULL))) ORDER BY r.requested_at, r.id LIMIT 200";
    db.rows(sql, [before.into()]).await
}

/// Reports whose time is over, some of them.
pub(crate) async fn expired(db: &Db, now: DateTime<Utc>) -> Result<Vec<OfSystem>> {
    let sql = "SELECT id, system_id FROM reports WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT 200";
    db.rows(sql, [now.into()]).await
}
