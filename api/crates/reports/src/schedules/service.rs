//! Creating, changing and deleting schedules, behind the system's door. Whoever saves one owns it.

use super::queries::{self, ScheduleRow};
use super::recipients::{self, RecipientRow};
use super::recurrence::Recurrence;
use crate::reports::filters;
use audit::{Door, Event};
use platform::db::execute;
use platform::http::IfMatch;
use platform::{AppError, Result};
use serde_json::{Map, Value, json};
use shared_types::report_schedules::{
    CreateReportSchedule, MAX_SCHEDULES, RecipientSkip, ReportSchedule, ScheduleState, UpdateReportSchedule,
};
use shared_types::reports::{ReportFormat, ReportKind};
use shared_types::{Patch, ReportScheduleId, UserId};
use systems::Scope;

/// A schedule as it is to be, but for its recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    pub name: String,
    pub kind: ReportKind,
    pub format: ReportFormat,
    pub filters: Option<String>,
    pub marking: Option<String>,
    pub recurrence: Recurrence,
}

impl Fields {
    /// Of a new one; refuses days, hours and filters that can't be.
    pub(crate) fn new(body: &CreateReportSchedule) -> Result<Self> {
        Ok(Self {
            name: body.name.to_string(),
            kind: body.kind,
            format: body.format,
            filters: filters(body.filters.as_deref()).map_err(|error| error.inside("/filters"))?,
            marking: body.marking.as_ref().map(ToString::to_string),
            recurrence: Recurrence::new(body.recurrence, body.hour)?,
        })
    }

    fn of(row: &ScheduleRow) -> Result<Self> {
        Ok(Self {
            name: row.name.clone(),
            kind: row.kind()?,
            format: row.format()?,
            filters: row.filters.clone(),
            marking: row.marking.clone(),
            recurrence: row.recurrence()?,
        })
    }

    /// With what a change says.
    fn with(self, body: &UpdateReportSchedule) -> Result<Self> {
        let given = match &body.filters {
            Patch::Absent => self.filters,
            Patch::Null => None,
            Patch::Value(text) => filters(Some(text)).map_err(|error| error.inside("/filters"))?,
        };
        let marking = match &body.marking {
            Patch::Absent => self.marking,
            Patch::Null => None,
            Patch::Value(marking) => Some(marking.to_string()),
        };
        let (days, hour) = (self.recurrence.days(), self.recurrence.hour());
        Ok(Self {
            name: body.name.as_ref().map_or(self.name, ToString::to_string),
            kind: body.kind.unwrap_or(self.kind),
            format: body.format.unwrap_or(self.format),
            filters: given,
            marking,
            recurrence: Recurrence::new(body.recurrence.unwrap_or(days), body.hour.unwrap_or(hour))?,
        })
    }

    fn parts(&self) -> [(&'static str, Value); 6] {
        [
            ("name", json!(self.name)),
            ("kind", json!(self.kind)),
            ("format", json!(self.format)),
            ("filters", json!(self.filters)),
            ("marked", json!(self.marking.as_ref().map(|marking| !marking.is_empty()))),
            ("recurrence", json!({ "days": self.recurrence.days(), "hour": self.recurrence.hour() })),
        ]
    }
}

/// A schedule with what a change says, before anything is changed: for the checks that need no lock.
pub(crate) fn changed(row: &ScheduleRow, body: &UpdateReportSchedule) -> Result<Fields> {
    if let Some(wanted) = &body.recipients {
        recipients::check_count(wanted)?;
    }
    Fields::of(row)?.with(body)
}

/// Creates a schedule. Its first report is made on its first day after now.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, body: &CreateReportSchedule) -> Result<ReportSchedule> {
    if queries::counted(door.tx, scope.system).await? >= i64::try_from(MAX_SCHEDULES).unwrap_or(i64::MAX) {
        return Err(AppError::conflict(format!("A system has at most {MAX_SCHEDULES} scheduled reports. Delete one first.")));
    }
    let (fields, id) = (Fields::new(body)?, door.id::<ReportScheduleId>()?);
    let (every, day, hour) = fields.recurrence.stored();
    let sql = "INSERT INTO report_schedules (id, system_id, sequence, name, kind, format, filters, marking, every, day, hour, state, \
               owner_id, active_from, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active', $12, $13, $13)";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        door.revision.into(),
        fields.name.as_str().into(),
        fields.kind.as_str().into(),
        fields.format.as_str().into(),
        fields.filters.clone().into(),
        fields.marking.clone().into(),
        every.into(),
        day.into(),
        hour.into(),
        scope.user.0.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    recipients::set(door.tx, id, fields.kind, &body.recipients).await?;
    let mut details: Map<String, Value> = fields.parts().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    details.insert("recipients".to_owned(), json!(body.recipients));
    door.record(Event::new("report_schedule.create", "report_schedule", id).details(details));
    queries::one(door.tx, scope, door.now, id).await
}

