//! Creating, changing and deleting tasks.

use crate::faults::Faults;
use crate::key::TaskKey;
use crate::notify::{Detail, Kind, announce, notify, notify_of};
use crate::part_queries::told_watchers;
use crate::{change_words, key, parts, queries, rules};
use audit::{Door, Event};
use chrono::{Datelike, NaiveDate};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::{Map, Value, json};
use shared_types::identity::Person;
use shared_types::tasks::{CreateTask, MAX_ESTIMATE_HOURS, Priority, Task, TaskState, UpdateTask};
use shared_types::{ErrorCode, FieldCode, SystemId, TaskId, UserId};
use systems::{Scope, may_work, search_text};
use uuid::Uuid;

/// Where a task without a date stands in the order of due dates: last.
pub(crate) const NO_DUE: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};

#[derive(FromQueryResult)]
struct Number {
    last_task_number: i32,
}

/// The last of as many new numbers as are wanted. The door holds the system's row, and the counter is raised in the same statement that
/// reads it.
pub(crate) async fn take_numbers(door: &Door<'_>, system: SystemId, wanted: i32) -> Result<i32> {
    let sql = "UPDATE systems SET last_task_number = last_task_number + $2 WHERE id = $1 RETURNING last_task_number";
    let row = rows::<Number>(door.tx, sql, [system.0.into(), wanted.into()]).await?.into_iter().next();
    row.map(|row| row.last_task_number).ok_or_else(AppError::not_found)
}

/// Work is given to, and confirmed by, people who may do it.
pub(crate) async fn check_person(door: &Door<'_>, scope: &Scope, pointer: &str, user: Option<UserId>) -> Result<()> {
    let Some(user) = user else { return Ok(()) };
    if may_work(door.tx, scope.system, user).await? {
        return Ok(());
    }
    Err(AppError::invalid(pointer, FieldCode::NotFound, "a contributor or manager of this system whose account is in use"))
}

/// Who does a task, who stands in, who confirms it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct People {
    pub assignee: Option<UserId>,
    pub backup: Option<UserId>,
    pub reviewer: Option<UserId>,
}

impl People {
    /// Those that there are.
    fn all(self) -> impl Iterator<Item = UserId> {
        [self.assignee, self.backup, self.reviewer].into_iter().flatten()
    }

    /// Nobody has two parts; names the part that was changed where the two can't stand together.
    pub(crate) fn check(self, was: Self) -> Result<()> {
        let taken = |pointer: &str, words: &str| Err(AppError::invalid(pointer, FieldCode::Taken, words));
        let same = |a: Option<UserId>, b: Option<UserId>| a.is_some() && a == b;
        if same(self.assignee, self.reviewer) {
            let pointer = if self.reviewer == was.reviewer { "/assignee" } else { "/reviewer" };
            return taken(pointer, "the reviewer is another person than the assignee");
        }
        if same(self.assignee, self.backup) {
            let pointer = if self.backup == was.backup { "/assignee" } else { "/backup" };
            return taken(pointer, "the backup is another person than the assignee");
        }
        if same(self.backup, self.reviewer) {
            let pointer = if self.backup == was.backup { "/reviewer" } else { "/backup" };
            return taken(pointer, "the backup is another person than the reviewer: who does the work can't confirm it");
        }
        Ok(())
    }
}

pub(crate) fn check_estimate(hours: Option<u16>) -> Result<()> {
    if hours.is_some_and(|hours| !(1..=MAX_ESTIMATE_HOURS).contains(&hours)) {
        return Err(AppError::invalid("/estimate_hours", FieldCode::OutOfRange, format!("1 to {MAX_ESTIMATE_HOURS} hours")));
    }
    Ok(())
}

/// A control of this system. One that is not there is a field at fault here, not a missing page.
pub(crate) async fn control_of(door: &Door<'_>, scope: &Scope, text: &str) -> Result<Uuid> {
    control_of_read(door.tx, scope, text).await
}

/// The same without a door.
pub(crate) async fn control_of_read(connection: &impl ConnectionTrait, scope: &Scope, text: &str) -> Result<Uuid> {
    let found = controls::resolve_control(connection, scope.system, text).await;
    found.map(|key| key.id.0).map_err(|error| match error.code() {
        ErrorCode::NotFound => AppError::invalid("/control", FieldCode::NotFound, "there is no such control in this system"),
        _ => error,
    })
}

/// Years that no calendar shows are slips of the finger.
pub(crate) fn check_due(due: Option<NaiveDate>) -> Result<()> {
    if due.is_some_and(|due| !(2000..2200).contains(&due.year())) {
        return Err(AppError::invalid("/due", FieldCode::OutOfRange, "a date from 2000 to 2199"));
    }
    Ok(())
}

pub(crate) fn searched(number: &str, title: &str, description: Option<&str>) -> String {
    search_text(&[number, title, description.unwrap_or_default()])
}

