use crate::{Admin, SteppedUp, administration, requests};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, post};
use audit::change_installation;
use platform::http::Json;
use platform::{Platform, Result, page};
use shared_types::access::{AdminRequest, ChangeUser, DecideAdminRequest, UserChange};
use shared_types::{AdminRequestId, Page, Problem, UserId};

/// Done answers 200; what waits for another administrator 202.
fn answer(change: &UserChange) -> HttpResponse {
    match change {
        UserChange::Done => HttpResponse::Ok().json(change),
        UserChange::Waiting { .. } => HttpResponse::Accepted().json(change),
    }
}

/// Deactivate, reactivate or delete an account, make somebody administrator or end that. What takes an administrator away waits
/// for another one.
#[utoipa::path(operation_id = "change_user", tag = "people",
    extensions(("x-role" = json!("admin")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("user" = UserId, Path, description = "The person")),
    request_body = ChangeUser,
    responses(
        (status = 200, body = UserChange, description = "Done"),
        (status = 202, body = UserChange, description = "Waits for another administrator"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator, or prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such person"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The own account, the last administrator, or nothing to change")))]
#[post("/users/{user}/changes")]
pub(super) async fn change_user(
    platform: Data<Platform>,
    SteppedUp(admin): SteppedUp<Admin>,
    user: Path<UserId>,
    Json(body): Json<ChangeUser>,
) -> Result<HttpResponse> {
    let (user, inner) = (user.into_inner(), Platform::clone(&platform));
    let change = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move { administration::change_user(door, &inner, user, body.action, false).await })
    })
    .await?;
    Ok(answer(&change))
}

/// What waits for a second administrator, the oldest first.
#[utoipa::path(operation_id = "list_admin_requests", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = Page<AdminRequest>),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/admin-requests")]
pub(super) async fn list_admin_requests(platform: Data<Platform>, _admin: Admin) -> Result<Answer<Page<AdminRequest>>> {
    Ok(Answer(page::whole(requests::open_requests(&platform.db, platform.clock.now()).await?)))
}

/// Approve what another administrator asked for, which does it at once, or drop it.
#[utoipa::path(operation_id = "decide_admin_request", tag = "people",
    extensions(("x-role" = json!("admin")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("request" = AdminRequestId, Path, description = "The request")),
    request_body = DecideAdminRequest,
    responses(
        (status = 200, body = UserChange),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator, your own request, or prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Nothing waits under this id"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is not possible any more")))]
#[post("/admin-requests/{request}/decision")]
pub(super) async fn decide_admin_request(
    platform: Data<Platform>,
    SteppedUp(admin): SteppedUp<Admin>,
    request: Path<AdminRequestId>,
    Json(body): Json<DecideAdminRequest>,
) -> Result<HttpResponse> {
    let (request, inner) = (request.into_inner(), Platform::clone(&platform));
    let change = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move { requests::decide(door, &inner, request, body.approve).await })
    })
    .await?;
    Ok(answer(&change))
}
