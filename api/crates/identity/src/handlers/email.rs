use super::password::demand_password;
use crate::recovery::{self, Tried};
use crate::{Identity, SignedIn};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use audit::{Actor, change_installation};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::recovery::{AskEmailChange, ConfirmEmail, VerifyEmail};
use shared_types::{FieldCode, Problem};

/// Ask for another address to sign in with. A link goes to the new one and a notice to the one until now; nothing changes before
/// the link is used. Whether somebody else has that address is not told.
#[utoipa::path(operation_id = "ask_email_change", tag = "people", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = AskEmailChange,
    responses(
        (status = 202, description = "A mail is on its way"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the current password is wrong"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/me/email-change")]
pub(super) async fn ask_email_change(
    platform: Data<Platform>,
    identity: Data<Identity>,
    who: SignedIn,
    request: HttpRequest,
    Json(body): Json<AskEmailChange>,
) -> Result<HttpResponse> {
    demand_password(&platform, &identity, &who, &request, &body.current_password).await?;
    let user = who.user();
    platform.limiter.take(Bucket::Reset, &who.account.email).await?;
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { recovery::ask_email_change(door, user, &body.email).await })
    })
    .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Use the mailed link: the new address takes its place. Every session of the account ends; sign in with the new address.
#[utoipa::path(operation_id = "confirm_email_change", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = ConfirmEmail,
    responses(
        (status = 204, description = "Changed"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The link was used, has expired or is wrong"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Somebody else has this address by now"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/email-change/confirm")]
pub(super) async fn confirm_email_change(
    platform: Data<Platform>,
    request: HttpRequest,
    Json(body): Json<ConfirmEmail>,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { recovery::confirm_email_change(door, &body.token).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a code that proves that one reads the address of one's account. It replaces the one before.
#[utoipa::path(operation_id = "ask_email_code", tag = "people", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 202, description = "A mail is on its way"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Verified already"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/me/email-verification")]
pub(super) async fn ask_email_code(platform: Data<Platform>, who: SignedIn) -> Result<HttpResponse> {
    let user = who.user();
    platform.limiter.take(Bucket::Reset, &who.account.email).await?;
    change_installation(&platform, who.actor(), move |door| Box::pin(async move { recovery::ask_code(door, user).await }))
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Type the mailed code. After five wrong tries it stops working.
#[utoipa::path(operation_id = "verify_email", tag = "people", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = VerifyEmail,
    responses(
        (status = 204, description = "Verified"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The code is wrong"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "No code is good any more: ask for another"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/me/email-verification/confirm")]
pub(super) async fn verify_email(platform: Data<Platform>, who: SignedIn, Json(body): Json<VerifyEmail>) -> Result<HttpResponse> {
    let user = who.user();
    platform.limiter.take(Bucket::SignInAccount, &who.account.email).await?;
    let tried = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { recovery::verify_email(door, user, &body.code).await })
    })
    .await?;
    match tried {
        Tried::Good => Ok(HttpResponse::NoContent().finish()),
        Tried::Wrong => Err(AppError::invalid("/code", FieldCode::Wrong, "this is not the code that was mailed last")),
        Tried::Spent => Err(AppError::conflict("No code is good any more. Ask for another one.")),
    }
}
