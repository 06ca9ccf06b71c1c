//! Recurring tasks: templates, and the dates on which they make a task.

use super::Priority;
use crate::finding::text_enum;
use crate::identity::Person;
use crate::text::{Note, RecurrenceRule, Title};
use crate::{Patch, TaskTemplateId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Most days that a task is made before it is due.
pub const MAX_LEAD_DAYS: u16 = 180;

/// Most templates of a system that have not ended.
pub const MAX_TEMPLATES: usize = 500;

/// How many missed dates are made up for at once, the newest of them.
pub const MAX_MISSED: usize = 12;

text_enum! {
    /// Whether a template makes tasks.
    TemplateState {
        /// It does.
        Active = "active",
        /// Not now; nothing is made up for later.
        Paused = "paused",
        /// Never again.
        Ended = "ended",
    }
}

text_enum! {
    /// A step of a template.
    TemplateAction {
        /// Active to Paused.
        Pause = "pause",
        /// Paused to Active, from today on.
        Resume = "resume",
        /// To Ended, for good.
        End = "end",
    }
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskTemplate {
    /// Id.
    pub id: TaskTemplateId,
    /// Title of its tasks.
    pub title: String,
    /// Description of its tasks.
    pub description: Option<String>,
    /// The control that they belong to, by reference.
    pub control: Option<String>,
    /// Who does them.
    pub assignee: Option<Person>,
    /// Who confirms them.
    pub reviewer: Option<Person>,
    /// Priority.
    pub priority: Priority,
    /// How much work one is thought to be, in hours.
    pub estimate_hours: Option<u16>,
    /// What is to be ticked off.
    pub checklist: Vec<String>,
    /// When: a recurrence rule of RFC 5545, in days of the system's time zone.
    pub rule: String,
    /// The first day on which one may be due.
    pub starts: NaiveDate,
    /// How many days before it is due a task is made.
    pub lead_days: u16,
    /// Whether it makes tasks.
    pub state: TemplateState,
    /// The next days on which a task is due, up to five; none while it is paused or has ended.
    pub next: Vec<NaiveDate>,
    /// How many tasks it has made.
    pub made: u32,
    /// How many of them were made after their day had passed.
    pub missed: u32,
    /// The suggestion of the product that it was adopted from.
    pub suggestion: Option<String>,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// Version for If-Match.
    pub version: i64,
}

/// Creates a template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTaskTemplate {
    /// Title.
    pub title: Title,
    /// Description.
    #[serde(default)]
    pub description: Option<Note>,
    /// The control, by id, reference or bare number.
    #[serde(default)]
    pub control: Option<String>,
    /// Who does them: a contributor or manager.
    #[serde(default)]
    pub assignee: Option<UserId>,
    /// Who confirms them: another contributor or manager.
    #[serde(default)]
    pub reviewer: Option<UserId>,
    /// Priority; normal if absent.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// How much work one is thought to be, in hours.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub estimate_hours: Option<u16>,
    /// What is to be ticked off, at most 50 items.
    #[serde(default)]
    pub checklist: Vec<Title>,
    /// When. At most daily; for a control whose requirement says "periodically" at least every 12 months.
    pub rule: RecurrenceRule,
    /// The first day on which one may be due; today if absent.
    #[serde(default)]
    pub starts: Option<NaiveDate>,
    /// How many days before it is due a task is made, at most 180; 14 if absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 180))]
    pub lead_days: Option<u16>,
}

/// Changes to a template that has not ended. Tasks that it has made stay as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTaskTemplate {
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Description.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Note>))]
    pub description: Patch<Note>,
    /// Who does them.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub assignee: Patch<UserId>,
    /// Who confirms them.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub reviewer: Patch<UserId>,
    /// Priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How much work one is thought to be, in hours.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u16>, minimum = 1, maximum = 1000))]
    pub estimate_hours: Patch<u16>,
    /// What is to be ticked off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<Vec<Title>>,
    /// When; a new rule counts from today on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RecurrenceRule>,
    /// The first day on which one may be due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NaiveDate>,
    /// How many days before it is due a task is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 180))]
    pub lead_days: Option<u16>,
}

/// Pauses, resumes or ends a template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TransitionTaskTemplate {
    /// The step.
    pub action: TemplateAction,
}

/// Asks on which days a rule makes tasks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewRecurrence {
    /// The rule.
    pub rule: RecurrenceRule,
    /// The first day; today if absent.
    #[serde(default)]
    pub starts: Option<NaiveDate>,
    /// The control whose requirement bounds it.
    #[serde(default)]
    pub control: Option<String>,
}

/// The next days of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecurrenceDates {
    /// From today or the first day on, whichever is later; up to twelve.
    pub dates: Vec<NaiveDate>,
    /// Days before today whose tasks a recurring task would make when it is created, up to twelve.
    #[serde(default)]
    pub missed: u32,
}

/// A recurring task that the product suggests for a requirement that says "periodically".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateSuggestion {
    /// Its name for the API.
    pub key: String,
    /// The control, by reference.
    pub control: String,
    /// The control's title.
    pub control_title: String,
    /// Title of its tasks.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// When.
    pub rule: String,
    /// How many days before it is due a task is made.
    pub lead_days: u16,
    /// What is to be ticked off.
    pub checklist: Vec<String>,
    /// The requirement says "periodically": at least every 12 months (32 CFR 170.14(d)). Else it is customary.
    pub periodic: bool,
    /// The system has adopted it.
    pub adopted: bool,
}

/// Adopts suggestions. What was adopted before is left as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdoptSuggestions {
    /// Their keys, 1 to 200.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub keys: Vec<String>,
    /// Who does them.
    #[serde(default)]
    pub assignee: Option<UserId>,
    /// The first day on which one may be due; in 30 days if absent.
    #[serde(default)]
    pub starts: Option<NaiveDate>,
}

/// What came of adopting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdoptedSuggestions {
    /// How many templates were created.
    pub created: u32,
    /// How many had been adopted before.
    pub existing: u32,
}
