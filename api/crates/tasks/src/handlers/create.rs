use crate::service;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use audit::change_system;
use platform::http::Json;
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
use shared_types::tasks::{CreateTask, Task};
use shared_types::{Problem, SystemId};
use systems::{Contributor, SystemMember};

/// Create a task.
#[utoipa::path(operation_id = "create_task", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateTask,
    responses(
        (status = 201, body = Task),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/tasks")]
pub(super) async fn create_task(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    key: IdempotencyKey,
    Json(body): Json<CreateTask>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let task = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Task>(door.tx, scope.user, &body).await? {
                return Ok(before);
            }
            let task = service::create(door, &scope, body.clone()).await?;
            key.keep(door.tx, scope.user, &body, &task, door.now).await?;
            Ok(task)
        })
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header(("Location", format!("/api/v1/systems/{}/tasks/{}", member.scope.system, task.id)));
    Ok(platform::http::object(response, task.version, &task))
}
