use super::origin;
use super::session::{after_step, second_step};
use crate::passkeys::{self, Binding, bad_passkey};
use crate::sign_in::with_passkey;
use crate::step_up::{Proof, prove_session};
use crate::{EvenUnenrolled, Identity};
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpRequest, HttpResponse, post};
use audit::{Actor, change_installation};
use chrono::Duration;
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{Platform, Result};
use shared_types::identity::SessionInfo;
use shared_types::passkeys::{PasskeyAssertion, PasskeyRequest};
use shared_types::second_factor::SteppedUpUntil;
use shared_types::{ErrorCode, Problem};
use std::sync::Arc;

/// Begin the second step of a sign-in with a passkey: what `navigator.credentials.get` is to be asked. Good once, for this sign-in.
#[utoipa::path(operation_id = "begin_second_step_passkey", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    responses(
        (status = 201, body = PasskeyRequest),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "`unauthenticated`: more than five minutes since the password"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The person has no passkey that could prove it"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session/second-factor/passkey-challenge")]
pub(super) async fn begin_second_step_passkey(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (token, user) = second_step(&platform, &request).await?;
    let (party, binding) = (identity.party.clone(), Binding::second_step(&token));
    let begun = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { passkeys::begin_proving(door, party.as_ref(), &binding, user).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(begun))
}

/// The second step of a sign-in: a passkey. An answer that is refused counts with wrong codes and passwords towards locking the
/// account.
#[utoipa::path(operation_id = "sign_in_with_passkey", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = PasskeyAssertion,
    responses(
        (status = 200, body = SessionInfo, description = "Signed in"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "`bad_passkey`: not accepted; `unauthenticated`: more than five minutes since the password"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The installation is reached by an IP address"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session/second-factor/passkey")]
pub(super) async fn sign_in_with_passkey(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
    Json(body): Json<PasskeyAssertion>,
) -> Result<HttpResponse> {
    let (token, user) = second_step(&platform, &request).await?;
    let (binding, now) = (Binding::second_step(&token), platform.clock.now());
    let verdict = passkeys::check(&platform.db, identity.party.as_ref(), binding, user, now, &body).await?;
    let (settings, origin) = (Arc::clone(&platform.settings), origin(&request));
    let step = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { with_passkey(door, &settings, &token, verdict, origin).await })
    })
    .await?;
    after_step(&platform, &identity, step, ErrorCode::BadPasskey).await
}

/// Begin to prove again with a passkey that it is you: what `navigator.credentials.get` is to be asked. Good once, for this session.
#[utoipa::path(operation_id = "begin_step_up_passkey", tag = "sign-in", extensions(("x-role" = json!("signed_in"))),
    responses(
        (status = 201, body = PasskeyRequest),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "You have no passkey that could prove it"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session/step-up/passkey-challenge")]
pub(super) async fn begin_step_up_passkey(
    platform: Data<Platform>,
    identity: Data<Identity>,
    EvenUnenrolled(who): EvenUnenrolled,
) -> Result<HttpResponse> {
    platform.limiter.take(Bucket::Mfa, &who.user().to_string()).await?;
    let (party, binding, user) = (identity.party.clone(), Binding::proving(who.session()), who.user());
    let begun = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { passkeys::begin_proving(door, party.as_ref(), &binding, user).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(begun))
}

/// Prove again with a passkey that it is you. Opens what answers 403 `step_up_required`, for this session and a short while.
/// Failures count towards locking the account.
#[utoipa::path(operation_id = "step_up_with_passkey", tag = "sign-in", extensions(("x-role" = json!("signed_in"))),
    request_body = PasskeyAssertion,
    responses(
        (status = 200, body = SteppedUpUntil),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "`bad_passkey`: not accepted; `unauthenticated`: no live session"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The installation is reached by an IP address"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session/step-up/passkey")]
pub(super) async fn step_up_with_passkey(
    platform: Data<Platform>,
    identity: Data<Identity>,
    EvenUnenrolled(who): EvenUnenrolled,
    request: HttpRequest,
    Json(body): Json<PasskeyAssertion>,
) -> Result<Answer<SteppedUpUntil>> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    platform.limiter.take(Bucket::Mfa, &who.user().to_string()).await?;
    let (binding, now) = (Binding::proving(who.session()), platform.clock.now());
    let verdict = passkeys::check(&platform.db, identity.party.as_ref(), binding, who.user(), now, &body).await?;
    let (settings, keys) = (Arc::clone(&platform.settings), identity.keys.second_factor.clone());
    let session = (who.session(), who.user());
    let good = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { prove_session(door, &settings, &keys, session, Proof::Passkey(verdict)).await })
    })
    .await?;
    let until = platform.clock.now() + Duration::minutes(i64::from(platform.settings.session.step_up_minutes));
    if good { Ok(Answer(SteppedUpUntil { until })) } else { Err(bad_passkey()) }
}
