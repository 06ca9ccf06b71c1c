//! What the findings mean for a status (32 CFR 170.21(a)).

use super::{Standing, rules_out_score, words};
use crate::packs::RulePack;
use shared_types::finding::{Finding, FindingCounts, PoamEligibility};
use shared_types::score::{Blocker, Cited, Eligibility, ScoreState};

/// The score, as far as it is known here.
pub(super) struct Outcome<'a> {
    pub state: ScoreState,
    pub value: Option<i32>,
    pub best: Option<i32>,
    pub counts: FindingCounts,
    pub no_score_reason: Option<&'a Cited>,
}

/// Whether a final or a conditional status is possible, and what stands against it.
///
/// A conditional status is one with a POA&M: where everything is met there is nothing to put on one, and `all_met` says that the
/// final status is possible instead.
pub(super) fn eligibility(pack: &RulePack, standings: &[Standing<'_>], outcome: &Outcome<'_>) -> Eligibility {
    let blockers: Vec<Blocker> =
        standings.iter().filter(|standing| blocks(pack, standing)).map(|standing| blocker(pack, standing)).collect();
    let score_reached = outcome.value.zip(pack.conditional_score).is_some_and(|(value, least)| value >= least);
    let all_met = outcome.counts.not_met == 0 && outcome.counts.not_assessed == 0 && outcome.no_score_reason.is_none();
    let conditional_possible = outcome.state == ScoreState::Final && score_reached && blockers.is_empty() && !all_met;
    Eligibility {
        conditional_at: pack.conditional_score,
        score_reached,
        all_met,
        conditional_possible,
        summary: words::summary(pack, outcome, score_reached, &blockers),
        blockers,
    }
}

/// A NOT MET requirement that may not stand on a POA&M, or a missing SSP under another name.
fn blocks(pack: &RulePack, standing: &Standing<'_>) -> bool {
    match standing.finding {
        Finding::NotMet => match standing.requirement.poam {
            PoamEligibility::Eligible => false,
            PoamEligibility::Never => true,
            PoamEligibility::AtPartialPoints => !standing.has_partial_credit(),
        },
        _ => rules_out_score(pack, standing),
    }
}

fn blocker(pack: &RulePack, standing: &Standing<'_>) -> Blocker {
    Blocker {
        requirement: standing.requirement.id.clone(),
        reason: words::blocker_reason(pack, standing),
        citation: standing.requirement.poam_citation.clone(),
    }
}
