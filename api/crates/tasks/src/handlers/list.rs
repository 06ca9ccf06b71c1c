use crate::filter::Filters;
use crate::order::{Key, Order};
use crate::queries;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use platform::http::Query;
use platform::page::{MAX_LIMIT, PageRequest};
use platform::{Platform, Result};
use serde::{Deserialize, Serialize};
use shared_types::tasks::Task;
use shared_types::{Page, Problem, SystemId};
use systems::{Scope, SystemMember, Viewer};
use utoipa::IntoParams;

/// Which tasks, and how they are sorted.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskFilter {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(skip_serializing)]
    limit: Option<u64>,
    /// From the page before or after.
    #[serde(skip_serializing)]
    cursor: Option<String>,
    /// `due` (default; without date last), `priority`, `number` or `updated_at`; with a minus the other way round.
    sort: Option<String>,
    /// Part of the number, title, description or the control's reference.
    q: Option<String>,
    /// States, separated by commas.
    state: Option<String>,
    /// Ids of people, `me` or `none`, separated by commas.
    assignee: Option<String>,
    /// Waits for your confirmation, or does not.
    to_confirm: Option<bool>,
    /// Not completed and past its due date, or not.
    overdue: Option<bool>,
    /// You watch it, or do not.
    watching: Option<bool>,
    /// Controls by id or reference, separated by commas: their own tasks and those that are linked to them.
    control: Option<String>,
    /// Priorities, separated by commas.
    priority: Option<String>,
}

/// The tasks of a system.
#[utoipa::path(operation_id = "list_tasks", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 200, description = "Rows of a page, 1 to 200; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"), TaskFilter),
    responses(
        (status = 200, body = Page<Task>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/tasks")]
pub(super) async fn list_tasks(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(filter): Query<TaskFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let tasks = page(&platform, &member.scope, &filter).await?;
    platform.answers.keep(&tag, &tasks)
}

/// A page of a system's tasks.
async fn page(platform: &Platform, scope: &Scope, filter: &TaskFilter) -> Result<Page<Task>> {
    let order = Order::parse(filter.sort.as_deref())?;
    let request = PageRequest::<Key>::parse(filter.limit, filter.cursor.as_deref(), &(filter, order))?;
    let filters = Filters {
        state: filter.state.as_deref(),
        assignee: filter.assignee.as_deref(),
        to_confirm: filter.to_confirm,
        overdue: filter.overdue,
        watching: filter.watching,
        control: filter.control.as_deref(),
        priority: filter.priority.as_deref(),
        q: filter.q.as_deref(),
    };
    let (rows, total) = queries::tasks(&platform.db, scope, &filters, order, &request).await?;
    let keyed = rows.into_iter().map(|row| Ok((order.key(&row), row.into_task(scope)?)));
    let rows = keyed.collect::<Result<Vec<(Key, Task)>>>()?;
    request.page(rows, total, |(key, _)| key.clone(), |(_, task)| task)
}

/// All tasks that the filters of a query string ask for, in its order; none where there are more than `most`. A statement for each
/// two hundred.
pub async fn all(platform: &Platform, scope: &Scope, query: &str, most: usize) -> Result<Option<Vec<Task>>> {
    let mut filter: TaskFilter = platform::http::query::parse(query)?;
    (filter.limit, filter.cursor) = (Some(MAX_LIMIT), None);
    let mut found = Vec::new();
    loop {
        let Page { items, page: info } = page(platform, scope, &filter).await?;
        found.extend(items);
        filter.cursor = info.next;
        if found.len() > most {
            return Ok(None);
        }
        if filter.cursor.is_none() {
            return Ok(Some(found));
        }
    }
}
