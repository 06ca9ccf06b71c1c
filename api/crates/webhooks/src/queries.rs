//! What managers read of endpoints and messages, within a system.

use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::page::PageRequest;
use platform::{AppError, Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde::Serialize;
use shared_types::webhooks::{DeliveryState, Webhook, WebhookDelivery, WebhookFormat};
use shared_types::{DeliveryId, SystemId, WebhookId};
use uuid::Uuid;

/// An endpoint as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    name: String,
    pub url: String,
    pub format: String,
    pub kinds: String,
    pub active: bool,
    failing_since: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl From<Row> for Webhook {
    fn from(row: Row) -> Self {
        let Row { id, name, url, format, kinds, active, failing_since, disabled_at, created_at, version } = row;
        let format = WebhookFormat::parse(&format).unwrap_or(WebhookFormat::Standard);
        let kinds = kinds.split(',').map(str::to_owned).collect();
        Self { id: WebhookId(id), name, url, format, kinds, active, failing_since, disabled_at, created_at, version }
    }
}

const COLUMNS: &str =
    "SELECT id, name, url, format, kinds, active, failing_since, disabled_at, created_at, version FROM webhooks";

/// The endpoints of a system, by name.
pub(crate) async fn webhooks(db: &Db, system: SystemId) -> Result<Vec<Row>> {
    db.rows(&format!("{COLUMNS} WHERE system_id = $1 ORDER BY name, id"), [system.0.into()]).await
}

/// One of them; 404 if the system has it not.
pub(crate) async fn webhook(connection: &impl ConnectionTrait, system: SystemId, id: WebhookId) -> Result<Row> {
    let sql = format!("{COLUMNS} WHERE system_id = $1 AND id = $2");
    rows(connection, &sql, [system.0.into(), id.0.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// Which messages.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Filter {
    pub webhook: WebhookId,
    /// In one of these states; empty: in any.
    pub states: Vec<DeliveryState>,
}

/// The order of the list.
pub(crate) type Key = (DateTime<Utc>, Uuid);

/// A message as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct DeliveryRow {
    id: Uuid,
    event_id: Uuid,
    kind: String,
    text: String,
    replay: i32,
    state: String,
    attempts: i32,
    next_attempt_at: Option<DateTime<Utc>>,
    status: Option<i32>,
    duration_ms: Option<i32>,
    error: Option<String>,
    excerpt: Option<String>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl DeliveryRow {
    /// Its place in the list.
    pub fn key(&self) -> Key {
        (self.created_at, self.id)
    }
}

impl From<DeliveryRow> for WebhookDelivery {
    fn from(row: DeliveryRow) -> Self {
        let DeliveryRow {
            id,
            event_id,
            kind,
            text,
            replay,
            state,
            attempts,
            next_attempt_at,
            status,
            duration_ms,
            error,
            excerpt,
            created_at,
            ended_at,
        } = row;
        Self {
            id: DeliveryId(id),
            message_id: event_id.to_string(),
            kind,
            text,
            replayed: replay > 0,
            state: DeliveryState::parse(&state).unwrap_or(DeliveryState::Failed),
            attempts: u32::try_from(attempts).unwrap_or_default(),
            next_attempt_at,
            status: status.and_then(|status| u16::try_from(status).ok()),
            duration_ms: duration_ms.and_then(|millis| u32::try_from(millis).ok()),
            error,
            excerpt,
            created_at,
            ended_at,
        }
    }
}

/// The messages of a page, newest first. That the endpoint is the system's was looked at before.
pub(crate) async fn deliveries(db: &Db, filter: &Filter, page: &PageRequest<Key>) -> Result<Vec<DeliveryRow>> {
    let (compare, way) = if page.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let mut values: Vec<Value> = vec![filter.webhook.0.into()];
    let mut bind = |value: Value| {
        values.push(value);
        values.len()
    };
    let mut conditions = vec!["d.webhook_id = $1".to_owned()];
    if !filter.states.is_empty() {
        let places: Vec<String> = filter.states.iter().map(|state| format!("${}", bind(state.as_str().into()))).collect();
        conditions.push(format!("d.state IN ({})", places.join(", ")));
    }
    if let Some(cursor) = &page.cursor {
        let (at, id) = cursor.k;
        conditions.push(format!("(d.created_at, d.id) {compare} (${}, ${})", bind(at.into()), bind(id.into())));
    }
    let limit = bind(i64::try_from(page.fetch()).unwrap_or(i64::MAX).into());
    let sql = format!(
        "SELECT d.id, d.event_id, e.kind, e.text, d.replay, d.state, d.attempts, d.next_attempt_at, d.status, d.duration_ms, d.error, d.excerpt, \
         d.created_at, d.ended_at FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id WHERE {} \
         ORDER BY d.created_at {way}, d.id {way} LIMIT ${limit}",
        conditions.join(" AND ")
    );
    db.rows(&sql, values).await
}
