//! Saved filters of the task list: a person's own, and those that people share with the system.

use crate::filter::{Condition, Filters};
use crate::order::Order;
use crate::row::person;
use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::http::query;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;
use serde_json::json;
use shared_types::systems::Role;
use shared_types::tasks::{MAX_FILTERS, SaveTaskFilter, TaskFilter};
use shared_types::text::FilterQuery;
use shared_types::{ErrorCode, FieldCode, TaskFilterId};
use systems::Scope;
use uuid::Uuid;

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    view: Option<String>,
    layout: Option<String>,
    sort: Option<String>,
    q: Option<String>,
    state: Option<String>,
    assignee: Option<String>,
    to_confirm: Option<bool>,
    overdue: Option<bool>,
    watching: Option<bool>,
    control: Option<String>,
    priority: Option<String>,
}

/// A query that the list would refuse is not kept.
fn check_query(scope: &Scope, text: &FilterQuery) -> Result<()> {
    let refuse = |error: AppError| error.inside("/query");
    let address: Address = query::parse(text.as_str()).map_err(refuse)?;
    let one_of = |name: &str, value: Option<&str>, known: &[&str]| {
        let fits = value.is_none_or(|value| known.contains(&value));
        if fits {
            Ok(())
        } else {
            Err(AppError::invalid("/query", FieldCode::WrongType, format!("{name}: there is no such value")))
        }
    };
    one_of("view", address.view.as_deref(), &["mine", "confirm", "all"])?;
    one_of("layout", address.layout.as_deref(), &["list", "board"])?;
    Order::parse(address.sort.as_deref()).map_err(refuse)?;
    let filters = Filters {
        state: address.state.as_deref(),
        assignee: address.assignee.as_deref(),
        to_confirm: address.to_confirm,
        overdue: address.overdue,
        watching: address.watching,
        control: address.control.as_deref(),
        priority: address.priority.as_deref(),
        q: address.q.as_deref(),
    };
    Condition::of(scope).filter(scope, &filters).map_err(refuse)?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    owner_id: Uuid,
    owner_name: Option<String>,
    name: String,
    query: String,
    shared: bool,
    version: i64,
}

impl Row {
    fn changeable(&self, scope: &Scope) -> bool {
        self.owner_id == scope.user.0 || (self.shared && scope.role.allows(Role::Manager))
    }

    fn into_filter(self, scope: &Scope) -> TaskFilter {
        let changeable = self.changeable(scope);
        let Self { id, owner_id, owner_name, name, query, shared, version } = self;
        let owner = person(Some(owner_id), owner_name);
        TaskFilter { id: TaskFilterId(id), name, query, shared, owner, changeable, version }
    }
}

const SEEN: &str = "SELECT f.id, f.owner_id, u.name AS owner_name, f.name, f.query, f.shared, f.version FROM task_filters f \
    LEFT JOIN users u ON u.id = f.owner_id WHERE f.system_id = $1 AND (f.owner_id = $2 OR f.shared)";