/// Changes a schedule. Another day or hour, and a resumption, count from now on: nothing before is made up for.
pub(crate) async fn update(
    door: &mut Door<'_>,
    scope: &Scope,
    id: ReportScheduleId,
    body: &UpdateReportSchedule,
    known: &IfMatch,
) -> Result<ReportSchedule> {
    let row = queries::row(door.tx, scope.system, id).await?;
    known.check(row.version)?;
    let (before, now) = (Fields::of(&row)?, changed(&row, body)?);
    let (was, state) = (row.state(), body.state.unwrap_or(row.state()));
    let afresh = before.recurrence != now.recurrence || was != state;
    let (every, day, hour) = now.recurrence.stored();
    let sql = "UPDATE report_schedules SET name = $2, kind = $3, format = $4, filters = $5, marking = $6, every = $7, day = $8, hour = $9, \
               state = $10, owner_id = $11, active_from = CASE WHEN $12 THEN $13 ELSE active_from END, \
               paused_because = CASE WHEN $14 THEN NULL ELSE paused_because END, \
               last_occurrence = CASE WHEN $12 AND last_occurrence > $15 THEN NULL ELSE last_occurrence END, version = version + 1 WHERE id = $1";
    let values = [
        id.0.into(),
        now.name.as_str().into(),
        now.kind.as_str().into(),
        now.format.as_str().into(),
        now.filters.clone().into(),
        now.marking.clone().into(),
        every.into(),
        day.into(),
        hour.into(),
        state.as_str().into(),
        scope.user.0.into(),
        afresh.into(),
        door.now.into(),
        (was != state).into(),
        scope.today.into(),
    ];
    execute(door.tx, sql, values).await?;
    if afresh {
        // Days that a clock which was ahead has made: they come again, and would be none then.
        let sql = "UPDATE reports SET occurrence = NULL WHERE schedule_id = $1 AND occurrence > $2";
        execute(door.tx, sql, [id.0.into(), scope.today.into()]).await?;
    }
    if before.name != now.name {
        // They tell the name.
        let sql = "UPDATE reports SET version = version + 1 WHERE schedule_id = $1";
        execute(door.tx, sql, [id.0.into()]).await?;
    }
    if let Some(wanted) = &body.recipients {
        recipients::set(door.tx, id, now.kind, wanted).await?;
    } else if before.kind != now.kind {
        // Who has gone is passed over when a report is ready; who is there must be able to read it.
        let there = recipients::of(door.tx, id).await?;
        let gone = |skip| matches!(skip, Some(RecipientSkip::Left | RecipientSkip::Closed));
        let stay: Vec<UserId> = there.iter().filter(|one| !gone(one.skipped(now.kind))).map(RecipientRow::user).collect();
        recipients::check(door.tx, id, now.kind, &stay).await?;
    }
    record(door, id, (&before, &now), (UserId(row.owner_id), scope.user), body);
    if was != state {
        let action = if state == ScheduleState::Paused { "report_schedule.pause" } else { "report_schedule.resume" };
        door.record(Event::new(action, "report_schedule", id));
    }
    queries::one(door.tx, scope, door.now, id).await
}

/// Records what was changed, with the new values; of a marking, that it was. Who saves a schedule owns it.
fn record(
    door: &mut Door<'_>,
    id: ReportScheduleId,
    (before, now): (&Fields, &Fields),
    (owner, saver): (UserId, UserId),
    body: &UpdateReportSchedule,
) {
    let mut details = Map::new();
    if before.marking != now.marking {
        details.insert("marking_changed".to_owned(), json!(true));
    }
    if owner != saver {
        details.insert("owner".to_owned(), json!({ "old": owner, "new": saver }));
    }
    for ((name, old), (_, new)) in before.parts().into_iter().zip(now.parts()) {
        if old != new {
            details.insert(name.to_owned(), json!({ "old": old, "new": new }));
        }
    }
    if let Some(wanted) = &body.recipients {
        details.insert("recipients".to_owned(), json!(wanted));
    }
    if !details.is_empty() {
        door.record(Event::new("report_schedule.update", "report_schedule", id).details(details));
    }
}

/// Deletes a schedule. Reports that it has made stay until their time is over.
pub(crate) async fn delete(door: &mut Door<'_>, scope: &Scope, id: ReportScheduleId, known: &IfMatch) -> Result<()> {
    let row = queries::row(door.tx, scope.system, id).await?;
    known.check(row.version)?;
    let sql = "UPDATE reports SET schedule_id = NULL, occurrence = NULL, version = version + 1 WHERE schedule_id = $1";
    execute(door.tx, sql, [id.0.into()]).await?;
    execute(door.tx, "DELETE FROM report_schedule_recipients WHERE schedule_id = $1", [id.0.into()]).await?;
    execute(door.tx, "DELETE FROM report_schedules WHERE id = $1", [id.0.into()]).await?;
    door.record(Event::new("report_schedule.delete", "report_schedule", id).details(json!({ "kind": row.kind()? })));
    Ok(())
}
