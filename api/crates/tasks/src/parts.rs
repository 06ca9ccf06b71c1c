//! The parts of a task: its checklist, who watches it, what else it is about. Each change raises the task's version.

use crate::key::TaskKey;
use crate::notify::{Kind, notify};
use crate::row::TaskRow;
use crate::{queries, service};
use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::systems::Role;
use shared_types::tasks::{
    ChecklistItem, MAX_CHECKLIST, MAX_TASK_LINKS, MAX_WATCHERS, NewTaskLink, SetChecklist, SetChecklistItem, Task, TaskState,
};
use shared_types::text::Title;
use shared_types::{ChecklistItemId, ErrorCode, FieldCode, TaskId, TaskLinkId, UserId};
use std::collections::HashMap;
use systems::{Scope, role_in};
use uuid::Uuid;

/// A checklist as it is stored.
pub(crate) fn stored(items: &[ChecklistItem]) -> Result<String> {
    serde_json::to_string(items).map_err(AppError::internal)
}

/// The checklist of a new task.
pub(crate) fn new_checklist(door: &Door<'_>, texts: Vec<Title>) -> Result<Vec<ChecklistItem>> {
    if texts.len() > MAX_CHECKLIST {
        return Err(AppError::invalid("/checklist", FieldCode::TooLong, format!("at most {MAX_CHECKLIST} items")));
    }
    texts.into_iter().map(|text| Ok(ChecklistItem { id: door.id()?, text: text.into(), done: false })).collect()
}

/// Raises the version of a task whose parts have changed.
pub(crate) async fn raise(door: &Door<'_>, task: Uuid) -> Result<()> {
    execute(door.tx, "UPDATE tasks SET updated_at = $1, version = version + 1 WHERE id = $2", [door.now.into(), task.into()])
        .await?;
    Ok(())
}

async fn changeable(door: &Door<'_>, scope: &Scope, key: TaskKey) -> Result<TaskRow> {
    let row = queries::task(door.tx, scope, key).await?;
    if row.facts()?.state == TaskState::Completed {
        return Err(service::completed());
    }
    Ok(row)
}

async fn read(door: &Door<'_>, scope: &Scope, task: Uuid) -> Result<Task> {
    queries::task(door.tx, scope, TaskKey::Id(task)).await?.into_task(scope)
}

/// Makes the checklist what it is to be: what was added, removed, ticked, renamed and moved follows from the ids.
pub(crate) async fn set_checklist(
    door: &mut Door<'_>,
    scope: &Scope,
    key: TaskKey,
    wanted: SetChecklist,
    known: &IfMatch,
) -> Result<Task> {
    let row = queries::task(door.tx, scope, key).await?;
    known.check(row.version)?;
    if row.facts()?.state == TaskState::Completed {
        return Err(service::completed());
    }
    let old = row.checklist()?;
    let new = merged(door, &old, wanted)?;
    if new == old {
        return row.into_task(scope);
    }
    let sql = "UPDATE tasks SET checklist = $1, updated_at = $2, version = version + 1 WHERE id = $3";
    execute(door.tx, sql, [stored(&new)?.into(), door.now.into(), row.id.into()]).await?;
    door.record(Event::new("task.checklist", "task", row.id).details(differences(&old, &new)));
    read(door, scope, row.id).await
}

fn merged(door: &Door<'_>, old: &[ChecklistItem], wanted: SetChecklist) -> Result<Vec<ChecklistItem>> {
    if wanted.items.len() > MAX_CHECKLIST {
        return Err(AppError::invalid("/items", FieldCode::TooLong, format!("at most {MAX_CHECKLIST} items")));
    }
    let mut new: Vec<ChecklistItem> = Vec::with_capacity(wanted.items.len());
    for (index, SetChecklistItem { id, text, done }) in wanted.items.into_iter().enumerate() {
        let fault = |code, words: &str| AppError::invalid(format!("/items/{index}/id"), code, words);
        let id = match id {
            None => door.id()?,
            Some(id) if !old.iter().any(|item| item.id == id) => {
                return Err(fault(FieldCode::NotFound, "the checklist has no such item; leave the id of a new one out"));
            }
            Some(id) if new.iter().any(|item| item.id == id) => return Err(fault(FieldCode::Taken, "this item stands twice")),
            Some(id) => id,
        };
        new.push(ChecklistItem { id, text: text.into(), done });
    }
    Ok(new)
}

