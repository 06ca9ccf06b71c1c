//! Creating, changing and ending templates.

use super::make::make_due;
use super::queries::{self, Template};
use super::rule::{Rule, check_periodic};
use crate::service::{People, check_due, check_estimate, check_person, control_of};
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::{Map, Value, json};
use shared_types::tasks::{
    CreateTaskTemplate, MAX_CHECKLIST, MAX_LEAD_DAYS, MAX_TEMPLATES, Priority, TaskTemplate, TemplateAction, TemplateState,
    UpdateTaskTemplate,
};
use shared_types::text::{RecurrenceRule, Title};
use shared_types::{FieldCode, TaskTemplateId, UserId};
use systems::Scope;
use uuid::Uuid;

/// How many days before it is due a task is made, where nobody says; fewer where the rule's days are so close that too many would be open.
const LEAD_DAYS: u16 = 14;

/// A template as it is to be.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub title: String,
    pub description: Option<String>,
    pub control: Option<Uuid>,
    pub people: People,
    pub priority: Priority,
    pub estimate_hours: Option<u16>,
    pub checklist: Vec<String>,
    pub rule: RecurrenceRule,
    pub starts: NaiveDate,
    pub lead_days: u16,
}

#[derive(FromQueryResult)]
struct Periodic {
    periodic: bool,
}

/// Whether the requirement behind a control says "periodically".
pub(crate) async fn periodic_control(connection: &impl ConnectionTrait, scope: &Scope, control: Uuid) -> Result<bool> {
    let sql =
        "SELECT r.periodic FROM controls c JOIN requirements r ON r.id = c.requirement_id WHERE c.system_id = $1 AND c.id = $2";
    let found = rows::<Periodic>(connection, sql, [scope.system.0.into(), control.into()]).await?;
    Ok(found.first().is_some_and(|row| row.periodic))
}

/// The first day is one that a task can be due on.
pub(crate) fn check_starts(starts: NaiveDate) -> Result<()> {
    check_due(Some(starts)).map_err(|_year| AppError::invalid("/starts", FieldCode::OutOfRange, "a date from 2000 to 2199"))
}

fn texts(items: Vec<Title>) -> Result<Vec<String>> {
    if items.len() > MAX_CHECKLIST {
        return Err(AppError::invalid("/checklist", FieldCode::TooLong, format!("at most {MAX_CHECKLIST} items")));
    }
    Ok(items.into_iter().map(String::from).collect())
}

impl Fields {
    fn of(template: &Template) -> Result<Self> {
        let user = |id: Option<Uuid>| id.map(UserId);
        Ok(Self {
            title: template.title.clone(),
            description: template.description.clone(),
            control: template.control_id,
            people: People { assignee: user(template.assignee_id), backup: None, reviewer: user(template.reviewer_id) },
            priority: template.priority(),
            estimate_hours: template.estimate_hours.and_then(|hours| u16::try_from(hours).ok()),
            checklist: template.checklist()?,
            rule: template.rule_text()?,
            starts: template.starts,
            lead_days: template.lead_days(),
        })
    }

    /// Everything that can be said against it; `was` is what it was before, whose people and rule are not asked about again.
    pub(crate) async fn check(&self, door: &Door<'_>, scope: &Scope, was: Option<&Self>) -> Result<()> {
        check_starts(self.starts)?;
        check_estimate(self.estimate_hours)?;
        if self.lead_days > MAX_LEAD_DAYS {
            return Err(AppError::invalid("/lead_days", FieldCode::OutOfRange, format!("at most {MAX_LEAD_DAYS} days")));
        }
        let same_rule = was.is_some_and(|was| was.rule == self.rule);
        let rule = if same_rule { Rule::stored(&self.rule, self.starts)? } else { Rule::parse(&self.rule, self.starts)? };
        rule.check_lead(self.lead_days)?;
        if was.is_none_or(|was| was.rule != self.rule || was.starts != self.starts)
            && let Some(control) = self.control
            && periodic_control(door.tx, scope, control).await?
        {
            check_periodic(&rule)?;
        }
        let before = was.map_or(People { assignee: self.people.assignee, backup: None, reviewer: None }, |was| was.people);
        if was.is_none_or(|was| was.people.assignee != self.people.assignee) {
            check_person(door, scope, "/assignee", self.people.assignee).await?;
        }
        if was.is_none_or(|was| was.people.reviewer != self.people.reviewer) {
            check_person(door, scope, "/reviewer", self.people.reviewer).await?;
        }
        self.people.check(before)
    }

