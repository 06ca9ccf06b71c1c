use crate::comment_queries::{self, Beside};
use crate::key::TaskKey;
use crate::{comments, queries};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use audit::change_system;
use platform::http::{Json, Query};
use platform::idempotency::IdempotencyKey;
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::tasks::{CreateComment, TaskComment};
use shared_types::{Page, Problem, SystemId};
use systems::{Contributor, SystemMember, Viewer};
use utoipa::IntoParams;

/// Which part of the comments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CommentPage {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before or after.
    cursor: Option<String>,
}

/// The comments on a task, in the order in which they were written.
#[utoipa::path(operation_id = "list_task_comments", tag = "tasks", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"), CommentPage),
    responses(
        (status = 200, body = Page<TaskComment>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours")))]
#[get("/tasks/{task}/comments")]
pub(super) async fn list_task_comments(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    Query(query): Query<CommentPage>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let task = queries::task(platform.db.read(), &member.scope, TaskKey::parse(&path.into_inner().1)?).await?;
    let page = PageRequest::<i64>::parse(query.limit, query.cursor.as_deref(), &task.id)?;
    let rows = comment_queries::comments(&platform.db, &member.scope, task.id, &page).await?;
    let beside = Beside::of(platform.db.read(), &member.scope, &rows).await?;
    let shown = rows.into_iter().map(|row| Ok((row.sequence, beside.comment(row)?))).collect::<Result<Vec<_>>>()?;
    let total = task.comments.unsigned_abs();
    let comments = page.page(shown, Some(total), |(sequence, _)| *sequence, |(_, comment)| comment)?;
    platform.answers.keep(&tag, &comments)
}

/// Comment on a task.
#[utoipa::path(operation_id = "create_task_comment", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateComment,
    responses(
        (status = 201, body = TaskComment),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or mentions nobody of the system"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/tasks/{task}/comments")]
pub(super) async fn create_task_comment(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
    key: IdempotencyKey,
    Json(body): Json<CreateComment>,
) -> Result<HttpResponse> {
    let (scope, task) = (member.scope.clone(), TaskKey::parse(&path.into_inner().1)?);
    let comment = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<TaskComment>(door.tx, scope.user, &body).await? {
                return Ok(before);
            }
            let task = queries::task(door.tx, &scope, task).await?;
            let comment = comments::create(door, &scope, &task, &body).await?;
            key.keep(door.tx, scope.user, &body, &comment, door.now).await?;
            Ok(comment)
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(comment))
}