fn differences(old: &[ChecklistItem], new: &[ChecklistItem]) -> serde_json::Value {
    let before: HashMap<ChecklistItemId, &ChecklistItem> = old.iter().map(|item| (item.id, item)).collect();
    let after: HashMap<ChecklistItemId, &ChecklistItem> = new.iter().map(|item| (item.id, item)).collect();
    let among =
        |keep: &dyn Fn(&ChecklistItem) -> bool| new.iter().filter(|item| keep(item)).map(|item| item.id).collect::<Vec<_>>();
    let was_done = |item: &ChecklistItem| before.get(&item.id).is_some_and(|old| old.done);
    let kept = |items: &[ChecklistItem], there: &HashMap<ChecklistItemId, &ChecklistItem>| {
        items.iter().map(|item| item.id).filter(|id| there.contains_key(id)).collect::<Vec<_>>()
    };
    json!({
        "added": among(&|item| !before.contains_key(&item.id)),
        "removed": old.iter().map(|item| item.id).filter(|id| !after.contains_key(id)).collect::<Vec<_>>(),
        "done": among(&|item| item.done && !was_done(item)),
        "undone": among(&|item| !item.done && was_done(item)),
        "renamed": among(&|item| before.get(&item.id).is_some_and(|old| old.text != item.text)),
        "moved": kept(old, &after) != kept(new, &before),
    })
}

/// Whether somebody is told what happens to a task. Oneself, anybody may; others, contributors.
pub(crate) async fn set_watching(door: &mut Door<'_>, scope: &Scope, key: TaskKey, user: UserId, watching: bool) -> Result<Task> {
    let row = queries::task(door.tx, scope, key).await?;
    if user != scope.user && !scope.role.allows(Role::Contributor) {
        let words = "Others are added and taken away by contributors; you can watch a task yourself.";
        return Err(AppError::new(ErrorCode::Forbidden).detail(words));
    }
    if watching {
        if user == scope.user {
            check_member(door, scope).await?;
        } else if role_in(door.tx, scope.system, user).await?.is_none() {
            return Err(AppError::not_found());
        }
        let watches = if user == scope.user { row.watching } else { is_watching(door, row.id, user).await? };
        check_room(&row, watches)?;
    }
    let task = row.into_task(scope)?;
    // The task's version stays, like that of its comments: who watches must not take anybody's work in progress away.
    if watch(door, scope, task.id, user, watching).await? {
        if watching {
            notify(door, Kind::Watching, scope.system, task.id, [user]).await?;
        }
        return read(door, scope, task.id.0).await;
    }
    Ok(task)
}

/// Refuses an administrator who is no member: what happens in a system is told to its members alone.
pub(crate) async fn check_member(door: &Door<'_>, scope: &Scope) -> Result<()> {
    if role_in(door.tx, scope.system, scope.user).await?.is_none() {
        return Err(AppError::conflict("You are no member of this system: you would not be told what happens to its tasks."));
    }
    Ok(())
}

/// Refuses a further watcher where there is no room; one who watches already needs none.
pub(crate) fn check_room(row: &TaskRow, watches: bool) -> Result<()> {
    if !watches && row.watchers >= i64::try_from(MAX_WATCHERS).unwrap_or(i64::MAX) {
        return Err(AppError::conflict(format!("A task has at most {MAX_WATCHERS} watchers.")));
    }
    Ok(())
}

async fn is_watching(door: &Door<'_>, task: Uuid, user: UserId) -> Result<bool> {
    let sql = "SELECT 1 AS found FROM task_watchers WHERE task_id = $1 AND user_id = $2";
    Ok(!rows::<Found>(door.tx, sql, [task.into(), user.0.into()]).await?.is_empty())
}

