//! Writes the tasks of a file, many in one statement.

use super::Line;
use crate::notify::{Detail, Kind, announce, notify};
use crate::{key, parts, rules, service};
use audit::{Door, Event};
use platform::db::execute;
use platform::{AppError, Result};
use sea_orm::Value;
use serde_json::json;
use shared_types::tasks::{ImportResult, Priority, TaskState};
use shared_types::{TaskId, UserId};
use std::collections::BTreeMap;
use systems::Scope;

/// Columns of the statement.
const COLUMNS: usize = 20;
/// Tasks of one statement: SQLite and PostgreSQL bound the values.
const ROWS: usize = 400;

/// Creates a task of each line that has no fault.
pub(crate) async fn write(door: &mut Door<'_>, scope: &Scope, lines: &[Line], mut result: ImportResult) -> Result<ImportResult> {
    let valid: Vec<&Line> = lines.iter().filter(|line| line.errors.is_empty()).collect();
    let count = i32::try_from(valid.len()).map_err(AppError::internal)?;
    if count == 0 {
        return Ok(result);
    }
    let last = service::take_numbers(door, scope.system, count).await?;
    let mut number = last - count;
    let mut first: Option<TaskId> = None;
    let mut first_of: BTreeMap<UserId, TaskId> = BTreeMap::new();
    for some in valid.chunks(ROWS) {
        let mut values: Vec<Value> = Vec::with_capacity(some.len() * COLUMNS);
        for line in some {
            number += 1;
            let id: TaskId = door.id()?;
            first = first.or(Some(id));
            values.extend(row(door, scope, line, id, number)?);
            if let Some(assignee) = line.people[0] {
                first_of.entry(assignee).or_insert(id);
            }
        }
        let group =
            |n: usize| format!("({})", (1..=COLUMNS).map(|at| format!("${}", n * COLUMNS + at)).collect::<Vec<_>>().join(", "));
        let groups = (0..some.len()).map(group).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "INSERT INTO tasks (id, system_id, number, title, description, state, priority, priority_rank, control_id, assignee_id, \
             backup_id, reviewer_id, due, due_sort, created_by, search_text, created_at, updated_at, estimate_hours, checklist) \
             VALUES {groups}"
        );
        execute(door.tx, &sql, values).await?;
    }
    // One notice for each person, not one for each task.
    for (user, task) in first_of {
        notify(door, Kind::Imported, scope.system, task, [user]).await?;
    }
    if let Some(first) = first {
        let others = if count == 1 { String::new() } else { format!("first of {count}") };
        let detail = Detail { changed: Some(others.as_str()).filter(|others| !others.is_empty()), comment: None };
        announce(door, Kind::Imported, (scope.system, first), detail).await?;
    }
    let created = u32::try_from(count).unwrap_or_default();
    door.record(Event::without_object("task.import", "task").details(json!({ "created": created, "left_out": result.invalid })));
    result.created = created;
    result.numbers = Some((key::number(last - count + 1), key::number(last)));
    Ok(result)
}

fn row(door: &mut Door<'_>, scope: &Scope, line: &Line, id: TaskId, number: i32) -> Result<[Value; COLUMNS]> {
    let title = line.title.as_ref().ok_or_else(|| AppError::internal("a line without a title was found good"))?;
    let description = line.description.as_ref().map(|text| text.as_str().to_owned());
    let priority = line.priority.unwrap_or(Priority::Normal);
    let [assignee, backup, reviewer] = line.people;
    let checklist = parts::new_checklist(door, line.checklist.clone())?;
    let details = json!({
        "number": number, "title": title, "control": line.control_id, "assignee": assignee, "backup": backup, "reviewer": reviewer,
        "due": line.due, "priority": priority, "estimate_hours": line.estimate_hours, "checklist": checklist.len(), "line": line.begins,
    });
    door.record(Event::new("task.create", "task", id).details(details));
    let person = |user: Option<UserId>| Value::from(user.map(|user| user.0));
    Ok([
        id.0.into(),
        scope.system.0.into(),
        number.into(),
        title.as_str().into(),
        description.clone().into(),
        TaskState::Open.as_str().into(),
        priority.as_str().into(),
        rules::rank(priority).into(),
        line.control_id.into(),
        person(assignee),
        person(backup),
        person(reviewer),
        line.due.into(),
        line.due.unwrap_or(service::NO_DUE).into(),
        scope.user.0.into(),
        service::searched(&key::number(number), title.as_str(), description.as_deref()).into(),
        door.now.into(),
        door.now.into(),
        line.estimate_hours.map(i32::from).into(),
        parts::stored(&checklist)?.into(),
    ])
}
