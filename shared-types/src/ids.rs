//! Identifiers. Each kind of object has its own type, so that a task's id can't be passed where a system's is meant.
//!
//! All are UUIDs of version 7. Their time part is a convenience of storage and never decides an order (DESIGN 7.10).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A user of the installation.
    UserId,
    /// A connection of an account with a person at the single sign-on provider.
    IdentityId,
    /// A signed-in session of a user.
    SessionId,
    /// A system: one assessment scope, the tenant of everything below it.
    SystemId,
    /// A system's implementation of one requirement, or a custom control.
    ControlId,
    /// A task.
    TaskId,
    /// A comment on a task.
    CommentId,
    /// An item of a task's checklist.
    ChecklistItemId,
    /// The link of a task to a further control or an objective.
    TaskLinkId,
    /// A saved filter of the task list.
    TaskFilterId,
    /// A template that recurring tasks are made of.
    TaskTemplateId,
    /// A piece of evidence.
    EvidenceId,
    /// One numbered version of a piece of evidence.
    EvidenceVersionId,
    /// A file of a version of a piece of evidence.
    EvidenceFileId,
    /// The link of a piece of evidence to a control, an objective or a task.
    EvidenceLinkId,
    /// An unfinished or finished resumable upload.
    UploadId,
    /// A row of the audit log.
    AuditEventId,
    /// A background job.
    JobId,
    /// An endpoint of outbound webhooks.
    WebhookId,
    /// A message to such an endpoint.
    DeliveryId,
    /// An in-app notification.
    NotificationId,
    /// A personal API token.
    ApiTokenId,
    /// A passkey of a user.
    PasskeyId,
    /// An act against an administrator that waits for another one.
    AdminRequestId,
    /// A report that was asked for.
    ReportId,
    /// A feed of a person's calendar.
    CalendarFeedId,
    /// A scheduled report.
    ReportScheduleId,
}
