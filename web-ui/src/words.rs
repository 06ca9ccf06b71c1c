//! The field's own words for what the API names by code.

mod acts;

pub use acts::act;

use crate::components::badge::Tone;
use crate::components::icon::Icon;
use shared_types::evidence::{EvidenceStatus, Freshness, ReviewAction, ReviewState, Sensitivity};
use shared_types::finding::{Basis, Finding, PoamEligibility, Progress};
use shared_types::systems::Role;
use shared_types::tasks::{Priority, TaskAction, TaskState, TemplateState};
use shared_types::words;
pub use shared_types::words::evidence_kind;

/// How a status looks and reads: never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// The word.
    pub word: &'static str,
    /// The colour.
    pub tone: Tone,
    /// The icon.
    pub icon: Icon,
}

const fn status(word: &'static str, tone: Tone, icon: Icon) -> Status {
    Status { word, tone, icon }
}

/// A finding.
pub fn finding(finding: Finding) -> Status {
    let (tone, icon) = match finding {
        Finding::Met => (Tone::Good, Icon::Check),
        Finding::NotMet => (Tone::Bad, Icon::Cross),
        Finding::NotApplicable => (Tone::Neutral, Icon::Minus),
        Finding::NotAssessed => (Tone::Open, Icon::Circle),
    };
    status(words::finding(finding), tone, icon)
}

/// The class of a finding's cell, segment and chart.
pub fn finding_class(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "met",
        Finding::NotMet => "not",
        Finding::NotApplicable => "na",
        Finding::NotAssessed => "open",
    }
}

/// What findings would allow. Never a status: a status comes with its submission.
pub fn outcome(all_met: bool, conditional_possible: bool) -> Status {
    match (all_met, conditional_possible) {
        (true, _) => status("Final status possible", Tone::Good, Icon::Check),
        (false, true) => status("Conditional status possible", Tone::Warn, Icon::Flag),
        (false, false) => status("No CMMC status yet", Tone::Bad, Icon::Alert),
    }
}

/// How far a control has come.
pub fn progress(progress: Progress) -> Status {
    let (tone, icon) = match progress {
        Progress::NotStarted => (Tone::Open, Icon::Circle),
        Progress::InProgress => (Tone::Info, Icon::Half),
        Progress::Compliant => (Tone::Good, Icon::Check),
        Progress::NonCompliant => (Tone::Bad, Icon::Alert),
    };
    status(words::progress(progress), tone, icon)
}

/// Whether evidence is still good.
pub fn freshness(freshness: Freshness) -> Status {
    let (tone, icon) = match freshness {
        Freshness::Current => (Tone::Good, Icon::Check),
        Freshness::Expiring => (Tone::Warn, Icon::Clock),
        Freshness::Expired => (Tone::Bad, Icon::Alert),
    };
    status(words::freshness(freshness), tone, icon)
}

/// Where evidence stands: its review and, once approved, its freshness.
pub fn evidence_status(of: EvidenceStatus) -> Status {
    let (tone, icon) = match of {
        EvidenceStatus::Draft => (Tone::Open, Icon::Edit),
        EvidenceStatus::PendingReview => (Tone::Info, Icon::Eye),
        EvidenceStatus::Current => return freshness(Freshness::Current),
        EvidenceStatus::Expiring => return freshness(Freshness::Expiring),
        EvidenceStatus::Expired => return freshness(Freshness::Expired),
        EvidenceStatus::Rejected => (Tone::Bad, Icon::Cross),
        EvidenceStatus::Archived => (Tone::Neutral, Icon::Archive),
    };
    status(words::evidence_status(of), tone, icon)
}

/// Where one version of evidence stands.
pub fn review_state(state: ReviewState) -> Status {
    match state {
        ReviewState::Draft => evidence_status(EvidenceStatus::Draft),
        ReviewState::PendingReview => evidence_status(EvidenceStatus::PendingReview),
        ReviewState::Approved => status("Approved", Tone::Good, Icon::Check),
        ReviewState::Rejected => evidence_status(EvidenceStatus::Rejected),
    }
}

/// A step of a review, as its button says it.
pub fn review_action(action: ReviewAction) -> &'static str {
    match action {
        ReviewAction::Submit => "Hand in for review",
        ReviewAction::Withdraw => "Take back",
        ReviewAction::Approve => "Approve",
        ReviewAction::Reject => "Reject",
    }
}

/// How evidence is to be handled.
pub fn sensitivity(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Public => "Public",
        Sensitivity::Internal => "Internal",
        Sensitivity::FederalContractInformation => "FCI",
        Sensitivity::SecurityProtectionData => "Security protection data",
        Sensitivity::ControlledUnclassifiedInformation => "CUI",
    }
}

