//! What is read of templates.

use super::rule::Rule;
use crate::row::person;
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::tasks::{Priority, TaskTemplate, TemplateState};
use shared_types::text::{RecurrenceRule, Title};
use shared_types::{SystemId, TaskTemplateId};
use std::collections::HashMap;
use uuid::Uuid;

/// Days of a template that a list shows.
const SHOWN: usize = 5;

/// Templates that have ended of a list.
const ENDED_SHOWN: usize = 200;

/// A template as stored, with what is shown beside it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Template {
    pub id: Uuid,
    pub title: String,
    pub description: Option<String>,
    pub control_id: Option<Uuid>,
    control: Option<String>,
    pub assignee_id: Option<Uuid>,
    assignee_name: Option<String>,
    pub reviewer_id: Option<Uuid>,
    reviewer_name: Option<String>,
    priority: String,
    pub estimate_hours: Option<i32>,
    checklist: String,
    rule: String,
    pub starts: NaiveDate,
    pub active_from: NaiveDate,
    lead_days: i32,
    state: String,
    made: i64,
    missed: i64,
    suggestion: Option<String>,
    created_at: DateTime<Utc>,
    pub version: i64,
}

/// The templates of a system: `$1`.
const TEMPLATES: &str = "SELECT p.id, p.title, p.description, p.control_id, c.reference AS control, p.assignee_id, a.name AS assignee_name, \
    p.reviewer_id, r.name AS reviewer_name, p.priority, p.estimate_hours, p.checklist, p.rule, p.starts, p.active_from, p.lead_days, \
    p.state, (SELECT COUNT(*) FROM tasks t WHERE t.template_id = p.id) AS made, \
    (SELECT COUNT(*) FROM tasks t WHERE t.template_id = p.id AND t.missed) AS missed, p.suggestion, p.created_at, p.version \
    FROM task_templates p LEFT JOIN controls c ON c.id = p.control_id LEFT JOIN users a ON a.id = p.assignee_id \
    LEFT JOIN users r ON r.id = p.reviewer_id WHERE p.system_id = $1";

impl Template {
    pub(crate) fn state(&self) -> TemplateState {
        TemplateState::parse(&self.state).unwrap_or(TemplateState::Ended)
    }

    pub(crate) fn priority(&self) -> Priority {
        Priority::parse(&self.priority).unwrap_or(Priority::Normal)
    }

    pub(crate) fn lead_days(&self) -> u16 {
        u16::try_from(self.lead_days).unwrap_or_default()
    }

    pub(crate) fn checklist(&self) -> Result<Vec<String>> {
        serde_json::from_str(&self.checklist).map_err(AppError::internal)
    }

    /// The checklist as the items of a task.
    pub(crate) fn checklist_items(&self) -> Result<Vec<Title>> {
        self.checklist()?.iter().map(|item| Title::parse(item).map_err(AppError::internal)).collect()
    }

    pub(crate) fn rule_text(&self) -> Result<RecurrenceRule> {
        RecurrenceRule::parse(&self.rule).map_err(AppError::internal)
    }

    /// Its rule. It was found good when it was stored.
    pub(crate) fn rule(&self) -> Result<Rule> {
        Rule::stored(&self.rule_text()?, self.starts).map_err(|error| AppError::internal(error.with_cause()))
    }

    /// The days that have a task on a day. Fails where anything that a task is made of can't be read.
    pub(crate) fn wanted(&self, today: NaiveDate) -> Result<Vec<NaiveDate>> {
        self.checklist_items()?;
        Ok(self.rule()?.wanted(self.active_from, today, u64::from(self.lead_days())))
    }

    /// As it is shown on a day.
    pub(crate) fn shown(self, today: NaiveDate) -> Result<TaskTemplate> {
        let state = self.state();
        let next = match state {
            TemplateState::Active => self.rule()?.next(today.max(self.active_from), SHOWN),
            TemplateState::Paused | TemplateState::Ended => Vec::new(),
        };
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(TaskTemplate {
            id: TaskTemplateId(self.id),
            priority: self.priority(),
            estimate_hours: self.estimate_hours.and_then(|hours| u16::try_from(hours).ok()),
            checklist: self.checklist()?,
            lead_days: self.lead_days(),
            state,
            next,
            made: count(self.made),
            missed: count(self.missed),
            assignee: person(self.assignee_id, self.assignee_name),
            reviewer: person(self.reviewer_id, self.reviewer_name),
            title: self.title,
            description: self.description,
            control: self.control,
            rule: self.rule,
            starts: self.starts,
            suggestion: self.suggestion,
            created_at: self.created_at,
            version: self.version,
        })
    }
}

