//! The score case by case, with the sentences that people read.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use rules::{RequirementState, RulePack, score};
use shared_types::finding::Finding::{self, Met, NotApplicable, NotAssessed, NotMet};
use shared_types::score::{Score, ScoreState};

const EXCLUDED: [&str; 6] = ["3.1.20", "3.1.22", "3.12.4", "3.10.3", "3.10.4", "3.10.5"];

fn pack(level: u8) -> &'static RulePack {
    rules::pack(&format!("cmmc-level-{level}")).unwrap()
}

/// The score with `rest` everywhere but for these; the mark `+` claims partial credit.
fn with(level: u8, rest: Finding, changes: &[(&str, Finding)]) -> Score {
    let states: Vec<RequirementState<'_>> = pack(level)
        .requirements()
        .map(|requirement| {
            let change = changes.iter().find(|(number, _)| number.trim_end_matches('+') == requirement.number);
            RequirementState {
                id: &requirement.id,
                finding: change.map_or(rest, |(_, finding)| *finding),
                partial_credit: change.is_some_and(|(number, _)| number.ends_with('+')),
            }
        })
        .collect();
    score(pack(level), &states)
}

fn blockers(score: &Score) -> Vec<&str> {
    score.eligibility.blockers.iter().map(|blocker| blocker.requirement.split('-').next_back().unwrap()).collect()
}

#[test]
fn all_met_is_110() {
    let score = with(2, Met, &[]);
    assert_eq!((score.state, score.value, score.best), (ScoreState::Final, Some(110), Some(110)));
    assert_eq!((score.minimum, score.maximum, score.eligibility.conditional_at), (Some(-203), Some(110), Some(88)));
    assert_eq!(score.citation, "32 CFR 170.24(c)(2)");
    assert!(score.deductions.is_empty() && score.no_score_reason.is_none());
    assert!(score.eligibility.all_met && score.eligibility.score_reached);
    assert!(!score.eligibility.conditional_possible, "there is nothing to put on a POA&M");
    assert_eq!(score.eligibility.summary.text, "All 110 requirements are met: a Final Level 2 status is possible.");
    assert_eq!(score.eligibility.summary.citation, "32 CFR 170.16(a)(1)(iii), 170.17(a)(1)(iii)");
}

#[test]
fn everything_but_the_ssp_not_met_is_minus_203() {
    let score = with(2, NotMet, &[("3.12.4", Met)]);
    assert_eq!((score.state, score.value, score.best), (ScoreState::Final, Some(-203), Some(-203)));
    assert_eq!(score.deductions.len(), 109);
    assert_eq!(score.deductions.iter().map(|deduction| deduction.points).sum::<i32>(), 313);
}

#[test]
fn no_score_without_an_ssp() {
    for rest in [Met, NotMet, NotAssessed, NotApplicable] {
        let score = with(2, rest, &[("3.12.4", NotMet)]);
        assert_eq!((score.state, score.value, score.best), (ScoreState::None, None, None));
        let reason = score.no_score_reason.unwrap();
        assert_eq!(
            reason.text,
            "No score exists: CA.L2-3.12.4 System Security Plan is not met, and without an up-to-date system security plan the \
             assessment cannot be completed."
        );
        assert_eq!(reason.citation, "32 CFR 170.24(c)(2)(i)(B)(5)");
        assert!(score.deductions.is_empty());
        assert!(!score.eligibility.all_met && !score.eligibility.conditional_possible && !score.eligibility.score_reached);
        assert_eq!(score.eligibility.summary.text, format!("{} No CMMC status is possible.", reason.text));
        assert!(score.eligibility.blockers.iter().any(|b| b.requirement == "CA.L2-3.12.4"));
    }
}

/// An SSP is asked of everybody: "not applicable" is no way around it.
#[test]
fn the_ssp_is_never_not_applicable() {
    for rest in [Met, NotApplicable] {
        let score = with(2, rest, &[("3.12.4", NotApplicable)]);
        assert_eq!((score.state, score.value, score.best), (ScoreState::None, None, None));
        assert!(score.no_score_reason.unwrap().text.contains("System Security Plan is marked not applicable, and without"));
        assert!(!score.eligibility.all_met);
        assert_eq!(score.eligibility.blockers.len(), 1);
        assert_eq!(score.eligibility.blockers[0].requirement, "CA.L2-3.12.4");
        assert_eq!(score.eligibility.blockers[0].citation, "32 CFR 170.21(a)(2)(iii)(C)");
    }
}

