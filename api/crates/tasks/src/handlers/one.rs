use crate::key::TaskKey;
use crate::{queries, service};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use audit::change_system;
use platform::http::{IfMatch, Json, etag, not_modified};
use platform::{Platform, Result};
use shared_types::tasks::{Task, UpdateTask};
use shared_types::{Problem, SystemId};
use systems::{Contributor, Manager, SystemMember, Viewer};

/// One task.
#[utoipa::path(operation_id = "get_task", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)")),
    responses(
        (status = 200, body = Task),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours")))]
#[get("/tasks/{task}")]
pub(super) async fn get_task(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let row = queries::task(platform.db.read(), &member.scope, TaskKey::parse(&path.into_inner().1)?).await?;
    let tag = row.version.to_string();
    if let Some(response) = not_modified(&request, &tag) {
        return Ok(response);
    }
    let mut response = etag::tagged(HttpResponse::Ok(), &tag);
    // The tag is the task's own version, as If-Match wants it. `actions`, `overdue` and `comment_count` change without it, so a
    // browser must not keep the answer and revalidate it by itself; a client that asks with If-None-Match asks about the task.
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.json(row.into_task(&member.scope)?))
}

/// Change a task that is not completed.
#[utoipa::path(operation_id = "update_task", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateTask,
    responses(
        (status = 200, body = Task),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Completed, or who did it stands, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/tasks/{task}")]
pub(super) async fn update_task(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
    Json(body): Json<UpdateTask>,
) -> Result<HttpResponse> {
    let (scope, key) = (member.scope.clone(), TaskKey::parse(&path.into_inner().1)?);
    let task = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { service::update(door, &scope, key, body, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), task.version, &task))
}

/// Delete a task. Its number is not used again.
#[utoipa::path(operation_id = "delete_task", tag = "tasks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/tasks/{task}")]
pub(super) async fn delete_task(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (scope, key) = (member.scope.clone(), TaskKey::parse(&path.into_inner().1)?);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { service::delete(door, &scope, key, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
