//! The dashboard: where we stand.

use crate::audit::AuditEvent;
use crate::controls::{ControlSummary, ObjectiveFinding};
use crate::evidence::Freshness;
use crate::finding::{Finding, FindingCounts, Progress};
use crate::score::{Score, ScorePoint};
use crate::tasks::TaskState;
use crate::{ControlId, EvidenceId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Everything that the dashboard of a system shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// As of when.
    pub as_of: DateTime<Utc>,
    /// Score and status.
    pub score: Score,
    /// A row for each family, a cell for each requirement.
    pub board: Vec<BoardFamily>,
    /// Tasks by state.
    pub tasks: TaskCounts,
    /// My tasks that are not completed, overdue first, at most eight.
    pub my_tasks: Vec<DashboardTask>,
    /// My tasks that are not completed and past their due date, all of them.
    pub my_overdue: u32,
    /// Controls whose review was due before today.
    pub overdue_reviews: u32,
    /// Evidence by freshness.
    pub evidence: EvidenceCounts,
    /// Approved evidence that expires next, from today on, at most five.
    pub expiring: Vec<ExpiringEvidence>,
    /// What comes next, from today on: reviews, my tasks, expiries; at most five.
    pub clocks: Vec<Clock>,
    /// The score over the last twelve months, oldest first.
    pub history: Vec<ScorePoint>,
    /// The newest rows of the audit log, at most eight.
    pub activity: Vec<AuditEvent>,
}

/// A family's row of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardFamily {
    /// Code, such as `AC`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its requirements by finding.
    pub counts: FindingCounts,
    /// A cell for each requirement, in order.
    pub cells: Vec<BoardCell>,
}

/// A requirement's cell of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardCell {
    /// The control.
    pub control: ControlId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Point value; absent where it has none.
    pub points: Option<u8>,
    /// Finding.
    pub finding: Finding,
    /// Progress.
    pub progress: Progress,
    /// Objectives by finding.
    pub objectives: FindingCounts,
    /// May not stand on a POA&M.
    pub never_on_poam: bool,
}

/// Tasks by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskCounts {
    /// Open.
    pub open: u32,
    /// In progress.
    pub in_progress: u32,
    /// Waiting for confirmation.
    pub pending_confirmation: u32,
    /// Completed.
    pub completed: u32,
    /// Not completed and past the due date.
    pub overdue: u32,
}

/// A task on the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DashboardTask {
    /// Number, such as `TASK-12`.
    pub number: String,
    /// Title.
    pub title: String,
    /// The control, by reference.
    pub control: Option<String>,
    /// State.
    pub state: TaskState,
    /// Until when.
    pub due: Option<NaiveDate>,
    /// Past its due date.
    pub overdue: bool,
    /// Waits for my confirmation.
    pub to_confirm: bool,
}

/// Evidence by freshness, on the last day of its approved version. What was never approved and what is put away is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceCounts {
    /// Current.
    pub current: u32,
    /// Expires within 30 days.
    pub expiring: u32,
    /// Expired.
    pub expired: u32,
    /// Evidence whose newest version waits for a reviewer, whether one was approved before or not.
    pub pending_review: u32,
}

/// Evidence that expires next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpiringEvidence {
    /// Id.
    pub id: EvidenceId,
    /// Title.
    pub title: String,
    /// Until when.
    pub expires: NaiveDate,
    /// Freshness today.
    pub freshness: Freshness,
    /// Days left; negative once it has expired.
    pub days_left: i64,
    /// Links to controls and objectives.
    pub link_count: u32,
}

/// Something with a date that comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    /// What: `review`, `task`, `evidence`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// When.
    pub date: NaiveDate,
    /// Days left; negative once it has passed.
    pub days_left: i64,
    /// Path of the page in the client, below the system.
    pub link: String,
}

/// The assessment as exported: working state, never a result to be submitted while provisional.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssessmentExport {
    /// Made when.
    pub exported_at: DateTime<Utc>,
    /// The system's name.
    pub system: String,
    /// Score with its state.
    pub score: Score,
    /// Says in words that this is a working copy, where it is.
    pub notice: Option<String>,
    /// Every control with its objectives.
    pub controls: Vec<ExportedControl>,
}

/// A control of an export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedControl {
    /// The row of the list.
    #[serde(flatten)]
    pub control: ControlSummary,
    /// How the requirement is met here.
    pub narrative: String,
    /// Objectives in order.
    pub objectives_detail: Vec<ObjectiveFinding>,
}