#[test]
fn an_ssp_not_assessed_is_provisional_and_costs_nothing() {
    let score = with(2, Met, &[("3.12.4", NotAssessed)]);
    assert_eq!((score.state, score.value, score.best), (ScoreState::Provisional, Some(110), Some(110)));
    assert!(score.deductions.is_empty());
    assert!(!score.eligibility.all_met && !score.eligibility.conditional_possible);
    assert_eq!(
        score.eligibility.summary.text,
        "Provisional: 1 of 110 requirements is not assessed yet. If it proves met, a Final Level 2 status is possible."
    );
}

#[test]
fn nothing_assessed() {
    let score = score(pack(2), &[]);
    assert_eq!((score.state, score.value, score.best), (ScoreState::Provisional, Some(-203), Some(110)));
    assert_eq!((score.counts.not_assessed, score.deductions.len()), (110, 109));
    assert_eq!(
        score.eligibility.summary.text,
        "Provisional: 110 of 110 requirements are not assessed yet. If all of them prove met, a Final Level 2 status is possible."
    );
}

#[test]
fn not_applicable_counts_as_met() {
    let score = with(2, Met, &[("3.13.5", NotApplicable), ("3.1.1", NotApplicable)]);
    assert_eq!((score.state, score.value), (ScoreState::Final, Some(110)));
    assert!(score.eligibility.all_met);
    assert_eq!(
        score.eligibility.summary.text,
        "All 110 requirements are met or not applicable: a Final Level 2 status is possible."
    );
}

#[test]
fn partial_credit_for_two_requirements_only() {
    for (number, finding, points, citation) in [
        ("3.5.3", NotMet, 5, "32 CFR 170.24(c)(2)(i)(B)(1)"),
        ("3.5.3+", NotMet, 3, "32 CFR 170.24(c)(2)(i)(B)(4)(i)"),
        ("3.13.11", NotMet, 5, "32 CFR 170.24(c)(2)(i)(B)(1)"),
        ("3.13.11+", NotMet, 3, "32 CFR 170.24(c)(2)(i)(B)(4)(ii)"),
        ("3.13.11+", NotAssessed, 5, "32 CFR 170.24(c)(2)(i)(B)(1)"),
        ("3.1.1+", NotMet, 5, "32 CFR 170.24(c)(2)(i)(B)(1)"),
        ("3.1.5+", NotMet, 3, "32 CFR 170.24(c)(2)(i)(B)(2)"),
        ("3.1.3+", NotMet, 1, "32 CFR 170.24(c)(2)(i)(B)(3)"),
    ] {
        let score = with(2, Met, &[(number, finding)]);
        assert_eq!(score.value, Some(110 - points), "{number}");
        let deduction = &score.deductions[0];
        assert_eq!((deduction.points, deduction.finding, deduction.citation.as_str()), (points, finding, citation), "{number}");
        assert_eq!(deduction.full_points, if points == 3 && number != "3.1.5+" { 5 } else { points }, "{number}");
    }
    assert_eq!(with(2, Met, &[("3.5.3+", Met)]).value, Some(110), "met costs nothing, whatever was claimed before");
}

#[test]
fn what_may_stand_on_a_poam() {
    let possible = |changes: &[(&str, Finding)]| with(2, Met, changes).eligibility.conditional_possible;
    assert!(possible(&[("3.1.3", NotMet)]));
    assert!(possible(&[("3.13.11+", NotMet)]));
    assert!(!possible(&[("3.13.11", NotMet)]));
    assert!(!possible(&[("3.5.3", NotMet)]) && !possible(&[("3.5.3+", NotMet)]), "3.5.3 never");
    assert!(!possible(&[("3.1.5", NotMet)]) && !possible(&[("3.1.1", NotMet)]), "three and five points never");
    for number in EXCLUDED {
        assert!(!possible(&[(number, NotMet)]), "{number}");
        assert_eq!(blockers(&with(2, Met, &[(number, NotMet)])), [number]);
    }
}

#[test]
fn eligible_requirements_all_not_met() {
    let eligible: Vec<&str> = pack(2)
        .requirements()
        .filter(|requirement| requirement.points == Some(1) && !EXCLUDED.contains(&requirement.number.as_str()))
        .map(|requirement| requirement.number.as_str())
        .collect();
    assert_eq!(eligible.len(), 46);
    let not_met: Vec<(&str, Finding)> = eligible.iter().map(|number| (*number, NotMet)).collect();
    // 22 of them reach 88 exactly, the 23rd falls below; with 3.13.11 at three points nineteen is the limit.
    for (count, value, possible) in [(22, 88, true), (23, 87, false), (46, 64, false)] {
        let score = with(2, Met, &not_met[..count]);
        assert_eq!((score.value, score.eligibility.conditional_possible), (Some(value), possible));
        assert!(score.eligibility.blockers.is_empty());
        assert_eq!(score.eligibility.score_reached, possible);
    }
    for (count, value, possible) in [(19, 88, true), (20, 87, false)] {
        let changes = [&not_met[..count], &[("3.13.11+", NotMet)]].concat();
        let score = with(2, Met, &changes);
        assert_eq!((score.value, score.eligibility.conditional_possible), (Some(value), possible));
    }
}

