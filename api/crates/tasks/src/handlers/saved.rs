use crate::saved;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::{Platform, Result};
use shared_types::tasks::{SaveTaskFilter, TaskFilter};
use shared_types::{Problem, SystemId, TaskFilterId};
use systems::{SystemMember, Viewer, Write};

/// Saved filters of the task list: your own and those that are shared with the system, by name.
#[utoipa::path(operation_id = "list_task_filters", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Vec<TaskFilter>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/task-filters")]
pub(super) async fn list_task_filters(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let filters = saved::list(platform.db.read(), &member.scope).await?;
    platform.answers.keep(&tag, &filters)
}

/// Save a filter for yourself or, as a contributor, for all members.
#[utoipa::path(operation_id = "create_task_filter", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = SaveTaskFilter,
    responses(
        (status = 201, body = TaskFilter),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the list would refuse the query"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Shared, and you are not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The name is taken, you have too many, or the system is archived")))]
#[post("/task-filters")]
pub(super) async fn create_task_filter(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    Json(body): Json<SaveTaskFilter>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let filter = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { saved::create(door, &scope, body).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), filter.version, &filter))
}

/// Change a filter of yours, or, as a manager, a shared one.
#[utoipa::path(operation_id = "replace_task_filter", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("filter" = TaskFilterId, Path, description = "The filter"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = SaveTaskFilter,
    responses(
        (status = 200, body = TaskFilter),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the list would refuse the query"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Somebody else's, or shared and you are not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such filter, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The name is taken, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[put("/task-filters/{filter}")]
pub(super) async fn replace_task_filter(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    path: Path<(SystemId, TaskFilterId)>,
    known: IfMatch,
    Json(body): Json<SaveTaskFilter>,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.into_inner().1);
    let filter = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { saved::replace(door, &scope, id, body, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), filter.version, &filter))
}

/// Delete a filter of yours, or, as a manager, a shared one.
#[utoipa::path(operation_id = "delete_task_filter", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("filter" = TaskFilterId, Path, description = "The filter"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Somebody else's"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such filter, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/task-filters/{filter}")]
pub(super) async fn delete_task_filter(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    path: Path<(SystemId, TaskFilterId)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.into_inner().1);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { saved::delete(door, &scope, id, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
