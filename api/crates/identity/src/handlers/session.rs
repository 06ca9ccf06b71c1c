use super::{origin, session_info, signed_in, with_cookies};
use crate::service::{self, Refreshed};
use crate::{Identity, SignedIn, cookies, queries};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use audit::{Actor, Event, change_installation};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::identity::{SessionInfo, SignInRequest};
use shared_types::text::Email;
use shared_types::{ErrorCode, Problem, UserId};

/// Sign in. The session comes in two HttpOnly cookies. Unknown user and wrong password answer alike, in the same time.
#[utoipa::path(operation_id = "sign_in", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = SignInRequest,
    responses(
        (status = 200, body = SessionInfo, description = "Signed in"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "E-mail or password is wrong"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session")]
pub(super) async fn sign_in(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
    Json(body): Json<SignInRequest>,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    let email = Email::parse(&body.email).map(String::from).unwrap_or_default();
    if !email.is_empty() {
        // Whether or not somebody has it: a count for real accounts only would tell which are real.
        platform.limiter.take(Bucket::SignInAccount, &email).await?;
    }
    let found = queries::credentials(&platform.db, &email).await?;
    let stored = found.as_ref().and_then(|row| row.password_hash.as_deref());
    let good = identity.hasher.verify(&body.password, stored).await?;
    let known = found.as_ref().map(|row| UserId(row.id));
    let Some(user) = known.filter(|_| good) else {
        change_installation(&platform, Actor::anonymous(), move |door| {
            Box::pin(async move {
                door.record(match known {
                    Some(user) => Event::new("session.refused", "user", user),
                    None => Event::without_object("session.refused", "user"),
                });
                Ok(())
            })
        })
        .await?;
        return Err(AppError::new(ErrorCode::BadCredentials));
    };
    let (settings, origin) = (platform.settings.session.clone(), origin(&request));
    let opened = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { service::open_session(door, &settings, user, origin).await })
    })
    .await?;
    signed_in(&platform, &identity, HttpResponse::Ok(), user, opened).await
}

/// The live session.
#[utoipa::path(operation_id = "session", tag = "sign-in", extensions(("x-role" = json!("signed_in"))),
    responses(
        (status = 200, body = SessionInfo),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/session")]
pub(super) async fn get_session(
    platform: Data<Platform>,
    identity: Data<Identity>,
    who: SignedIn,
) -> Result<actix_web::web::Json<SessionInfo>> {
    Ok(actix_web::web::Json(session_info(&platform, &identity, &who.account).await?))
}

/// Renew the access cookie with the refresh cookie, which is replaced. A replaced one that comes back ends the session.
#[utoipa::path(operation_id = "refresh_session", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    responses(
        (status = 200, body = SessionInfo, description = "Renewed"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[post("/session/refresh")]
pub(super) async fn refresh(platform: Data<Platform>, identity: Data<Identity>, request: HttpRequest) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::Refresh, client_address(&request)).await?;
    let unauthenticated = || AppError::new(ErrorCode::Unauthenticated);
    let token = request.cookie(cookies::REFRESH).ok_or_else(unauthenticated)?.value().to_owned();
    let settings = platform.settings.session.clone();
    let refreshed = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { service::refresh_session(door, &settings, &token).await })
    })
    .await?;
    let Refreshed::Live { session, user, refresh } = refreshed else { return Err(unauthenticated()) };
    with_cookies(&platform, &identity, HttpResponse::Ok(), session, user, refresh).await
}

/// Sign out: the session ends on the server, at once and everywhere.
#[utoipa::path(operation_id = "sign_out", tag = "sign-in", extensions(("x-role" = json!("signed_in"))),
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[delete("/session")]
pub(super) async fn sign_out(platform: Data<Platform>, who: SignedIn) -> Result<HttpResponse> {
    let session = who.session();
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { service::end_session(door, session, "sign_out").await })
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(cookies::ended(cookies::ACCESS)).cookie(cookies::ended(cookies::REFRESH)).finish())
}