    fn parts(&self) -> [(&'static str, Value); 10] {
        [
            ("title", json!(self.title)),
            ("description", json!(self.description)),
            ("control", json!(self.control)),
            ("assignee", json!(self.people.assignee)),
            ("reviewer", json!(self.people.reviewer)),
            ("priority", json!(self.priority)),
            ("estimate_hours", json!(self.estimate_hours)),
            ("checklist", json!(self.checklist)),
            ("rule", json!(self.rule)),
            ("starts", json!({ "date": self.starts, "lead_days": self.lead_days })),
        ]
    }
}

#[derive(FromQueryResult)]
struct Counted {
    count: i64,
}

/// A template of more than there may be is refused.
async fn check_count(door: &Door<'_>, scope: &Scope) -> Result<()> {
    let sql = "SELECT COUNT(*) AS count FROM task_templates WHERE system_id = $1 AND state <> 'ended'";
    let count = rows::<Counted>(door.tx, sql, [scope.system.0.into()]).await?.first().map_or(0, |row| row.count);
    if count >= i64::try_from(MAX_TEMPLATES).unwrap_or(i64::MAX) {
        return Err(AppError::conflict(format!("A system has at most {MAX_TEMPLATES} recurring tasks. End some first.")));
    }
    Ok(())
}

/// Writes a template that was checked.
pub(crate) async fn insert(
    door: &mut Door<'_>,
    scope: &Scope,
    fields: &Fields,
    suggestion: Option<&str>,
) -> Result<TaskTemplateId> {
    check_count(door, scope).await?;
    let id: TaskTemplateId = door.id()?;
    let sql = "INSERT INTO task_templates (id, system_id, title, description, control_id, assignee_id, reviewer_id, priority, estimate_hours, \
               checklist, rule, starts, active_from, lead_days, state, suggestion, created_by, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17, $17)";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        fields.title.as_str().into(),
        fields.description.clone().into(),
        fields.control.into(),
        fields.people.assignee.map(|user| user.0).into(),
        fields.people.reviewer.map(|user| user.0).into(),
        fields.priority.as_str().into(),
        fields.estimate_hours.map(i32::from).into(),
        serde_json::to_string(&fields.checklist).map_err(AppError::internal)?.into(),
        fields.rule.as_str().into(),
        fields.starts.into(),
        i32::from(fields.lead_days).into(),
        TemplateState::Active.as_str().into(),
        suggestion.map(str::to_owned).into(),
        scope.user.0.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details: Map<String, Value> = fields.parts().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    door.record(Event::new("task_template.create", "task_template", id).details(details));
    Ok(id)
}

async fn read(door: &Door<'_>, scope: &Scope, id: TaskTemplateId) -> Result<TaskTemplate> {
    queries::one(door.tx, scope.system, id).await?.shown(scope.today)
}

/// Creates a template, and the tasks that it makes today.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, new: CreateTaskTemplate) -> Result<TaskTemplate> {
    let CreateTaskTemplate {
        title,
        description,
        control,
        assignee,
        reviewer,
        priority,
        estimate_hours,
        checklist,
        rule,
        starts,
        lead_days,
    } = new;
    let control = match control {
        Some(text) => Some(control_of(door, scope, &text).await?),
        None => None,
    };
    let starts = starts.unwrap_or(scope.today);
    let lead_days = match lead_days {
        Some(days) => days,
        None => Rule::parse(&rule, starts)?.lead_upto(LEAD_DAYS),
    };
    let fields = Fields {
        title: title.into(),
        description: description.map(String::from),
        control,
        people: People { assignee, backup: None, reviewer },
        priority: priority.unwrap_or(Priority::Normal),
        estimate_hours,
        checklist: texts(checklist)?,
        rule,
        starts,
        lead_days,
    };
    fields.check(door, scope, None).await?;
    let id = insert(door, scope, &fields, None).await?;
    make_due(door, scope.system, scope.today, &[id]).await?;
    read(door, scope, id).await
}

fn ended() -> AppError {
    AppError::conflict("This recurring task has ended. Create a new one.")
}