/// Where a task stands.
pub fn task_state(state: TaskState) -> Status {
    match state {
        TaskState::Open => status("Open", Tone::Open, Icon::Circle),
        TaskState::InProgress => status("In progress", Tone::Info, Icon::Half),
        TaskState::PendingConfirmation => status("To confirm", Tone::Warn, Icon::Clock),
        TaskState::Completed => status("Completed", Tone::Good, Icon::Check),
    }
}

/// Whether a recurring task makes tasks.
pub fn template_state(state: TemplateState) -> Status {
    match state {
        TemplateState::Active => status("Active", Tone::Good, Icon::Refresh),
        TemplateState::Paused => status("Paused", Tone::Warn, Icon::Pause),
        TemplateState::Ended => status("Ended", Tone::Neutral, Icon::Circle),
    }
}

/// How urgent a task is.
pub fn priority(priority: Priority) -> Status {
    let (tone, icon) = match priority {
        Priority::Urgent => (Tone::Bad, Icon::Alert),
        Priority::High => (Tone::Warn, Icon::ArrowUp),
        Priority::Normal => (Tone::Neutral, Icon::Minus),
        Priority::Low => (Tone::Neutral, Icon::ArrowDown),
    };
    status(words::priority(priority), tone, icon)
}

/// A step of a task, as its button says it.
pub fn task_action(action: TaskAction) -> &'static str {
    match action {
        TaskAction::Start => "Start",
        TaskAction::Submit => "Submit for confirmation",
        TaskAction::Confirm => "Confirm",
        TaskAction::SendBack => "Send back",
        TaskAction::Reopen => "Reopen",
    }
}

/// Whether a requirement may stand on a POA&M.
pub fn poam(poam: PoamEligibility) -> &'static str {
    match poam {
        PoamEligibility::Eligible => "may wait",
        PoamEligibility::Never => "never",
        PoamEligibility::AtPartialPoints => "at 3 points",
    }
}

/// Why a MET or N/A holds.
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Implemented => "Implemented",
        Basis::EnduringException => "Enduring exception",
        Basis::OperationalPlan => "Operational plan of action",
        Basis::Adjudication => "DoD CIO adjudication",
    }
}

/// What a member is.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Manager => "Manager",
        Role::Contributor => "Contributor",
        Role::Assessor => "Assessor",
        Role::Viewer => "Viewer",
    }
}

/// What a member may do.
pub fn role_note(role: Role) -> &'static str {
    match role {
        Role::Manager => "Runs the system: members, scope, findings, everything.",
        Role::Contributor => "Does the work: tasks, evidence, findings, narratives.",
        Role::Assessor => "Reads everything, the audit log too.",
        Role::Viewer => "Reads.",
    }
}

/// A requirement's number without the level's prefix: `3.1.1` of `AC.L2-3.1.1`. A custom control's own name stays whole: `ORG-1`.
pub fn short_reference(reference: &str) -> &str {
    let levels = [".L1", ".L2", ".L3"];
    let number = reference.split_once('-').filter(|(prefix, _)| levels.iter().any(|level| prefix.ends_with(level)));
    number.map_or(reference, |(_, number)| number)
}

/// The families of requirements (NIST SP 800-171) in the packs' order, and custom controls last.
pub const FAMILIES: [(&str, &str); 15] = [
    ("AC", "Access Control"),
    ("AT", "Awareness and Training"),
    ("AU", "Audit and Accountability"),
    ("CM", "Configuration Management"),
    ("IA", "Identification and Authentication"),
    ("IR", "Incident Response"),
    ("MA", "Maintenance"),
    ("MP", "Media Protection"),
    ("PS", "Personnel Security"),
    ("PE", "Physical Protection"),
    ("RA", "Risk Assessment"),
    ("CA", "Security Assessment"),
    ("SC", "System and Communications Protection"),
    ("SI", "System and Information Integrity"),
    ("CUSTOM", "Custom controls"),
];

/// The name of a family; its code where no shipped pack has it.
pub fn family(code: &str) -> &str {
    FAMILIES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_a_levels_prefix_is_cut_off() {
        for (reference, short) in [
            ("AC.L2-3.1.1", "3.1.1"),
            ("AC.L1-b.1.i", "b.1.i"),
            ("AC.L3-3.1.2e", "3.1.2e"),
            ("ORG-1", "ORG-1"),
            ("ISO.A5-2", "ISO.A5-2"),
            ("POLICY", "POLICY"),
        ] {
            assert_eq!(short_reference(reference), short);
        }
    }
}