#[test]
fn sentences_of_level_2() {
    for (rest, changes, text, citation) in [
        (
            Met,
            &[("3.1.3", NotMet)][..],
            "The score of 109 reaches 88, and the 1 requirement that is not met may stand on a POA&M: a Conditional Level 2 \
             status is possible.",
            "32 CFR 170.21(a)(2)",
        ),
        (
            Met,
            &[("3.1.3", NotMet), ("3.13.11+", NotMet)],
            "The score of 106 reaches 88, and each of the 2 requirements that are not met may stand on a POA&M: a Conditional \
             Level 2 status is possible.",
            "32 CFR 170.21(a)(2)",
        ),
        (
            Met,
            &[("3.1.3", NotMet), ("3.1.1", NotMet)],
            "The score of 104 reaches 88, but 1 requirement that is not met may not stand on a POA&M: no CMMC status is possible.",
            "32 CFR 170.21(a)(2)(ii)",
        ),
        (
            Met,
            &[("3.1.20", NotMet), ("3.1.1", NotMet)],
            "The score of 104 reaches 88, but 2 requirements that are not met may not stand on a POA&M: no CMMC status is \
             possible.",
            "32 CFR 170.21(a)(2)",
        ),
        (
            NotMet,
            &[("3.12.4", Met)],
            "The score of -203 is below the 88 of a Conditional Level 2 status, and 63 requirements that are not met may not \
             stand on a POA&M: no CMMC status is possible.",
            "32 CFR 170.21(a)(2)(i), 170.21(a)(2)",
        ),
        (
            Met,
            &[("3.1.1", NotAssessed), ("3.1.2", NotAssessed), ("3.1.3", NotMet)],
            "Provisional: 2 of 110 requirements are not assessed yet. If all of them prove met, the score is 109 and a \
             Conditional Level 2 status is possible.",
            "32 CFR 170.24(b), 170.21(a)(2)",
        ),
        (
            NotAssessed,
            &[("3.1.20", NotMet)],
            "Provisional: 109 of 110 requirements are not assessed yet. 1 requirement that is not met may not stand on a POA&M, \
             so as it stands no CMMC status is possible.",
            "32 CFR 170.24(b), 170.21(a)(2)(iii)(A)",
        ),
    ] {
        let summary = with(2, rest, changes).eligibility.summary;
        assert_eq!((summary.text.as_str(), summary.citation.as_str()), (text, citation));
    }
}

#[test]
fn low_scores_say_so() {
    let eligible: Vec<(&str, Finding)> = pack(2)
        .requirements()
        .filter(|requirement| requirement.points == Some(1) && !EXCLUDED.contains(&requirement.number.as_str()))
        .map(|requirement| (requirement.number.as_str(), NotMet))
        .collect();
    let low = with(2, Met, &eligible[..30]).eligibility.summary;
    assert_eq!(low.text, "The score of 80 is below the 88 of a Conditional Level 2 status: no CMMC status is possible.");
    assert_eq!(low.citation, "32 CFR 170.21(a)(2)(i)");
    let open = with(2, Met, &[&eligible[..30], &[("3.1.1", NotAssessed)]].concat()).eligibility.summary;
    assert_eq!(
        open.text,
        "Provisional: 1 of 110 requirements is not assessed yet. If it proves met, the score is 80, below the 88 of a \
         Conditional Level 2 status."
    );
    let edge = with(2, Met, &[&eligible[..22], &[("3.1.1", NotAssessed)]].concat()).eligibility.summary;
    assert_eq!(
        edge.text,
        "Provisional: 1 of 110 requirements is not assessed yet. If it proves met, the score is 88 and a Conditional Level 2 \
         status is possible."
    );
}

#[test]
fn reasons_of_blockers() {
    for (number, reason, citation) in [
        ("3.1.1", "Worth 5 points; only a requirement worth 1 point may stand on a POA&M.", "32 CFR 170.21(a)(2)(ii)"),
        ("3.1.5", "Worth 3 points; only a requirement worth 1 point may stand on a POA&M.", "32 CFR 170.21(a)(2)(ii)"),
        ("3.5.3+", "Worth 5 points, or 3; only a requirement worth 1 point may stand on a POA&M.", "32 CFR 170.21(a)(2)(ii)"),
        (
            "3.13.11",
            "Costs 5 points; it may stand on a POA&M only at 3 points, where encryption is used but is not FIPS-validated.",
            "32 CFR 170.21(a)(2)(ii)",
        ),
        ("3.10.5", "The rule names it among those that may never stand on a POA&M.", "32 CFR 170.21(a)(2)(iii)(F)"),
        ("3.12.4", "The rule names it among those that may never stand on a POA&M.", "32 CFR 170.21(a)(2)(iii)(C)"),
    ] {
        let score = with(2, Met, &[(number, NotMet)]);
        let blocker = &score.eligibility.blockers[0];
        assert_eq!((blocker.reason.as_str(), blocker.citation.as_str()), (reason, citation));
    }
}

