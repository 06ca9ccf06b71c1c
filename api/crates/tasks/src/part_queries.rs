//! What is read of a task's parts: who watches it, what else it is about. Every function takes the scope.

use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::identity::Person;
use shared_types::tasks::TaskLink;
use shared_types::{ControlId, TaskLinkId, UserId};
use systems::Scope;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct PersonRow {
    id: Uuid,
    name: String,
}

/// Who watches a task, by name. At most [`shared_types::tasks::MAX_WATCHERS`].
pub(crate) async fn watchers(connection: &impl ConnectionTrait, scope: &Scope, task: Uuid) -> Result<Vec<Person>> {
    let sql = "SELECT u.id, u.name FROM task_watchers w JOIN users u ON u.id = w.user_id \
               WHERE w.system_id = $1 AND w.task_id = $2 ORDER BY u.name, u.id";
    let found = rows::<PersonRow>(connection, sql, [scope.system.0.into(), task.into()]).await?;
    Ok(found.into_iter().map(|PersonRow { id, name }| Person { id: UserId(id), name }).collect())
}

#[derive(FromQueryResult)]
struct WatcherRow {
    id: Uuid,
}

/// The members among those who watch a task: a person who has left is told nothing.
pub(crate) async fn told_watchers(connection: &impl ConnectionTrait, scope: &Scope, task: Uuid) -> Result<Vec<UserId>> {
    let sql = "SELECT w.user_id AS id FROM task_watchers w JOIN members m ON m.system_id = w.system_id AND m.user_id = w.user_id \
               WHERE w.system_id = $1 AND w.task_id = $2 ORDER BY w.user_id";
    let found = rows::<WatcherRow>(connection, sql, [scope.system.0.into(), task.into()]).await?;
    Ok(found.into_iter().map(|row| UserId(row.id)).collect())
}

#[derive(FromQueryResult)]
struct LinkRow {
    id: Uuid,
    control_id: Uuid,
    reference: String,
    title: String,
    letter: String,
}

/// The further controls and objectives of a task, in the order of the controls.
pub(crate) async fn links(connection: &impl ConnectionTrait, scope: &Scope, task: Uuid) -> Result<Vec<TaskLink>> {
    let sql = "SELECT l.id, l.control_id, c.reference, c.title, l.letter FROM task_links l JOIN controls c ON c.id = l.control_id \
               WHERE l.system_id = $1 AND l.task_id = $2 ORDER BY c.position, c.id, l.letter";
    let found = rows::<LinkRow>(connection, sql, [scope.system.0.into(), task.into()]).await?;
    let link = |LinkRow { id, control_id, reference, title, letter }| TaskLink {
        id: TaskLinkId(id),
        control: ControlId(control_id),
        reference,
        title,
        objective: Some(letter).filter(|letter| !letter.is_empty()),
    };
    Ok(found.into_iter().map(link).collect())
}
