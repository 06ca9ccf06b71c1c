//! What managers change about endpoints, behind the system's door; and how an endpoint is turned off.

use crate::deliveries::{self, Message};
use crate::queries;
use crate::secrets::Secret;
use audit::{Actor, Door, Event, change_system};
use chrono::{DateTime, Utc};
use identity::SealingKey;
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::text::WebhookUrl;
use shared_types::webhooks::{CreateWebhook, MOST_WEBHOOKS, UpdateWebhook, Webhook, WebhookFormat, WebhookWithSecret};
use shared_types::{DeliveryId, FieldCode, SystemId, WebhookId};
use uuid::Uuid;

/// Messages that are sent once more in one go.
const MOST_REPLAYED: i64 = 1_000;

/// Whether the address may be sent to, as far as can be told before its name is resolved.
pub(crate) fn check_url(platform: &Platform, url: &WebhookUrl) -> Result<()> {
    platform.outbound.check(url.as_str()).map_err(|fault| AppError::invalid("/url", FieldCode::BadFormat, fault.to_string()))
}

/// The same of a new endpoint, whose kinds are looked at too: all that is wrong is said at once.
pub(crate) fn check_new(platform: &Platform, new: &CreateWebhook) -> Result<()> {
    match (check_url(platform, &new.url), check_kinds(&new.kinds)) {
        (Err(url), Err(kinds)) => {
            Err(kinds.errors().iter().fold(url, |all, one| all.field(one.pointer.clone(), one.code, one.detail.clone())))
        }
        (url, kinds) => url.and(kinds.map(drop)),
    }
}

