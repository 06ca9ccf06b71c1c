//! Tasks of a CSV file.

use crate::FieldError;
use serde::{Deserialize, Serialize};

/// Most lines of tasks in one file.
pub const MAX_IMPORT_LINES: usize = 10_000;

/// Most bytes of one file: 4 MiB.
pub const MAX_IMPORT_BYTES: usize = 4 * 1024 * 1024;

/// The columns, in the order in which a template has them; `title` is the only one that must be there.
pub const IMPORT_COLUMNS: [&str; 10] =
    ["title", "description", "control", "assignee", "backup", "reviewer", "due", "priority", "estimate_hours", "checklist"];

/// What a file would make of tasks, or has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportResult {
    /// Lines of tasks in the file.
    pub lines: u32,
    /// Lines that make a task.
    pub valid: u32,
    /// Lines that don't.
    pub invalid: u32,
    /// Tasks that were created; none in a preview.
    pub created: u32,
    /// The numbers of the first and the last task that was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<(String, String)>,
    /// The first 200 lines with a fault, and before them up to 50 of those that make a task.
    pub shown: Vec<ImportLine>,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportLine {
    /// Its line in the file, from 1; a cell may span several.
    pub line: u64,
    /// The title, as far as there is one.
    pub title: String,
    /// What is wrong; the pointer is the column (`/due`). Nothing where the line makes a task.
    pub errors: Vec<FieldError>,
    /// A cell begins like a formula. It is kept as text, and written as text where a spreadsheet would read it again.
    pub formula: bool,
}
