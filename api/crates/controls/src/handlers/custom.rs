use crate::service;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, post};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
use shared_types::controls::{ControlDetail, CreateControl};
use shared_types::{Problem, SystemId};
use systems::{Contributor, Manager, SystemMember};

/// Create a custom control.
#[utoipa::path(operation_id = "create_control", tag = "controls", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateControl,
    responses(
        (status = 201, body = ControlDetail),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The reference is taken, or the system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/controls")]
pub(super) async fn create_control(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    key: IdempotencyKey,
    Json(body): Json<CreateControl>,
) -> Result<HttpResponse> {
    let (system, user, today) = (member.scope.system, member.scope.user, member.scope.today);
    let created = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<ControlDetail>(door.tx, user, &body).await? {
                return Ok(before);
            }
            let created = service::create(door, system, &body, today).await?;
            key.keep(door.tx, user, &body, &created, door.now).await?;
            Ok(created)
        })
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header(("Location", format!("/api/v1/systems/{system}/controls/{}", created.control.id)));
    Ok(platform::http::object(response, created.control.version, &created))
}

/// Delete a custom control. A rule pack's can't be deleted, and none that tasks are about.
#[utoipa::path(operation_id = "delete_control", tag = "controls", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("control" = String, Path, description = "Id or reference"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such control, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Of a rule pack, with tasks, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/controls/{control}")]
pub(super) async fn delete_control(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (system, control) = (member.scope.system, path.into_inner().1);
    let today = member.scope.today;
    change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::delete(door, system, &control, &known, today).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