/// The kinds as they are stored: known, each once, in the order of the table.
fn check_kinds(kinds: &[String]) -> Result<String> {
    if kinds.is_empty() {
        return Err(AppError::invalid("/kinds", FieldCode::Required, "choose at least one"));
    }
    for (index, name) in kinds.iter().enumerate() {
        if !notifications::kinds::for_programs().any(|kind| kind.name == name) {
            return Err(AppError::invalid(format!("/kinds/{index}"), FieldCode::NotFound, "there is no such kind of event"));
        }
    }
    let chosen = notifications::kinds::for_programs().filter(|kind| kinds.iter().any(|name| name == kind.name));
    Ok(chosen.map(|kind| kind.name).collect::<Vec<_>>().join(","))
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Makes an endpoint, whose address was checked; its secret is shown this once, where it has a use.
pub(crate) async fn create(
    key: &SealingKey,
    door: &mut Door<'_>,
    system: SystemId,
    new: CreateWebhook,
) -> Result<WebhookWithSecret> {
    let CreateWebhook { name, url, format, kinds } = new;
    let kinds = check_kinds(&kinds)?;
    let sql = "SELECT COUNT(*) AS count FROM webhooks WHERE system_id = $1";
    let there = rows::<Count>(door.tx, sql, [system.0.into()]).await?.first().map_or(0, |row| row.count);
    if there >= i64::try_from(MOST_WEBHOOKS).unwrap_or(i64::MAX) {
        return Err(AppError::conflict(format!("A system has at most {MOST_WEBHOOKS} webhooks.")));
    }
    let id: WebhookId = door.id()?;
    let secret = Secret::new(&door.rng)?;
    let sql = "INSERT INTO webhooks (id, system_id, name, url, format, kinds, active, secret, created_by, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7, $8, $9, $9)";
    let values = [
        id.0.into(),
        system.0.into(),
        name.as_str().into(),
        url.as_str().into(),
        format.as_str().into(),
        kinds.clone().into(),
        secret.sealed(key, &door.rng, id)?.into(),
        door.actor.user.map(|user| user.0).into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    // Not the address: those of Slack and Teams are secrets in themselves.
    door.record(Event::new("webhook.create", "webhook", id).details(serde_json::json!({ "format": format, "kinds": kinds })));
    let secret = (format == WebhookFormat::Standard).then(|| secret.shown());
    Ok(WebhookWithSecret { webhook: queries::webhook(door.tx, system, id).await?.into(), secret })
}

/// Changes an endpoint, whose new address was checked. One that is turned off gives up what waits; one that is turned on again begins anew,
/// and so does one with another address or form, of which the failures say nothing.
pub(crate) async fn update(
    door: &mut Door<'_>,
    system: SystemId,
    id: WebhookId,
    known: &IfMatch,
    change: UpdateWebhook,
) -> Result<Webhook> {
    let before = queries::webhook(door.tx, system, id).await?;
    known.check(before.version)?;
    let UpdateWebhook { name, url, format, kinds, active } = change;
    let kinds = kinds.as_deref().map(check_kinds).transpose()?;
    let again = active == Some(true) && !before.active;
    let anew = again
        || url.as_ref().is_some_and(|url| url.as_str() != before.url)
        || format.is_some_and(|format| format.as_str() != before.format);
    let sql = "UPDATE webhooks SET name = COALESCE($2, name), url = COALESCE($3, url), format = COALESCE($4, format), \
               kinds = COALESCE($5, kinds), active = COALESCE($6, active), failing_since = CASE WHEN $9 THEN NULL ELSE failing_since END, \
               disabled_at = CASE WHEN $7 THEN NULL ELSE disabled_at END, updated_at = $8, version = version + 1 WHERE id = $1";
    let values = [
        id.0.into(),
        name.as_ref().map(|name| name.as_str().to_owned()).into(),
        url.as_ref().map(|url| url.as_str().to_owned()).into(),
        format.map(WebhookFormat::as_str).into(),
        kinds.clone().into(),
        active.into(),
        again.into(),
        door.now.into(),
        anew.into(),
    ];
    execute(door.tx, sql, values).await?;
    if active == Some(false) {
        deliveries::drop_all(door.tx, id.0, door.now).await?;
    }
    let details =
        serde_json::json!({ "name": name.is_some(), "url": url.is_some(), "format": format, "kinds": kinds, "active": active });
    door.record(Event::new("webhook.update", "webhook", id).details(details));
    Ok(queries::webhook(door.tx, system, id).await?.into())
}

/// Takes an endpoint away, with its messages.
pub(crate) async fn delete(door: &mut Door<'_>, system: SystemId, id: WebhookId, known: &IfMatch) -> Result<()> {
    known.check(queries::webhook(door.tx, system, id).await?.version)?;
    execute(door.tx, "DELETE FROM webhook_deliveries WHERE webhook_id = $1", [id.0.into()]).await?;
    execute(door.tx, "DELETE FROM webhooks WHERE id = $1", [id.0.into()]).await?;
    door.record(Event::new("webhook.delete", "webhook", id));
    Ok(())
}

/// Another secret: the one before signs nothing any more, and what failed with it says nothing of the endpoint.
pub(crate) async fn renew_secret(
    key: &SealingKey,
    door: &mut Door<'_>,
    system: SystemId,
    id: WebhookId,
) -> Result<WebhookWithSecret> {
    let webhook = queries::webhook(door.tx, system, id).await?;
    if webhook.format != WebhookFormat::Standard.as_str() {
        return Err(AppError::conflict("Messages of this form are not signed: the address is the secret."));
    }
    let secret = Secret::new(&door.rng)?;
    let sql = "UPDATE webhooks SET secret = $2, failing_since = NULL, updated_at = $3, version = version + 1 WHERE id = $1";
    execute(door.tx, sql, [id.0.into(), secret.sealed(key, &door.rng, id)?.into(), door.now.into()]).await?;
    door.record(Event::new("webhook.renew_secret", "webhook", id));
    Ok(WebhookWithSecret { webhook: queries::webhook(door.tx, system, id).await?.into(), secret: Some(secret.shown()) })
}

#[derive(FromQueryResult)]
struct Again {
    event_id: Uuid,
    replay: i32,
    /// Messages of the event that still wait: one or none.
    waiting: i64,
}

/// Sends one message once more: a new one, of the same event. Refused while one of that event waits: it is sent in any case.
pub(crate) async fn replay(door: &mut Door<'_>, system: SystemId, webhook: WebhookId, delivery: DeliveryId) -> Result<()> {
    is_active(door, system, webhook).await?;
    let sql = "SELECT d.event_id, (SELECT MAX(o.replay) FROM webhook_deliveries o WHERE o.webhook_id = d.webhook_id AND o.event_id = d.event_id) + 1 \
               AS replay, (SELECT COUNT(*) FROM webhook_deliveries o WHERE o.webhook_id = d.webhook_id AND o.event_id = d.event_id \
               AND o.state = 'waiting') AS waiting FROM webhook_deliveries d WHERE d.id = $1 AND d.webhook_id = $2";
    let found = rows::<Again>(door.tx, sql, [delivery.0.into(), webhook.0.into()]).await?;
    let Again { event_id, replay, waiting } = found.into_iter().next().ok_or_else(AppError::not_found)?;
    if waiting > 0 {
        return Err(AppError::conflict("The message still waits and is sent in any case."));
    }
    deliveries::write(door.tx, &door.clock, &door.rng, Message { webhook: webhook.0, event: event_id, replay }).await?;
    door.record(Event::new("webhook.replay", "webhook", webhook).details(serde_json::json!({ "count": 1 })));
    Ok(())
}

/// The kind of a test message. Nobody chooses it, so nobody else is told of one, and it is sent again only by itself.
const TEST: &str = "webhook.test";

#[derive(FromQueryResult)]
struct Waiting {
    event_id: Uuid,
}

/// Sends a test to one endpoint. One that waits still, because it failed, goes now instead of another.
pub(crate) async fn test(door: &mut Door<'_>, system: SystemId, webhook: WebhookId) -> Result<()> {
    is_active(door, system, webhook).await?;
    let sql = "SELECT d.event_id FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id \
               WHERE d.webhook_id = $1 AND d.state = 'waiting' AND e.kind = $2";
    let waiting: Vec<Waiting> = rows(door.tx, sql, [webhook.0.into(), TEST.into()]).await?;
    if waiting.is_empty() {
        let event: Uuid = door.id()?;
        let sql = "INSERT INTO webhook_events (id, system_id, kind, event_key, text, link, happened_at, actor_id) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = [
            event.into(),
            system.0.into(),
            TEST.into(),
            format!("{TEST}:{event}").into(),
            "This is a test: messages arrive here".into(),
            format!("/s/{system}/webhooks?webhook={webhook}").into(),
            door.now.into(),
            door.actor.user.map(|user| user.0).into(),
        ];
        execute(door.tx, sql, values).await?;
        deliveries::write(door.tx, &door.clock, &door.rng, Message { webhook: webhook.0, event, replay: 0 }).await?;
    } else {
        let events: Vec<Uuid> = waiting.into_iter().map(|one| one.event_id).collect();
        deliveries::make_due(door.tx, &door.clock, webhook.0, &events).await?;
        deliveries::hand_over_next(door.tx, &door.clock, &door.rng, webhook.0).await?;
    }
    door.record(Event::new(TEST, "webhook", webhook));
    Ok(())
}

/// Sends once more everything that the endpoint is told of and that happened since then and since it was made, oldest first, and what of it
/// still waits, now; how many messages.
pub(crate) async fn replay_since(door: &mut Door<'_>, system: SystemId, webhook: WebhookId, since: DateTime<Utc>) -> Result<u32> {
    let endpoint = is_active(door, system, webhook).await?;
    // What happened before it was made was told to nobody here.
    let since = since.max(endpoint.created_at);
    let sql = "SELECT e.id AS event_id, COALESCE((SELECT MAX(o.replay) + 1 FROM webhook_deliveries o WHERE o.webhook_id = $1 AND o.event_id = e.id), 0) \
               AS replay, (SELECT COUNT(*) FROM webhook_deliveries o WHERE o.webhook_id = $1 AND o.event_id = e.id AND o.state = 'waiting') \
               AS waiting FROM webhook_events e WHERE e.system_id = $2 AND e.happened_at >= $3 AND ',' || $4 || ',' LIKE '%,' || e.kind || ',%' \
               ORDER BY e.happened_at, e.id LIMIT $5";
    let values = [webhook.0.into(), system.0.into(), since.into(), endpoint.kinds.into(), MOST_REPLAYED.into()];
    let found = rows::<Again>(door.tx, sql, values).await?;
    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let (waiting, ended): (Vec<_>, Vec<_>) = found.into_iter().partition(|again| again.waiting > 0);
    let messages =
        ended.into_iter().map(|Again { event_id, replay, .. }| Message { webhook: webhook.0, event: event_id, replay });
    deliveries::write_many(door.tx, &door.clock, &door.rng, &messages.collect::<Vec<_>>()).await?;
    let waiting: Vec<Uuid> = waiting.into_iter().map(|again| again.event_id).collect();
    deliveries::make_due(door.tx, &door.clock, webhook.0, &waiting).await?;
    deliveries::hand_over_next(door.tx, &door.clock, &door.rng, webhook.0).await?;
    door.record(Event::new("webhook.replay", "webhook", webhook).details(serde_json::json!({ "since": since, "count": count })));
    Ok(count)
}

async fn is_active(door: &Door<'_>, system: SystemId, webhook: WebhookId) -> Result<queries::Row> {
    let row = queries::webhook(door.tx, system, webhook).await?;
    if row.active { Ok(row) } else { Err(AppError::conflict("The webhook is off.")) }
}

#[derive(FromQueryResult)]
struct Manager {
    user_id: Uuid,
    name: String,
}

/// An endpoint that is to be turned off, as it was found so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hopeless {
    pub system: SystemId,
    pub webhook: WebhookId,
    /// The version that the attempt was made with.
    pub version: i64,
    /// It fails since then, or longer.
    pub failing_since: DateTime<Utc>,
    /// It said itself that it is gone.
    pub gone: bool,
}

