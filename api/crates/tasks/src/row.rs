//! A task as stored, and how a reader sees it.

use crate::key;
use crate::rules::{self, Facts, Who};
use chrono::{DateTime, NaiveDate, Utc};
use platform::{AppError, Result};
use sea_orm::FromQueryResult;
use shared_types::identity::Person;
use shared_types::tasks::{ChecklistItem, Priority, Task, TaskState};
use shared_types::{TaskId, TaskTemplateId, UserId};
use systems::Scope;
use uuid::Uuid;

/// A task with the names that are shown beside it, and what its rules ask.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct TaskRow {
    pub id: Uuid,
    pub number: i32,
    title: String,
    description: Option<String>,
    state: String,
    priority: String,
    pub priority_rank: i32,
    pub control_id: Option<Uuid>,
    control: Option<String>,
    control_title: Option<String>,
    pub assignee_id: Option<Uuid>,
    assignee_name: Option<String>,
    pub backup_id: Option<Uuid>,
    backup_name: Option<String>,
    pub reviewer_id: Option<Uuid>,
    reviewer_name: Option<String>,
    eligible_reviewer: Option<Uuid>,
    due: Option<NaiveDate>,
    pub due_sort: NaiveDate,
    estimate_hours: Option<i32>,
    checklist: String,
    submitted_by: Option<Uuid>,
    submitted_name: Option<String>,
    confirmed_by: Option<Uuid>,
    confirmed_name: Option<String>,
    self_confirmed: bool,
    completed_at: Option<DateTime<Utc>>,
    others: i64,
    pub watching: bool,
    pub watchers: i64,
    pub links: i64,
    pub comments: i64,
    pub created_by: Option<Uuid>,
    creator_name: Option<String>,
    template_id: Option<Uuid>,
    missed: bool,
    created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

impl TaskRow {
    /// What the rules decide about.
    pub(crate) fn facts(&self) -> Result<Facts> {
        Ok(Facts {
            state: TaskState::parse(&self.state).ok_or_else(|| AppError::internal("a task has an unknown state"))?,
            assignee: self.assignee_id.map(UserId),
            backup: self.backup_id.map(UserId),
            reviewer: self.eligible_reviewer.map(UserId),
            submitted_by: self.submitted_by.map(UserId),
            others: self.others > 0,
        })
    }

    /// What is to be ticked off.
    pub(crate) fn checklist(&self) -> Result<Vec<ChecklistItem>> {
        serde_json::from_str(&self.checklist).map_err(AppError::internal)
    }

    /// The task as somebody sees it: `actions` and `overdue` depend on who and when.
    pub(crate) fn into_task(self, scope: &Scope) -> Result<Task> {
        let facts = self.facts()?;
        let items = self.checklist()?;
        let who = Who { user: scope.user, role: scope.role };
        let Self {
            id,
            number,
            title,
            description,
            state: _,
            priority,
            priority_rank: _,
            control_id: _,
            control,
            control_title,
            assignee_id,
            assignee_name,
            backup_id,
            backup_name,
            reviewer_id,
            reviewer_name,
            eligible_reviewer: _,
            due,
            due_sort: _,
            estimate_hours,
            checklist: _,
            submitted_by,
            submitted_name,
            confirmed_by,
            confirmed_name,
            self_confirmed,
            completed_at,
            others: _,
            watching,
            watchers,
            links,
            comments,
            created_by,
            creator_name,
            template_id,
            missed,
            created_at,
            updated_at,
            version,
        } = self;
        Ok(Task {
            id: TaskId(id),
            number: key::number(number),
            title,
            description,
            state: facts.state,
            priority: Priority::parse(&priority).ok_or_else(|| AppError::internal("a task has an unknown priority"))?,
            control,
            control_title,
            assignee: person(assignee_id, assignee_name),
            backup: person(backup_id, backup_name),
            reviewer: person(reviewer_id, reviewer_name),
            due,
            estimate_hours: estimate_hours.and_then(|hours| u16::try_from(hours).ok()),
            checklist: items,
            overdue: facts.state != TaskState::Completed && due.is_some_and(|due| due < scope.today),
            submitted_by: person(submitted_by, submitted_name),
            confirmed_by: person(confirmed_by, confirmed_name),
            self_confirmed,
            completed_at,
            // An archived system is read-only.
            actions: if scope.archived { Vec::new() } else { rules::actions(&facts, who) },
            watching,
            watcher_count: count(watchers),
            link_count: count(links),
            comment_count: count(comments),
            created_by: person(created_by, creator_name),
            template: template_id.map(TaskTemplateId),
            missed,
            created_at,
            updated_at,
            version,
        })
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Somebody beside whom a name is shown.
pub(crate) fn person(id: Option<Uuid>, name: Option<String>) -> Option<Person> {
    id.zip(name).map(|(id, name)| Person { id: UserId(id), name })
}
