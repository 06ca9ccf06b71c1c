use crate::key::TaskKey;
use crate::{part_queries, parts, queries};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::{Platform, Result};
use shared_types::identity::Person;
use shared_types::tasks::{NewTaskLink, SetChecklist, Task, TaskLink};
use shared_types::{Problem, SystemId, TaskLinkId, UserId};
use systems::{Contributor, SystemMember, Viewer, Write};

/// Set the checklist of a task that is not completed: add, tick, rename, move and remove items at once.
#[utoipa::path(operation_id = "set_task_checklist", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = SetChecklist,
    responses(
        (status = 200, body = Task),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or an id is not of this checklist"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Completed, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[put("/tasks/{task}/checklist")]
pub(super) async fn set_task_checklist(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
    Json(body): Json<SetChecklist>,
) -> Result<HttpResponse> {
    let (scope, key) = (member.scope.clone(), TaskKey::parse(&path.into_inner().1)?);
    let task = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { parts::set_checklist(door, &scope, key, body, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), task.version, &task))
}

/// Who watches a task, by name.
#[utoipa::path(operation_id = "list_task_watchers", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)")),
    responses(
        (status = 200, body = Vec<Person>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours")))]
#[get("/tasks/{task}/watchers")]
pub(super) async fn list_task_watchers(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let task = queries::task(platform.db.read(), &member.scope, TaskKey::parse(&path.into_inner().1)?).await?;
    let watchers = part_queries::watchers(platform.db.read(), &member.scope, task.id).await?;
    platform.answers.keep(&tag, &watchers)
}

async fn set_watching(
    platform: &Platform,
    member: &SystemMember<Viewer, Write>,
    (task, user): (&str, UserId),
    watching: bool,
) -> Result<Task> {
    let (scope, key) = (member.scope.clone(), TaskKey::parse(task)?);
    change_system(platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { parts::set_watching(door, &scope, key, user, watching).await })
    })
    .await
}

/// Watch a task: be told of comments and steps. Yourself, or, for contributors, another member. Needs no If-Match: done twice it is
/// the same.
#[utoipa::path(operation_id = "watch_task", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("user" = UserId, Path, description = "The member")),
    responses(
        (status = 200, body = Task),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Another person, and you are not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task or member, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many watchers, or the system is archived")))]
#[put("/tasks/{task}/watchers/{user}")]
pub(super) async fn watch_task(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    path: Path<(SystemId, String, UserId)>,
) -> Result<HttpResponse> {
    let (_system, task, user) = path.into_inner();
    let task = set_watching(&platform, &member, (&task, user), true).await?;
    Ok(platform::http::object(HttpResponse::Ok(), task.version, &task))
}

/// Watch a task no longer. Needs no If-Match: done twice it is the same.
#[utoipa::path(operation_id = "unwatch_task", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("user" = UserId, Path, description = "The member")),
    responses(
        (status = 200, body = Task),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Another person, and you are not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived")))]
#[delete("/tasks/{task}/watchers/{user}")]
pub(super) async fn unwatch_task(
    platform: Data<Platform>,
    member: SystemMember<Viewer, Write>,
    path: Path<(SystemId, String, UserId)>,
) -> Result<HttpResponse> {
    let (_system, task, user) = path.into_inner();
    let task = set_watching(&platform, &member, (&task, user), false).await?;
    Ok(platform::http::object(HttpResponse::Ok(), task.version, &task))
}

/// The further controls and objectives that a task is about, in the order of the controls.
#[utoipa::path(operation_id = "list_task_links", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)")),
    responses(
        (status = 200, body = Vec<TaskLink>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours")))]
#[get("/tasks/{task}/links")]
pub(super) async fn list_task_links(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let task = queries::task(platform.db.read(), &member.scope, TaskKey::parse(&path.into_inner().1)?).await?;
    let links = part_queries::links(platform.db.read(), &member.scope, task.id).await?;
    platform.answers.keep(&tag, &links)
}

/// Link a task that is not completed to a further control, or to an objective.
#[utoipa::path(operation_id = "link_task", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)")),
    request_body = NewTaskLink,
    responses(
        (status = 201, body = Task),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "There is no such control or objective"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Linked already, completed, too many links, or the system is archived")))]
#[post("/tasks/{task}/links")]
pub(super) async fn link_task(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
    Json(body): Json<NewTaskLink>,
) -> Result<HttpResponse> {
    let (scope, key) = (member.scope.clone(), TaskKey::parse(&path.into_inner().1)?);
    let task = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { parts::link(door, &scope, key, body).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), task.version, &task))
}

/// Take such a link away. Needs no If-Match: a link never changes.
#[utoipa::path(operation_id = "unlink_task", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("link" = TaskLinkId, Path, description = "The link")),
    responses(
        (status = 204, description = "Taken away"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task or link, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Completed, or the system is archived")))]
#[delete("/tasks/{task}/links/{link}")]
pub(super) async fn unlink_task(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String, TaskLinkId)>,
) -> Result<HttpResponse> {
    let (_system, task, link) = path.into_inner();
    let (scope, key) = (member.scope.clone(), TaskKey::parse(&task)?);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { parts::unlink(door, &scope, key, link).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
