//! What is read of tasks. Every function takes the scope.

use crate::filter::{Condition, Filters, OTHERS};
use crate::key::TaskKey;
use crate::order::{Key, Order};
use crate::row::TaskRow;
use platform::db::rows;
use platform::page::{MAX_TOTAL, PageRequest};
use platform::{AppError, Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use systems::Scope;
use uuid::Uuid;

/// Tasks `t` with their control `c` and their reviewer `v`, as long as that person can confirm.
pub const TABLES: &str = "tasks t LEFT JOIN controls c ON c.id = t.control_id \
    LEFT JOIN members v ON v.system_id = t.system_id AND v.user_id = t.reviewer_id AND v.role IN ('manager', 'contributor') \
    AND EXISTS (SELECT 1 FROM users x WHERE x.id = v.user_id AND x.deactivated_at IS NULL AND x.deleted_at IS NULL)";

const NAMES: &str = "LEFT JOIN users a ON a.id = t.assignee_id LEFT JOIN users r ON r.id = t.reviewer_id \
    LEFT JOIN users s ON s.id = t.submitted_by LEFT JOIN users f ON f.id = t.confirmed_by \
    LEFT JOIN users b ON b.id = t.backup_id LEFT JOIN users n ON n.id = t.created_by";

/// The columns of a [`TaskRow`]; `me` is the place of the reader's id. The counts are probes of an index for each row.
fn columns(me: &str) -> String {
    format!(
        "t.id, t.number, t.title, t.description, t.state, t.priority, t.priority_rank, t.control_id, c.reference AS control, \
         c.title AS control_title, t.assignee_id, a.name AS assignee_name, t.backup_id, \
         b.name AS backup_name, t.reviewer_id, r.name AS reviewer_name, \
         v.user_id AS eligible_reviewer, t.due, t.due_sort, t.estimate_hours, t.checklist, t.submitted_by, \
         s.name AS submitted_name, t.confirmed_by, \
         f.name AS confirmed_name, t.self_confirmed, t.completed_at, \
         CASE WHEN t.state = 'pending_confirmation' THEN {OTHERS} ELSE 0 END AS others, \
         EXISTS (SELECT 1 FROM task_watchers w WHERE w.task_id = t.id AND w.user_id = {me}) AS watching, \
         (SELECT COUNT(*) FROM task_watchers w WHERE w.task_id = t.id) AS watchers, \
         (SELECT COUNT(*) FROM task_links l WHERE l.task_id = t.id) AS links, \
         (SELECT COUNT(*) FROM task_comments k WHERE k.task_id = t.id) AS comments, t.created_by, n.name AS creator_name, \
         t.template_id, t.missed, \
         t.created_at, t.updated_at, t.version"
    )
}

/// One task.
pub(crate) async fn task(connection: &impl ConnectionTrait, scope: &Scope, key: TaskKey) -> Result<TaskRow> {
    let mut condition = Condition::of(scope);
    let wanted = match key {
        TaskKey::Id(id) => format!("t.id = {}", condition.place(id)),
        TaskKey::Number(number) => format!("t.number = {}", condition.place(number)),
    };
    let me = condition.place(scope.user.0);
    let sql = format!("SELECT {} FROM {TABLES} {NAMES} WHERE {} AND {wanted}", columns(&me), condition.sql);
    rows(connection, &sql, condition.values).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// The tasks of these keys that are there, in no order: one statement.
pub(crate) async fn some(connection: &impl ConnectionTrait, scope: &Scope, keys: &[TaskKey]) -> Result<Vec<TaskRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut condition = Condition::of(scope);
    let (mut ids, mut numbers) = (Vec::new(), Vec::new());
    for key in keys {
        match key {
            TaskKey::Id(id) => ids.push(condition.place(*id)),
            TaskKey::Number(number) => numbers.push(condition.place(*number)),
        }
    }
    let mut wanted = Vec::new();
    if !ids.is_empty() {
        wanted.push(format!("t.id IN ({})", ids.join(", ")));
    }
    if !numbers.is_empty() {
        wanted.push(format!("t.number IN ({})", numbers.join(", ")));
    }
    let me = condition.place(scope.user.0);
    let sql = format!("SELECT {} FROM {TABLES} {NAMES} WHERE {} AND ({})", columns(&me), condition.sql, wanted.join(" OR "));
    rows(connection, &sql, condition.values).await
}

#[derive(FromQueryResult)]
struct Counted {
    total: i64,
}

/// The tasks of a page and how many there are in all: one statement.
pub(crate) async fn tasks(
    db: &Db,
    scope: &Scope,
    filters: &Filters<'_>,
    order: Order,
    page: &PageRequest<Key>,
) -> Result<(Vec<TaskRow>, Option<u64>)> {
    let mut condition = Condition::of(scope).filter(scope, filters)?;
    let filtered = condition.sql.clone();
    let (compare, way) = if page.backwards() == order.descending { (">", "ASC") } else { ("<", "DESC") };
    let names = order.columns();
    let mut from = String::new();
    if let Some(cursor) = &page.cursor {
        let values = cursor.k.values();
        if values.len() != names.len() {
            return Err(AppError::new(shared_types::ErrorCode::BadCursor));
        }
        let places: Vec<String> = values.into_iter().map(|value| condition.place(value)).collect();
        from = format!("AND ({}) {compare} ({})", names.join(", "), places.join(", "));
    }
    let me = condition.place(scope.user.0);
    let limit = condition.place(i64::try_from(page.fetch()).unwrap_or(i64::MAX));
    let sorted = names.iter().map(|name| format!("{name} {way}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {}, (SELECT COUNT(*) FROM (SELECT 1 FROM {TABLES} WHERE {filtered} LIMIT {MAX_TOTAL}) AS counted) AS total \
         FROM {TABLES} {NAMES} WHERE {filtered} {from} ORDER BY {sorted} LIMIT {limit}",
        columns(&me)
    );
    let found = db.rows::<Listed>(&sql, condition.values).await?;
    let total = match found.first() {
        Some(row) => Some(row.counted.total.unsigned_abs()),
        // No row of the first page: there is none. Of a later page: the others are not known.
        None => page.cursor.is_none().then_some(0),
    };
    Ok((found.into_iter().map(|row| row.task).collect(), total))
}

#[derive(FromQueryResult)]
struct Listed {
    #[sea_orm(nested)]
    task: TaskRow,
    #[sea_orm(nested)]
    counted: Counted,
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
}

/// Who may confirm a task that nobody was named to review, managers first. Few: a system has few people.
pub(crate) async fn confirmers(connection: &impl ConnectionTrait, scope: &Scope, task: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT m.user_id AS id FROM tasks t JOIN members m ON m.system_id = t.system_id \
               JOIN users u ON u.id = m.user_id AND u.deactivated_at IS NULL AND u.deleted_at IS NULL \
               WHERE t.system_id = $1 AND t.id = $2 AND m.role IN ('manager', 'contributor') AND m.user_id <> t.submitted_by \
               AND m.user_id <> COALESCE(t.assignee_id, t.submitted_by) ORDER BY m.role DESC, m.user_id LIMIT 50";
    let values = [scope.system.0.into(), task.into()];
    Ok(rows::<Found>(connection, sql, values).await?.into_iter().map(|row| row.id).collect())
}
