use crate::{queries, service};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, patch};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::{Platform, Result};
use shared_types::controls::{ControlDetail, UpdateControl};
use shared_types::{Problem, SystemId};
use systems::{Contributor, SystemMember, Viewer};

// No 304 here: the tag is the version that If-Match wants, and the answer shows more than the version covers (open tasks, linked
// evidence, neighbours), so a client that was told "unchanged" would show what is no longer so.
/// One control.
#[utoipa::path(operation_id = "get_control", tag = "controls", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("control" = String, Path, description = "Id, reference (`AC.L2-3.1.1`) or bare number (`3.1.1`)")),
    responses(
        (status = 200, body = ControlDetail),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such control, or not yours")))]
#[get("/controls/{control}")]
pub(super) async fn get_control(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let all = member.list_tag(&request)?;
    if let Some(response) = platform.answers.kept(&all) {
        return Ok(response);
    }
    let detail = queries::detail(platform.db.read(), member.scope.system, &path.1, member.scope.today).await?;
    platform.answers.keep_object(&all, detail.control.version, &detail)
}

/// Change a control: narrative, owner, reviews, partial credit, applicability; wording of custom ones.
#[utoipa::path(operation_id = "update_control", tag = "controls", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("control" = String, Path, description = "Id, reference (`AC.L2-3.1.1`) or bare number (`3.1.1`)"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateControl,
    responses(
        (status = 200, body = ControlDetail),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such control, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/controls/{control}")]
pub(super) async fn update_control(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
    Json(body): Json<UpdateControl>,
) -> Result<HttpResponse> {
    let (system, today, control) = (member.scope.system, member.scope.today, path.into_inner().1);
    let detail = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::update(door, system, &control, body, &known, today).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), detail.control.version, &detail))
}
