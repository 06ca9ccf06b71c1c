//! The sentences of a score. An executive reads them: short, exact, each with its rule.

use super::Standing;
use super::eligibility::Outcome;
use crate::packs::{RulePack, ScoreRequires};
use shared_types::finding::{Finding, PoamEligibility};
use shared_types::score::{Blocker, Cited, ScoreState};

/// Why no score exists.
pub(super) fn no_score(required: &ScoreRequires, missing: &Standing<'_>) -> Cited {
    let requirement = missing.requirement;
    let found = if missing.finding == Finding::NotApplicable { "marked not applicable" } else { "not met" };
    Cited {
        text: format!("No score exists: {} {} is {found}, and {}.", requirement.id, requirement.title, required.reason),
        citation: required.citation.clone(),
    }
}

/// Why a requirement may not stand on a POA&M.
pub(super) fn blocker_reason(pack: &RulePack, standing: &Standing<'_>) -> String {
    let requirement = standing.requirement;
    match (requirement.poam, requirement.points, &requirement.partial) {
        _ if pack.conditional_score.is_none() => format!("{} allows no POA&M.", pack.title),
        (PoamEligibility::AtPartialPoints, Some(points), Some(partial)) => {
            format!("Costs {points} points; it may stand on a POA&M only at {} points, where {}.", partial.points, partial.when)
        }
        (_, Some(points), Some(partial)) if points > 1 => {
            format!("Worth {points} points, or {}; only a requirement worth 1 point may stand on a POA&M.", partial.points)
        }
        (_, Some(points), _) if points > 1 => {
            format!("Worth {points} points; only a requirement worth 1 point may stand on a POA&M.")
        }
        _ => "The rule names it among those that may never stand on a POA&M.".to_owned(),
    }
}

/// The outcome in a sentence or two, with the rules.
pub(super) fn summary(pack: &RulePack, outcome: &Outcome<'_>, score_reached: bool, blockers: &[Blocker]) -> Cited {
    match outcome.state {
        ScoreState::NotScored => unscored(pack, outcome),
        ScoreState::Provisional => provisional(pack, outcome, blockers),
        ScoreState::Final => assessed(pack, outcome, score_reached, blockers),
        ScoreState::None => {
            let (reason, citation) = outcome.no_score_reason.map_or(("", ""), |cited| (&cited.text, &cited.citation));
            Cited { text: format!("{reason} No CMMC status is possible."), citation: citation.to_owned() }
        }
    }
}

/// A level without a score: all met, or no status.
fn unscored(pack: &RulePack, outcome: &Outcome<'_>) -> Cited {
    let (counts, total) = (outcome.counts, outcome.counts.total());
    if counts.not_met > 0 {
        let text = format!(
            "{} of {total} requirements {} not met, and {} allows no POA&M: no CMMC status is possible.",
            counts.not_met,
            are(counts.not_met),
            pack.title
        );
        Cited { text, citation: join(&pack.score_citation, &pack.status.poam_citation) }
    } else if counts.not_assessed > 0 {
        let text = format!(
            "{} of {total} requirements {} not assessed yet; a {} status takes all of them met.",
            counts.not_assessed,
            are(counts.not_assessed),
            pack.status.final_name
        );
        Cited { text, citation: pack.score_citation.clone() }
    } else {
        all_met(pack, outcome)
    }
}

fn all_met(pack: &RulePack, outcome: &Outcome<'_>) -> Cited {
    let met = if outcome.counts.not_applicable > 0 { "met or not applicable" } else { "met" };
    let text = format!("All {} requirements are {met}: a {} status is possible.", outcome.counts.total(), pack.status.final_name);
    with_prerequisite(pack, Cited { text, citation: pack.status.final_citation.clone() })
}

