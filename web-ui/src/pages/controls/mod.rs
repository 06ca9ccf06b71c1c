//! Controls: the assessment list, and the page of one control.
//!
//! `list` is the assessment: every requirement in a row, set and assigned in batches. `detail` is one control with its objectives,
//! narrative, tasks, evidence and history. `custom` creates, edits and deletes controls of the system's own.

mod custom;
mod detail;
mod list;
mod verdict;

pub use detail::{ControlPage, LinkDialog};
pub use list::AssessmentPage;
