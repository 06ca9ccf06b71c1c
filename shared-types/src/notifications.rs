//! In-app notifications.

use crate::{NotificationId, SystemId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something the product tells one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notification {
    /// Id.
    pub id: NotificationId,
    /// The system that it is about.
    pub system: Option<SystemId>,
    /// Kind, such as `evidence.expiring`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// Path of the page in the client.
    pub link: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}
