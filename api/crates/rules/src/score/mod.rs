//! The score (32 CFR 170.24(c)): the highest score less the value of each requirement that is NOT MET.
//!
//! Decisions where the rule is silent, each the careful one:
//! - While something is not assessed the score is provisional: the headline deducts it in full, `best` deducts nothing for it.
//! - The requirement that the score rests on (3.12.4, the SSP) has no value. NOT MET: no score exists. N/A: no score either,
//!   since 170.24(c)(2)(i)(B)(5) asks for an SSP of every organization, and an adjudication that could excuse it would have to
//!   stand in that very SSP. Not assessed: the score stays provisional and nothing is deducted for it.
//! - A requirement without a state is NOT ASSESSED. States of ids that the pack does not know are ignored: a system's custom
//!   controls are no part of a score. Of several states of one requirement the worst counts, and partial credit only if all claim it.
//! - Partial credit counts for a NOT MET requirement whose rule knows it, and is ignored everywhere else.

mod eligibility;
mod words;

use crate::findings::requirement_finding;
use crate::packs::{Requirement, RulePack};
use shared_types::finding::{Finding, FindingCounts};
use shared_types::score::{Cited, Deduction, Score, ScoreState};
use std::collections::BTreeMap;

/// What is known of one requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequirementState<'a> {
    /// Its id (`AC.L2-3.1.1`) or bare number (`3.1.1`).
    pub id: &'a str,
    /// Its finding.
    pub finding: Finding,
    /// The lesser deduction was chosen, with a reason (3.5.3, 3.13.11).
    pub partial_credit: bool,
}

/// A requirement of the pack with its finding.
#[derive(Debug, Clone, Copy)]
struct Standing<'p> {
    requirement: &'p Requirement,
    finding: Finding,
    partial: bool,
}

impl Standing<'_> {
    /// What it costs in the headline.
    fn deduction(self) -> u8 {
        let full = self.requirement.points.unwrap_or_default();
        match (self.finding, self.requirement.partial_points()) {
            (Finding::Met | Finding::NotApplicable, _) => 0,
            (Finding::NotMet, Some(partial)) if self.partial => partial,
            (Finding::NotMet | Finding::NotAssessed, _) => full,
        }
    }

    /// Partial credit lowers what it costs.
    fn has_partial_credit(self) -> bool {
        self.partial && self.finding == Finding::NotMet && self.requirement.partial.is_some()
    }
}

/// The score of a system under a pack, and what it means for a status.
pub fn score(pack: &RulePack, states: &[RequirementState<'_>]) -> Score {
    let standings = standings(pack, states);
    let mut counts = FindingCounts::default();
    for standing in &standings {
        counts.add(standing.finding);
    }
    let no_score_reason = no_score_reason(pack, &standings);
    let state = if pack.max_score.is_none() {
        ScoreState::NotScored
    } else if no_score_reason.is_some() {
        ScoreState::None
    } else if counts.not_assessed > 0 {
        ScoreState::Provisional
    } else {
        ScoreState::Final
    };
    let scored = matches!(state, ScoreState::Final | ScoreState::Provisional);
    let cost = |counted: fn(Finding) -> bool| -> i32 {
        standings.iter().filter(|standing| counted(standing.finding)).map(|standing| i32::from(standing.deduction())).sum()
    };
    let value = pack.max_score.filter(|_| scored).map(|max| max - cost(|_| true));
    let best = pack.max_score.filter(|_| scored).map(|max| max - cost(|finding| finding == Finding::NotMet));
    let deductions = if scored { deductions(pack, &standings) } else { Vec::new() };
    let eligibility = eligibility::eligibility(
        pack,
        &standings,
        &eligibility::Outcome { state, value, best, counts, no_score_reason: no_score_reason.as_ref() },
    );
    Score {
        pack: pack.id.clone(),
        pack_version: pack.version.clone(),
        state,
        value,
        best,
        minimum: pack.min_score,
        maximum: pack.max_score,
        no_score_reason,
        counts,
        deductions,
        eligibility,
        citation: pack.score_citation.clone(),
    }
}

/// Each requirement of the pack, in its order, with what the states say of it.
fn standings<'p>(pack: &'p RulePack, states: &[RequirementState<'_>]) -> Vec<Standing<'p>> {
    let mut known: BTreeMap<u32, Standing<'p>> = BTreeMap::new();
    for state in states {
        let Some(requirement) = pack.requirement(state.id) else { continue };
        known
            .entry(requirement.position)
            .and_modify(|standing| {
                standing.finding = requirement_finding(&[standing.finding, state.finding]);
                standing.partial &= state.partial_credit;
            })
            .or_insert(Standing { requirement, finding: state.finding, partial: state.partial_credit });
    }
    pack.requirements()
        .map(|requirement| {
            let unseen = Standing { requirement, finding: Finding::NotAssessed, partial: false };
            known.get(&requirement.position).copied().unwrap_or(unseen)
        })
        .collect()
}

/// Whether this is the requirement without which no score exists, found to be missing.
fn rules_out_score(pack: &RulePack, standing: &Standing<'_>) -> bool {
    pack.score_requires.as_ref().is_some_and(|required| required.requirement == standing.requirement.id)
        && matches!(standing.finding, Finding::NotMet | Finding::NotApplicable)
}

fn no_score_reason(pack: &RulePack, standings: &[Standing<'_>]) -> Option<Cited> {
    let required = pack.score_requires.as_ref()?;
    let missing = standings.iter().find(|standing| rules_out_score(pack, standing))?;
    Some(words::no_score(required, missing))
}

fn deductions(pack: &RulePack, standings: &[Standing<'_>]) -> Vec<Deduction> {
    standings
        .iter()
        .filter(|standing| standing.deduction() > 0)
        .map(|standing| {
            let requirement = standing.requirement;
            let partial = requirement.partial.as_ref().filter(|_| standing.has_partial_credit());
            let citation = partial.map(|partial| &partial.citation).or(requirement.points_citation.as_ref());
            Deduction {
                requirement: requirement.id.clone(),
                finding: standing.finding,
                points: standing.deduction().into(),
                full_points: requirement.points.unwrap_or_default().into(),
                citation: citation.unwrap_or(&pack.score_citation).clone(),
            }
        })
        .collect()
}
