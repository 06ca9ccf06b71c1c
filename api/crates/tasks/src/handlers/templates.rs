use crate::recurring::{self, Rule, check_periodic, check_starts, periodic_control};
use crate::service::control_of_read;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use audit::change_system;
use platform::files::blocking;
use platform::http::{IfMatch, Json};
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
use shared_types::tasks::{
    AdoptSuggestions, AdoptedSuggestions, CreateTaskTemplate, PreviewRecurrence, RecurrenceDates, TaskTemplate,
    TemplateSuggestion, TransitionTaskTemplate, UpdateTaskTemplate,
};
use shared_types::{Problem, SystemId, TaskTemplateId};
use systems::{Contributor, Manager, SystemMember, Viewer, Write};

/// Days that a preview shows.
const PREVIEW: usize = 12;

/// The recurring tasks of a system by title; after them the two hundred that ended last.
#[utoipa::path(operation_id = "list_task_templates", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Vec<TaskTemplate>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/task-templates")]
pub(super) async fn list_task_templates(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let (templates, today) = (recurring::all(platform.db.read(), member.scope.system).await?, member.scope.today);
    let shown = blocking(move || recurring::shown(templates, today)).await?;
    platform.answers.keep(&tag, &shown)
}

/// Create a recurring task, and the tasks that it makes today.
#[utoipa::path(operation_id = "create_task_template", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateTaskTemplate,
    responses(
        (status = 201, body = TaskTemplate),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the rule is not accepted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many, or the system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/task-templates")]
pub(super) async fn create_task_template(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    key: IdempotencyKey,
    Json(body): Json<CreateTaskTemplate>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    // What never yields is found out here, where nobody else waits.
    let (rule, starts) = (body.rule.clone(), body.starts.unwrap_or(scope.today));
    blocking(move || Rule::parse(&rule, starts).map(drop)).await?;
    let template = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<TaskTemplate>(door.tx, scope.user, &body).await? {
                return Ok(before);
            }
            let template = recurring::create(door, &scope, body.clone()).await?;
            key.keep(door.tx, scope.user, &body, &template, door.now).await?;
            Ok(template)
        })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), template.version, &template))
}

/// One recurring task.
#[utoipa::path(operation_id = "get_task_template", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("template" = TaskTemplateId, Path, description = "The template")),
    responses(
        (status = 200, body = TaskTemplate),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such template, or not yours")))]
#[get("/task-templates/{template}")]
pub(super) async fn get_task_template(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, TaskTemplateId)>,
) -> Result<HttpResponse> {
    let template = recurring::one(platform.db.read(), member.scope.system, path.into_inner().1).await?;
    let today = member.scope.today;
    let template = blocking(move || template.shown(today)).await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// Change a recurring task that has not ended. What it has made stays; another rule or first day counts from today on.
#[utoipa::path(operation_id = "update_task_template", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("template" = TaskTemplateId, Path, description = "The template"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateTaskTemplate,
    responses(
        (status = 200, body = TaskTemplate),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the rule is not accepted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such template, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Ended, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/task-templates/{template}")]
pub(super) async fn update_task_template(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, TaskTemplateId)>,
    known: IfMatch,
    Json(body): Json<UpdateTaskTemplate>,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.into_inner().1);
    if body.rule.is_some() || body.starts.is_some() {
        let stored = recurring::one(platform.db.read(), scope.system, id).await?;
        let (new, old, starts) = (body.rule.clone(), stored.rule_text()?, body.starts.unwrap_or(stored.starts));
        blocking(move || new.map_or_else(|| Rule::stored(&old, starts), |new| Rule::parse(&new, starts)).map(drop)).await?;
    }
    let template = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { recurring::update(door, &scope, id, body, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// Pause, resume or end a recurring task. What falls into a pause is not made up for.
#[utoipa::path(operation_id = "transition_task_template", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("template" = TaskTemplateId, Path, description = "The template"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = TransitionTaskTemplate,
    responses(
        (status = 200, body = TaskTemplate),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such template, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The state does not allow it, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[post("/task-templates/{template}/transitions")]
pub(super) async fn transition_task_template(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, TaskTemplateId)>,
    known: IfMatch,
    Json(body): Json<TransitionTaskTemplate>,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.into_inner().1);
    let template = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { recurring::transition(door, &scope, id, body.action, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// Delete a recurring task that has made nothing yet.
#[utoipa::path(operation_id = "delete_task_template", tag = "tasks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("template" = TaskTemplateId, Path, description = "The template"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such template, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has made tasks, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/task-templates/{template}")]
pub(super) async fn delete_task_template(
    platform: Data<Platform>,
    member: SystemMember<Manager>,
    path: Path<(SystemId, TaskTemplateId)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (scope, id) = (member.scope.clone(), path.into_inner().1);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { recurring::delete(door, &scope, id, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The next days of a rule, up to twelve, and how many have passed. Nothing is changed.
#[utoipa::path(operation_id = "preview_recurrence", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = PreviewRecurrence,
    responses(
        (status = 200, body = RecurrenceDates),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The rule or its first day is not accepted, or there is no such control"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[post("/task-recurrence")]
pub(super) async fn preview_recurrence(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    Json(body): Json<PreviewRecurrence>,
) -> Result<HttpResponse> {
    let PreviewRecurrence { rule, starts, control } = body;
    let periodic = match control {
        Some(text) => {
            let control = control_of_read(platform.db.read(), &member.scope, &text).await?;
            periodic_control(platform.db.read(), &member.scope, control).await?
        }
        None => false,
    };
    let today = member.scope.today;
    let starts = starts.unwrap_or(today);
    check_starts(starts)?;
    let dates = blocking(move || {
        let rule = Rule::parse(&rule, starts)?;
        if periodic {
            check_periodic(&rule)?;
        }
        let missed = rule.wanted(starts, today, 0).iter().filter(|day| **day < today).count();
        Ok(RecurrenceDates { dates: rule.next(today.max(starts), PREVIEW), missed: u32::try_from(missed).unwrap_or(u32::MAX) })
    })
    .await?;
    Ok(HttpResponse::Ok().json(dates))
}

/// Recurring tasks that the product suggests: for each requirement that says "periodically", and what is customary.
#[utoipa::path(operation_id = "list_task_suggestions", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Vec<TemplateSuggestion>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/task-suggestions")]
pub(super) async fn list_task_suggestions(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let suggestions = recurring::suggestions(platform.db.read(), &member.scope).await?;
    platform.answers.keep(&tag, &suggestions)
}

/// Adopt suggestions. What was adopted before is left as it is, so a repetition is harmless.
#[utoipa::path(operation_id = "adopt_task_suggestions", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = AdoptSuggestions,
    responses(
        (status = 200, body = AdoptedSuggestions),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or there is no such suggestion for this system"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many, or the system is archived")))]
#[post("/task-suggestions/adoptions")]
pub(super) async fn adopt_task_suggestions(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    Json(body): Json<AdoptSuggestions>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let adopted = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { recurring::adopt(door, &scope, body).await })
    })
    .await?;
    Ok(HttpResponse::Ok().json(adopted))
}