/// Every requirement is assessed.
fn assessed(pack: &RulePack, outcome: &Outcome<'_>, score_reached: bool, blockers: &[Blocker]) -> Cited {
    if outcome.counts.not_met == 0 {
        return all_met(pack, outcome);
    }
    let (value, least) = (outcome.value.unwrap_or_default(), pack.conditional_score.unwrap_or_default());
    let name = pack.status.conditional_name.as_deref().unwrap_or_default();
    let score_citation = pack.status.conditional_score_citation.as_deref().unwrap_or_default();
    match (score_reached, blockers.len()) {
        (true, 0) => {
            let text = format!(
                "The score of {value} reaches {least}, and {} may stand on a POA&M: a {name} status is possible.",
                not_met(outcome.counts.not_met, "the", "each of the")
            );
            with_prerequisite(pack, Cited { text, citation: pack.status.poam_citation.clone() })
        }
        (true, count) => Cited {
            text: format!(
                "The score of {value} reaches {least}, but {} may not stand on a POA&M: no CMMC status is possible.",
                not_met(small(count), "", "")
            ),
            citation: blocked_citation(pack, blockers),
        },
        (false, 0) => Cited {
            text: format!("The score of {value} is below the {least} of a {name} status: no CMMC status is possible."),
            citation: score_citation.to_owned(),
        },
        (false, count) => Cited {
            text: format!(
                "The score of {value} is below the {least} of a {name} status, and {} may not stand on a POA&M: no CMMC status \
                 is possible.",
                not_met(small(count), "", "")
            ),
            citation: join(score_citation, &blocked_citation(pack, blockers)),
        },
    }
}

/// Something is not assessed yet: says what is certain already, and no more.
fn provisional(pack: &RulePack, outcome: &Outcome<'_>, blockers: &[Blocker]) -> Cited {
    let (open, total) = (outcome.counts.not_assessed, outcome.counts.total());
    let (best, least) = (outcome.best.unwrap_or_default(), pack.conditional_score.unwrap_or_default());
    let name = pack.status.conditional_name.as_deref().unwrap_or_default();
    let score_citation = pack.status.conditional_score_citation.as_deref().unwrap_or_default();
    let start = format!("Provisional: {open} of {total} requirements {} not assessed yet.", are(open));
    let if_met = if open == 1 { "If it proves met" } else { "If all of them prove met" };
    let (certain, citation) = if !blockers.is_empty() {
        let certain = format!(
            "{} may not stand on a POA&M, so as it stands no CMMC status is possible.",
            not_met(small(blockers.len()), "", "")
        );
        (certain, blocked_citation(pack, blockers))
    } else if best < least {
        (format!("{if_met}, the score is {best}, below the {least} of a {name} status."), score_citation.to_owned())
    } else if outcome.counts.not_met > 0 {
        (format!("{if_met}, the score is {best} and a {name} status is possible."), pack.status.poam_citation.clone())
    } else {
        (format!("{if_met}, a {} status is possible.", pack.status.final_name), pack.status.final_citation.clone())
    };
    Cited { text: format!("{start} {certain}"), citation: join("32 CFR 170.24(b)", &citation) }
}

/// The rules that the blockers break, each once.
fn blocked_citation(pack: &RulePack, blockers: &[Blocker]) -> String {
    let mut citations: Vec<&str> = blockers.iter().map(|blocker| blocker.citation.as_str()).collect();
    citations.sort_unstable();
    citations.dedup();
    match citations.as_slice() {
        [one] => (*one).to_owned(),
        _ => pack.status.poam_citation.clone(),
    }
}

fn with_prerequisite(pack: &RulePack, cited: Cited) -> Cited {
    match (&pack.status.prerequisite, &pack.status.prerequisite_citation) {
        (Some(text), Some(citation)) => {
            Cited { text: format!("{} {text}", cited.text), citation: join(&cited.citation, citation) }
        }
        _ => cited,
    }
}

/// `32 CFR 170.24(b), 170.21(a)(2)`.
fn join(first: &str, second: &str) -> String {
    format!("{first}, {}", second.strip_prefix("32 CFR ").unwrap_or(second))
}

/// "the 1 requirement that is not met", "each of the 3 requirements that are not met".
fn not_met(count: u32, one: &str, many: &str) -> String {
    let text = if count == 1 {
        format!("{one} 1 requirement that is not met")
    } else {
        format!("{many} {count} requirements that are not met")
    };
    text.trim_start().to_owned()
}

fn are(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
