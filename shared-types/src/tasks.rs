//! Tasks and their confirmation.
//!
//! - `bulk.rs`: many at once
//! - `comments.rs`: what people say, and whom they mention
//! - `filters.rs`: saved filters
//! - `import.rs`: tasks of a CSV file
//! - `parts.rs`: checklist, watchers, links
//! - `templates.rs`: recurring tasks

mod bulk;
mod comments;
mod filters;
mod import;
mod parts;
mod templates;

pub use bulk::*;
pub use comments::*;
pub use filters::*;
pub use import::*;
pub use parts::*;
pub use templates::*;

use crate::finding::text_enum;
use crate::identity::Person;
use crate::text::{Note, Title};
use crate::{Patch, TaskId, TaskTemplateId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where a task stands.
    TaskState {
        /// Nobody has begun.
        Open = "open",
        /// Being done.
        InProgress = "in_progress",
        /// Done according to its assignee; waits for another person.
        PendingConfirmation = "pending_confirmation",
        /// Done and confirmed.
        Completed = "completed",
    }
}

text_enum! {
    /// How urgent a task is.
    Priority {
        /// Do it now.
        Urgent = "urgent",
        /// Before the others.
        High = "high",
        /// As it comes.
        Normal = "normal",
        /// When there is time.
        Low = "low",
    }
}

text_enum! {
    /// A step of a task.
    TaskAction {
        /// Open to In Progress.
        Start = "start",
        /// Open or In Progress to Pending Confirmation.
        Submit = "submit",
        /// Pending Confirmation to Completed, by another person than the one who submitted it.
        Confirm = "confirm",
        /// Pending Confirmation back to In Progress, with a comment.
        SendBack = "send_back",
        /// Completed back to Open, with a comment.
        Reopen = "reopen",
    }
}

/// A task.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that readers are told")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Id.
    pub id: TaskId,
    /// Number for people: `TASK-12`.
    pub number: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// State.
    pub state: TaskState,
    /// Priority.
    pub priority: Priority,
    /// The control it belongs to, by reference.
    pub control: Option<String>,
    /// The control's title.
    pub control_title: Option<String>,
    /// Who does it.
    pub assignee: Option<Person>,
    /// Who does it while the assignee is away: may submit it too, and is told what happens.
    pub backup: Option<Person>,
    /// Who confirms it; any contributor or manager if absent.
    pub reviewer: Option<Person>,
    /// Until when.
    pub due: Option<NaiveDate>,
    /// How much work it is thought to be, in hours, 1 to 1,000.
    pub estimate_hours: Option<u16>,
    /// What is to be ticked off, in its order.
    pub checklist: Vec<ChecklistItem>,
    /// Not completed and past its due date, in the system's time zone.
    pub overdue: bool,
    /// Who submitted it for confirmation.
    pub submitted_by: Option<Person>,
    /// Who confirmed it.
    pub confirmed_by: Option<Person>,
    /// Confirmed by the person who did it, because nobody else in the system was eligible.
    pub self_confirmed: bool,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// What you may do with it now.
    pub actions: Vec<TaskAction>,
    /// You are told what happens to it.
    pub watching: bool,
    /// How many people watch it.
    pub watcher_count: u32,
    /// Further controls and objectives that it is about.
    pub link_count: u32,
    /// Comments on it.
    pub comment_count: u32,
    /// Who created it; absent where the product did, from a template.
    pub created_by: Option<Person>,
    /// The template that it was made of.
    pub template: Option<TaskTemplateId>,
    /// Made of a template after its day had passed: nobody was told of it in time.
    pub missed: bool,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// Changed.
    pub updated_at: DateTime<Utc>,
    /// Version for If-Match.
    pub version: i64,
}

/// Creates a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// Title.
    pub title: Title,
    /// Description.
    #[serde(default)]
    pub description: Option<Note>,
    /// The control it belongs to, by id or reference; a free task if absent.
    #[serde(default)]
    pub control: Option<String>,
    /// Who does it: a contributor or manager of the system.
    #[serde(default)]
    pub assignee: Option<UserId>,
    /// Who does it while the assignee is away: a third contributor or manager.
    #[serde(default)]
    pub backup: Option<UserId>,
    /// Who confirms it: a contributor or manager, another person than the assignee.
    #[serde(default)]
    pub reviewer: Option<UserId>,
    /// Until when.
    #[serde(default)]
    pub due: Option<NaiveDate>,
    /// Priority; normal if absent.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// How much work it is thought to be, in hours.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub estimate_hours: Option<u16>,
    /// What is to be ticked off, at most 50 items.
    #[serde(default)]
    pub checklist: Vec<Title>,
}

/// Changes to a task that is not completed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTask {
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Description.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Note>))]
    pub description: Patch<Note>,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub assignee: Patch<UserId>,
    /// Who does it while the assignee is away.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub backup: Patch<UserId>,
    /// Who confirms it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub reviewer: Patch<UserId>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub due: Patch<NaiveDate>,
    /// Priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How much work it is thought to be, in hours.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u16>, minimum = 1, maximum = 1000))]
    pub estimate_hours: Patch<u16>,
}

/// The longest estimate, in hours.
pub const MAX_ESTIMATE_HOURS: u16 = 1_000;

/// Takes a task one step further (or back).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TransitionTask {
    /// The step.
    pub action: TaskAction,
    /// Demanded for `send_back` and `reopen`.
    #[serde(default)]
    pub comment: Option<Note>,
}