/// The templates of a system by title, those that have ended last: of these no more than the [`ENDED_SHOWN`] that ended last, because one
/// that has made tasks stays for ever.
pub(crate) async fn all(connection: &impl ConnectionTrait, system: SystemId) -> Result<Vec<Template>> {
    let sql = format!(
        "{TEMPLATES} AND (p.state <> 'ended' OR p.id IN (SELECT e.id FROM task_templates e WHERE e.system_id = $1 AND e.state = 'ended' \
         ORDER BY e.updated_at DESC, e.id DESC LIMIT {ENDED_SHOWN})) ORDER BY CASE WHEN p.state = 'ended' THEN 1 ELSE 0 END, p.title, p.id"
    );
    rows(connection, &sql, [system.0.into()]).await
}

/// The templates of a system that make tasks. Those that have ended grow without end, and are not read.
pub(crate) async fn active(connection: &impl ConnectionTrait, system: SystemId) -> Result<Vec<Template>> {
    let sql = format!("{TEMPLATES} AND p.state = 'active' ORDER BY p.title, p.id");
    rows(connection, &sql, [system.0.into()]).await
}

/// The same of some.
pub(crate) async fn active_of(
    connection: &impl ConnectionTrait,
    system: SystemId,
    only: &[TaskTemplateId],
) -> Result<Vec<Template>> {
    if only.is_empty() {
        return Ok(Vec::new());
    }
    let (values, places) = named(system, only.iter().map(|id| id.0));
    let sql = format!("{TEMPLATES} AND p.state = 'active' AND p.id IN ({places}) ORDER BY p.title, p.id");
    rows(connection, &sql, values).await
}

/// The system and ids as values, and the places of the ids.
fn named(system: SystemId, ids: impl Iterator<Item = Uuid>) -> (Vec<Value>, String) {
    let mut values: Vec<Value> = vec![system.0.into()];
    values.extend(ids.map(Value::from));
    let places = (2..=values.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    (values, places)
}

#[derive(Debug, FromQueryResult)]
struct Versioned {
    id: Uuid,
    version: i64,
}

/// The versions that templates have now, of those that are there. At least one id.
pub(crate) async fn versions(connection: &impl ConnectionTrait, system: SystemId, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let (values, places) = named(system, ids.iter().copied());
    let sql = format!("SELECT id, version FROM task_templates WHERE system_id = $1 AND id IN ({places})");
    let found = rows::<Versioned>(connection, &sql, values).await?;
    Ok(found.into_iter().map(|Versioned { id, version }| (id, version)).collect())
}

/// One template.
pub(crate) async fn one(connection: &impl ConnectionTrait, system: SystemId, id: TaskTemplateId) -> Result<Template> {
    let sql = format!("{TEMPLATES} AND p.id = $2");
    rows(connection, &sql, [system.0.into(), id.0.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// Templates as they are shown. Working their days out is for threads that may block.
pub(crate) fn shown(templates: Vec<Template>, today: NaiveDate) -> Result<Vec<TaskTemplate>> {
    templates.into_iter().map(|template| template.shown(today)).collect()
}

#[derive(Debug, FromQueryResult)]
pub(crate) struct Occurrence {
    pub template_id: Uuid,
    pub occurrence: NaiveDate,
}

/// Templates of one statement: SQLite and PostgreSQL bound the values.
const SOME: usize = 400;

/// Which days, from a first one of each template on, have a task; deleted ones included. Reads no more than those days.
pub(crate) async fn occurrences(
    connection: &impl ConnectionTrait,
    system: SystemId,
    from: &[(Uuid, NaiveDate)],
) -> Result<Vec<Occurrence>> {
    let mut all = Vec::new();
    for some in from.chunks(SOME) {
        let mut values: Vec<Value> = vec![system.0.into()];
        let mut conditions = Vec::with_capacity(some.len());
        for (template, day) in some {
            values.extend([Value::from(*template), Value::from(*day)]);
            conditions.push(format!("(template_id = ${} AND occurrence >= ${})", values.len() - 1, values.len()));
        }
        let sql = format!("SELECT template_id, occurrence FROM tasks WHERE system_id = $1 AND ({})", conditions.join(" OR "));
        all.extend(rows::<Occurrence>(connection, &sql, values).await?);
    }
    Ok(all)
}