/// Creates a task.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, new: CreateTask) -> Result<Task> {
    let CreateTask { title, description, control, assignee, backup, reviewer, due, priority, estimate_hours, checklist } = new;
    let mut faults = Faults::default();
    faults.keep(check_due(due))?;
    faults.keep(check_estimate(estimate_hours))?;
    faults.keep(People { assignee, backup, reviewer }.check(People { assignee, backup: None, reviewer: None }))?;
    faults.keep(check_person(door, scope, "/assignee", assignee).await)?;
    faults.keep(check_person(door, scope, "/backup", backup).await)?;
    faults.keep(check_person(door, scope, "/reviewer", reviewer).await)?;
    let control = match control {
        Some(text) => faults.keep(control_of(door, scope, &text).await)?,
        None => None,
    };
    faults.settle()?;
    let checklist = parts::new_checklist(door, checklist)?;
    let priority = priority.unwrap_or(Priority::Normal);
    let description = description.map(String::from);
    let id: TaskId = door.id()?;
    let number = take_numbers(door, scope.system, 1).await?;
    let sql = "INSERT INTO tasks (id, system_id, number, title, description, state, priority, priority_rank, control_id, assignee_id, \
               reviewer_id, due, due_sort, created_by, search_text, created_at, updated_at, backup_id, estimate_hours, checklist) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18, $19)";
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
        backup.map(|user| user.0).into(),
        estimate_hours.map(i32::from).into(),
        parts::stored(&checklist)?.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = json!({
        "number": number, "title": title, "control": control, "assignee": assignee, "backup": backup, "reviewer": reviewer,
        "due": due, "priority": priority, "estimate_hours": estimate_hours, "checklist": checklist.len(),
    });
    door.record(Event::new("task.create", "task", id).details(details));
    notify(door, Kind::Assigned, scope.system, id, assignee).await?;
    if assignee.is_some() {
        announce(door, Kind::Assigned, (scope.system, id), Detail::default()).await?;
    }
    notify(door, Kind::Backup, scope.system, id, backup).await?;
    queries::task(door.tx, scope, TaskKey::Id(id.0)).await?.into_task(scope)
}

/// The refusal of a change to a task that is completed.
pub(crate) fn completed() -> AppError {
    AppError::conflict("A completed task can't be changed. Reopen it first.")
}

/// A task as its fields are to be.
#[derive(Debug)]
pub(crate) struct Fields {
    pub title: String,
    pub description: Option<String>,
    pub people: People,
    pub due: Option<NaiveDate>,
    pub priority: Priority,
    pub estimate_hours: Option<u16>,
}

impl Fields {
    fn of(task: &Task) -> Self {
        let id = |person: &Option<Person>| person.as_ref().map(|person| person.id);
        Self {
            title: task.title.clone(),
            description: task.description.clone(),
            people: People { assignee: id(&task.assignee), backup: id(&task.backup), reviewer: id(&task.reviewer) },
            due: task.due,
            priority: task.priority,
            estimate_hours: task.estimate_hours,
        }
    }

    fn changed(&self, change: UpdateTask) -> Self {
        let UpdateTask { title, description, assignee, backup, reviewer, due, priority, estimate_hours } = change;
        Self {
            title: title.map_or_else(|| self.title.clone(), String::from),
            description: description.into_change().map_or_else(|| self.description.clone(), |note| note.map(String::from)),
            people: People {
                assignee: assignee.into_change().unwrap_or(self.people.assignee),
                backup: backup.into_change().unwrap_or(self.people.backup),
                reviewer: reviewer.into_change().unwrap_or(self.people.reviewer),
            },
            due: due.into_change().unwrap_or(self.due),
            priority: priority.unwrap_or(self.priority),
            estimate_hours: estimate_hours.into_change().unwrap_or(self.estimate_hours),
        }
    }

    /// Old and new of each field that differs.
    fn differences(&self, new: &Self) -> Map<String, Value> {
        let pairs = [
            ("title", json!(self.title), json!(new.title)),
            ("description", json!(self.description), json!(new.description)),
            ("assignee", json!(self.people.assignee), json!(new.people.assignee)),
            ("backup", json!(self.people.backup), json!(new.people.backup)),
            ("reviewer", json!(self.people.reviewer), json!(new.people.reviewer)),
            ("due", json!(self.due), json!(new.due)),
            ("priority", json!(self.priority), json!(new.priority)),
            ("estimate_hours", json!(self.estimate_hours), json!(new.estimate_hours)),
        ];
        let differing = pairs.into_iter().filter(|(_, old, new)| old != new);
        differing.map(|(field, old, new)| (field.to_owned(), json!({ "old": old, "new": new }))).collect()
    }

