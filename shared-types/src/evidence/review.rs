//! Review and what follows from it: which evidence supports a finding.
//!
//! Evidence must be in final form; drafts and unapproved documents don't support a MET (32 CFR 170.24(b)(1)). Review and freshness
//! are two things: the first is what people decided about a version, the second what the calendar says.

use super::Freshness;
use crate::finding::text_enum;
use crate::identity::Person;
use crate::text::Note;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// How far the review of a version has come.
    ReviewState {
        /// Being put together: its files may still change.
        Draft = "draft",
        /// Handed in; another person looks at it.
        PendingReview = "pending_review",
        /// Somebody other than its author found that it shows what it says. Never changes again.
        Approved = "approved",
        /// Sent back with a comment: may be mended and handed in again.
        Rejected = "rejected",
    }
}

impl ReviewState {
    /// Whether files and dates of the version may still change.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Rejected)
    }
}

text_enum! {
    /// The one word for a piece of evidence: the review of its newest version and, once that is approved, its freshness.
    EvidenceStatus {
        /// Its newest version is being put together.
        Draft = "draft",
        /// Its newest version waits for a reviewer.
        PendingReview = "pending_review",
        /// Approved, and good for more than 30 days.
        Current = "current",
        /// Approved, and expires within 30 days.
        Expiring = "expiring",
        /// Approved, and its last day is over.
        Expired = "expired",
        /// Its newest version was sent back.
        Rejected = "rejected",
        /// Put away: kept, but supports nothing.
        Archived = "archived",
    }
}

impl EvidenceStatus {
    /// The word for this evidence. The one place of this rule.
    pub fn of(archived: bool, state: ReviewState, freshness: Freshness) -> Self {
        match (archived, state, freshness) {
            (true, _, _) => Self::Archived,
            (_, ReviewState::Draft, _) => Self::Draft,
            (_, ReviewState::PendingReview, _) => Self::PendingReview,
            (_, ReviewState::Rejected, _) => Self::Rejected,
            (_, ReviewState::Approved, Freshness::Current) => Self::Current,
            (_, ReviewState::Approved, Freshness::Expiring) => Self::Expiring,
            (_, ReviewState::Approved, Freshness::Expired) => Self::Expired,
        }
    }
}

/// Whether an approved version, good from one day until another, supports a finding today (32 CFR 170.24(b)(1)).
pub fn supports(approved: Option<(NaiveDate, Option<NaiveDate>)>, archived: bool, today: NaiveDate) -> bool {
    approved.is_some_and(|(from, until)| !archived && from <= today && until.is_none_or(|until| today <= until))
}

text_enum! {
    /// A step of a review.
    ReviewAction {
        /// Hand the newest version in.
        Submit = "submit",
        /// Take it back before anybody has decided.
        Withdraw = "withdraw",
        /// It shows what it says.
        Approve = "approve",
        /// It does not; the comment says why.
        Reject = "reject",
    }
}

/// Takes a step of the review of the newest version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewEvidence {
    /// The step.
    pub action: ReviewAction,
    /// The version that was looked at: refused if a newer one has come meanwhile.
    pub version: u32,
    /// For the people who read it; demanded with `reject`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Note>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceReview {
    /// Of this version.
    pub version: u32,
    /// The step.
    pub action: ReviewAction,
    /// Who took it.
    pub by: Option<Person>,
    /// Comment.
    pub comment: Option<String>,
    /// An approval by the author, because the system had nobody else who could.
    pub self_approved: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// What hangs on one piece of evidence: were it gone, these findings would have nothing that supports them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceImpact {
    /// Whether it supports findings today.
    pub supports: bool,
    /// The last day on which it does; absent if it does not age.
    pub until: Option<NaiveDate>,
    /// The objectives found MET that nothing else supports, in order.
    pub objectives: Vec<ImpactObjective>,
    /// Requirements found MET that would not be.
    pub requirements: u32,
    /// The score today; absent where there is none.
    pub score: Option<i32>,
    /// The score if these objectives were NOT MET.
    pub score_without: Option<i32>,
    /// The same in one sentence; empty if nothing would fall.
    pub words: String,
}

/// An objective that hangs on one piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImpactObjective {
    /// The control's reference: `AC.L2-3.1.1`.
    pub reference: String,
    /// The objective's letter.
    pub letter: String,
    /// Points that the requirement deducts when NOT MET; absent for a custom control and 3.12.4.
    pub points: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_for_review_and_freshness() {
        use EvidenceStatus as S;
        for (state, words) in [
            (ReviewState::Draft, [S::Draft; 3]),
            (ReviewState::PendingReview, [S::PendingReview; 3]),
            (ReviewState::Rejected, [S::Rejected; 3]),
            (ReviewState::Approved, [S::Current, S::Expiring, S::Expired]),
        ] {
            for (freshness, word) in Freshness::ALL.iter().zip(words) {
                assert_eq!(S::of(false, state, *freshness), word);
                assert_eq!(S::of(true, state, *freshness), S::Archived);
            }
        }
    }

    #[test]
    fn only_what_is_approved_and_good_today_supports() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-27");
        let approved = |from: &str, until: Option<&str>| Some((day(from), until.map(day)));
        assert!(supports(approved("2026-11-27", Some("2026-11-27")), false, today));
        assert!(supports(approved("2026-01-01", None), false, today));
        assert!(!supports(approved("2026-01-01", None), true, today));
        assert!(!supports(approved("2026-11-28", None), false, today));
        assert!(!supports(approved("2026-01-01", Some("2026-11-26")), false, today));
        assert!(!supports(None, false, today));
    }
}
