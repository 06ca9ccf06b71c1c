//! The field's own words for values that are named by code: the same in the client and in files.

use crate::evidence::{EvidenceKind, EvidenceStatus, Freshness};
use crate::finding::{Finding, PoamEligibility, Progress};
use crate::tasks::{Priority, TaskState, mentioned};

/// A finding, in a sentence. A document of record writes MET and NOT MET.
pub const fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "Met",
        Finding::NotMet => "Not met",
        Finding::NotApplicable => "N/A",
        Finding::NotAssessed => "Not assessed",
    }
}

/// How far a control has come.
pub const fn progress(progress: Progress) -> &'static str {
    match progress {
        Progress::NotStarted => "Not started",
        Progress::InProgress => "In progress",
        Progress::Compliant => "Compliant",
        Progress::NonCompliant => "Non-compliant",
    }
}

/// Whether a requirement may stand on a POA&M.
pub const fn poam(eligibility: PoamEligibility) -> &'static str {
    match eligibility {
        PoamEligibility::Eligible => "eligible",
        PoamEligibility::Never => "never",
        PoamEligibility::AtPartialPoints => "only at partial points",
    }
}

/// Where a task stands.
pub const fn task_state(state: TaskState) -> &'static str {
    match state {
        TaskState::Open => "Open",
        TaskState::InProgress => "In progress",
        TaskState::PendingConfirmation => "Pending confirmation",
        TaskState::Completed => "Completed",
    }
}

/// How urgent a task is.
pub const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "Urgent",
        Priority::High => "High",
        Priority::Normal => "Normal",
        Priority::Low => "Low",
    }
}

/// Whether evidence is still good.
pub const fn freshness(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Current => "Current",
        Freshness::Expiring => "Expiring",
        Freshness::Expired => "Expired",
    }
}

/// Where evidence stands: its review and, once approved, its freshness.
pub const fn evidence_status(status: EvidenceStatus) -> &'static str {
    match status {
        EvidenceStatus::Draft => "Draft",
        EvidenceStatus::PendingReview => "Pending review",
        EvidenceStatus::Current => freshness(Freshness::Current),
        EvidenceStatus::Expiring => freshness(Freshness::Expiring),
        EvidenceStatus::Expired => freshness(Freshness::Expired),
        EvidenceStatus::Rejected => "Rejected",
        EvidenceStatus::Archived => "Archived",
    }
}

/// What a piece of evidence is.
pub const fn evidence_kind(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Policy => "Policy",
        EvidenceKind::Procedure => "Procedure",
        EvidenceKind::Plan => "Plan",
        EvidenceKind::Record => "Record",
        EvidenceKind::Screenshot => "Screenshot",
        EvidenceKind::Configuration => "Configuration",
        EvidenceKind::ScanReport => "Scan report",
        EvidenceKind::Log => "Log",
        EvidenceKind::Diagram => "Diagram",
        EvidenceKind::Inventory => "Inventory",
        EvidenceKind::Training => "Training",
        EvidenceKind::Agreement => "Agreement",
        EvidenceKind::Other => "Other",
    }
}

/// `some_word` as people write it: for codes that have no words of their own.
pub fn sentence(code: &str) -> String {
    let text = code.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What is done in a system, by kind: the beginning of the names of its audit events, and what they are called.
pub const SYSTEM_ACTIONS: [(&str, &str); 8] = [
    ("finding.", "Findings"),
    ("control.", "Controls"),
    ("task.", "Tasks"),
    ("evidence.", "Evidence"),
    ("upload.", "Uploads"),
    ("member.", "Members"),
    ("report.", "Reports"),
    ("system.", "The system"),
];
/// Characters of an [`excerpt`].
pub const EXCERPT: usize = 200;

/// The beginning of what somebody wrote, on one line, to be shown beside other words. A mention (`@[id]`) names nobody here: names are
/// joined where they are shown, and may be forgotten.
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = mentioned(&line).iter().fold(line.clone(), |line, user| line.replace(&format!("@[{user}]"), "@…"));
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let cut: String = line.chars().take(EXCERPT - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line_that_names_nobody() {
        let id = "01890000-0000-7000-8000-000000000001";
        assert_eq!(excerpt(&format!(" Please,\n\n@[{id}]:\tlook ")), "Please, @…: look");
        let long = excerpt(&"é ".repeat(500));
        assert!(long.chars().count() <= EXCERPT && long.ends_with("é…"), "{long}");
    }
}
