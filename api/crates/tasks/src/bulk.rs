//! Many tasks at once: one transaction, each task answered by itself. A task is changed whole or not at all, because everything is
//! checked before anything of it is written.

use crate::key::TaskKey;
use crate::row::TaskRow;
use crate::{comments, parts, queries, rules, service, transitions};
use audit::Door;
use platform::{AppError, Result};
use shared_types::tasks::{
    BulkTask, BulkTaskChange, BulkTaskResult, BulkTasks, BulkTasksResult, MAX_BULK_TASKS, TransitionTask, UpdateTask,
};
use shared_types::{ErrorCode, FieldCode, TaskId, UserId};
use std::collections::HashSet;
use systems::Scope;
use uuid::Uuid;

/// Refuses what is no change, or two kinds of change at once.
fn check(request: &BulkTasks) -> Result<()> {
    let BulkTasks { items, change } = request;
    if items.is_empty() || items.len() > MAX_BULK_TASKS {
        let code = if items.is_empty() { FieldCode::TooShort } else { FieldCode::TooLong };
        return Err(AppError::invalid("/items", code, format!("1 to {MAX_BULK_TASKS} tasks")));
    }
    let BulkTaskChange { assignee, due, priority, watch, action, comment } = change;
    let fields = !assignee.is_absent() || !due.is_absent() || priority.is_some() || watch.is_some();
    if let Some(action) = action {
        if fields {
            return Err(AppError::invalid("/change/action", FieldCode::Unknown, "a step stands alone, without other changes"));
        }
        if rules::demands_comment(*action) && comment.is_none() {
            return Err(AppError::invalid("/change/comment", FieldCode::Required, "say why"));
        }
        return Ok(());
    }
    if comment.is_some() {
        return Err(AppError::invalid("/change/comment", FieldCode::Unknown, "a comment comes with a step"));
    }
    if !fields {
        return Err(AppError::invalid("/change", FieldCode::Required, "say what is to be changed"));
    }
    Ok(())
}

/// Changes what can be changed, in the order of the items, and says of each of the others why not. The tasks are read in one statement.
pub(crate) async fn bulk(door: &mut Door<'_>, scope: &Scope, request: BulkTasks) -> Result<BulkTasksResult> {
    check(&request)?;
    let BulkTasks { items, change } = request;
    let keys: Vec<Option<TaskKey>> = items.iter().map(|item| TaskKey::parse(&item.task).ok()).collect();
    let found = queries::some(door.tx, scope, &keys.iter().flatten().copied().collect::<Vec<_>>()).await?;
    if change.watch == Some(true) {
        parts::check_member(door, scope).await?;
    }
    // Checked once for all, and told once: of the first task that the step is taken of.
    let mut mentions = match &change.comment {
        Some(comment) => comments::check_mentions(door, scope, "/change/comment", comment).await?,
        None => Vec::new(),
    };
    let mut seen = HashSet::new();
    let mut answer = BulkTasksResult { items: Vec::with_capacity(items.len()), applied: 0 };
    for (item, key) in items.into_iter().zip(keys) {
        let row = found.iter().find(|row| match key {
            Some(TaskKey::Id(id)) => row.id == id,
            Some(TaskKey::Number(number)) => row.number == number,
            None => false,
        });
        match one(door, scope, row, &item, (&change, &mut mentions), &mut seen).await {
            Ok(version) => {
                answer.applied += 1;
                let BulkTask { task, .. } = item;
                answer.items.push(BulkTaskResult { task, status: 200, version: Some(version), code: None, detail: None });
            }
            // What broke here is no answer about one task.
            Err(error) if error.code().status() >= 500 => return Err(error),
            Err(error) => answer.items.push(refused(item.task, &error)),
        }
    }
    Ok(answer)
}

fn refused(task: String, error: &AppError) -> BulkTaskResult {
    let problem = error.to_problem(None);
    let field = error.errors().first().map(|fault| fault.detail.clone());
    let detail = field.or(problem.detail).unwrap_or(problem.title);
    let code = error.code();
    BulkTaskResult { task, status: code.status(), version: None, code: Some(code), detail: Some(detail) }
}

/// Changes one task; its version afterwards.
async fn one(
    door: &mut Door<'_>,
    scope: &Scope,
    row: Option<&TaskRow>,
    item: &BulkTask,
    (change, mentions): (&BulkTaskChange, &mut Vec<UserId>),
    seen: &mut HashSet<Uuid>,
) -> Result<i64> {
    let row = row.ok_or_else(AppError::not_found)?;
    if !seen.insert(row.id) {
        return Err(AppError::conflict("This task stands twice in the request."));
    }
    if row.version != item.version {
        return Err(AppError::new(ErrorCode::Stale).detail("Somebody else saved this task in the meantime."));
    }
    let BulkTaskChange { assignee, due, priority, watch, action, comment } = change;
    if let Some(action) = action {
        let request = TransitionTask { action: *action, comment: comment.clone() };
        transitions::take(door, scope, row, &request, mentions).await?;
        mentions.clear();
        return Ok(row.version + 1);
    }
    if *watch == Some(true) {
        parts::check_room(row, row.watching)?;
    }
    let mut version = row.version;
    if !assignee.is_absent() || !due.is_absent() || priority.is_some() {
        let fields = UpdateTask { assignee: *assignee, due: *due, priority: *priority, ..UpdateTask::default() };
        let old = row.clone().into_task(scope)?;
        version += i64::from(service::apply(door, scope, &old, fields).await?);
    }
    if let Some(watching) = watch {
        parts::watch(door, scope, TaskId(row.id), scope.user, *watching).await?;
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::Patch;
    use shared_types::tasks::{Priority, TaskAction};

    fn fault(change: BulkTaskChange) -> Option<String> {
        let items = vec![BulkTask { task: "TASK-1".to_owned(), version: 1 }];
        check(&BulkTasks { items, change }).err().and_then(|error| error.errors().first().map(|fault| fault.pointer.clone()))
    }

    #[test]
    fn a_change_is_of_one_kind() {
        let none = BulkTaskChange::default;
        let note = || "why".to_owned().try_into().ok();
        assert_eq!(fault(none()).as_deref(), Some("/change"));
        assert_eq!(fault(BulkTaskChange { comment: note(), ..none() }).as_deref(), Some("/change/comment"));
        assert_eq!(fault(BulkTaskChange { action: Some(TaskAction::SendBack), ..none() }).as_deref(), Some("/change/comment"));
        let both = BulkTaskChange { action: Some(TaskAction::Start), priority: Some(Priority::Low), ..none() };
        assert_eq!(fault(both).as_deref(), Some("/change/action"));
        for fine in [
            BulkTaskChange { action: Some(TaskAction::Start), ..none() },
            BulkTaskChange { action: Some(TaskAction::Reopen), comment: note(), ..none() },
            BulkTaskChange { due: Patch::Null, ..none() },
            BulkTaskChange { watch: Some(false), priority: Some(Priority::High), ..none() },
        ] {
            assert_eq!(fault(fine), None);
        }
    }
}
