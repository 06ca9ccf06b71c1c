use crate::second_factor;
use crate::{EvenUnenrolled, Identity, SteppedUp};
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpResponse, delete, get, post};
use audit::change_installation;
use platform::http::Json;
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::second_factor::{BackupCodes, GivenCode, SecondFactorEnrolment, SecondFactorState};

/// One's own second factor.
#[utoipa::path(operation_id = "get_second_factor", tag = "second factor", extensions(("x-role" = json!("signed_in"))),
    responses((status = 200, body = SecondFactorState)))]
#[get("/me/second-factor")]
pub(super) async fn get_second_factor(
    platform: Data<Platform>,
    EvenUnenrolled(who): EvenUnenrolled,
) -> Result<Answer<SecondFactorState>> {
    Ok(Answer(second_factor::state(&platform.db, who.user()).await?))
}

/// Begin to set up an authenticator app: its key, as text and as a QR code, shown this once. Nothing changes until a code of it confirms it;
/// an app that is set up already goes on working until then.
#[utoipa::path(operation_id = "begin_second_factor", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    responses(
        (status = 201, body = SecondFactorEnrolment),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you")))]
#[post("/me/second-factor/enrolment")]
pub(super) async fn begin_second_factor(
    platform: Data<Platform>,
    identity: Data<Identity>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
) -> Result<HttpResponse> {
    let (keys, user, email) = (identity.keys.second_factor.clone(), who.user(), who.account.email.clone());
    let enrolment = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { second_factor::begin(door, &keys, user, &email).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(enrolment))
}

/// Confirm the new app with a code of it. From now on sign-in needs a second step; where it is the first second factor, your other
/// sessions end. Answers ten backup codes, shown this once.
#[utoipa::path(operation_id = "confirm_second_factor", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    request_body = GivenCode,
    responses(
        (status = 200, body = BackupCodes),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`bad_code`: not a code of the new app"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not begun, or longer than 15 minutes ago")))]
#[post("/me/second-factor/confirmation")]
pub(super) async fn confirm_second_factor(
    platform: Data<Platform>,
    identity: Data<Identity>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
    Json(body): Json<GivenCode>,
) -> Result<Answer<BackupCodes>> {
    let (keys, user, session) = (identity.keys.second_factor.clone(), who.user(), who.session());
    let codes = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { second_factor::confirm(door, &keys, user, session, &body.code).await })
    })
    .await?;
    Ok(Answer(codes))
}

/// Ten fresh backup codes, shown this once; the earlier ones stop working.
#[utoipa::path(operation_id = "renew_backup_codes", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    responses(
        (status = 200, body = BackupCodes),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "There is no second factor")))]
#[post("/me/second-factor/backup-codes")]
pub(super) async fn renew_backup_codes(
    platform: Data<Platform>,
    identity: Data<Identity>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
) -> Result<Answer<BackupCodes>> {
    let (keys, user) = (identity.keys.second_factor.clone(), who.user());
    let codes = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { second_factor::renew_backup_codes(door, &keys, user).await })
    })
    .await?;
    Ok(Answer(codes))
}

/// Turn one's own second factor off.
#[utoipa::path(operation_id = "turn_off_second_factor", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    responses(
        (status = 204, description = "Turned off"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "There is none, or the installation demands one")))]
#[delete("/me/second-factor")]
pub(super) async fn turn_off_second_factor(
    platform: Data<Platform>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
) -> Result<HttpResponse> {
    let user = who.user();
    change_installation(&platform, who.actor(), move |door| Box::pin(async move { second_factor::turn_off(door, user).await }))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
