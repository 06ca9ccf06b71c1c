use crate::dashboard::dashboard;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use platform::{Platform, Result};
use shared_types::dashboard::Dashboard;
use shared_types::{Problem, SystemId};
use systems::{SystemMember, Viewer};

/// Where a system stands.
#[utoipa::path(operation_id = "get_dashboard", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Dashboard),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/dashboard")]
pub(super) async fn get_dashboard(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let dashboard = dashboard(&platform, &member.scope).await?;
    platform.answers.keep(&tag, &dashboard)
}
