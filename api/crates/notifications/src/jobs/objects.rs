//! What a notice is about, and how it is told to one person. Somebody who has left the system meanwhile, or may not read it any more, is
//! told nothing of it.

use platform::db::rows;
use platform::{Result, Tx};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use shared_types::reports::{ReportFormat, ReportKind};
use shared_types::systems::Role;
use shared_types::{EvidenceId, ReportId, ReportScheduleId, SystemId, TaskId, UserId};
use uuid::Uuid;

/// What it is about.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Object {
    Task(TaskId),
    Evidence(EvidenceId),
    Report(ReportId),
    ReportSchedule(ReportScheduleId),
}

impl Object {
    /// Its id.
    pub(super) fn id(self) -> Uuid {
        match self {
            Self::Task(id) => id.0,
            Self::Evidence(id) => id.0,
            Self::Report(id) => id.0,
            Self::ReportSchedule(id) => id.0,
        }
    }
}

/// What is called how, and the page that it leads to.
pub(super) struct Words {
    name: String,
    rest: String,
    pub link: String,
}

impl Words {
    /// The text on one line: `TASK-12 was assigned to you: Turn on MFA`.
    pub(super) fn text(&self, says: &str) -> String {
        format!("{} {says}{}", self.name, self.rest)
    }
}

#[derive(FromQueryResult)]
struct Numbered {
    number: i32,
    title: String,
}

const TASK: &str = "SELECT t.number, t.title FROM tasks t \
    JOIN members m ON m.system_id = t.system_id AND m.user_id = $3 \
    WHERE t.system_id = $1 AND t.id = $2 AND t.deleted_at IS NULL";
const EVIDENCE: &str = "SELECT e.number, e.title FROM evidence e \
    JOIN members m ON m.system_id = e.system_id AND m.user_id = $3 \
    WHERE e.system_id = $1 AND e.id = $2 AND e.deleted_at IS NULL";

#[derive(FromQueryResult)]
struct ReportRow {
    kind: String,
    format: String,
    name: Option<String>,
    role: String,
    admin: bool,
}

const REPORT: &str = "SELECT r.kind, r.format, s.name, m.role, u.admin FROM reports r \
    JOIN members m ON m.system_id = r.system_id AND m.user_id = $3 \
    JOIN users u ON u.id = m.user_id AND u.deactivated_at IS NULL AND u.deleted_at IS NULL \
    LEFT JOIN report_schedules s ON s.id = r.schedule_id WHERE r.system_id = $1 AND r.id = $2";

#[derive(FromQueryResult)]
struct ScheduleRow {
    name: String,
    because: Option<String>,
}

const SCHEDULE: &str = "SELECT s.name, CASE WHEN s.state = 'paused' THEN s.paused_because ELSE s.last_failure END AS because \
    FROM report_schedules s JOIN users u ON u.id = $3 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL \
    LEFT JOIN members m ON m.system_id = s.system_id AND m.user_id = u.id \
    WHERE s.system_id = $1 AND s.id = $2 AND (m.user_id IS NOT NULL OR u.admin)";

/// What a person is told; nothing if there is nothing to tell any more. `because`: why, in place of what a schedule knows of its last report.
pub(super) async fn words(
    tx: &Tx,
    system: SystemId,
    object: Object,
    user: UserId,
    because: Option<String>,
) -> Result<Option<Words>> {
    match object {
        Object::Task(id) => numbered(tx, system, (TASK, "TASK", "tasks"), id.0, user).await,
        Object::Evidence(id) => numbered(tx, system, (EVIDENCE, "EV", "evidence"), id.0, user).await,
        Object::Report(id) => report(tx, system, id, user).await,
        Object::ReportSchedule(id) => schedule(tx, system, id, user, because).await,
    }
}

/// Of something that has a number: the statement that finds it, what its number begins with, and its folder in the client.
async fn numbered(
    tx: &Tx,
    system: SystemId,
    (sql, prefix, folder): (&str, &str, &str),
    id: Uuid,
    user: UserId,
) -> Result<Option<Words>> {
    let found: Vec<Numbered> = rows(tx, sql, [system.0.into(), id.into(), user.0.into()]).await?;
    Ok(found.into_iter().next().map(|Numbered { number, title }| Words {
        name: format!("{prefix}-{number}"),
        rest: format!(": {title}"),
        link: format!("/s/{system}/{folder}/{prefix}-{number}"),
    }))
}

/// Of a report, to who may read its kind.
async fn report(tx: &Tx, system: SystemId, id: ReportId, user: UserId) -> Result<Option<Words>> {
    let found: Vec<ReportRow> = rows(tx, REPORT, [system.0.into(), id.0.into(), user.0.into()]).await?;
    let told = |ReportRow { kind, format, name, role, admin }: ReportRow| {
        let (kind, format) = (ReportKind::parse(&kind)?, ReportFormat::parse(&format)?);
        let reads = admin || Role::parse(&role).is_some_and(|role| role.allows(kind.least_role()));
        let what = format!("{}, {}", kind.title(), format.as_str().to_uppercase());
        let name = name.unwrap_or_else(|| "A report".to_owned());
        reads.then(|| Words { name, rest: format!(": {what}"), link: format!("/s/{system}/reports/{id}") })
    };
    Ok(found.into_iter().next().and_then(told))
}

async fn schedule(tx: &Tx, system: SystemId, id: ReportScheduleId, user: UserId, given: Option<String>) -> Result<Option<Words>> {
    let found: Vec<ScheduleRow> = rows(tx, SCHEDULE, [system.0.into(), id.0.into(), user.0.into()]).await?;
    Ok(found.into_iter().next().map(|ScheduleRow { name, because }| {
        let rest = given.or(because).map(|because| format!(": {because}")).unwrap_or_default();
        Words { name, rest, link: format!("/s/{system}/reports/scheduled") }
    }))
}
