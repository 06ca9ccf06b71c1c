use super::{origin, session_info, signed_in, with_cookies};
use crate::second_factor::bad_code;
use crate::service::{self, Refreshed};
use crate::sign_in::{Step, awaited, with_code, with_password};
use crate::{EvenUnenrolled, Identity, cookies, queries, rehash};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use audit::{Actor, change_installation};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::identity::{SessionInfo, SignInRequest};
use shared_types::second_factor::{GivenCode, SecondFactorNeeded};
use shared_types::text::Email;
use shared_types::{ErrorCode, Problem, UserId};
use std::sync::Arc;

/// Sign in. The session comes in two HttpOnly cookies. Where the person has a second factor, 202 says so and no session is opened yet:
/// go on with `POST /api/v1/session/second-factor`. Unknown user, wrong password and locked account answer alike, in the same time.
#[utoipa::path(operation_id = "sign_in", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = SignInRequest,
    responses(
        (status = 200, body = SessionInfo, description = "Signed in"),
        (status = 202, body = SecondFactorNeeded, description = "The password is right; a second factor is needed"),
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
    let (user, stored) = found.map(|row| (UserId(row.id), row.password_hash)).unzip();
    let stored = stored.flatten();
    // For a locked account too: what takes no time tells that it is locked.
    let good = identity.hasher.verify(&body.password, stored.as_deref()).await?;
    let (settings, origin) = (Arc::clone(&platform.settings), origin(&request));
    let step = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { with_password(door, &settings, user, good, origin).await })
    })
    .await?;
    if let (Step::Open { .. } | Step::SecondFactor { .. }, Some(user)) = (&step, user) {
        rehash::if_stale(&platform, &identity, user, stored.as_deref(), &body.password).await?;
    }
    after_step(&platform, &identity, step, ErrorCode::BadCredentials).await
}

/// The second step of a sign-in: a code of the authenticator app, or a backup code. Each works once. Wrong codes count with wrong
/// passwords towards locking the account.
#[utoipa::path(operation_id = "sign_in_second_step", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = GivenCode,
    responses(
        (status = 200, body = SessionInfo, description = "Signed in"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "`bad_code`: wrong, or used already; `unauthenticated`: more than five minutes since the password"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session/second-factor")]
pub(super) async fn sign_in_second_step(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
    Json(body): Json<GivenCode>,
) -> Result<HttpResponse> {
    let (token, _) = second_step(&platform, &request).await?;
    let (settings, origin) = (Arc::clone(&platform.settings), origin(&request));
    let keys = identity.keys.second_factor.clone();
    let step = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { with_code(door, &settings, &keys, &token, &body.code, origin).await })
    })
    .await?;
    after_step(&platform, &identity, step, ErrorCode::BadCode).await
}

/// The token of a second step, and whose it is, counted against who tries.
pub(super) async fn second_step(platform: &Platform, request: &HttpRequest) -> Result<(String, UserId)> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(request)).await?;
    let token = request.cookie(cookies::SECOND_STEP).ok_or_else(begin_again)?.value().to_owned();
    let user = awaited(platform.db.read(), &token, platform.clock.now()).await?.ok_or_else(begin_again)?;
    platform.limiter.take(Bucket::Mfa, &user.to_string()).await?;
    Ok((token, user))
}

fn begin_again() -> AppError {
    AppError::new(ErrorCode::Unauthenticated).detail("Begin with the password: the second step takes five minutes at the most.")
}

/// Answers a step of a sign-in; `refusal` is what a refused one is told.
pub(super) async fn after_step(platform: &Platform, identity: &Identity, step: Step, refusal: ErrorCode) -> Result<HttpResponse> {
    match step {
        Step::Refused if refusal == ErrorCode::BadCode => Err(bad_code()),
        Step::Refused => Err(AppError::new(refusal)),
        Step::Unknown => Err(begin_again()),
        Step::SecondFactor { token, expires_at, accepts } => {
            let cookie = cookies::live(cookies::SECOND_STEP, token, platform.clock.now(), expires_at);
            Ok(HttpResponse::Accepted().cookie(cookie).json(SecondFactorNeeded { accepts, expires_at }))
        }
        Step::Open { user, session } => {
            let mut response = HttpResponse::Ok();
            response.cookie(cookies::ended(cookies::SECOND_STEP));
            signed_in(platform, identity, response, user, session).await
        }
    }
}

/// The live session.
#[utoipa::path(operation_id = "session", tag = "sign-in", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = SessionInfo),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/session")]
pub(super) async fn get_session(
    platform: Data<Platform>,
    identity: Data<Identity>,
    EvenUnenrolled(who): EvenUnenrolled,
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
#[utoipa::path(operation_id = "sign_out", tag = "sign-in", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[delete("/session")]
pub(super) async fn sign_out(platform: Data<Platform>, EvenUnenrolled(who): EvenUnenrolled) -> Result<HttpResponse> {
    let session = who.session();
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { service::end_session(door, session, "sign_out").await })
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(cookies::ended(cookies::ACCESS)).cookie(cookies::ended(cookies::REFRESH)).finish())
}
