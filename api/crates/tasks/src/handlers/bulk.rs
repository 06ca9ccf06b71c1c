use crate::bulk;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use audit::change_system;
use platform::http::Json;
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
use shared_types::tasks::{BulkTasks, BulkTasksResult};
use shared_types::{Problem, SystemId};
use systems::{Contributor, SystemMember};

/// Change up to 200 tasks in one transaction: fields, or one step. What can be changed is; each of the others is told why not.
#[utoipa::path(operation_id = "bulk_change_tasks", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = BulkTasks,
    responses(
        (status = 200, body = BulkTasksResult, description = "An answer for each task, in the order of the request"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No task or too many, no change, or two kinds of change at once"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/tasks/bulk")]
pub(super) async fn bulk_change_tasks(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    key: IdempotencyKey,
    Json(body): Json<BulkTasks>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let result = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<BulkTasksResult>(door.tx, scope.user, &body).await? {
                return Ok(before);
            }
            let result = bulk::bulk(door, &scope, body.clone()).await?;
            key.keep(door.tx, scope.user, &body, &result, door.now).await?;
            Ok(result)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(result))
}
