//! Many tasks changed at once.

use super::{Priority, TaskAction};
use crate::text::Note;
use crate::{ErrorCode, Patch, UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most tasks of one bulk change.
pub const MAX_BULK_TASKS: usize = 200;

/// The same change to many tasks: either fields, or one step.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkTasks {
    /// 1 to 200 tasks, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub items: Vec<BulkTask>,
    /// What is to be changed.
    pub change: BulkTaskChange,
}

/// One task of a bulk change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkTask {
    /// By id or number.
    pub task: String,
    /// The version that you know: the change of a task that somebody else saved meanwhile is refused.
    pub version: i64,
}

/// What is changed in each task. A step stands alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkTaskChange {
    /// Who does it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub assignee: Patch<UserId>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub due: Patch<NaiveDate>,
    /// Priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Whether you are told what happens to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<bool>,
    /// A step, where the state and the rules allow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<TaskAction>,
    /// Comes with the step; demanded for `send_back` and `reopen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Note>,
}

/// The answer to a bulk change, an entry for each task in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkTasksResult {
    /// An entry for each task.
    pub items: Vec<BulkTaskResult>,
    /// How many were changed, or were as wanted already.
    pub applied: u32,
}

/// What became of one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkTaskResult {
    /// As the request named it.
    pub task: String,
    /// 200, or the status that the single operation would have answered.
    pub status: u16,
    /// Its version now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