    async fn write(&self, door: &Door<'_>, task: &Task) -> Result<()> {
        let sql = "UPDATE tasks SET title = $1, description = $2, assignee_id = $3, reviewer_id = $4, due = $5, due_sort = $6, \
                   priority = $7, priority_rank = $8, search_text = $9, updated_at = $10, backup_id = $12, estimate_hours = $13, \
                   version = version + 1 WHERE id = $11";
        let values = [
            self.title.as_str().into(),
            self.description.clone().into(),
            self.people.assignee.map(|user| user.0).into(),
            self.people.reviewer.map(|user| user.0).into(),
            self.due.into(),
            self.due.unwrap_or(NO_DUE).into(),
            self.priority.as_str().into(),
            rules::rank(self.priority).into(),
            searched(&task.number, &self.title, self.description.as_deref()).into(),
            door.now.into(),
            task.id.0.into(),
            self.people.backup.map(|user| user.0).into(),
            self.estimate_hours.map(i32::from).into(),
        ];
        execute(door.tx, sql, values).await?;
        Ok(())
    }
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
    if apply(door, scope, &old, change).await? {
        return queries::task(door.tx, scope, TaskKey::Id(old.id.0)).await?.into_task(scope);
    }
    Ok(old)
}

/// Changes a task that was read behind this door; whether anything was changed. Everything is checked before anything is written.
pub(crate) async fn apply(door: &mut Door<'_>, scope: &Scope, old: &Task, change: UpdateTask) -> Result<bool> {
    if old.state == TaskState::Completed {
        return Err(completed());
    }
    let was = Fields::of(old);
    let new = was.changed(change);
    check_due(new.due)?;
    check_estimate(new.estimate_hours)?;
    if new.people.assignee != was.people.assignee {
        if old.state == TaskState::PendingConfirmation {
            // Otherwise the person who did it could hand it to another and confirm it.
            return Err(AppError::conflict("The task waits for confirmation: who did it stands. Send it back first."));
        }
        check_person(door, scope, "/assignee", new.people.assignee).await?;
    }
    if new.people.backup != was.people.backup {
        check_person(door, scope, "/backup", new.people.backup).await?;
    }
    if new.people.reviewer != was.people.reviewer {
        check_person(door, scope, "/reviewer", new.people.reviewer).await?;
    }
    new.people.check(was.people)?;
    let changes = was.differences(&new);
    if changes.is_empty() {
        return Ok(false);
    }
    new.write(door, old).await?;
    door.record(Event::new("task.update", "task", old.id).details(changes));
    tell(door, scope, old, &was, &new).await?;
    Ok(true)
}

/// Tells those whom an edit concerns: who gets a part, that; everybody else who has one, had one or watches, what was changed.
async fn tell(door: &Door<'_>, scope: &Scope, task: &Task, was: &Fields, new: &Fields) -> Result<()> {
    let about = (scope.system, task.id);
    let changed = |now: Option<UserId>, before: Option<UserId>| now.filter(|_| now != before);
    let assignee = changed(new.people.assignee, was.people.assignee);
    let backup = changed(new.people.backup, was.people.backup);
    let reviewer = changed(new.people.reviewer, was.people.reviewer).filter(|_| task.state == TaskState::PendingConfirmation);
    notify(door, Kind::Assigned, scope.system, task.id, assignee).await?;
    notify(door, Kind::Backup, scope.system, task.id, backup).await?;
    notify(door, Kind::ToConfirm, scope.system, task.id, reviewer).await?;
    let words = change_words::changed(was, new, false);
    let mut people = told_watchers(door.tx, scope, task.id.0).await?;
    people.extend(was.people.all().chain(new.people.all()));
    people.retain(|user| ![assignee, backup, reviewer].contains(&Some(*user)));
    notify_of(door, Kind::Changed, about, Detail { changed: Some(&words), comment: None }, people).await?;
    if assignee.is_some() {
        announce(door, Kind::Assigned, about, Detail::default()).await?;
    }
    if reviewer.is_some() {
        announce(door, Kind::ToConfirm, about, Detail::default()).await?;
    }
    let rest = change_words::changed(was, new, assignee.is_some());
    if rest.is_empty() {
        return Ok(());
    }
    announce(door, Kind::Changed, about, Detail { changed: Some(&rest), comment: None }).await
}

/// Deletes a task. The row stays: the audit log points to it, and its number is not given again.
pub(crate) async fn delete(door: &mut Door<'_>, scope: &Scope, key: TaskKey, known: &IfMatch) -> Result<()> {
    let row = queries::task(door.tx, scope, key).await?;
    known.check(row.version)?;
    let sql = "UPDATE tasks SET deleted_at = $1, updated_at = $1, version = version + 1 WHERE id = $2";
    execute(door.tx, sql, [door.now.into(), row.id.into()]).await?;
    let state = row.facts()?.state;
    door.record(Event::new("task.delete", "task", row.id).details(json!({ "number": row.number, "state": state })));
    let mut people = told_watchers(door.tx, scope, row.id).await?;
    people.extend([row.assignee_id, row.backup_id, row.reviewer_id].into_iter().flatten().map(UserId));
    notify(door, Kind::Deleted, scope.system, TaskId(row.id), people).await?;
    announce(door, Kind::Deleted, (scope.system, TaskId(row.id)), Detail::default()).await
}
