use crate::key::TaskKey;
use crate::transitions;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use audit::change_system;
use platform::http::Json;
use platform::{Platform, Result};
use shared_types::tasks::{Task, TransitionTask};
use shared_types::{Problem, SystemId};
use systems::{Contributor, SystemMember};

/// Start, submit, confirm, send back or reopen a task. Needs no If-Match: a step is only taken from the state that it begins in.
#[utoipa::path(operation_id = "transition_task", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("task" = String, Path, description = "Its id or its number (`TASK-12`)")),
    request_body = TransitionTask,
    responses(
        (status = 200, body = Task),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the comment is missing"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor, or not the assignee, reviewer or a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such task, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The state does not allow it, it is your own work, or the system is archived")))]
#[post("/tasks/{task}/transitions")]
pub(super) async fn transition_task(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
    Json(body): Json<TransitionTask>,
) -> Result<HttpResponse> {
    let (scope, key) = (member.scope.clone(), TaskKey::parse(&path.into_inner().1)?);
    let task = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { transitions::transition(door, &scope, key, body).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), task.version, &task))
}
