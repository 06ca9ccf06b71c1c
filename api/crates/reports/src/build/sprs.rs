//! What the Supplier Performance Risk System asks for at a Level 1 or Level 2 self-assessment: level, status date, scope, CAGE codes, the
//! result or the score, use and compliance of the POA&M, who affirms, and the finding of each requirement.
//!
//! What is not assessed completely has no verdict here: neither that a POA&M is needed nor that it is not.

use super::pieces::{cited, counted, fact, fact_of, finding, number, optional, plain, table_section, toned};
use super::{assessment, score_facts};
use controls::Selection;
use platform::{AppError, Platform, Result};
use shared_types::FieldCode;
use shared_types::controls::ControlSummary;
use shared_types::finding::FindingCounts;
use shared_types::reports::{CellTone, ColumnKind, ReportCell, ReportDocument, ReportFact, ReportSection};
use shared_types::score::{Score, ScoreState};
use shared_types::systems::System;
use shared_types::words::poam;
use std::collections::BTreeMap;
use systems::Scope;

/// Refuses a level that a company does not assess itself: its results are not the company's to submit.
pub(super) fn check(system: &System) -> Result<()> {
    if system.level > 2 {
        let words = "Level 3 is assessed by the Department of Defense, which submits the results itself (32 CFR 170.18)";
        return Err(AppError::invalid("/kind", FieldCode::WrongType, words));
    }
    Ok(())
}

pub(super) async fn build(
    platform: &Platform,
    scope: &Scope,
    system: &System,
    score: &Score,
    document: &mut ReportDocument,
) -> Result<()> {
    check(system)?;
    let selection = Selection { custom: Some(false), ..Selection::default() };
    let found = controls::controls(platform.db.read(), scope.system, scope.user, scope.today, &selection).await?;
    entries(system, document);
    score_facts(score, document);
    if score.state == ScoreState::NotScored {
        document.facts.push(fact_of("Compliance result", result(score.counts)));
        document
            .footnotes
            .push(cited("Level 1 takes every requirement met; it knows no POA&M.", "32 CFR 170.15(c)(1), 170.21(a)(1)"));
    } else {
        document.facts.extend(poam_facts(score));
        document.footnotes.push(cited("What may stand on a POA&M at a conditional status.", "32 CFR 170.21(a)"));
    }
    if !score.eligibility.blockers.is_empty() {
        document.sections.push(assessment::blockers(score));
    }
    document.sections.push(requirements(found, score));
    Ok(())
}

/// What is typed into the form, as far as it is known here.
fn entries(system: &System, document: &mut ReportDocument) {
    let missing = || toned("Not recorded yet", CellTone::Warn);
    let or_missing = |value: Option<&str>| value.map_or_else(missing, plain);
    let codes = system.cage_codes.join(", ");
    document.facts.push(fact_of("CAGE codes", or_missing(Some(codes.as_str()).filter(|codes| !codes.is_empty()))));
    document.facts.push(fact_of("Unique Entity ID", or_missing(system.uei.as_deref())));
    document.facts.push(fact_of("Scope", or_missing(system.description.as_deref())));
    // Neither is kept here.
    let elsewhere = || toned("Enter it in SPRS", CellTone::Muted);
    document.facts.push(fact_of("Number of employees", elsewhere()));
    document.facts.push(fact_of("Affirming Official", elsewhere()));
    let items = if system.level == 1 {
        "32 CFR 170.15(a)(1)(i)"
    } else {
        document.facts.push(fact_of("SSP version", or_missing(system.ssp_version.as_deref())));
        document.facts.push(fact_of("SSP date", system.ssp_date.map_or_else(missing, |day| plain(day.to_string()))));
        "32 CFR 170.16(a)(1)(i)"
    };
    document.facts.push(fact("CMMC status date", "The day on which the results are submitted: enter it in SPRS"));
    document.footnotes.push(cited("What is entered in SPRS.", items));
    document.footnotes.push(cited("The status date is the day of submission.", "32 CFR 170.4"));
    document.footnotes.push(cited("The Affirming Official affirms the results in SPRS.", "32 CFR 170.22"));
}

