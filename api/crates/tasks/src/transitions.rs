//! Taking a step.

use crate::key::TaskKey;
use crate::notify::{Detail, Kind, announce, notify_of};
use crate::part_queries::told_watchers;
use crate::row::TaskRow;
use crate::rules::{self, Facts, Step, Who};
use crate::{comments, queries};
use audit::{Door, Event};
use platform::Result;
use platform::db::execute;
use serde_json::json;
use shared_types::tasks::{Task, TaskAction, TransitionTask};
use shared_types::text::Note;
use shared_types::{TaskId, UserId};
use systems::Scope;

/// Takes the step if the rules allow it in the state that the task has now: the door is held, so of two at once the second
/// finds the state that the first has left.
pub(crate) async fn transition(door: &mut Door<'_>, scope: &Scope, key: TaskKey, request: TransitionTask) -> Result<Task> {
    let row = queries::task(door.tx, scope, key).await?;
    let mentions = match &request.comment {
        Some(body) => comments::check_mentions(door, scope, "/comment", body).await?,
        None => Vec::new(),
    };
    take(door, scope, &row, &request, &mentions).await?;
    queries::task(door.tx, scope, TaskKey::Id(row.id)).await?.into_task(scope)
}

/// Takes the step of a task that was read behind this door. Everything is checked before anything is written; whom the comment mentions,
/// by the caller.
pub(crate) async fn take(
    door: &mut Door<'_>,
    scope: &Scope,
    row: &TaskRow,
    request: &TransitionTask,
    mentions: &[UserId],
) -> Result<()> {
    let TransitionTask { action, comment } = request;
    let action = *action;
    let facts = row.facts()?;
    let step = rules::step(action, &facts, Who { user: scope.user, role: scope.role })?;
    if rules::demands_comment(action) && comment.is_none() {
        return Err(rules::comment_missing());
    }
    let id = TaskId(row.id);
    write(door, scope, id, action, step).await?;
    // Work has begun on its controls, so they are not "not started" any more. A task that only lies there has not begun.
    controls::touch_controls_of(door.tx, scope.system, id).await?;
    let written = match comment {
        Some(body) => Some(comments::write(door, scope, id, (body, mentions), &[], Some(action)).await?),
        None => None,
    };
    let details = json!({
        "old": facts.state, "new": step.to, "comment": written, "self_confirmed": step.self_confirmed,
        "submitted_by": facts.submitted_by, "assignee": facts.assignee,
    });
    door.record(Event::new(audited_as(action, step), "task", id).details(details));
    let detail = Detail { changed: Some(changed(action)), comment: comment.as_ref().map(Note::as_str) };
    let mut told = tell(door, scope, id, (action, detail), &facts).await?;
    told.extend(mentions.iter().copied());
    // Whoever was told for a reason of their own is not told once more that something happened.
    let others = told_watchers(door.tx, scope, row.id).await?.into_iter().chain(facts.backup).filter(|user| !told.contains(user));
    notify_of(door, Kind::Changed, (scope.system, id), detail, others).await
}

/// What a step did, in words.
fn changed(action: TaskAction) -> &'static str {
    match action {
        TaskAction::Start => "started",
        TaskAction::Submit => "handed in",
        TaskAction::Confirm => "confirmed",
        TaskAction::SendBack => "sent back",
        TaskAction::Reopen => "reopened",
    }
}

/// A self-confirmation has a name of its own in the log, so that it can be looked for.
fn audited_as(action: TaskAction, step: Step) -> &'static str {
    match action {
        TaskAction::Start => "task.start",
        TaskAction::Submit => "task.submit",
        TaskAction::Confirm if step.self_confirmed => "task.self_confirm",
        TaskAction::Confirm => "task.confirm",
        TaskAction::SendBack => "task.send_back",
        TaskAction::Reopen => "task.reopen",
    }
}

/// Writes the new state and who brought it there. What is sent back or reopened was neither submitted nor confirmed: the past
/// stands in the audit log and in the comments.
async fn write(door: &Door<'_>, scope: &Scope, id: TaskId, action: TaskAction, step: Step) -> Result<()> {
    let set = match action {
        TaskAction::Start => "state = $1, updated_at = $2",
        TaskAction::Submit => "state = $1, updated_at = $2, submitted_by = $4, submitted_at = $2",
        TaskAction::Confirm => "state = $1, updated_at = $2, confirmed_by = $4, completed_at = $2, self_confirmed = $5",
        TaskAction::SendBack | TaskAction::Reopen => {
            "state = $1, updated_at = $2, submitted_by = NULL, submitted_at = NULL, confirmed_by = NULL, completed_at = NULL, \
             self_confirmed = FALSE"
        }
    };
    let sql = format!("UPDATE tasks SET {set}, version = version + 1 WHERE id = $3");
    let mut values = vec![step.to.as_str().into(), door.now.into(), id.0.into()];
    if matches!(action, TaskAction::Submit | TaskAction::Confirm) {
        values.push(scope.user.0.into());
    }
    if action == TaskAction::Confirm {
        values.push(step.self_confirmed.into());
    }
    execute(door.tx, &sql, values).await?;
    Ok(())
}

/// Tells those whom the step concerns, and programs; who the people are.
async fn tell(
    door: &Door<'_>,
    scope: &Scope,
    id: TaskId,
    (action, detail): (TaskAction, Detail<'_>),
    facts: &Facts,
) -> Result<Vec<UserId>> {
    let task = (scope.system, id);
    let workers: Vec<UserId> = facts.submitted_by.into_iter().chain(facts.assignee).collect();
    let (kind, people) = match action {
        TaskAction::Start => {
            announce(door, Kind::Changed, task, detail).await?;
            return Ok(Vec::new());
        }
        TaskAction::Submit => {
            let submitted = Facts { submitted_by: Some(scope.user), ..*facts };
            let people: Vec<UserId> = match submitted.confirmer() {
                Some(reviewer) => vec![reviewer],
                None => queries::confirmers(door.tx, scope, id.0).await?.into_iter().map(UserId).collect(),
            };
            (Kind::ToConfirm, people)
        }
        TaskAction::Confirm => (Kind::Confirmed, workers),
        TaskAction::SendBack | TaskAction::Reopen => (Kind::SentBack, workers),
    };
    // The kind says what happened.
    let detail = Detail { changed: None, ..detail };
    notify_of(door, kind, task, detail, people.iter().copied()).await?;
    announce(door, kind, task, detail).await?;
    Ok(people)
}
