use super::reports::reads_audit;
use crate::dashboard::dashboard;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use platform::http::{etag, not_modified};
use platform::{Platform, Result};
use shared_types::dashboard::Dashboard;
use shared_types::{Problem, SystemId};
use systems::{SystemMember, Viewer};

/// Where a system stands. What stands in the audit log beyond the work itself is shown to who may read the log.
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
    let audit = reads_audit(&member, &request).await;
    // A token and a session of one person have one tag of lists, and not always one right to read the log.
    let tag = etag::tag(&(member.list_tag(&request)?, audit))?;
    if let Some(response) = not_modified(&request, &tag).or_else(|| platform.answers.kept(&tag)) {
        return Ok(response);
    }
    let dashboard = dashboard(&platform, &member.scope, audit).await?;
    platform.answers.keep(&tag, &dashboard)
}
