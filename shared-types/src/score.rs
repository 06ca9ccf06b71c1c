//! The score and what it says about a status (32 CFR 170.24(c), 170.21).

use crate::finding::{Finding, FindingCounts, text_enum};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// How much a score may be relied on.
    ScoreState {
        /// Every requirement is assessed.
        Final = "final",
        /// Something is not assessed yet: the value deducts it as if it were not met (a rule of this product).
        Provisional = "provisional",
        /// No score exists; `no_score_reason` says why.
        None = "none",
        /// The level has no score: all requirements are met, or there is no status (Level 1, 32 CFR 170.24(c)(1)).
        NotScored = "not_scored",
    }
}

/// A sentence with the rule that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cited {
    /// The sentence.
    pub text: String,
    /// The rule, such as `32 CFR 170.24(c)(2)`.
    pub citation: String,
}

/// One requirement that costs points now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deduction {
    /// The requirement, such as `AC.L2-3.1.1`.
    pub requirement: String,
    /// Not met or not assessed.
    pub finding: Finding,
    /// What it costs in the value.
    pub points: i32,
    /// What it would cost without partial credit.
    pub full_points: i32,
    /// The rule.
    pub citation: String,
}

/// A NOT MET requirement that rules out a conditional status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Blocker {
    /// The requirement, such as `AC.L2-3.1.1`.
    pub requirement: String,
    /// Why it may not stand on a POA&M, in words.
    pub reason: String,
    /// The rule.
    pub citation: String,
}

/// Whether the findings allow a conditional status (32 CFR 170.21(a)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Eligibility {
    /// The least score of a conditional status; absent where the level has none.
    pub conditional_at: Option<i32>,
    /// Whether the value reaches it.
    pub score_reached: bool,
    /// The requirements that may not stand on a POA&M and are not met.
    pub blockers: Vec<Blocker>,
    /// Everything is met: a final status is possible.
    pub all_met: bool,
    /// The score is reached, nothing blocks, and the score is final: a conditional status is possible.
    pub conditional_possible: bool,
    /// The outcome in a sentence with its rule.
    pub summary: Cited,
}

/// The score of a system under one rule pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Score {
    /// The rule pack, such as `cmmc-level-2`.
    pub pack: String,
    /// Its version, such as `cmmc-2.0/2026-10`.
    pub pack_version: String,
    /// How much the value may be relied on.
    pub state: ScoreState,
    /// The headline: every requirement not met or not assessed deducted. Absent where no score exists.
    pub value: Option<i32>,
    /// The other bound: if all that is not assessed proves met. Equals `value` when final.
    pub best: Option<i32>,
    /// The lowest score that the pack knows (-203 at Level 2).
    pub minimum: Option<i32>,
    /// The highest (110 at Level 2).
    pub maximum: Option<i32>,
    /// Why no score exists.
    pub no_score_reason: Option<Cited>,
    /// Requirements by finding.
    pub counts: FindingCounts,
    /// What costs points, in the pack's order: not met and not assessed.
    pub deductions: Vec<Deduction>,
    /// What the findings mean for a status.
    pub eligibility: Eligibility,
    /// The rule that defines the score.
    pub citation: String,
}

/// The score at one moment of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScorePoint {
    /// When it became so.
    pub at: DateTime<Utc>,
    /// The headline of that moment; absent where no score existed.
    pub value: Option<i32>,
    /// The other bound.
    pub best: Option<i32>,
}
