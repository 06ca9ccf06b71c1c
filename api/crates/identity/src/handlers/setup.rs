use super::{origin, signed_in};
use crate::policy::{self, Subject};
use crate::service::{NewUser, create_user, open_session};
use crate::{Identity, setup};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use audit::{Actor, change_installation};
use platform::http::{Json, client_address};
use platform::limiter::Bucket;
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::identity::{SessionInfo, SetupRequest, SetupState};

/// Is the first administrator still awaited?
#[utoipa::path(operation_id = "setup_state", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    responses((status = 200, body = SetupState)))]
#[get("/setup")]
pub(super) async fn setup_state(platform: Data<Platform>) -> Result<actix_web::web::Json<SetupState>> {
    Ok(actix_web::web::Json(setup::setup_state(&platform).await?))
}

/// Use the one-time set-up link: create the first administrator and sign in.
#[utoipa::path(operation_id = "set_up", tag = "sign-in", security(()), extensions(("x-role" = json!("anonymous"))),
    request_body = SetupRequest,
    responses(
        (status = 201, body = SessionInfo, description = "Created; the session is in the cookies"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The link was used or is wrong")))]
#[post("/setup")]
pub(super) async fn set_up(
    platform: Data<Platform>,
    identity: Data<Identity>,
    request: HttpRequest,
    Json(body): Json<SetupRequest>,
) -> Result<HttpResponse> {
    platform.limiter.take_from(Bucket::SignInAddress, client_address(&request)).await?;
    policy::check("/password", &body.password, Subject::new(body.email.as_str(), body.name.as_str())).await?;
    let password_hash = Some(identity.hasher.hash(&platform.rng, &body.password).await?);
    let (settings, origin) = (platform.settings.session.clone(), origin(&request));
    let (user, opened) = change_installation(&platform, Actor::anonymous(), move |door| {
        Box::pin(async move {
            setup::complete(door, &body.token).await?;
            let user = create_user(door, NewUser { email: body.email, name: body.name, admin: true, password_hash }).await?;
            Ok((user, open_session(door, &settings, user, origin).await?))
        })
    })
    .await?;
    signed_in(&platform, &identity, HttpResponse::Created(), user, opened).await
}
