//! What is kept, for how long, and how it goes at last.
//!
//! Artifacts are kept six years from the status date (32 CFR 170.17(c)(4), and likewise for the other levels); a legal hold
//! beats every deletion.

use super::Evidence;
use crate::finding::text_enum;
use crate::identity::Person;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What stands between deleted evidence and its end.
    PurgeState {
        /// A legal hold.
        Held = "held",
        /// An assessment, or the product's own rule, keeps it.
        Retained = "retained",
        /// Nothing: a manager may confirm that it goes for good.
        Confirmable = "confirmable",
        /// A manager has: it goes with the next run of the job after the time in `purge_at`.
        Confirmed = "confirmed",
    }
}

impl PurgeState {
    /// The state of deleted evidence. The one place of this rule.
    pub fn of(held: bool, retain_until: Option<NaiveDate>, sealed: bool, confirmed: bool, today: NaiveDate) -> Self {
        if held {
            Self::Held
        } else if sealed || retain_until.is_some_and(|until| today <= until) {
            Self::Retained
        } else if confirmed {
            Self::Confirmed
        } else {
            Self::Confirmable
        }
    }
}

/// Hours between a manager's confirmation and the end, in which it may be taken back.
pub const PURGE_GRACE_HOURS: u32 = 24;

/// Evidence that was deleted, and what the purge would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletedEvidence {
    /// The evidence as it was.
    pub evidence: Evidence,
    /// When it was deleted.
    pub deleted_at: DateTime<Utc>,
    /// By whom.
    pub deleted_by: Option<Person>,
    /// Why.
    pub reason: Option<String>,
    /// What stands between it and its end.
    pub state: PurgeState,
    /// When it goes for good, at the earliest; absent until a manager has confirmed it.
    pub purge_at: Option<DateTime<Utc>>,
    /// Bytes that would be free: contents that nothing else of the system has.
    pub bytes: u64,
    /// A seal has pinned one of its versions.
    pub sealed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hold_and_retention_beat_a_confirmation() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-27");
        let of = |held, until: Option<&str>, sealed, confirmed| PurgeState::of(held, until.map(day), sealed, confirmed, today);
        assert_eq!(of(true, None, false, true), PurgeState::Held);
        assert_eq!(of(false, Some("2026-11-27"), false, true), PurgeState::Retained);
        assert_eq!(of(false, None, true, true), PurgeState::Retained);
        assert_eq!(of(false, Some("2026-11-26"), false, true), PurgeState::Confirmed);
        assert_eq!(of(false, Some("2026-11-26"), false, false), PurgeState::Confirmable);
        assert_eq!(of(false, None, false, false), PurgeState::Confirmable);
    }
}
