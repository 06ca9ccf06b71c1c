//! Comments: written once, never changed. People are mentioned by their ids; names are joined when a comment is shown.

use crate::comment_queries::{self, attachable};
use crate::notify::{Detail, Kind, announce, notify_of};
use crate::part_queries::told_watchers;
use crate::row::TaskRow;
use audit::{Door, Event};
use platform::db::execute;
use platform::{AppError, Result};
use serde_json::json;
use shared_types::tasks::{CreateComment, MAX_ATTACHMENTS, MAX_MENTIONS, TaskAction, TaskComment, mentioned};
use shared_types::text::Note;
use shared_types::{CommentId, EvidenceId, FieldCode, TaskId, UserId};
use systems::{Scope, role_in};

/// Whom a text mentions, all of them members. `pointer` is where the request has the text.
pub(crate) async fn check_mentions(door: &Door<'_>, scope: &Scope, pointer: &str, body: &Note) -> Result<Vec<UserId>> {
    let mentions = mentioned(body.as_str());
    if mentions.len() > MAX_MENTIONS {
        return Err(AppError::invalid(pointer, FieldCode::TooLong, format!("mentions at most {MAX_MENTIONS} people")));
    }
    for user in &mentions {
        if role_in(door.tx, scope.system, *user).await?.is_none() {
            return Err(AppError::invalid(pointer, FieldCode::NotFound, "mentions somebody who is no member of this system"));
        }
    }
    Ok(mentions)
}

/// Writes a comment that was checked, alone or with a step. A change writes one of a task at most, so the system's revision puts them in
/// order.
pub(crate) async fn write(
    door: &Door<'_>,
    scope: &Scope,
    task: TaskId,
    (body, mentions): (&Note, &[UserId]),
    evidence: &[EvidenceId],
    action: Option<TaskAction>,
) -> Result<CommentId> {
    let id: CommentId = door.id()?;
    let sql = "INSERT INTO task_comments (id, system_id, task_id, author_id, body, action, sequence, created_at, evidence) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        task.0.into(),
        scope.user.0.into(),
        body.as_str().into(),
        action.map(TaskAction::as_str).into(),
        door.revision.into(),
        door.now.into(),
        serde_json::to_string(evidence).map_err(AppError::internal)?.into(),
    ];
    execute(door.tx, sql, values).await?;
    let detail = Detail { changed: None, comment: Some(body.as_str()) };
    notify_of(door, Kind::Mentioned, (scope.system, task), detail, mentions.iter().copied()).await?;
    Ok(id)
}

/// Writes a comment on its own.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, task: &TaskRow, new: &CreateComment) -> Result<TaskComment> {
    if new.evidence.len() > MAX_ATTACHMENTS {
        return Err(AppError::invalid("/evidence", FieldCode::TooLong, format!("at most {MAX_ATTACHMENTS} pieces of evidence")));
    }
    let evidence = attachable(door.tx, scope, task.id, &new.evidence).await?;
    let id = TaskId(task.id);
    let mentions = check_mentions(door, scope, "/body", &new.body).await?;
    let comment = write(door, scope, id, (&new.body, &mentions), &evidence, None).await?;
    let details = json!({ "comment": comment, "mentions": mentions, "evidence": evidence });
    door.record(Event::new("task.comment", "task", id).details(details));
    // Who was mentioned is told that, and not a second time that there is a comment.
    let mut people = told_watchers(door.tx, scope, task.id).await?;
    people.extend([task.assignee_id, task.backup_id, task.reviewer_id].into_iter().flatten().map(UserId));
    people.retain(|user| !mentions.contains(user));
    let detail = Detail { changed: None, comment: Some(new.body.as_str()) };
    notify_of(door, Kind::Commented, (scope.system, id), detail, people).await?;
    announce(door, Kind::Commented, (scope.system, id), detail).await?;
    comment_queries::comment(door.tx, scope, task.id, comment).await
}
