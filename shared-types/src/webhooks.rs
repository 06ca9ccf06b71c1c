//! Outbound webhooks of a system: where programs outside are told what happens.

use crate::text::{Title, WebhookUrl};
use crate::{DeliveryId, WebhookId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Endpoints that a system may have.
pub const MOST_WEBHOOKS: usize = 20;

/// In which form an endpoint is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookFormat {
    /// Standard Webhooks: JSON with a signature.
    Standard,
    /// A message as Slack takes it.
    Slack,
    /// An adaptive card as Microsoft Teams takes it.
    Teams,
}

impl WebhookFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Slack, Self::Teams];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Slack => "slack",
            Self::Teams => "teams",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Id.
    pub id: WebhookId,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// In which form it is told.
    pub format: WebhookFormat,
    /// Of which kinds of event.
    pub kinds: Vec<String>,
    /// It is told.
    pub active: bool,
    /// Since when nothing has reached it, if so.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was turned off because nothing reached it for days.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

/// A kind of event that an endpoint may be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookKind {
    /// Its name.
    pub kind: String,
    /// What happened, in words.
    pub label: String,
}

/// The endpoints of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhooks {
    /// Each of them, by name.
    pub items: Vec<Webhook>,
    /// What they may be told of.
    pub kinds: Vec<WebhookKind>,
}

/// A new endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// What people call it.
    pub name: Title,
    /// Where it is: https, without a user or a password.
    pub url: WebhookUrl,
    /// In which form it is told.
    pub format: WebhookFormat,
    /// Of which kinds of event, at least one.
    pub kinds: Vec<String>,
}

/// An endpoint with the secret that its messages are signed with, if they are: shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    /// The endpoint.
    pub webhook: Webhook,
    /// The secret, `whsec_` and base64; none where messages of the form are not signed.
    pub secret: Option<String>,
}

/// Changes an endpoint. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<WebhookUrl>,
    /// In which form it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<WebhookFormat>,
    /// Of which kinds of event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<String>>,
    /// It is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It goes now, or again later.
    Waiting,
    /// It was taken: an answer from 200 to 299.
    Delivered,
    /// It is not tried again.
    Failed,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A message to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// Id.
    pub id: DeliveryId,
    /// The id of the event, which the message carries as `webhook-id`: the same in every attempt and replay.
    pub message_id: String,
    /// The kind of event.
    pub kind: String,
    /// What happened, in words.
    pub text: String,
    /// It is sent once more, by somebody's wish.
    pub replayed: bool,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// How long the last attempt took, in milliseconds.
    pub duration_ms: Option<u32>,
    /// Why the last attempt failed, where there was no answer.
    pub error: Option<String>,
    /// The beginning of the last answer.
    pub excerpt: Option<String>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it was delivered, or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Sends everything once more that happened since a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaySince {
    /// Events from then on; at most a month back.
    pub since: DateTime<Utc>,
}

/// How much is sent once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// Messages.
    pub count: u32,
}
