//! What stands in the way of freezing an assessment.
//!
//! Evidence must be in final form (32 CFR 170.24(b)(1)), so a MET that rests on the implementation needs something approved and
//! current beside it. One that rests on an enduring exception, an operational plan or an adjudication rests on the SSP. While an
//! objective is not assessed no score is final.

use crate::gather::Item;
use shared_types::finding::{Basis, Finding};
use shared_types::seals::{BlockerKind, SealBlocker};
use std::collections::HashSet;

/// The finding on an objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objective {
    /// The control's reference.
    pub(crate) control: String,
    /// Its letter.
    pub(crate) letter: String,
    /// What was found.
    pub(crate) finding: Finding,
    /// What that rests on.
    pub(crate) basis: Basis,
}

/// What approved and current evidence supports: controls with a letter, or with none for the whole.
pub(crate) type Supported = HashSet<(String, String)>;

/// Everything that stands in the way, in the order of the objectives.
pub(crate) fn blockers(objectives: &[Objective], supported: &Supported) -> Vec<SealBlocker> {
    let blocker = |objective: &Objective, kind| SealBlocker {
        kind,
        control: Some(objective.control.clone()),
        letter: Some(objective.letter.clone()),
        evidence: None,
    };
    let bare = |objective: &Objective| {
        let at = |letter: &str| supported.contains(&(objective.control.clone(), letter.to_owned()));
        !at(&objective.letter) && !at("")
    };
    let kind = |objective: &Objective| match objective.finding {
        Finding::NotAssessed => Some(BlockerKind::NotAssessed),
        Finding::Met if objective.basis == Basis::Implemented && bare(objective) => Some(BlockerKind::NoEvidence),
        Finding::Met | Finding::NotMet | Finding::NotApplicable => None,
    };
    objectives.iter().filter_map(|objective| kind(objective).map(|kind| blocker(objective, kind))).collect()
}

/// The evidence whose files are handed out to nobody, each once, in its order.
pub(crate) fn withheld(items: &[Item], scanner: bool) -> Vec<SealBlocker> {
    let mut numbers: Vec<i32> = items.iter().filter(|item| item.withheld(scanner).is_some()).map(|item| item.number).collect();
    numbers.dedup();
    let blocker = |number| SealBlocker {
        kind: BlockerKind::FileWithheld,
        control: None,
        letter: None,
        evidence: Some(format!("EV-{number}")),
    };
    numbers.into_iter().map(blocker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_or_bare_stands_in_the_way() {
        let objective = |letter: &str, finding, basis| Objective {
            control: "AC.L2-3.1.1".to_owned(),
            letter: letter.to_owned(),
            finding,
            basis,
        };
        let at = |letter: &str| HashSet::from([("AC.L2-3.1.1".to_owned(), letter.to_owned())]);
        for (finding, basis, supported, expected) in [
            (Finding::NotAssessed, Basis::Implemented, at("a"), Some(BlockerKind::NotAssessed)),
            (Finding::Met, Basis::Implemented, at("a"), None),
            (Finding::Met, Basis::Implemented, at(""), None),
            (Finding::Met, Basis::Implemented, at("b"), Some(BlockerKind::NoEvidence)),
            (Finding::Met, Basis::EnduringException, HashSet::new(), None),
            (Finding::Met, Basis::OperationalPlan, HashSet::new(), None),
            (Finding::NotMet, Basis::Implemented, HashSet::new(), None),
            (Finding::NotApplicable, Basis::Implemented, HashSet::new(), None),
        ] {
            let found = blockers(&[objective("a", finding, basis)], &supported);
            assert_eq!(found.first().map(|blocker| blocker.kind), expected, "{finding} {basis}");
        }
    }
}
