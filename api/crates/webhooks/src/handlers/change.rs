use crate::service;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, patch, post};
use audit::change_system;
use identity::SteppedUp;
use platform::http::{IfMatch, Json, object};
use platform::{Platform, Result};
use shared_types::webhooks::{CreateWebhook, UpdateWebhook, Webhook, WebhookWithSecret};
use shared_types::{Problem, SystemId, WebhookId};
use systems::{Manager, SessionOnly, SystemMember};

/// Create a webhook. The secret is shown this once; only messages of the standard form are signed, the others have none.
#[utoipa::path(operation_id = "create_webhook", tag = "webhooks",
    extensions(("x-role" = json!("manager")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = CreateWebhook,
    responses(
        (status = 201, body = WebhookWithSecret),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the address leads inside"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; or prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "There are twenty, or the system is archived")))]
#[post("/webhooks")]
pub(super) async fn create_webhook(
    platform: Data<Platform>,
    SteppedUp(member): SteppedUp<SystemMember<Manager, SessionOnly>>,
    Json(body): Json<CreateWebhook>,
) -> Result<HttpResponse> {
    service::check_new(&platform, &body)?;
    let (system, key) = (member.scope.system, identity::webhook_secrets(&platform).await?);
    let made = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::create(&key, door, system, body).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(made))
}

/// Change a webhook, or turn it off or on.
#[utoipa::path(operation_id = "update_webhook", tag = "webhooks",
    extensions(("x-role" = json!("manager")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateWebhook,
    responses(
        (status = 200, body = Webhook),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or the address leads inside"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; or prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/webhooks/{webhook}")]
pub(super) async fn update_webhook(
    platform: Data<Platform>,
    SteppedUp(member): SteppedUp<SystemMember<Manager, SessionOnly>>,
    path: Path<(SystemId, WebhookId)>,
    known: IfMatch,
    Json(body): Json<UpdateWebhook>,
) -> Result<HttpResponse> {
    if let Some(url) = &body.url {
        service::check_url(&platform, url)?;
    }
    let (system, webhook) = (member.scope.system, path.into_inner().1);
    let changed = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::update(door, system, webhook, &known, body).await })
    })
    .await?;
    Ok(object(HttpResponse::Ok(), changed.version, &changed))
}

/// Delete a webhook and its messages.
#[utoipa::path(operation_id = "delete_webhook", tag = "webhooks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/webhooks/{webhook}")]
pub(super) async fn delete_webhook(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
    path: Path<(SystemId, WebhookId)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (system, webhook) = (member.scope.system, path.into_inner().1);
    change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::delete(door, system, webhook, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Another secret, shown this once; the one before signs nothing any more.
#[utoipa::path(operation_id = "renew_webhook_secret", tag = "webhooks",
    extensions(("x-role" = json!("manager")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook")),
    responses(
        (status = 200, body = WebhookWithSecret),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; or prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Its messages are not signed, or the system is archived")))]
#[post("/webhooks/{webhook}/secret")]
pub(super) async fn renew_webhook_secret(
    platform: Data<Platform>,
    SteppedUp(member): SteppedUp<SystemMember<Manager, SessionOnly>>,
    path: Path<(SystemId, WebhookId)>,
) -> Result<HttpResponse> {
    let (system, webhook) = (member.scope.system, path.into_inner().1);
    let key = identity::webhook_secrets(&platform).await?;
    let renewed = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::renew_secret(&key, door, system, webhook).await })
    })
    .await?;
    Ok(HttpResponse::Ok().json(renewed))
}
