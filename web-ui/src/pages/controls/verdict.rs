//! What goes with a finding: its basis and its reason. The server decides; this asks for what it would demand.

use crate::components::field::Choice;
use crate::words;
use shared_types::finding::{Basis, Finding};

/// Whether a reason is demanded: for Not met, for N/A, and for every basis but the usual one.
pub fn demands_reason(finding: Finding, basis: Basis) -> bool {
    match finding {
        Finding::NotMet | Finding::NotApplicable => true,
        Finding::Met => basis != Basis::Implemented,
        Finding::NotAssessed => false,
    }
}

/// The bases that a finding may rest on.
pub fn bases(finding: Finding) -> &'static [Basis] {
    match finding {
        Finding::Met => Basis::ALL,
        Finding::NotApplicable => &[Basis::Implemented, Basis::Adjudication],
        Finding::NotMet | Finding::NotAssessed => &[],
    }
}

/// How a basis is called for a finding: an N/A is not implemented, it simply does not apply.
pub fn basis_word(finding: Finding, basis: Basis) -> &'static str {
    if finding == Finding::NotApplicable && basis == Basis::Implemented { "Does not apply here" } else { words::basis(basis) }
}

/// The same as choices.
pub fn basis_choices(finding: Finding) -> Vec<Choice> {
    bases(finding).iter().map(|basis| Choice::new(basis.as_str(), basis_word(finding, *basis))).collect()
}

/// What to write.
pub fn reason_hint(finding: Finding, basis: Basis) -> &'static str {
    match (finding, basis) {
        (Finding::NotMet, _) => "What is missing, how many were looked at, and the task that closes it.",
        (Finding::NotApplicable, Basis::Adjudication) => {
            "The adjudication of the DoD CIO: its date, and where the SSP records it."
        }
        (Finding::NotApplicable, _) => "Why it does not apply in this scope. It counts as met (32 CFR 170.24(b)(3)).",
        (_, Basis::EnduringException) => "The special circumstance and its mitigations, as the SSP describes them.",
        (_, Basis::OperationalPlan) => "The plan of action (3.12.2), its milestones and the next review. This is not the POA&M.",
        (_, Basis::Adjudication) => "The adjudication of the DoD CIO: its date, and where the SSP records it.",
        (_, Basis::Implemented) => "How it was established, if that needs saying.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_the_usual_met_needs_no_reason() {
        assert!(!demands_reason(Finding::Met, Basis::Implemented));
        assert!(demands_reason(Finding::Met, Basis::OperationalPlan));
        assert!(
            demands_reason(Finding::NotMet, Basis::Implemented) && demands_reason(Finding::NotApplicable, Basis::Implemented)
        );
        assert!(!demands_reason(Finding::NotAssessed, Basis::Implemented));
    }

    #[test]
    fn not_met_rests_on_nothing() {
        assert!(basis_choices(Finding::NotMet).is_empty());
        assert_eq!(basis_choices(Finding::Met).len(), 4);
        assert_eq!(basis_choices(Finding::NotApplicable).first().map(|c| c.label.clone()), Some("Does not apply here".into()));
    }
}
