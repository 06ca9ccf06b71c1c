use crate::{Admin, SignedIn, SteppedUp, queries, tokens};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get, post};
use audit::change_installation;
use platform::http::Json;
use platform::{AppError, Platform, Result, page};
use shared_types::tokens::{ApiToken, CreateApiToken, CreatedApiToken};
use shared_types::{ApiTokenId, Page, Problem, UserId};

/// Your API tokens, the newest first. Revoked ones are gone; expired ones stay for a while.
#[utoipa::path(operation_id = "list_api_tokens", tag = "tokens", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = Page<ApiToken>),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/me/tokens")]
pub(super) async fn list_api_tokens(platform: Data<Platform>, who: SignedIn) -> Result<Answer<Page<ApiToken>>> {
    Ok(Answer(page::whole(tokens::tokens_of(&platform.db, who.user(), platform.clock.now()).await?)))
}

/// Create an API token for yourself. It is shown this once. No token can create another.
#[utoipa::path(operation_id = "create_api_token", tag = "tokens",
    extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    request_body = CreateApiToken,
    responses(
        (status = 201, body = CreatedApiToken, description = "The token, shown this once"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Prove first who you are; `feature_off`: turned off in this installation"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many live tokens")))]
#[post("/me/tokens")]
pub(super) async fn create_api_token(
    platform: Data<Platform>,
    SteppedUp(who): SteppedUp<SignedIn>,
    Json(body): Json<CreateApiToken>,
) -> Result<HttpResponse> {
    let made = change_installation(&platform, who.actor(), move |door| Box::pin(async move { tokens::create(door, body).await }))
        .await?;
    Ok(HttpResponse::Created().json(made))
}

/// Revoke one of your API tokens: at once, on every instance.
#[utoipa::path(operation_id = "revoke_api_token", tag = "tokens", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    params(("token" = ApiTokenId, Path, description = "The token")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such token, or not yours")))]
#[delete("/me/tokens/{token}")]
pub(super) async fn revoke_api_token(platform: Data<Platform>, who: SignedIn, token: Path<ApiTokenId>) -> Result<HttpResponse> {
    let (user, token) = (who.user(), token.into_inner());
    change_installation(&platform, who.actor(), move |door| Box::pin(async move { tokens::revoke(door, user, token).await }))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The API tokens of a person, the newest first. Their secrets nobody sees.
#[utoipa::path(operation_id = "list_user_tokens", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    params(("user" = UserId, Path, description = "The person")),
    responses(
        (status = 200, body = Page<ApiToken>),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such person")))]
#[get("/users/{user}/tokens")]
pub(super) async fn list_user_tokens(
    platform: Data<Platform>,
    _admin: Admin,
    user: Path<UserId>,
) -> Result<Answer<Page<ApiToken>>> {
    let (user, now) = (user.into_inner(), platform.clock.now());
    queries::user(platform.db.read(), user, now).await?.ok_or_else(AppError::not_found)?;
    Ok(Answer(page::whole(tokens::tokens_of(&platform.db, user, now).await?)))
}

/// Revoke an API token of a person: at once, on every instance. Its owner is told by mail.
#[utoipa::path(operation_id = "revoke_user_token", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    params(("user" = UserId, Path, description = "The person"), ("token" = ApiTokenId, Path, description = "The token")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such token of this person")))]
#[delete("/users/{user}/tokens/{token}")]
pub(super) async fn revoke_user_token(
    platform: Data<Platform>,
    admin: Admin,
    path: Path<(UserId, ApiTokenId)>,
) -> Result<HttpResponse> {
    let (user, token) = path.into_inner();
    change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move { tokens::revoke_of(door, user, token).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
