//! The portfolio: where all of a person's systems stand, side by side.

use crate::SystemId;
use crate::dashboard::{Clock, EvidenceCounts, TaskCounts};
use crate::finding::FindingCounts;
use crate::score::{Cited, ScoreState};
use crate::systems::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where the systems of a person stand. Archived systems are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portfolio {
    /// As of when.
    pub as_of: DateTime<Utc>,
    /// How many systems there are. More than `systems` holds where there are more than 200.
    pub total: u32,
    /// The first 200 systems by name.
    pub systems: Vec<PortfolioSystem>,
}

/// A system's line of the portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortfolioSystem {
    /// The system.
    pub id: SystemId,
    /// Its name.
    pub name: String,
    /// The organisation that it belongs to.
    pub organization: String,
    /// CMMC level.
    pub level: u8,
    /// Part of the demonstration data.
    pub demo: bool,
    /// Your role; absent for an administrator who is not a member.
    pub role: Option<Role>,
    /// The score, and what it says about a status.
    pub standing: Standing,
    /// Requirements by finding.
    pub findings: FindingCounts,
    /// Tasks by state.
    pub tasks: TaskCounts,
    /// Tasks that are assigned to you and not completed.
    pub my_tasks: u32,
    /// Evidence by freshness.
    pub evidence: EvidenceCounts,
    /// The next date from today on: a review, a task, an expiry.
    pub next: Option<Clock>,
}

/// A score in short (32 CFR 170.24(c)), and what it says about a status (32 CFR 170.21(a)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// How much the value may be relied on.
    pub state: ScoreState,
    /// Every requirement not met or not assessed deducted. Absent where no score exists.
    pub value: Option<i32>,
    /// The other bound: if all that is not assessed proves met.
    pub best: Option<i32>,
    /// The lowest score that the rule pack knows.
    pub minimum: Option<i32>,
    /// The highest.
    pub maximum: Option<i32>,
    /// The least score of a conditional status; absent where the level has none.
    pub conditional_at: Option<i32>,
    /// Why no score exists.
    pub no_score_reason: Option<Cited>,
    /// Everything is met: a final status is possible.
    pub all_met: bool,
    /// A conditional status is possible.
    pub conditional_possible: bool,
    /// Requirements that are not met and may not stand on a POA&M.
    pub blockers: u32,
}
