//! Comments: written once, never changed.

use crate::queries;
use audit::{Door, Event};
use platform::Result;
use platform::db::execute;
use serde_json::json;
use shared_types::CommentId;
use shared_types::tasks::{TaskAction, TaskComment};
use shared_types::text::Note;
use systems::Scope;
use uuid::Uuid;

/// Writes a comment, alone or with a step. A change writes one at most, so the system's revision puts them in order.
pub(crate) async fn write(
    door: &Door<'_>,
    scope: &Scope,
    task: Uuid,
    body: &Note,
    action: Option<TaskAction>,
) -> Result<CommentId> {
    let id: CommentId = door.id()?;
    let sql = "INSERT INTO task_comments (id, system_id, task_id, author_id, body, action, sequence, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        task.into(),
        scope.user.0.into(),
        body.as_str().into(),
        action.map(TaskAction::as_str).into(),
        door.revision.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    Ok(id)
}

/// Writes a comment on its own.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, task: Uuid, body: &Note) -> Result<TaskComment> {
    let id = write(door, scope, task, body, None).await?;
    door.record(Event::new("task.comment", "task", task).details(json!({ "comment": id })));
    Ok(queries::comment(door.tx, scope, task, id).await?.into())
}
