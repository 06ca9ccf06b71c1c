use crate::{Manager, SystemMember, service};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use audit::change_system_even_archived;
use identity::Administer;
use platform::{Platform, Result};
use shared_types::systems::System;
use shared_types::{Problem, SystemId};

async fn set(platform: &Platform, member: SystemMember<Manager, Administer>, archived: bool) -> Result<HttpResponse> {
    let id = member.scope.system;
    let system = change_system_even_archived(platform, member.actor(), id, move |door| {
        Box::pin(async move { service::set_archived(door, id, archived).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), system.version, &system))
}

/// Archive a system: it stays readable and refuses every change.
#[utoipa::path(operation_id = "archive_system", tag = "systems", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = System),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[post("/archive")]
pub(super) async fn archive_system(platform: Data<Platform>, member: SystemMember<Manager, Administer>) -> Result<HttpResponse> {
    set(&platform, member, true).await
}

/// Bring an archived system back.
#[utoipa::path(operation_id = "restore_system", tag = "systems", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = System),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[post("/restore")]
pub(super) async fn restore_system(platform: Data<Platform>, member: SystemMember<Manager, Administer>) -> Result<HttpResponse> {
    set(&platform, member, false).await
}
