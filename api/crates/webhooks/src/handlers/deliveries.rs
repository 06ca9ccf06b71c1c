use crate::queries::{self, Filter};
use crate::service;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, post};
use audit::change_system;
use platform::http::query::several_named;
use platform::http::{Json, Query};
use platform::page::PageRequest;
use platform::{AppError, Platform, Result};
use serde::Deserialize;
use shared_types::webhooks::{DeliveryState, ReplaySince, Replayed, WebhookDelivery};
use shared_types::{DeliveryId, FieldCode, Page, Problem, SystemId, WebhookId};
use systems::{Manager, SessionOnly, SystemMember};
use utoipa::IntoParams;

/// How far back is sent once more: events are kept for a month.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// Which part of the messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryPage {
    /// States, separated by commas: `waiting`, `delivered`, `failed`.
    state: Option<String>,
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before or after.
    cursor: Option<String>,
}

/// The messages to a webhook, newest first, with how each attempt ended last. Kept for a month.
#[utoipa::path(operation_id = "list_webhook_deliveries", tag = "webhooks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook"), DeliveryPage),
    responses(
        (status = 200, body = Page<WebhookDelivery>),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook")))]
#[get("/webhooks/{webhook}/deliveries")]
pub(super) async fn list_webhook_deliveries(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
    path: Path<(SystemId, WebhookId)>,
    Query(query): Query<DeliveryPage>,
) -> Result<Answer<Page<WebhookDelivery>>> {
    let webhook = path.into_inner().1;
    queries::webhook(platform.db.read(), member.scope.system, webhook).await?;
    let DeliveryPage { state, limit, cursor } = query;
    let filter =
        Filter { webhook, states: several_named("state", state.as_deref(), &DeliveryState::ALL, DeliveryState::as_str)? };
    let page = PageRequest::<queries::Key>::parse(limit, cursor.as_deref(), &filter)?;
    let rows = queries::deliveries(&platform.db, &filter, &page).await?;
    Ok(Answer(page.page(rows, None, queries::DeliveryRow::key, WebhookDelivery::from)?))
}

/// Send a message once more, with the same `webhook-id`.
///
/// Not while one of the same event waits: that one is sent in any case.
#[utoipa::path(operation_id = "replay_webhook_delivery", tag = "webhooks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook"),
        ("delivery" = DeliveryId, Path, description = "The message")),
    responses(
        (status = 204, description = "It goes now"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook or message"),
        (status = 409, body = Problem, content_type = "application/problem+json",
            description = "The message waits, the webhook is off, or the system is archived")))]
#[post("/webhooks/{webhook}/deliveries/{delivery}/replay")]
pub(super) async fn replay_webhook_delivery(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
    path: Path<(SystemId, WebhookId, DeliveryId)>,
) -> Result<HttpResponse> {
    let (system, (_, webhook, delivery)) = (member.scope.system, path.into_inner());
    change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::replay(door, system, webhook, delivery).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Send a test message to this webhook alone, of the kind `webhook.test`.
///
/// A test that failed and waits for its next attempt goes now instead of another.
#[utoipa::path(operation_id = "test_webhook", tag = "webhooks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook")),
    responses(
        (status = 204, description = "It goes now; the messages of the webhook tell how it ended"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The webhook is off, or the system is archived")))]
#[post("/webhooks/{webhook}/test")]
pub(super) async fn test_webhook(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
    path: Path<(SystemId, WebhookId)>,
) -> Result<HttpResponse> {
    let (system, webhook) = (member.scope.system, path.into_inner().1);
    change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::test(door, system, webhook).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Send once more everything that happened since a time and that the webhook is told of; at most a thousand messages, oldest first.
///
/// Nothing from before the webhook was made; what was delivered already is sent again, with the same `webhook-id`.
/// What of it still waits for its next attempt is sent now, and not twice.
#[utoipa::path(operation_id = "replay_webhook_since", tag = "webhooks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("webhook" = WebhookId, Path, description = "The webhook")),
    request_body = ReplaySince,
    responses(
        (status = 200, body = Replayed),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not within the last month"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such webhook"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The webhook is off, or the system is archived")))]
#[post("/webhooks/{webhook}/replay")]
pub(super) async fn replay_webhook_since(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
    path: Path<(SystemId, WebhookId)>,
    Json(body): Json<ReplaySince>,
) -> Result<Answer<Replayed>> {
    let (system, webhook, now) = (member.scope.system, path.into_inner().1, platform.clock.now());
    if body.since > now || now - body.since > KEPT {
        return Err(AppError::invalid("/since", FieldCode::OutOfRange, "within the last 30 days"));
    }
    let count = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { service::replay_since(door, system, webhook, body.since).await })
    })
    .await?;
    Ok(Answer(Replayed { count }))
}
