use super::{is_mailed, origin, signed_in};
use crate::service::{self, open_session};
use crate::{Admin, Identity, policy};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};
use audit::{Actor, change_installation};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{Platform, Result};
use shared_types::identity::{AcceptInvitation, Invitation, SessionInfo};
use shared_types::{Problem, UserId};

/// Use an invitation link: set the first password and sign in.
#[utoipa::path(operation_id = "accept_invitation", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = AcceptInvitation,
    responses(
        (status = 201, body = SessionInfo, description = "Accepted; the session is in the cookies"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The link was used, has expired or is wrong")))]
#[post("/invitations/accept")]
pub(super) async fn accept_invitation(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
    Json(body): Json<AcceptInvitation>,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    // Before the costly hash: a wrong link is told at once, whatever the password.
    let invited = service::invited_user(platform.db.read(), &body.token, platform.clock.now()).await?;
    policy::check("/password", &body.password, policy::subject(&platform.db, invited).await?).await?;
    let password_hash = identity.hasher.hash(&platform.rng, &body.password).await?;
    let (settings, origin) = (platform.settings.session.clone(), origin(&request));
    let (user, opened) = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move {
            let user = service::accept_invitation(door, &body.token, password_hash).await?;
            Ok((user, open_session(door, &settings, user, origin).await?))
        })
    })
    .await?;
    signed_in(&platform, &identity, HttpResponse::Created(), user, opened).await
}

/// A new link for somebody who has not accepted yet; the earlier one stops working.
#[utoipa::path(operation_id = "renew_invitation", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    params(("user" = UserId, Path, description = "The user")),
    responses(
        (status = 201, body = Invitation, description = "The link is shown this once"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such user"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Has accepted already")))]
#[post("/users/{user}/invitation")]
pub(super) async fn renew_invitation(platform: Data<Platform>, admin: Admin, user: Path<UserId>) -> Result<HttpResponse> {
    let user = user.into_inner();
    let (row, token, expires_at) =
        change_installation(&platform, admin.0.actor(), move |door| Box::pin(async move { service::invite(door, user).await }))
            .await?;
    Ok(HttpResponse::Created().json(Invitation {
        user: row.into(),
        link: format!("/join#token={token}"),
        expires_at,
        mailed: is_mailed(&platform).await?,
    }))
}
