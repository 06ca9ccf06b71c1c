//! Creating, changing and deleting tasks.

use crate::key::TaskKey;
use crate::notify::{Kind, notify};
use crate::{key, queries, rules};
use audit::{Door, Event};
use chrono::{Datelike, NaiveDate};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::FromQueryResult;
use serde_json::{Map, json};
use shared_types::systems::Role;
use shared_types::tasks::{CreateTask, Priority, Task, TaskState, UpdateTask};
use shared_types::{ErrorCode, FieldCode, TaskId, UserId};
use systems::{Scope, role_in, search_text};
use uuid::Uuid;

/// Where a task without a date stands in the order of due dates: last.
const NO_DUE: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};

#[derive(FromQueryResult)]
struct Number {
    last_task_number: i32,
}

/// The next number. The door holds the system's row, and the counter is raised in the same statement that reads it.
async fn next_number(door: &Door<'_>, scope: &Scope) -> Result<i32> {
    let sql = "UPDATE systems SET last_task_number = last_task_number + 1 WHERE id = $1 RETURNING last_task_number";
    let row = rows::<Number>(door.tx, sql, [scope.system.0.into()]).await?.into_iter().next();
    row.map(|row| row.last_task_number).ok_or_else(AppError::not_found)
}

/// Work is given to, and confirmed by, people who may do it.
async fn check_person(door: &Door<'_>, scope: &Scope, pointer: &str, user: Option<UserId>) -> Result<()> {
    let Some(user) = user else { return Ok(()) };
    match role_in(door.tx, scope.system, user).await? {
        Some(role) if role.allows(Role::Contributor) => Ok(()),
        _ => Err(AppError::invalid(pointer, FieldCode::NotFound, "a contributor or manager of this system")),
    }
}

fn check_two_people(pointer: &str, assignee: Option<UserId>, reviewer: Option<UserId>) -> Result<()> {
    if assignee.is_some() && assignee == reviewer {
        return Err(AppError::invalid(pointer, FieldCode::Taken, "the reviewer is another person than the assignee"));
    }
    Ok(())
}

/// A control of this system. One that is not there is a field at fault here, not a missing page.
async fn control_of(door: &Door<'_>, scope: &Scope, text: &str) -> Result<Uuid> {
    let found = controls::resolve_control(door.tx, scope.system, text).await;
    found.map(|key| key.id.0).map_err(|error| match error.code() {
        ErrorCode::NotFound => AppError::invalid("/control", FieldCode::NotFound, "there is no such control in this system"),
        _ => error,
    })
}

/// Years that no calendar shows are slips of the finger.
fn check_due(due: Option<NaiveDate>) -> Result<()> {
    if due.is_some_and(|due| !(2000..2200).contains(&due.year())) {
        return Err(AppError::invalid("/due", FieldCode::OutOfRange, "a date from 2000 to 2199"));
    }
    Ok(())
}

fn searched(number: &str, title: &str, description: Option<&str>) -> String {
    search_text(&[number, title, description.unwrap_or_default()])
}

/// Creates a task.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, new: CreateTask) -> Result<Task> {
    let CreateTask { title, description, control, assignee, reviewer, due, priority } = new;
    check_due(due)?;
    check_two_people("/reviewer", assignee, reviewer)?;
    check_person(door, scope, "/assignee", assignee).await?;
    check_person(door, scope, "/reviewer", reviewer).await?;
    let control = match control {
        Some(text) => Some(control_of(door, scope, &text).await?),
        None => None,
    };
    let priority = priority.unwrap_or(Priority::Normal);
    let description = description.map(String::from);
    let id: TaskId = door.id()?;
    let number = next_number(door, scope).await?;
    let sql = "INSERT INTO tasks (id, system_id, number, title, description, state, priority, priority_rank, control_id, assignee_id, \
               reviewer_id, due, due_sort, created_by, search_text, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        number.into(),
        title.as_str().into(),
        description.clone().into(),
        TaskState::Open.as_str().into(),
        priority.as_str().into(),
        rules::rank(priority).into(),
        control.into(),
        assignee.map(|user| user.0).into(),
        reviewer.map(|user| user.0).into(),
        due.into(),
        due.unwrap_or(NO_DUE).into(),
        scope.user.0.into(),
        searched(&key::number(number), title.as_str(), description.as_deref()).into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = json!({
        "number": number, "title": title, "control": control, "assignee": assignee, "reviewer": reviewer, "due": due,
        "priority": priority,
    });
    door.record(Event::new("task.create", "task", id).details(details));
    notify(door, Kind::Assigned, scope.system, id, assignee).await?;
    queries::task(door.tx, scope, TaskKey::Id(id.0)).await?.into_task(scope)
}

