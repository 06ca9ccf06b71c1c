use super::reports::Paging;
use crate::audit_filter::AuditParameters;
use crate::queries::audit::{Place, events, labels};
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpRequest, HttpResponse, get};
use identity::AuditRead;
use platform::http::Query;
use platform::page::PageRequest;
use platform::{Platform, Result};
use shared_types::audit::{AuditEvent, ChainVerification};
use shared_types::{Page, Problem, SystemId, UserId};
use systems::{Assessor, Manager, SystemMember};
use uuid::Uuid;

/// A page of a chain.
pub(super) async fn page(
    platform: &Platform,
    chain: Uuid,
    (me, zone): (UserId, &str),
    parameters: &AuditParameters,
) -> Result<Page<AuditEvent>> {
    let filter = parameters.parse(me, zone)?;
    let request = PageRequest::<i64>::parse(parameters.limit, parameters.cursor.as_deref(), parameters)?;
    let from = request.cursor.as_ref().map(|cursor| cursor.k);
    let place = Place { from, backwards: request.backwards(), limit: request.fetch() };
    let rows = events(&platform.db, chain, &filter, place).await?;
    let labels = labels(&platform.db, chain, &rows).await?;
    request.page(rows, None, |row| row.sequence, |row| labels.event(row))
}

/// What was done in a system, newest first.
#[utoipa::path(operation_id = "list_audit_events", tag = "audit", extensions(("x-role" = json!("assessor")), ("x-scope" = json!("audit:read"))),
    params(("system" = SystemId, Path, description = "The system"), Paging, AuditParameters),
    responses(
        (status = 200, body = Page<AuditEvent>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an assessor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/audit-events")]
pub(super) async fn list_audit_events(
    platform: Data<Platform>,
    member: SystemMember<Assessor, AuditRead>,
    request: HttpRequest,
    Query(parameters): Query<AuditParameters>,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let scope = &member.scope;
    let page = page(&platform, scope.system.0, (scope.user, &scope.time_zone), &parameters).await?;
    platform.answers.keep(&tag, &page)
}

/// Recompute the chain of a system: is every row as it was written, and is none missing?
#[utoipa::path(operation_id = "verify_audit_events", tag = "audit", extensions(("x-role" = json!("manager")), ("x-scope" = json!("audit:read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = ChainVerification),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/audit-events/verification")]
pub(super) async fn verify_audit_events(
    platform: Data<Platform>,
    member: SystemMember<Manager, AuditRead>,
) -> Result<Answer<ChainVerification>> {
    Ok(Answer(audit::verify_chain(&platform.db, member.scope.system.0).await?))
}
