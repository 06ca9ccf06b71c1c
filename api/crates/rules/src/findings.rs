//! From objectives to a requirement (32 CFR 170.24(b)), and how far a control has come (a rule of this product).

use shared_types::finding::{Finding, FindingCounts, Progress};

/// The finding of a requirement from those of its objectives.
///
/// One NOT MET makes it NOT MET, whatever else is open. Otherwise one NOT ASSESSED leaves it NOT ASSESSED. All N/A makes it
/// N/A; an N/A beside a MET counts as MET. Without objectives nothing was assessed.
pub fn requirement_finding(objectives: &[Finding]) -> Finding {
    let mut counts = FindingCounts::default();
    for finding in objectives {
        counts.add(*finding);
    }
    if counts.not_met > 0 {
        Finding::NotMet
    } else if counts.not_assessed > 0 || counts.total() == 0 {
        Finding::NotAssessed
    } else if counts.met > 0 {
        Finding::Met
    } else {
        Finding::NotApplicable
    }
}

/// How far a control has come: computed, never set.
///
/// `touched` says that somebody did something to the control itself (a narrative, an owner, evidence). A finding or an open
/// task is a touch as well. A control without objectives is never compliant: nothing says that it is met.
pub fn progress(objectives: FindingCounts, touched: bool, open_tasks: u32) -> Progress {
    let satisfied = objectives.met + objectives.not_applicable;
    if objectives.not_met > 0 {
        Progress::NonCompliant
    } else if satisfied > 0 && objectives.not_assessed == 0 && open_tasks == 0 {
        Progress::Compliant
    } else if satisfied == 0 && !touched && open_tasks == 0 {
        Progress::NotStarted
    } else {
        Progress::InProgress
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Finding::{Met, NotApplicable, NotAssessed, NotMet};

    #[test]
    fn requirement_table() {
        for (objectives, expected) in [
            (&[][..], NotAssessed),
            (&[Met], Met),
            (&[NotMet], NotMet),
            (&[NotApplicable], NotApplicable),
            (&[NotAssessed], NotAssessed),
            (&[Met, NotApplicable], Met),
            (&[NotApplicable, NotApplicable], NotApplicable),
            (&[NotApplicable, NotAssessed], NotAssessed),
            (&[Met, NotAssessed], NotAssessed),
            (&[NotAssessed, NotMet], NotMet),
            (&[NotApplicable, NotMet], NotMet),
            (&[Met, Met, NotMet, NotAssessed, NotApplicable], NotMet),
        ] {
            assert_eq!(requirement_finding(objectives), expected, "{objectives:?}");
        }
    }

    /// All lists of up to four findings, against the rule said in another way.
    #[test]
    fn requirement_exhaustively() {
        let mut lists: Vec<Vec<Finding>> = vec![vec![]];
        for start in 0.. {
            let Some(list) = lists.get(start).cloned() else { break };
            if list.len() < 4 {
                lists.extend(Finding::ALL.iter().map(|f| [&list[..], &[*f]].concat()));
            }
            let expected = if list.contains(&NotMet) {
                NotMet
            } else if list.is_empty() || list.contains(&NotAssessed) {
                NotAssessed
            } else if list.iter().all(|f| *f == NotApplicable) {
                NotApplicable
            } else {
                Met
            };
            assert_eq!(requirement_finding(&list), expected, "{list:?}");
        }
        assert_eq!(lists.len(), 1 + 4 + 16 + 64 + 256);
    }

    #[test]
    fn progress_table() {
        let counts = |met, not_met, not_applicable, not_assessed| FindingCounts { met, not_met, not_applicable, not_assessed };
        for (objectives, touched, open_tasks, expected) in [
            (counts(0, 0, 0, 3), false, 0, Progress::NotStarted),
            (counts(0, 0, 0, 3), true, 0, Progress::InProgress),
            (counts(0, 0, 0, 3), false, 1, Progress::InProgress),
            (counts(1, 0, 0, 2), false, 0, Progress::InProgress),
            (counts(0, 0, 1, 2), false, 0, Progress::InProgress),
            (counts(2, 0, 1, 0), true, 0, Progress::Compliant),
            (counts(0, 0, 3, 0), true, 0, Progress::Compliant),
            (counts(3, 0, 0, 0), true, 1, Progress::InProgress),
            (counts(2, 1, 0, 0), true, 0, Progress::NonCompliant),
            (counts(0, 1, 0, 2), false, 5, Progress::NonCompliant),
            (counts(0, 0, 0, 0), false, 0, Progress::NotStarted),
            (counts(0, 0, 0, 0), true, 0, Progress::InProgress),
        ] {
            assert_eq!(progress(objectives, touched, open_tasks), expected, "{objectives:?} {touched} {open_tasks}");
        }
    }
}
