use crate::sessions::{end_one, end_sessions, sessions_of};
use crate::{Admin, SignedIn, queries};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get};
use audit::change_installation;
use platform::{AppError, Platform, Result, page};
use shared_types::access::LiveSession;
use shared_types::{Page, Problem, SessionId, UserId};

/// Your live sessions, the last seen first.
#[utoipa::path(operation_id = "list_my_sessions", tag = "sign-in", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = Page<LiveSession>),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/me/sessions")]
pub(super) async fn list_my_sessions(platform: Data<Platform>, who: SignedIn) -> Result<Answer<Page<LiveSession>>> {
    let found = sessions_of(&platform.db, who.user(), Some(who.session()), platform.clock.now()).await?;
    Ok(Answer(page::whole(found)))
}

/// End all your sessions but this one.
#[utoipa::path(operation_id = "end_my_other_sessions", tag = "sign-in", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[delete("/me/sessions")]
pub(super) async fn end_my_other_sessions(platform: Data<Platform>, who: SignedIn) -> Result<HttpResponse> {
    let (user, own) = (who.user(), who.session());
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { end_sessions(door, user, Some(own), "ended_by_owner").await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End one of your sessions: at once, on every instance.
#[utoipa::path(operation_id = "end_my_session", tag = "sign-in", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    params(("session" = SessionId, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such live session of yours")))]
#[delete("/me/sessions/{session}")]
pub(super) async fn end_my_session(platform: Data<Platform>, who: SignedIn, session: Path<SessionId>) -> Result<HttpResponse> {
    let (user, session) = (who.user(), session.into_inner());
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { end_one(door, user, session, "ended_by_owner").await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The live sessions of a person.
#[utoipa::path(operation_id = "list_user_sessions", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    params(("user" = UserId, Path, description = "The person")),
    responses(
        (status = 200, body = Page<LiveSession>),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such person")))]
#[get("/users/{user}/sessions")]
pub(super) async fn list_user_sessions(
    platform: Data<Platform>,
    admin: Admin,
    user: Path<UserId>,
) -> Result<Answer<Page<LiveSession>>> {
    let (user, now) = (user.into_inner(), platform.clock.now());
    queries::user(platform.db.read(), user, now).await?.ok_or_else(AppError::not_found)?;
    Ok(Answer(page::whole(sessions_of(&platform.db, user, Some(admin.0.session()), now).await?)))
}

/// End all sessions of a person. One's own of this moment stays.
#[utoipa::path(operation_id = "end_user_sessions", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    params(("user" = UserId, Path, description = "The person")),
    responses(
        (status = 204, description = "Ended"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such person")))]
#[delete("/users/{user}/sessions")]
pub(super) async fn end_user_sessions(platform: Data<Platform>, admin: Admin, user: Path<UserId>) -> Result<HttpResponse> {
    let (user, own) = (user.into_inner(), admin.0.session());
    change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move {
            queries::user(door.tx, user, door.now).await?.ok_or_else(AppError::not_found)?;
            end_sessions(door, user, Some(own), "ended_by_admin").await
        })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End one session of a person.
#[utoipa::path(operation_id = "end_user_session", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    params(("user" = UserId, Path, description = "The person"), ("session" = SessionId, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such live session of this person")))]
#[delete("/users/{user}/sessions/{session}")]
pub(super) async fn end_user_session(
    platform: Data<Platform>,
    admin: Admin,
    path: Path<(UserId, SessionId)>,
) -> Result<HttpResponse> {
    let (user, session) = path.into_inner();
    change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move { end_one(door, user, session, "ended_by_admin").await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