/// The result of a level without a score. What is not met is so whatever is not assessed yet.
fn result(counts: FindingCounts) -> ReportCell {
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    if counts.not_met > 0 {
        toned(format!("Not compliant: {} NOT MET", counted(count(counts.not_met), "requirement")), CellTone::Bad)
    } else if counts.not_assessed > 0 {
        toned(unsaid(counts), CellTone::Warn)
    } else {
        toned("Compliant: every requirement is MET or N/A", CellTone::Good)
    }
}

fn unsaid(counts: FindingCounts) -> String {
    let open = counts.not_assessed;
    let (what, are) = if open == 1 { ("requirement", "is") } else { ("requirements", "are") };
    format!("Cannot be said while {open} {what} {are} not assessed")
}

/// Whether a POA&M is used, and whether it may be.
fn poam_facts(score: &Score) -> [ReportFact; 2] {
    let (usage, compliance) = match score.state {
        ScoreState::Final => poam_verdict(score),
        ScoreState::Provisional => (toned(unsaid(score.counts), CellTone::Warn), toned(unsaid(score.counts), CellTone::Warn)),
        ScoreState::None | ScoreState::NotScored => {
            let reason = score.no_score_reason.as_ref().map_or("No score exists.", |reason| reason.text.as_str());
            (toned("No status is possible without a score", CellTone::Bad), toned(reason, CellTone::Bad))
        }
    };
    [fact_of("POA&M usage", usage), fact_of("POA&M compliance", compliance)]
}

/// The same where everything is assessed.
fn poam_verdict(score: &Score) -> (ReportCell, ReportCell) {
    let eligibility = &score.eligibility;
    let barred = eligibility.blockers.len();
    let not_met = usize::try_from(score.counts.not_met).unwrap_or(usize::MAX);
    if eligibility.all_met {
        return (plain("No POA&M is needed"), toned("Compliant: nothing is NOT MET", CellTone::Good));
    }
    let usage = plain(format!("{} would stand on a POA&M", counted(not_met.saturating_sub(barred), "requirement")));
    if eligibility.conditional_possible {
        return (usage, toned("Compliant: nothing that is NOT MET is barred from a POA&M", CellTone::Good));
    }
    let mut why = Vec::new();
    if let Some(least) = eligibility.conditional_at.filter(|_| !eligibility.score_reached) {
        why.push(format!("a conditional status needs a score of at least {least}"));
    }
    if barred > 0 {
        why.push(format!("{} NOT MET may not stand on a POA&M", counted(barred, "requirement")));
    }
    (usage, toned(format!("Not compliant: {}", why.join("; ")), CellTone::Bad))
}

