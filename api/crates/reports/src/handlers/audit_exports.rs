use crate::audit_filter::AuditParameters;
use crate::export::audit::{Form, pieces};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use audit::INSTALLATION_CHAIN;
use identity::{Admin, AuditRead};
use platform::http::Query;
use platform::{Platform, Result};
use shared_types::audit::ExportedAuditEvent;
use shared_types::{Problem, SystemId, UserId};
use systems::{Assessor, SystemMember};
use uuid::Uuid;

/// The file as a download. `limit` and `cursor` mean nothing here: it is whole.
fn download(
    platform: &Platform,
    chain: Uuid,
    (me, zone): (UserId, &str),
    parameters: &AuditParameters,
    form: Form,
) -> Result<HttpResponse> {
    let filter = parameters.parse(me, zone)?;
    let (content_type, extension) = match form {
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
        Form::JsonLines => ("application/x-ndjson", "jsonl"),
    };
    let name = format!("audit-{}.{extension}", platform.clock.today(zone));
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, content_type));
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    Ok(response.streaming(Box::pin(pieces(platform.clone(), chain, filter, form))))
}

/// The audit log of a system as CSV for a spreadsheet, oldest first. Takes the filters of the list.
#[utoipa::path(operation_id = "export_audit_events_csv", tag = "audit", extensions(("x-role" = json!("assessor")), ("x-scope" = json!("audit:read"))),
    params(("system" = SystemId, Path, description = "The system"), AuditParameters),
    responses(
        (status = 200, body = String, content_type = "text/csv", description = "An attachment"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an assessor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/audit-events/export.csv")]
pub(super) async fn export_audit_events_csv(
    platform: Data<Platform>,
    member: SystemMember<Assessor, AuditRead>,
    Query(parameters): Query<AuditParameters>,
) -> Result<HttpResponse> {
    let scope = &member.scope;
    download(&platform, scope.system.0, (scope.user, &scope.time_zone), &parameters, Form::Csv)
}

/// The audit log of a system as lines of JSON, oldest first, with everything that the hashes cover. Takes the filters of the list.
#[utoipa::path(operation_id = "export_audit_events_jsonl", tag = "audit", extensions(("x-role" = json!("assessor")), ("x-scope" = json!("audit:read"))),
    params(("system" = SystemId, Path, description = "The system"), AuditParameters),
    responses(
        (status = 200, body = ExportedAuditEvent, content_type = "application/x-ndjson", description = "An attachment; each line is one event"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an assessor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/audit-events/export.jsonl")]
pub(super) async fn export_audit_events_jsonl(
    platform: Data<Platform>,
    member: SystemMember<Assessor, AuditRead>,
    Query(parameters): Query<AuditParameters>,
) -> Result<HttpResponse> {
    let scope = &member.scope;
    download(&platform, scope.system.0, (scope.user, &scope.time_zone), &parameters, Form::JsonLines)
}

/// The installation's log as CSV for a spreadsheet, oldest first. Takes the filters of the list.
#[utoipa::path(operation_id = "export_installation_audit_events_csv", tag = "audit", extensions(("x-role" = json!("admin")), ("x-scope" = json!("audit:read"))),
    params(AuditParameters),
    responses(
        (status = 200, body = String, content_type = "text/csv", description = "An attachment"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/audit-events/export.csv")]
pub(super) async fn export_installation_audit_events_csv(
    platform: Data<Platform>,
    admin: Admin<AuditRead>,
    Query(parameters): Query<AuditParameters>,
) -> Result<HttpResponse> {
    download(&platform, INSTALLATION_CHAIN, (admin.0.user(), "UTC"), &parameters, Form::Csv)
}

/// The installation's log as lines of JSON, oldest first, with everything that the hashes cover. Takes the filters of the list.
#[utoipa::path(operation_id = "export_installation_audit_events_jsonl", tag = "audit", extensions(("x-role" = json!("admin")), ("x-scope" = json!("audit:read"))),
    params(AuditParameters),
    responses(
        (status = 200, body = ExportedAuditEvent, content_type = "application/x-ndjson", description = "An attachment; each line is one event"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/audit-events/export.jsonl")]
pub(super) async fn export_installation_audit_events_jsonl(
    platform: Data<Platform>,
    admin: Admin<AuditRead>,
    Query(parameters): Query<AuditParameters>,
) -> Result<HttpResponse> {
    download(&platform, INSTALLATION_CHAIN, (admin.0.user(), "UTC"), &parameters, Form::JsonLines)
}
