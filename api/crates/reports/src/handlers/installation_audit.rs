use super::audit_events::page;
use super::reports::Paging;
use crate::audit_filter::AuditParameters;
use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use audit::INSTALLATION_CHAIN;
use identity::{Admin, AuditRead};
use platform::http::Query;
use platform::{Platform, Result};
use shared_types::audit::{AuditEvent, ChainHeads, ChainVerification};
use shared_types::{Page, Problem};

/// What was done to the installation: users, sessions, systems. Newest first; days are days of UTC.
#[utoipa::path(operation_id = "list_installation_audit_events", tag = "audit", extensions(("x-role" = json!("admin")), ("x-scope" = json!("audit:read"))),
    params(Paging, AuditParameters),
    responses(
        (status = 200, body = Page<AuditEvent>),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/audit-events")]
pub(super) async fn list_installation_audit_events(
    platform: Data<Platform>,
    admin: Admin<AuditRead>,
    Query(parameters): Query<AuditParameters>,
) -> Result<Answer<Page<AuditEvent>>> {
    Ok(Answer(page(&platform, INSTALLATION_CHAIN, (admin.0.user(), "UTC"), &parameters).await?))
}

/// The ends of all chains, to be kept elsewhere: they prove later that nothing was cut off or rewritten.
#[utoipa::path(operation_id = "list_audit_heads", tag = "audit", extensions(("x-role" = json!("admin")), ("x-scope" = json!("audit:read"))),
    responses(
        (status = 200, body = ChainHeads),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/audit-events/heads")]
pub(super) async fn list_audit_heads(platform: Data<Platform>, _admin: Admin<AuditRead>) -> Result<Answer<ChainHeads>> {
    Ok(Answer(audit::heads(&platform.db, platform.clock.now()).await?))
}

/// Recompute the installation's chain: is every row as it was written, and is none missing?
#[utoipa::path(operation_id = "verify_installation_audit_events", tag = "audit", extensions(("x-role" = json!("admin")), ("x-scope" = json!("audit:read"))),
    responses(
        (status = 200, body = ChainVerification),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/audit-events/verification")]
pub(super) async fn verify_installation_audit_events(
    platform: Data<Platform>,
    _admin: Admin<AuditRead>,
) -> Result<Answer<ChainVerification>> {
    Ok(Answer(audit::verify_chain(&platform.db, INSTALLATION_CHAIN).await?))
}
