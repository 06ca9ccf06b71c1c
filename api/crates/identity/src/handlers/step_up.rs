use crate::second_factor::bad_code;
use crate::step_up::{Proof, prove_session};
use crate::{EvenUnenrolled, Identity, queries};
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpRequest, post};
use audit::change_installation;
use chrono::Duration;
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::second_factor::{StepUp, SteppedUpUntil};
use shared_types::{ErrorCode, FieldCode, Problem};
use std::sync::Arc;

/// Prove again that it is you: with a code where a second factor is set up, else with the password. Opens what answers 403
/// `step_up_required`, for this session and a short while. Failures count towards locking the account.
#[utoipa::path(operation_id = "step_up", tag = "sign-in", extensions(("x-role" = json!("signed_in"))),
    request_body = StepUp,
    responses(
        (status = 200, body = SteppedUpUntil),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The proof that is needed is missing"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "`bad_credentials` or `bad_code`: wrong; `unauthenticated`: no live session"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/session/step-up")]
pub(super) async fn step_up(
    platform: Data<Platform>,
    identity: Data<Identity>,
    EvenUnenrolled(who): EvenUnenrolled,
    request: HttpRequest,
    Json(body): Json<StepUp>,
) -> Result<Answer<SteppedUpUntil>> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    platform.limiter.take(Bucket::Mfa, &who.user().to_string()).await?;
    let missing = |pointer: &str, what: &str| AppError::invalid(pointer, FieldCode::Required, what);
    let (proof, refusal) = if who.account.second_factor {
        let code = body.code.ok_or_else(|| missing("/code", "enter a code of your second factor"))?;
        (Proof::Code(code), bad_code())
    } else {
        let password = body.password.ok_or_else(|| missing("/password", "enter your password"))?;
        let stored = queries::credentials(&platform.db, &who.account.email).await?.and_then(|row| row.password_hash);
        let good = identity.hasher.verify(&password, stored.as_deref()).await?;
        let refusal = AppError::new(ErrorCode::BadCredentials);
        (Proof::Password(good), refusal.field("/password", FieldCode::BadFormat, "this is not your password"))
    };
    let (settings, keys) = (Arc::clone(&platform.settings), identity.keys.second_factor.clone());
    let session = (who.session(), who.user());
    let good = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { prove_session(door, &settings, &keys, session, proof).await })
    })
    .await?;
    if !good {
        return Err(refusal);
    }
    let until = platform.clock.now() + Duration::minutes(i64::from(platform.settings.session.step_up_minutes));
    Ok(Answer(SteppedUpUntil { until }))
}