/// Writes it, and that it was done, unless it was so already.
pub(crate) async fn watch(door: &mut Door<'_>, scope: &Scope, task: TaskId, user: UserId, watching: bool) -> Result<bool> {
    let changed = if watching {
        let sql = "INSERT INTO task_watchers (task_id, user_id, system_id, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (task_id, user_id) DO NOTHING";
        execute(door.tx, sql, [task.0.into(), user.0.into(), scope.system.0.into(), door.now.into()]).await?
    } else {
        let sql = "DELETE FROM task_watchers WHERE task_id = $1 AND user_id = $2";
        execute(door.tx, sql, [task.0.into(), user.0.into()]).await?
    };
    if changed > 0 {
        let action = if watching { "task.watch" } else { "task.unwatch" };
        door.record(Event::new(action, "task", task).details(json!({ "user": user })));
    }
    Ok(changed > 0)
}

#[derive(FromQueryResult)]
struct Found {
    #[expect(dead_code, reason = "the row's being there is the answer")]
    found: i32,
}

/// Links a task to a further control, or to an objective.
pub(crate) async fn link(door: &mut Door<'_>, scope: &Scope, key: TaskKey, new: NewTaskLink) -> Result<Task> {
    let NewTaskLink { control, objective } = new;
    let row = changeable(door, scope, key).await?;
    let control = service::control_of(door, scope, &control).await?;
    if let Some(letter) = &objective {
        let sql = "SELECT 1 AS found FROM objective_findings WHERE system_id = $1 AND control_id = $2 AND letter = $3";
        // PostgreSQL knows no NUL in text; no letter has one.
        let letter = if letter.contains('\0') { "" } else { letter.as_str() };
        let values = [scope.system.0.into(), control.into(), letter.into()];
        if rows::<Found>(door.tx, sql, values).await?.is_empty() {
            return Err(AppError::invalid("/objective", FieldCode::NotFound, "the control has no such objective"));
        }
    }
    let taken = |words: &str| AppError::new(ErrorCode::Taken).field("/control", FieldCode::Taken, words);
    if objective.is_none() && row.control_id == Some(control) {
        return Err(taken("the task belongs to this control already"));
    }
    if row.links >= i64::try_from(MAX_TASK_LINKS).unwrap_or(i64::MAX) {
        return Err(AppError::conflict(format!("A task is about at most {MAX_TASK_LINKS} further controls and objectives.")));
    }
    let id: TaskLinkId = door.id()?;
    let sql = "INSERT INTO task_links (id, system_id, task_id, control_id, letter, created_by, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (task_id, control_id, letter) DO NOTHING";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        row.id.into(),
        control.into(),
        objective.clone().unwrap_or_default().into(),
        scope.user.0.into(),
        door.now.into(),
    ];
    if execute(door.tx, sql, values).await? == 0 {
        return Err(taken("the task is linked to this already"));
    }
    raise(door, row.id).await?;
    let details = json!({ "link": id, "control": control, "objective": objective });
    door.record(Event::new("task.link", "task", row.id).details(details));
    read(door, scope, row.id).await
}

#[derive(FromQueryResult)]
struct Taken {
    control_id: Uuid,
    letter: String,
}

/// Takes such a link away.
pub(crate) async fn unlink(door: &mut Door<'_>, scope: &Scope, key: TaskKey, link: TaskLinkId) -> Result<()> {
    let row = changeable(door, scope, key).await?;
    let sql = "DELETE FROM task_links WHERE task_id = $1 AND id = $2 RETURNING control_id, letter";
    let taken = rows::<Taken>(door.tx, sql, [row.id.into(), link.0.into()]).await?.into_iter().next();
    let Taken { control_id, letter } = taken.ok_or_else(AppError::not_found)?;
    raise(door, row.id).await?;
    let objective = Some(letter).filter(|letter| !letter.is_empty());
    let details = json!({ "link": link, "control": control_id, "objective": objective });
    door.record(Event::new("task.unlink", "task", row.id).details(details));
    Ok(())
}
