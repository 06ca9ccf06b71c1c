use crate::SingleSignOn;
use crate::rounds::{self, Purpose};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use identity::{EvenUnenrolled, SignedIn, SteppedUp, cookies};
use openid::{Ask, ProviderError, Secrets};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::single_sign_on::{BeginRound, RoundBegun};
use shared_types::{ErrorCode, Problem, SessionId};

/// Begin to sign in by single sign-on: where the browser has to go. It comes back to `/api/v1/single-sign-on/callback`, within ten minutes,
/// and from there to the page that is named, or to the sign-in page where something is missing.
#[utoipa::path(operation_id = "begin_single_sign_on", tag = "single sign-on", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = BeginRound,
    responses(
        (status = 200, body = RoundBegun),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a page of this installation"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no single sign-on"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`provider_unavailable`: the provider does not answer")))]
#[post("/single-sign-on/sign-in")]
pub(super) async fn begin_sign_in(
    platform: Data<Platform>,
    sso: Data<SingleSignOn>,
    request: HttpRequest,
    Json(body): Json<BeginRound>,
) -> Result<HttpResponse> {
    begin(&platform, &sso, &request, Purpose::SignIn, None, body).await
}

/// Begin to prove anew, by single sign-on, that it is you: the provider asks again, whoever is signed in there. For people without a
/// second factor; it stands for the password.
#[utoipa::path(operation_id = "begin_single_sign_on_step_up", tag = "single sign-on",
    extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = BeginRound,
    responses(
        (status = 200, body = RoundBegun),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a page of this installation"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no single sign-on"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A second factor is set up: give a code of it"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`provider_unavailable`: the provider does not answer")))]
#[post("/single-sign-on/step-up")]
pub(super) async fn begin_step_up(
    platform: Data<Platform>,
    sso: Data<SingleSignOn>,
    EvenUnenrolled(who): EvenUnenrolled,
    request: HttpRequest,
    Json(body): Json<BeginRound>,
) -> Result<HttpResponse> {
    if who.account.second_factor {
        return Err(AppError::conflict("You have a second factor: prove it with a code."));
    }
    begin(&platform, &sso, &request, Purpose::StepUp, Some(who.session()), body).await
}

/// Begin to connect your account with yourself at the provider. Afterwards you can sign in by single sign-on.
#[utoipa::path(operation_id = "begin_identity_link", tag = "single sign-on",
    extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    request_body = BeginRound,
    responses(
        (status = 200, body = RoundBegun),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a page of this installation"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no single sign-on"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`provider_unavailable`: the provider does not answer")))]
#[post("/me/identities")]
pub(super) async fn begin_link(
    platform: Data<Platform>,
    sso: Data<SingleSignOn>,
    SteppedUp(who): SteppedUp<SignedIn>,
    request: HttpRequest,
    Json(body): Json<BeginRound>,
) -> Result<HttpResponse> {
    begin(&platform, &sso, &request, Purpose::Link, Some(who.session()), body).await
}

async fn begin(
    platform: &Platform,
    sso: &SingleSignOn,
    request: &HttpRequest,
    purpose: Purpose,
    session: Option<SessionId>,
    body: BeginRound,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::SingleSignOn, client_address(request)).await?;
    let provider = sso.provider()?;
    let token = platform.rng.token()?;
    // Connecting asks anew as well: else whoever finds the browser open connects with whoever is signed in there.
    let ask = if purpose == Purpose::SignIn { Ask::Who } else { Ask::Afresh };
    let location = provider.begin(&Secrets::of(&token)?, ask).await.map_err(refusal)?;
    let until = rounds::begin(platform, &token, purpose, session, &body.return_to).await?;
    let cookie = cookies::lax(cookies::SINGLE_SIGN_ON, token, platform.clock.now(), until);
    Ok(HttpResponse::Ok().cookie(cookie).json(RoundBegun { location }))
}

/// What the person is told of a provider's failure. What the provider said goes to the log.
pub(crate) fn refusal(error: ProviderError) -> AppError {
    let code = match error {
        ProviderError::Unavailable(_) => ErrorCode::ProviderUnavailable,
        ProviderError::Refused(_) => ErrorCode::SingleSignOnFailed,
    };
    AppError::new(code).cause(error)
}