/// One's own and the shared ones, by name.
pub(crate) async fn list(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<TaskFilter>> {
    let sql = format!("{SEEN} ORDER BY f.name, f.id");
    let found = rows::<Row>(connection, &sql, [scope.system.0.into(), scope.user.0.into()]).await?;
    Ok(found.into_iter().map(|row| row.into_filter(scope)).collect())
}

async fn one(connection: &impl ConnectionTrait, scope: &Scope, id: TaskFilterId) -> Result<Row> {
    let sql = format!("{SEEN} AND f.id = $3");
    let found = rows::<Row>(connection, &sql, [scope.system.0.into(), scope.user.0.into(), id.0.into()]).await?;
    found.into_iter().next().ok_or_else(AppError::not_found)
}

fn check_sharing(scope: &Scope, shared: bool) -> Result<()> {
    if shared && !scope.role.allows(Role::Contributor) {
        return Err(
            AppError::new(ErrorCode::Forbidden).detail("Filters are shared by contributors; you can save it for yourself.")
        );
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// Names are unique among a person's own filters, and their number is bounded.
async fn check_name(door: &Door<'_>, scope: &Scope, owner: Uuid, name: &str, own: Option<Uuid>) -> Result<()> {
    let sql = "SELECT id, name FROM task_filters WHERE system_id = $1 AND owner_id = $2";
    let others = rows::<Named>(door.tx, sql, [scope.system.0.into(), owner.into()]).await?;
    if others.iter().any(|other| other.name == name && Some(other.id) != own) {
        return Err(AppError::new(ErrorCode::Taken).field("/name", FieldCode::Taken, "another filter has this name"));
    }
    if own.is_none() && others.len() >= MAX_FILTERS {
        return Err(AppError::conflict(format!("You have {MAX_FILTERS} filters here. Delete one first.")));
    }
    Ok(())
}

/// Saves a filter.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, new: SaveTaskFilter) -> Result<TaskFilter> {
    let SaveTaskFilter { name, query, shared } = new;
    check_query(scope, &query)?;
    check_sharing(scope, shared)?;
    check_name(door, scope, scope.user.0, name.as_str(), None).await?;
    let id: TaskFilterId = door.id()?;
    let sql = "INSERT INTO task_filters (id, system_id, owner_id, name, query, shared, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    let values = [
        id.0.into(),
        scope.system.0.into(),
        scope.user.0.into(),
        name.as_str().into(),
        query.as_str().into(),
        shared.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("task_filter.create", "task_filter", id).details(json!({ "shared": shared })));
    Ok(one(door.tx, scope, id).await?.into_filter(scope))
}

/// Makes a filter what a body says.
pub(crate) async fn replace(
    door: &mut Door<'_>,
    scope: &Scope,
    id: TaskFilterId,
    new: SaveTaskFilter,
    known: &IfMatch,
) -> Result<TaskFilter> {
    let SaveTaskFilter { name, query, shared } = new;
    let row = changeable(door, scope, id, known).await?;
    check_query(scope, &query)?;
    check_sharing(scope, shared)?;
    check_name(door, scope, row.owner_id, name.as_str(), Some(id.0)).await?;
    let sql = "UPDATE task_filters SET name = $1, query = $2, shared = $3, updated_at = $4, version = version + 1 WHERE id = $5";
    let values = [name.as_str().into(), query.as_str().into(), shared.into(), door.now.into(), id.0.into()];
    execute(door.tx, sql, values).await?;
    let details = json!({ "shared": { "old": row.shared, "new": shared }, "query": row.query != query.as_str() });
    door.record(Event::new("task_filter.update", "task_filter", id).details(details));
    // A manager who takes back what somebody shared sees it no longer.
    let Row { owner_id, owner_name, version, .. } = row;
    let now = Row { id: id.0, owner_id, owner_name, name: name.into(), query: query.into(), shared, version: version + 1 };
    Ok(now.into_filter(scope))
}

async fn changeable(door: &Door<'_>, scope: &Scope, id: TaskFilterId, known: &IfMatch) -> Result<Row> {
    let row = one(door.tx, scope, id).await?;
    if !row.changeable(scope) {
        return Err(
            AppError::new(ErrorCode::Forbidden).detail("Only the person whose filter it is, or a manager, can change it.")
        );
    }
    known.check(row.version)?;
    Ok(row)
}

/// Deletes a filter.
pub(crate) async fn delete(door: &mut Door<'_>, scope: &Scope, id: TaskFilterId, known: &IfMatch) -> Result<()> {
    let row = changeable(door, scope, id, known).await?;
    execute(door.tx, "DELETE FROM task_filters WHERE id = $1", [id.0.into()]).await?;
    door.record(Event::new("task_filter.delete", "task_filter", id).details(json!({ "shared": row.shared })));
    Ok(())
}