/// Changes a template. Another rule or first day counts from today on: it makes up for nothing that it would have made before.
pub(crate) async fn update(
    door: &mut Door<'_>,
    scope: &Scope,
    id: TaskTemplateId,
    change: UpdateTaskTemplate,
    known: &IfMatch,
) -> Result<TaskTemplate> {
    let template = queries::one(door.tx, scope.system, id).await?;
    known.check(template.version)?;
    if template.state() == TemplateState::Ended {
        return Err(ended());
    }
    let old = Fields::of(&template)?;
    let UpdateTaskTemplate {
        title,
        description,
        assignee,
        reviewer,
        priority,
        estimate_hours,
        checklist,
        rule,
        starts,
        lead_days,
    } = change;
    let new = Fields {
        title: title.map_or_else(|| old.title.clone(), String::from),
        description: description.into_change().map_or_else(|| old.description.clone(), |note| note.map(String::from)),
        control: old.control,
        people: People {
            assignee: assignee.into_change().unwrap_or(old.people.assignee),
            backup: None,
            reviewer: reviewer.into_change().unwrap_or(old.people.reviewer),
        },
        priority: priority.unwrap_or(old.priority),
        estimate_hours: estimate_hours.into_change().unwrap_or(old.estimate_hours),
        checklist: checklist.map_or_else(|| Ok(old.checklist.clone()), texts)?,
        rule: rule.unwrap_or_else(|| old.rule.clone()),
        starts: starts.unwrap_or(old.starts),
        lead_days: lead_days.unwrap_or(old.lead_days),
    };
    new.check(door, scope, Some(&old)).await?;
    let pairs = old.parts().into_iter().zip(new.parts()).filter(|((_, old), (_, new))| old != new);
    let changes: Map<String, Value> =
        pairs.map(|((name, old), (_, new))| (name.to_owned(), json!({ "old": old, "new": new }))).collect();
    if changes.is_empty() {
        return template.shown(scope.today);
    }
    let other_days = new.rule != old.rule || new.starts != old.starts;
    let active_from = if other_days { scope.today.max(new.starts) } else { template.active_from };
    let sql = "UPDATE task_templates SET title = $1, description = $2, assignee_id = $3, reviewer_id = $4, priority = $5, \
               estimate_hours = $6, checklist = $7, rule = $8, starts = $9, lead_days = $10, active_from = $11, updated_at = $12, \
               version = version + 1 WHERE id = $13";
    let values = [
        new.title.as_str().into(),
        new.description.clone().into(),
        new.people.assignee.map(|user| user.0).into(),
        new.people.reviewer.map(|user| user.0).into(),
        new.priority.as_str().into(),
        new.estimate_hours.map(i32::from).into(),
        serde_json::to_string(&new.checklist).map_err(AppError::internal)?.into(),
        new.rule.as_str().into(),
        new.starts.into(),
        i32::from(new.lead_days).into(),
        active_from.into(),
        door.now.into(),
        id.0.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("task_template.update", "task_template", id).details(changes));
    make_due(door, scope.system, scope.today, &[id]).await?;
    read(door, scope, id).await
}

/// Pauses, resumes or ends.
pub(crate) async fn transition(
    door: &mut Door<'_>,
    scope: &Scope,
    id: TaskTemplateId,
    action: TemplateAction,
    known: &IfMatch,
) -> Result<TaskTemplate> {
    let template = queries::one(door.tx, scope.system, id).await?;
    known.check(template.version)?;
    let (name, to) = match (action, template.state()) {
        (TemplateAction::Pause, TemplateState::Active) => ("task_template.pause", TemplateState::Paused),
        (TemplateAction::Resume, TemplateState::Paused) => ("task_template.resume", TemplateState::Active),
        (TemplateAction::End, TemplateState::Active | TemplateState::Paused) => ("task_template.end", TemplateState::Ended),
        (_, TemplateState::Ended) => return Err(ended()),
        (TemplateAction::Pause, _) => return Err(AppError::conflict("It is paused already.")),
        (TemplateAction::Resume, _) => return Err(AppError::conflict("It is not paused.")),
    };
    // What fell into a pause is not made up for.
    let active_from = if action == TemplateAction::Resume { template.active_from.max(scope.today) } else { template.active_from };
    let sql = "UPDATE task_templates SET state = $1, active_from = $2, updated_at = $3, version = version + 1 WHERE id = $4";
    execute(door.tx, sql, [to.as_str().into(), active_from.into(), door.now.into(), id.0.into()]).await?;
    door.record(Event::new(name, "task_template", id));
    make_due(door, scope.system, scope.today, &[id]).await?;
    read(door, scope, id).await
}

/// Deletes a template that has made nothing; one that has is ended, because its tasks point to it.
pub(crate) async fn delete(door: &mut Door<'_>, scope: &Scope, id: TaskTemplateId, known: &IfMatch) -> Result<()> {
    let template = queries::one(door.tx, scope.system, id).await?;
    known.check(template.version)?;
    let sql = "SELECT COUNT(*) AS count FROM tasks WHERE template_id = $1";
    if rows::<Counted>(door.tx, sql, [id.0.into()]).await?.iter().any(|row| row.count > 0) {
        return Err(AppError::conflict("It has made tasks, which point to it. End it instead."));
    }
    execute(door.tx, "DELETE FROM task_templates WHERE id = $1", [id.0.into()]).await?;
    door.record(Event::new("task_template.delete", "task_template", id));
    Ok(())
}
