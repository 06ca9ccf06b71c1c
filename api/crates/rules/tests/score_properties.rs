//! Properties of the score over random findings, and a second, naive way to compute it from the tables of facts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod support;

use proptest::prelude::*;
use rules::{RequirementState, RulePack, requirement_finding, score};
use shared_types::finding::Finding::{self, Met, NotApplicable, NotAssessed, NotMet};
use shared_types::score::ScoreState;
use std::sync::LazyLock;
use support::{Row, facts};

type Case = Vec<(Finding, bool)>;

static LEVEL_2: LazyLock<Vec<Row>> = LazyLock::new(|| facts("cmmc-l2.csv"));
static LEVEL_3: LazyLock<Vec<Row>> = LazyLock::new(|| facts("cmmc-l3.csv"));

fn pack(level: u8) -> &'static RulePack {
    rules::pack(&format!("cmmc-level-{level}")).unwrap()
}

/// The states of a case, in the order of the table of facts.
fn states<'a>(rows: &'a [Row], case: &[(Finding, bool)]) -> Vec<RequirementState<'a>> {
    let pairs = rows.iter().zip(case);
    pairs
        .map(|(row, (finding, partial_credit))| RequirementState {
            id: &row["cmmc_id"],
            finding: *finding,
            partial_credit: *partial_credit,
        })
        .collect()
}

/// Findings of every mixture: each case leans towards one finding, so that high scores and low ones both occur.
fn case(count: usize) -> impl Strategy<Value = Case> {
    let finding = prop::sample::select(Finding::ALL);
    (finding.clone(), 0_u8..=100).prop_flat_map(move |(lean, strength)| {
        let one = (finding.clone(), 0_u8..100, any::<bool>())
            .prop_map(move |(other, roll, partial)| (if roll < strength { lean } else { other }, partial));
        prop::collection::vec(one, count)
    })
}

/// A case whose SSP is met, so that a score exists.
fn scored_case() -> impl Strategy<Value = Case> {
    case(110).prop_map(|mut case| {
        let ssp = LEVEL_2.iter().position(|row| row["nist_800_171_r2"] == "3.12.4").unwrap();
        case[ssp].0 = Met;
        case
    })
}

/// What a requirement of Level 2 costs, said once more from the table and in the rule's own numbers.
fn costs(row: &Row, finding: Finding, partial: bool) -> i32 {
    match (finding, row["weight"].as_str()) {
        (Met | NotApplicable, _) | (_, "NA/SSP") => 0,
        (NotMet, "3 or 5") if partial => 3,
        (_, "3 or 5" | "5") => 5,
        (_, "3") => 3,
        (_, "1") => 1,
        (_, other) => panic!("{other}"),
    }
}

/// Whether a NOT MET requirement of Level 2 may stand on a POA&M: 170.21(a)(2) by hand, without the table's own column.
fn may_stand(row: &Row, partial: bool) -> bool {
    let number = row["nist_800_171_r2"].as_str();
    let excluded = ["3.1.20", "3.1.22", "3.12.4", "3.10.3", "3.10.4", "3.10.5"].contains(&number);
    !excluded && (row["weight"] == "1" || (number == "3.13.11" && partial))
}

