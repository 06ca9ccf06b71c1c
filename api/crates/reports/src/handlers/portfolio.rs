use crate::portfolio::{SYSTEMS, portfolio};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use identity::{Read, SignedIn};
use platform::http::{etag, not_modified};
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::portfolio::Portfolio;
use systems::live_systems;

/// Where all your systems stand, side by side. Archived ones are left out.
#[utoipa::path(operation_id = "get_portfolio", tag = "reports", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    responses(
        (status = 200, body = Portfolio),
        (status = 304, description = "Unchanged"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "An API token of one system reads that one's dashboard")))]
#[get("/portfolio")]
pub(super) async fn get_portfolio(platform: Data<Platform>, who: SignedIn<Read>, request: HttpRequest) -> Result<HttpResponse> {
    let live = live_systems(&platform, who.user(), who.account.admin, SYSTEMS).await?;
    // As a system's lists: by the person, the rights, each system's revision, and its day, since freshness is derived.
    let states: Vec<_> = live.systems.iter().map(|system| (system.id, system.revision, system.role, system.today)).collect();
    let tag = etag::tag(&(who.user(), who.account.admin, request.path(), live.total, states))?;
    if let Some(response) = not_modified(&request, &tag).or_else(|| platform.answers.kept(&tag)) {
        return Ok(response);
    }
    let portfolio = portfolio(&platform, who.user(), live).await?;
    platform.answers.keep(&tag, &portfolio)
}