/// The finding of each requirement, with what the score deducts for it: nothing where there is no score. A level without a score knows
/// neither points nor a POA&M.
fn requirements(found: Vec<ControlSummary>, score: &Score) -> ReportSection {
    if score.state == ScoreState::NotScored {
        let columns = [("Requirement", ColumnKind::Identifier), ("Title", ColumnKind::Text), ("Finding", ColumnKind::Status)];
        let rows =
            found.into_iter().map(|control| vec![plain(control.reference), plain(control.title), finding(control.finding)]);
        return table_section("Finding of each requirement", &columns, rows.collect());
    }
    let columns = [
        ("Requirement", ColumnKind::Identifier),
        ("Title", ColumnKind::Text),
        ("Points", ColumnKind::Number),
        ("Deducted", ColumnKind::Number),
        ("Finding", ColumnKind::Status),
        ("POA&M", ColumnKind::Text),
    ];
    let scored = score.value.is_some();
    let deducted: BTreeMap<&str, i32> = score.deductions.iter().map(|one| (one.requirement.as_str(), one.points)).collect();
    let rows = found.into_iter().map(|control| -> Vec<ReportCell> {
        let deducted = deducted.get(control.reference.as_str()).copied().unwrap_or(0);
        vec![
            plain(control.reference),
            plain(control.title),
            optional(control.points.map(|points| points.to_string())),
            if scored { number(deducted) } else { plain("") },
            finding(control.finding),
            plain(poam(control.poam)),
        ]
    });
    table_section("Finding of each requirement", &columns, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn counts(met: u32, not_met: u32, not_assessed: u32) -> FindingCounts {
        FindingCounts { met, not_met, not_applicable: 0, not_assessed }
    }

    fn score(state: &str, counts: FindingCounts, blockers: usize, reached: bool) -> Score {
        let cited = |text: &str| json!({ "text": text, "citation": "a rule" });
        let blocker = json!({ "requirement": "AC.L2-3.1.1", "reason": "why", "citation": "a rule" });
        let all_met = state == "final" && counts.not_met == 0;
        serde_json::from_value(json!({
            "pack": "cmmc-level-2", "pack_version": "1", "state": state, "value": 90, "best": 90, "minimum": -203, "maximum": 110,
            "no_score_reason": (state == "none").then(|| cited("3.12.4 is NOT MET.")),
            "counts": counts, "deductions": [], "citation": "a rule",
            "eligibility": {
                "conditional_at": 88, "score_reached": reached, "blockers": vec![blocker; blockers], "all_met": all_met,
                "conditional_possible": state == "final" && reached && blockers == 0 && !all_met, "summary": cited("so"),
            },
        }))
        .unwrap()
    }

    #[test]
    fn only_a_final_score_has_a_verdict_about_a_poam() {
        use CellTone::{Bad, Good, Plain, Warn};
        let open = |count: &str| (format!("Cannot be said while {count} not assessed"), Warn);
        let said = |text: &str, tone| (text.to_owned(), tone);
        let table = [
            (score("provisional", counts(0, 0, 110), 0, false), open("110 requirements are"), open("110 requirements are")),
            (score("provisional", counts(95, 0, 15), 0, true), open("15 requirements are"), open("15 requirements are")),
            (score("provisional", counts(100, 9, 1), 2, false), open("1 requirement is"), open("1 requirement is")),
            (
                score("none", counts(109, 1, 0), 1, false),
                said("No status is possible without a score", Bad),
                said("3.12.4 is NOT MET.", Bad),
            ),
            (
                score("final", counts(110, 0, 0), 0, true),
                said("No POA&M is needed", Plain),
                said("Compliant: nothing is NOT MET", Good),
            ),
            (
                score("final", counts(109, 1, 0), 0, true),
                said("1 requirement would stand on a POA&M", Plain),
                said("Compliant: nothing that is NOT MET is barred from a POA&M", Good),
            ),
            (
                score("final", counts(105, 5, 0), 3, true),
                said("2 requirements would stand on a POA&M", Plain),
                said("Not compliant: 3 requirements NOT MET may not stand on a POA&M", Bad),
            ),
            (
                score("final", counts(50, 60, 0), 1, false),
                said("59 requirements would stand on a POA&M", Plain),
                said(
                    "Not compliant: a conditional status needs a score of at least 88; 1 requirement NOT MET may not stand on a POA&M",
                    Bad,
                ),
            ),
        ];
        for (score, usage, compliance) in table {
            let found = poam_facts(&score).map(|fact| (fact.value.text, fact.value.tone));
            assert_eq!(found, [usage, compliance], "{:?}", score.counts);
        }
    }

    #[test]
    fn level_1_is_met_as_a_whole_or_not() {
        let said = |counts| {
            let ReportCell { text, tone } = result(counts);
            (text, tone)
        };
        assert_eq!(said(counts(15, 0, 0)), ("Compliant: every requirement is MET or N/A".to_owned(), CellTone::Good));
        assert_eq!(said(counts(14, 0, 1)), ("Cannot be said while 1 requirement is not assessed".to_owned(), CellTone::Warn));
        assert_eq!(said(counts(3, 1, 11)), ("Not compliant: 1 requirement NOT MET".to_owned(), CellTone::Bad));
    }
}
