//! What a notice is about, and how it is told to one person, or to programs outside. Somebody who has left the system meanwhile, or may not
//! read it any more, is told nothing of it.

use crate::programs::ProgramObject;
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

    /// The same with what was changed, and what somebody wrote.
    pub(super) fn detailed(self, changed: Option<&str>, comment: Option<&str>) -> Self {
        let changed = changed.map(|changed| format!(" ({changed})")).unwrap_or_default();
        let comment = comment.map(|comment| format!(". “{comment}”")).unwrap_or_default();
        Self { rest: format!("{}{changed}{comment}", self.rest), ..self }
    }

    /// What it is about, as programs are told; only what has a number.
    pub(super) fn object(&self, object: Object) -> Option<ProgramObject> {
        let kind = match object {
            Object::Task(_) => "task",
            Object::Evidence(_) => "evidence",
            Object::Report(_) | Object::ReportSchedule(_) => return None,
        };
        Some(ProgramObject { kind: kind.to_owned(), id: object.id(), reference: self.name.clone() })
    }
}

#[derive(FromQueryResult)]
struct Numbered {
    number: i32,
    title: String,
}

/// The sentence that the person is a member still.
const MEMBER: &str = "EXISTS (SELECT 1 FROM members m WHERE m.system_id = $1 AND m.user_id = $3)";

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

/// What a person is told, or programs where there is none; nothing if there is nothing to tell any more. `gone`: it was deleted, and is
/// told as that. `because`: why, in place of what a schedule knows of its last report.
pub(super) async fn words(
    tx: &Tx,
    system: SystemId,
    object: Object,
    (user, gone): (Option<UserId>, bool),
    because: Option<String>,
) -> Result<Option<Words>> {
    match (object, user) {
        (Object::Task(id), _) => numbered(tx, system, ("tasks", "TASK"), (id.0, gone), user).await,
        (Object::Evidence(id), _) => numbered(tx, system, ("evidence", "EV"), (id.0, gone), user).await,
        (Object::Report(id), Some(user)) => report(tx, system, id, user).await,
        (Object::ReportSchedule(id), Some(user)) => schedule(tx, system, id, user, because).await,
        // Reports are told to their recipients alone.
        (Object::Report(_) | Object::ReportSchedule(_), None) => Ok(None),
    }
}

/// Of something that has a number: its table, which is its folder in the client too, and what its number begins with.
async fn numbered(
    tx: &Tx,
    system: SystemId,
    (table, prefix): (&str, &str),
    (id, gone): (Uuid, bool),
    user: Option<UserId>,
) -> Result<Option<Words>> {
    let mut values = vec![system.0.into(), id.into()];
    let member = user.map_or("TRUE", |user| {
        values.push(user.0.into());
        MEMBER
    });
    let there = if gone { "IS NOT NULL" } else { "IS NULL" };
    let sql = format!("SELECT number, title FROM {table} WHERE system_id = $1 AND id = $2 AND deleted_at {there} AND {member}");
    let found: Vec<Numbered> = rows(tx, &sql, values).await?;
    let page = |number| if gone { String::new() } else { format!("/{prefix}-{number}") };
    Ok(found.into_iter().next().map(|Numbered { number, title }| Words {
        name: format!("{prefix}-{number}"),
        rest: format!(": {title}"),
        link: format!("/s/{system}/{table}{}", page(number)),
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
