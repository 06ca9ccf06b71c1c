use crate::list::{self, EvidenceFilter};
use crate::queries::{self, EvidenceRef};
use crate::{retention, service};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch};
use audit::change_system;
use platform::http::{IfMatch, Json, Query, not_modified};
use platform::{AppError, Platform, Result};
use serde::Deserialize;
use shared_types::evidence::{Evidence, UpdateEvidence};
use shared_types::text::Note;
use shared_types::{Page, Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember, Viewer};
use utoipa::IntoParams;

/// The evidence of a system.
#[utoipa::path(operation_id = "list_evidence", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 200, description = "Rows of a page, 1 to 200; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "From the page before or after"), EvidenceFilter),
    responses(
        (status = 200, body = Page<Evidence>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/evidence")]
pub(super) async fn list_evidence(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(filter): Query<EvidenceFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let page = list::page(&platform, &member.scope, &filter).await?;
    platform.answers.keep(&tag, &page)
}

/// One piece of evidence.
#[utoipa::path(operation_id = "get_evidence", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 200, body = Evidence),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence")))]
#[get("/evidence/{evidence}")]
pub(super) async fn get_evidence(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (scope, reference) = (&member.scope, EvidenceRef::parse(&path.1)?);
    let found = queries::evidence(platform.db.read(), scope.system, reference, scope.today).await?;
    let tag = found.version.to_string();
    // What ages looks different tomorrow though nobody changed it: only what does not age is "unchanged".
    let unchanged = not_modified(&request, &tag).filter(|_| found.expires.is_none());
    Ok(unchanged.unwrap_or_else(|| platform::http::object(HttpResponse::Ok(), found.version, &found)))
}

/// Change title, description, owner or dates. The file itself never changes.
#[utoipa::path(operation_id = "update_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateEvidence,
    responses(
        (status = 200, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/evidence/{evidence}")]
pub(super) async fn update_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
    Json(body): Json<UpdateEvidence>,
) -> Result<HttpResponse> {
    let evidence = EvidenceRef::parse(&path.1)?;
    let (system, today) = (member.scope.system, member.scope.today);
    let changed = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::update(door, system, evidence, body, &known, today).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), changed.version, &changed))
}

/// Why evidence is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// For those who look at the deleted evidence later, at most 4,000 characters.
    reason: Option<String>,
}

/// Hide evidence. What was kept stays kept, and it can be brought back. What was approved once only a manager hides.
#[utoipa::path(operation_id = "delete_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("If-Match" = String, Header, description = "The version that you know"), Deletion),
    responses(
        (status = 204, description = "Deleted"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The reason is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor, or not a manager where a version was approved"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A legal hold is on it, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/evidence/{evidence}")]
pub(super) async fn delete_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    Query(query): Query<Deletion>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
    let reason = match query.reason.as_deref() {
        Some(reason) => Some(Note::parse(reason).map_err(|error| AppError::invalid("reason", error.code, error.detail))?),
        None => None,
    };
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { retention::delete(door, &scope, evidence, reason.as_ref().map(Note::as_str), &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
