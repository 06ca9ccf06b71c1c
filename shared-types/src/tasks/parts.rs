//! The parts of a task: its checklist, who watches it, what else it is about.

use crate::text::Title;
use crate::{ChecklistItemId, ControlId, TaskLinkId};
use serde::{Deserialize, Serialize};

/// Most items of a checklist.
pub const MAX_CHECKLIST: usize = 50;

/// Most people who watch one task.
pub const MAX_WATCHERS: usize = 100;

/// Most further controls and objectives of one task.
pub const MAX_TASK_LINKS: usize = 100;

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChecklistItem {
    /// Id; it stays when the item is moved or renamed.
    pub id: ChecklistItemId,
    /// What.
    pub text: String,
    /// Ticked off.
    pub done: bool,
}

/// The whole checklist as it is to be: what is not in it any more is removed, its order is the new order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetChecklist {
    /// At most 50 items.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub items: Vec<SetChecklistItem>,
}

/// An item of the new checklist.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetChecklistItem {
    /// The item that it was; a new one if absent.
    #[serde(default)]
    pub id: Option<ChecklistItemId>,
    /// What.
    pub text: Title,
    /// Ticked off.
    #[serde(default)]
    pub done: bool,
}

/// A further control, or one of its objectives, that a task is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskLink {
    /// Id.
    pub id: TaskLinkId,
    /// The control.
    pub control: ControlId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// The objective's letter; the whole control if absent.
    pub objective: Option<String>,
}

/// Links a task to a further control, or to an objective.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTaskLink {
    /// The control, by id, reference or bare number.
    pub control: String,
    /// The objective's letter; the whole control if absent.
    #[serde(default)]
    pub objective: Option<String>,
}