/// Changes what a body names and records old and new values.
pub(crate) async fn update(
    door: &mut Door<'_>,
    scope: &Scope,
    key: TaskKey,
    change: UpdateTask,
    known: &IfMatch,
) -> Result<Task> {
    let row = queries::task(door.tx, scope, key).await?;
    known.check(row.version)?;
    let old = row.into_task(scope)?;
    if old.state == TaskState::Completed {
        return Err(AppError::conflict("A completed task can't be changed. Reopen it first."));
    }
    let UpdateTask { title, description, assignee, reviewer, due, priority } = change;
    let was = (old.assignee.as_ref().map(|person| person.id), old.reviewer.as_ref().map(|person| person.id));
    let new_assignee = assignee.into_change().unwrap_or(was.0);
    let new_reviewer = reviewer.into_change().unwrap_or(was.1);
    let new_due = due.into_change().unwrap_or(old.due);
    let new_title = title.map_or_else(|| old.title.clone(), String::from);
    let new_description = description.into_change().map_or_else(|| old.description.clone(), |note| note.map(String::from));
    let new_priority = priority.unwrap_or(old.priority);
    check_due(new_due)?;
    if new_assignee != was.0 {
        if old.state == TaskState::PendingConfirmation {
            // Otherwise the person who did it could hand it to another and confirm it.
            return Err(AppError::conflict("The task waits for confirmation: who did it stands. Send it back first."));
        }
        check_person(door, scope, "/assignee", new_assignee).await?;
    }
    if new_reviewer != was.1 {
        check_person(door, scope, "/reviewer", new_reviewer).await?;
    }
    let at_fault = if new_reviewer == was.1 { "/assignee" } else { "/reviewer" };
    check_two_people(at_fault, new_assignee, new_reviewer)?;

    let mut changes = Map::new();
    let mut differs = |field: &str, old: serde_json::Value, new: serde_json::Value| {
        if old != new {
            changes.insert(field.to_owned(), json!({ "old": old, "new": new }));
        }
    };
    differs("title", json!(old.title), json!(new_title));
    differs("description", json!(old.description), json!(new_description));
    differs("assignee", json!(was.0), json!(new_assignee));
    differs("reviewer", json!(was.1), json!(new_reviewer));
    differs("due", json!(old.due), json!(new_due));
    differs("priority", json!(old.priority), json!(new_priority));
    if changes.is_empty() {
        return Ok(old);
    }
    let sql = "UPDATE tasks SET title = $1, description = $2, assignee_id = $3, reviewer_id = $4, due = $5, due_sort = $6, \
               priority = $7, priority_rank = $8, search_text = $9, updated_at = $10, version = version + 1 WHERE id = $11";
    let values = [
        new_title.as_str().into(),
        new_description.clone().into(),
        new_assignee.map(|user| user.0).into(),
        new_reviewer.map(|user| user.0).into(),
        new_due.into(),
        new_due.unwrap_or(NO_DUE).into(),
        new_priority.as_str().into(),
        rules::rank(new_priority).into(),
        searched(&old.number, &new_title, new_description.as_deref()).into(),
        door.now.into(),
        old.id.0.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("task.update", "task", old.id).details(changes));
    if new_assignee != was.0 {
        notify(door, Kind::Assigned, scope.system, old.id, new_assignee).await?;
    }
    if new_reviewer != was.1 && old.state == TaskState::PendingConfirmation {
        notify(door, Kind::ToConfirm, scope.system, old.id, new_reviewer).await?;
    }
    queries::task(door.tx, scope, TaskKey::Id(old.id.0)).await?.into_task(scope)
}

/// Deletes a task. The row stays: the audit log points to it, and its number is not given again.
pub(crate) async fn delete(door: &mut Door<'_>, scope: &Scope, key: TaskKey, known: &IfMatch) -> Result<()> {
    let row = queries::task(door.tx, scope, key).await?;
    known.check(row.version)?;
    let sql = "UPDATE tasks SET deleted_at = $1, updated_at = $1, version = version + 1 WHERE id = $2";
    execute(door.tx, sql, [door.now.into(), row.id.into()]).await?;
    let state = row.facts()?.state;
    door.record(Event::new("task.delete", "task", row.id).details(json!({ "number": row.number, "state": state })));
    Ok(())
}