#[test]
fn level_1_has_no_number() {
    for (rest, changes, all_met, text, citation) in [
        (Met, &[][..], true, "All 15 requirements are met: a Final Level 1 (Self) status is possible.", "32 CFR 170.15(c)(1)"),
        (
            Met,
            &[("b.1.i", NotMet)],
            false,
            "1 of 15 requirements is not met, and CMMC Level 1 allows no POA&M: no CMMC status is possible.",
            "32 CFR 170.24(c)(1), 170.21(a)(1)",
        ),
        (
            NotAssessed,
            &[("b.1.i", Met)],
            false,
            "14 of 15 requirements are not assessed yet; a Final Level 1 (Self) status takes all of them met.",
            "32 CFR 170.24(c)(1)",
        ),
    ] {
        let score = with(1, rest, changes);
        assert_eq!((score.state, score.value, score.best), (ScoreState::NotScored, None, None));
        assert_eq!((score.minimum, score.maximum, score.eligibility.conditional_at), (None, None, None));
        assert!(score.deductions.is_empty() && score.no_score_reason.is_none());
        assert!(!score.eligibility.conditional_possible && !score.eligibility.score_reached);
        assert_eq!(score.eligibility.all_met, all_met);
        assert_eq!((score.eligibility.summary.text.as_str(), score.eligibility.summary.citation.as_str()), (text, citation));
        assert_eq!(score.eligibility.blockers.len(), score.counts.not_met as usize);
    }
    let blocker = &with(1, Met, &[("b.1.i", NotMet)]).eligibility.blockers[0];
    assert_eq!((blocker.reason.as_str(), blocker.citation.as_str()), ("CMMC Level 1 allows no POA&M.", "32 CFR 170.21(a)(1)"));
}

#[test]
fn level_3_runs_to_24() {
    assert_eq!(with(3, Met, &[]).value, Some(24));
    assert_eq!(with(3, NotMet, &[]).value, Some(0));
    assert_eq!(
        with(3, Met, &[]).eligibility.summary.text,
        "All 24 requirements are met: a Final Level 3 (DIBCAC) status is possible. It also takes a Final Level 2 (C3PAO) status \
         for the same or a larger scope."
    );
    let never = ["3.6.1e", "3.6.2e", "3.11.1e", "3.11.4e", "3.11.6e", "3.11.7e", "3.14.3e"];
    let others: Vec<&str> = pack(3).requirements().map(|r| r.number.as_str()).filter(|n| !never.contains(n)).collect();
    assert_eq!(others.len(), 17);
    for number in never {
        let score = with(3, Met, &[(number, NotMet)]);
        assert_eq!((score.value, blockers(&score)), (Some(23), vec![number]));
        assert!(!score.eligibility.conditional_possible && score.eligibility.score_reached);
    }
    for (count, possible) in [(1, true), (4, true), (5, false), (17, false)] {
        let changes: Vec<(&str, Finding)> = others[..count].iter().map(|number| (*number, NotMet)).collect();
        let score = with(3, Met, &changes);
        assert_eq!(score.value, Some(24 - i32::try_from(count).unwrap()));
        assert_eq!(score.eligibility.conditional_possible, possible);
    }
}

#[test]
fn states_that_are_odd() {
    let state = |id, finding, partial_credit| RequirementState { id, finding, partial_credit };
    let base = with(2, NotAssessed, &[("3.1.1", Met)]);
    assert_eq!(score(pack(2), &[state("3.1.1", Met, false)]), base, "the bare number names it too");
    assert_eq!(
        score(pack(2), &[state("AC.L2-3.1.1", Met, false), state("ORG-1", NotMet, false)]),
        base,
        "custom controls are no part of it"
    );
    let twice = score(pack(2), &[state("3.1.1", Met, false), state("AC.L2-3.1.1", NotMet, false)]);
    assert_eq!(twice, with(2, NotAssessed, &[("3.1.1", NotMet)]), "the worst counts");
    let claims = score(pack(2), &[state("3.5.3", NotMet, true), state("3.5.3", NotMet, false)]);
    assert_eq!(claims, with(2, NotAssessed, &[("3.5.3", NotMet)]), "partial credit only if all claim it");
}