/// Turns an endpoint off that nothing reaches, and tells the managers. Of two that find it so one does it; where it was changed or
/// reached meanwhile none does.
pub(crate) async fn turn_off(platform: &Platform, hopeless: Hopeless) -> Result<()> {
    let Hopeless { system, webhook, version, failing_since, gone } = hopeless;
    let why = if gone { "its receiver answered that it is gone (410)" } else { "nothing reached it for three days" };
    let inner = platform.clone();
    let told = change_system(platform, Actor::default(), system, move |door| {
        Box::pin(async move {
            let sql = "UPDATE webhooks SET active = FALSE, disabled_at = $2, updated_at = $2, version = version + 1 \
                       WHERE id = $1 AND active AND version = $3 AND failing_since <= $4";
            let values = [webhook.0.into(), door.now.into(), version.into(), failing_since.into()];
            if execute(door.tx, sql, values).await? == 0 {
                return Ok(Vec::new());
            }
            deliveries::drop_all(door.tx, webhook.0, door.now).await?;
            door.record(Event::new("webhook.turn_off", "webhook", webhook));
            let sql = "SELECT m.user_id, w.name FROM members m JOIN webhooks w ON w.system_id = m.system_id \
                       WHERE w.id = $1 AND m.role = 'manager' ORDER BY m.user_id";
            let managers = rows::<Manager>(door.tx, sql, [webhook.0.into()]).await?;
            let kind = notifications::kinds::find("webhook.turned_off").ok_or_else(|| AppError::internal("the kind is gone"))?;
            let mut told = Vec::new();
            for Manager { user_id, name } in managers {
                let notice = notifications::Notice {
                    id: notifications::Notice::id(&inner)?,
                    user: user_id.into(),
                    system: Some(system),
                    kind,
                    text: format!("The webhook {name} was turned off: {why}"),
                    link: format!("/s/{system}/webhooks"),
                    unique_key: format!("webhook:{webhook}:{}", door.now.timestamp()),
                    at: door.now,
                    actor: None,
                    object: None,
                };
                notifications::tell(door.tx, notice).await?;
                told.push(user_id.into());
            }
            Ok(told)
        })
    })
    .await?;
    platform.live.wake(told).await;
    Ok(())
}