#[test]
fn facts_agree_with_the_paragraph() {
    for row in LEVEL_2.iter() {
        let expected = match (may_stand(row, false), may_stand(row, true)) {
            (true, true) => "yes",
            (false, true) => "conditional",
            _ => "no",
        };
        assert_eq!(row["poam_allowed"], expected, "{}", row["cmmc_id"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn equals_a_naive_reference(case in case(110)) {
        let score = score(pack(2), &states(&LEVEL_2, &case));
        let ssp = LEVEL_2.iter().zip(&case).find(|(row, _)| row["weight"] == "NA/SSP").unwrap().1.0;
        let sum = |counts: fn(Finding) -> bool| -> i32 {
            LEVEL_2.iter().zip(&case).filter(|(_, (f, _))| counts(*f)).map(|(row, (f, partial))| costs(row, *f, *partial)).sum()
        };
        let open = case.iter().any(|(finding, _)| *finding == NotAssessed);
        if ssp == NotMet || ssp == NotApplicable {
            prop_assert_eq!((score.state, score.value, score.best), (ScoreState::None, None, None));
            prop_assert!(score.no_score_reason.is_some());
        } else {
            prop_assert_eq!(score.state, if open { ScoreState::Provisional } else { ScoreState::Final });
            prop_assert_eq!(score.value, Some(110 - sum(|_| true)));
            prop_assert_eq!(score.best, Some(110 - sum(|finding| finding == NotMet)));
            prop_assert_eq!(score.deductions.iter().map(|d| d.points).sum::<i32>(), sum(|_| true));
            prop_assert!(score.no_score_reason.is_none());
        }
        prop_assert_eq!(score.counts.total(), 110);
    }

    #[test]
    fn poam_eligibility_equals_the_paragraph(case in case(110)) {
        let score = score(pack(2), &states(&LEVEL_2, &case));
        let rows = || LEVEL_2.iter().zip(&case);
        let blocked: Vec<&str> = rows()
            .filter(|(row, (finding, partial))| {
                (*finding == NotMet && !may_stand(row, *partial)) || (row["weight"] == "NA/SSP" && *finding == NotApplicable)
            })
            .map(|(row, _)| row["cmmc_id"].as_str())
            .collect();
        let mut named: Vec<&str> = score.eligibility.blockers.iter().map(|blocker| blocker.requirement.as_str()).collect();
        let mut expected = blocked.clone();
        named.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(named, expected);
        let not_met = case.iter().any(|(finding, _)| *finding == NotMet);
        let possible = score.state == ScoreState::Final && score.value >= Some(88) && blocked.is_empty() && not_met;
        prop_assert_eq!(score.eligibility.conditional_possible, possible);
        prop_assert_eq!(score.eligibility.score_reached, score.value.is_some_and(|value| value >= 88));
    }

    #[test]
    fn stays_within_its_bounds(case in scored_case()) {
        let score = score(pack(2), &states(&LEVEL_2, &case));
        let (value, best) = (score.value.unwrap(), score.best.unwrap());
        prop_assert!((-203..=110).contains(&value) && value <= best && best <= 110);
        prop_assert_eq!(value == best, score.state == ScoreState::Final || case.iter().zip(LEVEL_2.iter()).all(|((f, _), row)| *f != NotAssessed || row["weight"] == "NA/SSP"));
    }

    /// Meeting one more requirement never lowers either bound; and what proves met or not met ends between the bounds.
    #[test]
    fn better_findings_never_lower_it(case in scored_case(), place in 0_usize..110, met in any::<bool>()) {
        let before = score(pack(2), &states(&LEVEL_2, &case));
        let mut better = case.clone();
        better[place].0 = if met { Met } else { NotApplicable };
        let after = score(pack(2), &states(&LEVEL_2, &better));
        if after.state != ScoreState::None {
            prop_assert!(after.value >= before.value && after.best >= before.best);
        }
        // Whatever becomes of the open ones, the final value lies between the bounds.
        let settled: Case = case.iter().map(|(f, p)| (if *f == NotAssessed { if met { Met } else { NotMet } } else { *f }, *p)).collect();
        let settled = score(pack(2), &states(&LEVEL_2, &settled));
        prop_assert!(before.value <= settled.value && settled.value <= before.best);
    }

    #[test]
    fn order_does_not_matter(case in case(110), seed in any::<prop::sample::Index>()) {
        let mut shuffled = states(&LEVEL_2, &case);
        let expected = score(pack(2), &shuffled);
        shuffled.rotate_left(seed.index(110));
        shuffled.reverse();
        prop_assert_eq!(score(pack(2), &shuffled), expected);
    }

    /// A state that is left out counts as NOT ASSESSED.
    #[test]
    fn absence_is_not_assessed(case in case(110)) {
        let all = states(&LEVEL_2, &case);
        let some: Vec<RequirementState<'_>> = all.iter().copied().filter(|state| state.finding != NotAssessed).collect();
        prop_assert_eq!(score(pack(2), &some), score(pack(2), &all));
    }

    #[test]
    fn level_3_counts_what_is_met(case in case(24)) {
        let score = score(pack(3), &states(&LEVEL_3, &case));
        let satisfied = |finding: Finding| matches!(finding, Met | NotApplicable);
        let met = case.iter().filter(|(finding, _)| satisfied(*finding)).count();
        let open = case.iter().filter(|(finding, _)| *finding == NotAssessed).count();
        prop_assert_eq!(score.value, Some(i32::try_from(met).unwrap()));
        prop_assert_eq!(score.best, Some(i32::try_from(met + open).unwrap()));
        let blocked = LEVEL_3.iter().zip(&case).filter(|(row, (f, _))| *f == NotMet && row["poam_allowed"] == "no").count();
        prop_assert_eq!(score.eligibility.blockers.len(), blocked);
        prop_assert_eq!(score.eligibility.conditional_possible, open == 0 && (20..24).contains(&met) && blocked == 0);
    }

    /// Every verdict names its rule.
    #[test]
    fn every_number_is_cited(level in 1_u8..=3, case in case(110)) {
        let ids: Vec<&str> = pack(level).requirements().map(|requirement| requirement.id.as_str()).collect();
        let states: Vec<RequirementState<'_>> =
            ids.iter().zip(&case).map(|(id, (finding, partial_credit))| RequirementState { id, finding: *finding, partial_credit: *partial_credit }).collect();
        let score = score(pack(level), &states);
        let deductions = score.deductions.iter().map(|deduction| &deduction.citation);
        let blockers = score.eligibility.blockers.iter().map(|blocker| &blocker.citation);
        let reason = score.no_score_reason.iter().map(|cited| &cited.citation);
        for citation in deductions.chain(blockers).chain(reason).chain([&score.citation, &score.eligibility.summary.citation]) {
            prop_assert!(citation.starts_with("32 CFR 170.") && citation.ends_with(')'), "{}", citation);
        }
        prop_assert!(score.eligibility.summary.text.ends_with('.'));
    }

    #[test]
    fn a_requirement_needs_all_its_objectives(findings in prop::collection::vec(prop::sample::select(Finding::ALL), 0..16), seed in any::<prop::sample::Index>()) {
        let finding = requirement_finding(&findings);
        let mut turned = findings.clone();
        if !turned.is_empty() {
            turned.rotate_left(seed.index(findings.len()));
        }
        prop_assert_eq!(requirement_finding(&turned), finding);
        prop_assert_eq!(finding == NotMet, findings.contains(&NotMet));
        prop_assert_eq!(matches!(finding, Met | NotApplicable), !findings.is_empty() && findings.iter().all(|f| matches!(f, Met | NotApplicable)));
    }
}
