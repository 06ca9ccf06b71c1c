use crate::gather::{self, Which};
use crate::queries::SealRow;
use crate::{SealKey, queries, rules, service};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use audit::change_system;
use identity::{SessionOnly, SteppedUp};
use platform::http::{Json, Query, etag};
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::seals::{CreateSeal, Seal, SealBlockers};
use shared_types::{Page, Problem, SystemId};
use systems::{Manager, SystemMember, Viewer};
use utoipa::IntoParams;

/// Which part of the seals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SealPage {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before or after.
    cursor: Option<String>,
}

/// The seals of a system, newest first.
#[utoipa::path(operation_id = "list_seals", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), SealPage),
    responses(
        (status = 200, body = Page<Seal>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/seals")]
pub(super) async fn list_seals(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(query): Query<SealPage>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let page = PageRequest::<i32>::parse(query.limit, query.cursor.as_deref(), &member.scope.system)?;
    let (rows, total) = queries::list(&platform.db, member.scope.system, &page).await?;
    let Page { items, page } = page.page(rows, total, SealRow::number, |row| row.into_seal(&member.scope.time_zone))?;
    let seals = Page { items: items.into_iter().collect::<Result<Vec<_>>>()?, page };
    // A person's name changes without the system's revision: the tag is of what is told.
    let tag = etag::tag(&seals)?;
    Ok(platform::http::not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(seals)))
}

/// What stands in the way of freezing an assessment today.
#[utoipa::path(operation_id = "list_seal_blockers", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = SealBlockers),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/seals/blockers")]
pub(super) async fn list_seal_blockers(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (connection, system) = (platform.db.read(), member.scope.system);
    let objectives = gather::objectives(connection, system).await?;
    let links = gather::links(connection, system).await?;
    let approved = gather::items(connection, system, Which::Approved(member.scope.today)).await?;
    let mut items = rules::blockers(&objectives, &gather::supported(&approved, &links));
    items.extend(rules::withheld(&approved, platform.settings.clamav.is_on()));
    // What a scanner or a comparison finds changes no revision of the system: the tag is of what is told.
    let found = SealBlockers { items };
    let tag = etag::tag(&found)?;
    Ok(platform::http::not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(found)))
}

/// Seal the evidence as it stands. A working seal takes the newest version of everything; an assessment takes approved and current
/// evidence and is refused while an objective is not assessed, or MET as implemented without such evidence.
#[utoipa::path(operation_id = "create_seal", tag = "evidence",
    extensions(("x-role" = json!("manager")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = CreateSeal,
    responses(
        (status = 201, body = Seal),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "Not a manager; `step_up_required`: prove first that it is you"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json",
            description = "Something stands in the way, or the system is archived")))]
#[post("/seals")]
pub(super) async fn create_seal(
    platform: Data<Platform>,
    key: Data<SealKey>,
    SteppedUp(member): SteppedUp<SystemMember<Manager, SessionOnly>>,
    Json(body): Json<CreateSeal>,
) -> Result<HttpResponse> {
    let (scope, key) = (member.scope.clone(), key.into_inner());
    let system = scope.system;
    let scanner = platform.settings.clamav.is_on();
    let seal = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::create(door, &scope, &key, scanner, &body).await })
    })
    .await?;
    let location = format!("/api/v1/systems/{system}/seals/{}", seal.number);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(seal))
}

/// One seal, with what eMASS asks for.
#[utoipa::path(operation_id = "get_seal", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("seal" = u32, Path, description = "Its number")),
    responses(
        (status = 200, body = Seal),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such seal")))]
#[get("/seals/{seal}")]
pub(super) async fn get_seal(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let number = super::archive::number(&path.1)?;
    let row = queries::one(platform.db.read(), member.scope.system, number).await?;
    let seal = row.into_seal(&member.scope.time_zone)?;
    let tag = etag::tag(&seal)?;
    Ok(platform::http::not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(seal)))
}
