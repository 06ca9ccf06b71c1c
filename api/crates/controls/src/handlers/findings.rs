use crate::{queries, service};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post, put};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::{Platform, Result};
use shared_types::controls::{BulkResult, BulkSetFindings, ControlDetail, SetFinding};
use shared_types::{Problem, SystemId};
use systems::{Contributor, SystemMember};

/// Set the finding of an objective. The control's finding and the score follow.
#[utoipa::path(operation_id = "set_finding", tag = "controls", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("control" = String, Path, description = "Id, reference (`AC.L2-3.1.1`) or bare number (`3.1.1`)"),
        ("letter" = String, Path, description = "The objective's letter"),
        ("If-Match" = String, Header, description = "The control's version that you know")),
    request_body = SetFinding,
    responses(
        (status = 200, body = ControlDetail),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or a reason is missing"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such control or objective, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[put("/controls/{control}/objectives/{letter}")]
pub(super) async fn set_finding(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String, String)>,
    known: IfMatch,
    Json(body): Json<SetFinding>,
) -> Result<HttpResponse> {
    let system = member.scope.system;
    let (_system, control, letter) = path.into_inner();
    let control = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::set_finding(door, system, (&control, &letter), body, &known).await })
    })
    .await?;
    // Read behind the door: on SQLite all other writers would wait for it. What somebody else changed since is in it, with its version.
    let detail = queries::detail(platform.db.read(), system, &control.to_string(), member.scope.today).await?;
    Ok(platform::http::object(HttpResponse::Ok(), detail.control.version, &detail))
}

/// Set up to 500 findings in one transaction. Valid items are applied, each of the others is told why not.
#[utoipa::path(operation_id = "bulk_set_findings", tag = "controls", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = BulkSetFindings,
    responses(
        (status = 200, body = BulkResult, description = "An answer for each item, in the order of the items"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The request can't be read, or has no item or too many"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived")))]
#[post("/findings/bulk")]
pub(super) async fn bulk_set_findings(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    Json(body): Json<BulkSetFindings>,
) -> Result<HttpResponse> {
    let system = member.scope.system;
    let result: BulkResult = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::bulk(door, system, body).await })
    })
    .await?;
    Ok(HttpResponse::Ok().json(result))
}
