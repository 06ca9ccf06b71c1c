use super::reports::{Paging, may_make};
use crate::build::{self, Wanted};
use crate::schedules::{self, Fields};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use audit::change_system;
use platform::http::{IfMatch, Json, Query, etag, not_modified};
use platform::idempotency::IdempotencyKey;
use platform::page::PageRequest;
use platform::{Platform, Result};
use shared_types::report_schedules::{CreateReportSchedule, ReportSchedule, ScheduleState, UpdateReportSchedule};
use shared_types::reports::Report;
use shared_types::{Page, Problem, ReportScheduleId, SystemId};
use systems::{Manager, Read, Scope, SystemMember};

/// The scheduled reports of a system in the order in which they were created. A system has at most fifty.
#[utoipa::path(operation_id = "list_report_schedules", tag = "reports", extensions(("x-role" = json!("manager")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Paging),
    responses(
        (status = 200, body = Page<ReportSchedule>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/report-schedules")]
pub(super) async fn list_report_schedules(
    platform: Data<Platform>,
    member: SystemMember<Manager, Read>,
    Query(paging): Query<Paging>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let page = PageRequest::<i64>::parse(paging.limit, paging.cursor.as_deref(), &())?;
    let rows = schedules::list(platform.db.read(), &member.scope, platform.clock.now(), &page).await?;
    let schedules = page.page(rows, None, |(sequence, _)| *sequence, |(_, schedule)| schedule)?;
    // What comes of a run, and who may be told, change without the system's revision: the tag is of what is told.
    let tag = etag::tag(&schedules)?;
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(schedules)))
}

/// Refuses filters that the kind does not know, before anything is changed.
async fn check(platform: &Platform, scope: &Scope, fields: &Fields) -> Result<()> {
    let wanted = Wanted { kind: fields.kind, filters: fields.filters.clone().unwrap_or_default(), marking: String::new() };
    build::check(platform, &wanted, scope).await.map_err(|error| error.inside("/filters"))
}

/// Schedule a report. It is made in your name on each of its days, and the recipients are told where it is.
#[utoipa::path(operation_id = "create_report_schedule", tag = "reports", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateReportSchedule,
    responses(
        (status = 201, body = ReportSchedule),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field or a filter is not valid, or a recipient is no member or may not read this kind"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; of an API token an audit extract needs the scope audit:read"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many, or the system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/report-schedules")]
pub(super) async fn create_report_schedule(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    key: IdempotencyKey,
    request: HttpRequest,
    Json(body): Json<CreateReportSchedule>,
) -> Result<HttpResponse> {
    may_make(body.kind, &request).await?;
    check(&platform, &member.scope, &Fields::new(&body)?).await?;
    let scope = member.scope.clone();
    let schedule = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<ReportSchedule>(door.tx, scope.user, &body).await? {
                return Ok(before);
            }
            let schedule = schedules::create(door, &scope, &body).await?;
            key.keep(door.tx, scope.user, &body, &schedule, door.now).await?;
            Ok(schedule)
        })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), schedule.version, &schedule))
}

/// One scheduled report.
#[utoipa::path(operation_id = "get_report_schedule", tag = "reports", extensions(("x-role" = json!("manager")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("schedule" = ReportScheduleId, Path, description = "The schedule")),
    responses(
        (status = 200, body = ReportSchedule),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such schedule, or not yours")))]
#[get("/report-schedules/{schedule}")]
pub(super) async fn get_report_schedule(
    platform: Data<Platform>,
    member: SystemMember<Manager, Read>,
    path: Path<(SystemId, ReportScheduleId)>,
) -> Result<HttpResponse> {
    let schedule = schedules::one(platform.db.read(), &member.scope, platform.clock.now(), path.1).await?;
    Ok(platform::http::object(HttpResponse::Ok(), schedule.version, &schedule))
}

/// Change, pause or resume a scheduled report. You own it then: its reports are made in your name. Another day or hour, and a resumption, count from now on.
#[utoipa::path(operation_id = "update_report_schedule", tag = "reports", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("schedule" = ReportScheduleId, Path, description = "The schedule"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateReportSchedule,
    responses(
        (status = 200, body = ReportSchedule),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field or a filter is not valid, or a recipient is no member or may not read this kind"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; of an API token an audit extract needs the scope audit:read"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such schedule, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/report-schedules/{schedule}")]
pub(super) async fn update_report_schedule(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    path: Path<(SystemId, ReportScheduleId)>,
    known: IfMatch,
    request: HttpRequest,
    Json(body): Json<UpdateReportSchedule>,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.1);
    let fields = schedules::changed(&schedules::row(platform.db.read(), scope.system, id).await?, &body)?;
    may_make(fields.kind, &request).await?;
    // What nobody touches is asked about when it begins to count again: a schedule can always be paused.
    if body.kind.is_some() || !body.filters.is_absent() || body.state == Some(ScheduleState::Active) {
        check(&platform, &scope, &fields).await?;
    }
    let schedule = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { schedules::update(door, &scope, id, &body, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), schedule.version, &schedule))
}

/// Delete a scheduled report. What it has made stays until its time is over.
#[utoipa::path(operation_id = "delete_report_schedule", tag = "reports", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("schedule" = ReportScheduleId, Path, description = "The schedule"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such schedule, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/report-schedules/{schedule}")]
pub(super) async fn delete_report_schedule(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    path: Path<(SystemId, ReportScheduleId)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.1);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { schedules::delete(door, &scope, id, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Have a scheduled report made now, out of turn and also while it is paused; the recipients are told as always.
#[utoipa::path(operation_id = "run_report_schedule", tag = "reports", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("schedule" = ReportScheduleId, Path, description = "The schedule")),
    responses(
        (status = 202, body = Report, description = "It will be made; Location is where to follow it", headers(("Location" = String, description = "The report"))),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; of an API token an audit extract needs the scope audit:read"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such schedule, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "One of it is being made, there is no room for another, its owner is no manager any more, or the system is archived")))]
#[post("/report-schedules/{schedule}/run")]
pub(super) async fn run_report_schedule(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    path: Path<(SystemId, ReportScheduleId)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (system, id) = (member.scope.system, path.1);
    may_make(schedules::row(platform.db.read(), system, id).await?.kind()?, &request).await?;
    let inner = platform.get_ref().clone();
    let report = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { schedules::run_now(door, &inner, system, id).await })
    })
    .await?;
    let mut response = HttpResponse::Accepted();
    response.insert_header(("Location", format!("/api/v1/systems/{system}/reports/{}", report.id)));
    Ok(platform::http::object(response, report.version, &report))
}
