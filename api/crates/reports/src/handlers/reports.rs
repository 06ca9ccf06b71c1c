use crate::build::{self, Wanted};
use crate::queries::reports as queries;
use crate::reports;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, get, post};
use audit::change_system_even_archived;
use identity::Write;
use platform::http::{IfMatch, Json, Query, etag, not_modified};
use platform::idempotency::IdempotencyKey;
use platform::page::PageRequest;
use platform::{AppError, Platform, Result};
use serde::{Deserialize, Serialize};
use shared_types::reports::{CreateReport, Report, ReportDocument, ReportKind};
use shared_types::systems::Role;
use shared_types::text::Marking;
use shared_types::{ErrorCode, Page, Problem, ReportId, SystemId};
use systems::{Assessor, AuditRead, SystemMember, Viewer};
use utoipa::IntoParams;

/// Whether this request may read what an audit extract holds: an assessor or more, and by an API token only with `audit:read`.
pub(super) async fn reads_audit<S>(member: &SystemMember<Viewer, S>, request: &HttpRequest) -> bool {
    member.scope.role.allows(Role::Assessor)
        && (!member.who.by_token() || SystemMember::<Assessor, AuditRead>::extract(request).await.is_ok())
}

/// Refuses who may not have this kind made, in the words of its own permission.
pub(super) async fn may_make(kind: ReportKind, request: &HttpRequest) -> Result<()> {
    if kind.least_role() == Role::Assessor {
        SystemMember::<Assessor, AuditRead>::extract(request).await?;
    }
    Ok(())
}

/// A page of the list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u64>,
    /// From the page before or after.
    pub(super) cursor: Option<String>,
}

/// The reports of a system, newest first. Audit extracts are seen by assessors and above.
#[utoipa::path(operation_id = "list_reports", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Paging),
    responses(
        (status = 200, body = Page<Report>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/reports")]
pub(super) async fn list_reports(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(paging): Query<Paging>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let page = PageRequest::<i64>::parse(paging.limit, paging.cursor.as_deref(), &())?;
    let rows = queries::list(&platform.db, member.scope.system, reads_audit(&member, &request).await, &page).await?;
    let rows = rows.into_iter().map(|row| Ok((row.sequence, row.into_report()?))).collect::<Result<Vec<_>>>()?;
    let reports = page.page(rows, None, |(sequence, _)| *sequence, |(_, report)| report)?;
    // Progress changes without the system's revision: the tag is of what is told.
    let tag = etag::tag(&reports)?;
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(reports)))
}

/// Ask for a report. It is made in the background: follow it at its own address.
#[utoipa::path(operation_id = "create_report", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateReport,
    responses(
        (status = 202, body = Report, description = "It will be made; Location is where to follow it", headers(("Location" = String, description = "The report"))),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body or a filter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "An audit extract needs an assessor, and of an API token the scope audit:read"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many reports of the system, or five of yours, are being made; or you have two hundred"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/reports")]
pub(super) async fn create_report(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    key: IdempotencyKey,
    request: HttpRequest,
    Json(body): Json<CreateReport>,
) -> Result<HttpResponse> {
    may_make(body.kind, &request).await?;
    let filters = reports::filters(body.filters.as_deref()).map_err(|error| error.inside("/filters"))?.unwrap_or_default();
    let wanted = Wanted { kind: body.kind, filters, marking: String::new() };
    build::check(&platform, &wanted, &member.scope).await.map_err(|error| error.inside("/filters"))?;
    let (scope, inner) = (member.scope.clone(), platform.get_ref().clone());
    let report = change_system_even_archived(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Report>(door.tx, scope.user, &body).await? {
                return Ok(before);
            }
            let report = reports::create(door, &inner, &scope, &body).await?;
            key.keep(door.tx, scope.user, &body, &report, door.now).await?;
            Ok(report)
        })
    })
    .await?;
    let mut response = HttpResponse::Accepted();
    response.insert_header(("Location", format!("/api/v1/systems/{}/reports/{}", member.scope.system, report.id)));
    Ok(platform::http::object(response, report.version, &report))
}

/// One report: how far it is, and its hash.
#[utoipa::path(operation_id = "get_report", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("report" = ReportId, Path, description = "The report")),
    responses(
        (status = 200, body = Report),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such report, or not for you")))]
#[get("/reports/{report}")]
pub(super) async fn get_report(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, ReportId)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let audit = reads_audit(&member, &request).await;
    let report = queries::one(platform.db.read(), member.scope.system, audit, path.1).await?.into_report()?;
    let unchanged = not_modified(&request, &report.version.to_string());
    Ok(unchanged.unwrap_or_else(|| platform::http::object(HttpResponse::Ok(), report.version, &report)))
}

/// Take a report away before its time: by who asked for it, or a manager.
#[utoipa::path(operation_id = "delete_report", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("report" = ReportId, Path, description = "The report"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Another person's report, and not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such report, or not for you"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It has changed meanwhile"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/reports/{report}")]
pub(super) async fn delete_report(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    path: Path<(SystemId, ReportId)>,
    if_match: IfMatch,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.1);
    // What a program may not see it may not take away either.
    let audit = reads_audit(&member, &request).await;
    change_system_even_archived(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { reports::delete(door, &scope, audit, id, |version| if_match.check(version)).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Previews at a time in one process: each has up to ten thousand rows in memory until its answer is written.
pub const PREVIEWS: usize = 4;

/// What a web view shows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Preview {
    /// What it is about.
    kind: ReportKind,
    /// Filters as the query string of its list, itself encoded: `family%3DAC`.
    filters: Option<String>,
    /// The marking, such as `CUI`; that of the installation's settings if absent, none if empty.
    marking: Option<Marking>,
}

/// A report as a document at once, for the web view: as it would be made now.
#[utoipa::path(operation_id = "preview_report", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Preview),
    responses(
        (status = 200, body = ReportDocument),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter or a filter is not valid, or asks for more than a report holds"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "An audit extract needs an assessor, and of an API token the scope audit:read"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is being changed faster than it can be read"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Too many reports are shown at the moment; Retry-After says when to ask again")))]
#[get("/report-preview")]
pub(super) async fn preview_report(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(preview): Query<Preview>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    may_make(preview.kind, &request).await?;
    let filters = reports::filters(preview.filters.as_deref())?.unwrap_or_default();
    let usual = || platform.settings.reports.marking.trim().to_owned();
    let marking = preview.marking.map_or_else(usual, |marking| marking.to_string());
    let wanted = Wanted { kind: preview.kind, filters, marking };
    let _place = platform.documents.try_acquire().map_err(|_none_free| {
        let words = "Too many reports are shown at the moment. Try again in a few seconds.";
        AppError::new(ErrorCode::Unavailable).detail(words)
    })?;
    let document = build::build(&platform, &member.scope, &wanted).await.map_err(|error| error.inside("filters"))?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("Cache-Control", "private, no-store"));
    Ok(response.json(document))
}
