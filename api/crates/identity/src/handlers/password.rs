use crate::{Identity, SignedIn, demand, lockout, policy, queries, recovery};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post, put};
use audit::{Actor, Event, change_installation};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::identity::Password;
use shared_types::operation::Feature;
use shared_types::recovery::{AskPasswordReset, ChangePassword, ResetPassword};
use shared_types::second_factor::LockCause;
use shared_types::{FieldCode, Problem, UserId};
use std::sync::Arc;

/// Ask for a link that sets a new password. It is mailed if the address has an account; the answer is the same, in the same time.
#[utoipa::path(operation_id = "ask_password_reset", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = AskPasswordReset,
    responses(
        (status = 202, description = "If there is such an account, a mail is on its way"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not an address"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`feature_off`: turned off in this installation"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/password-reset")]
pub(super) async fn ask_password_reset(
    platform: Data<Platform>,
    request: HttpRequest,
    Json(body): Json<AskPasswordReset>,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::Reset, client_address(&request)).await?;
    platform.limiter.take(Bucket::Reset, body.email.as_str()).await?;
    demand(platform.db.read(), Feature::MailedPasswordResets).await?;
    let known = queries::credentials(&platform.db, body.email.as_str()).await?.map(|row| UserId(row.id));
    change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { recovery::ask_reset(door, known).await })
    })
    .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Use the mailed link: set a new password. Every session of the account ends; sign in with the new one.
#[utoipa::path(operation_id = "reset_password", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = ResetPassword,
    responses(
        (status = 204, description = "The password is set"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The link was used, has expired or is wrong"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`feature_off`: turned off in this installation"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[post("/password-reset/confirm")]
pub(super) async fn reset_password(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
    Json(body): Json<ResetPassword>,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    demand(platform.db.read(), Feature::MailedPasswordResets).await?;
    // Before the costly hash: a wrong link is told at once, whatever the password.
    let user = recovery::who_resets(platform.db.read(), &body.token, platform.clock.now()).await?;
    policy::check("/password", &body.password, policy::subject(&platform.db, user).await?).await?;
    let hash = identity.hasher.hash(&platform.rng, &body.password).await?;
    change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move { recovery::reset(door, &body.token, hash).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change one's own password. The other sessions end.
#[utoipa::path(operation_id = "change_password", tag = "people", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the current password is wrong"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts")))]
#[put("/me/password")]
pub(super) async fn change_password(
    platform: Data<Platform>,
    identity: Data<Identity>,
    who: SignedIn,
    request: HttpRequest,
    Json(body): Json<ChangePassword>,
) -> Result<HttpResponse> {
    demand_password(&platform, &identity, &who, &request, &body.current_password).await?;
    policy::check("/password", &body.password, policy::subject(&platform.db, who.user()).await?).await?;
    let hash = identity.hasher.hash(&platform.rng, &body.password).await?;
    let (user, session) = (who.user(), who.session());
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { recovery::change_password(door, user, session, hash).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Demands the current password of somebody who is signed in, for acts that would give the account away. A wrong one is recorded.
pub(super) async fn demand_password(
    platform: &Platform,
    identity: &Identity,
    who: &SignedIn,
    request: &HttpRequest,
    password: &Password,
) -> Result<()> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(request)).await?;
    platform.limiter.take(Bucket::SignInAccount, &who.account.email).await?;
    let stored = queries::credentials(&platform.db, &who.account.email).await?.and_then(|row| row.password_hash);
    if identity.hasher.verify(password, stored.as_deref()).await? {
        return Ok(());
    }
    let (user, settings) = (who.user(), Arc::clone(&platform.settings));
    change_installation(platform, who.actor(), move |door| {
        Box::pin(async move {
            door.record(Event::new("password.refused", "user", user));
            // Counts like a wrong password at the door.
            lockout::count(door, &settings.lockout, Some(user), LockCause::Password).await
        })
    })
    .await?;
    Err(AppError::invalid("/current_password", FieldCode::Wrong, "this is not your password"))
}
