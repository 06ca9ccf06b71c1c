//! What kinds, formats and states are called, and which filters a kind takes.

use crate::components::field::Choice;
use shared_types::finding::Finding;
use shared_types::reports::{ReportFormat, ReportKind, ReportState};
use shared_types::tasks::TaskState;

/// One sentence about a kind.
pub fn about(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::AssessmentStatus => "Score, findings by family, deductions, and every requirement with its owner and review.",
        ReportKind::SprsSummary => {
            "What the Supplier Performance Risk System asks for at Level 1 or 2, with the finding of each requirement."
        }
        ReportKind::FamilyDetail => "Each family in full: narrative, objectives, findings, and the evidence behind them.",
        ReportKind::Tasks => "The tasks with state, people and dates.",
        ReportKind::EvidenceRegister => "Every piece of evidence with its status, dates, what it supports, and its hash.",
        ReportKind::AuditExtract => "Events of the audit log with the hashes of the chain.",
        ReportKind::Executive => "One page: where we stand, what is late, what comes next.",
    }
}

/// A format in words.
pub fn format(format: ReportFormat) -> &'static str {
    match format {
        ReportFormat::Pdf => "PDF",
        ReportFormat::Docx => "Word (DOCX)",
        ReportFormat::Xlsx => "Excel (XLSX)",
        ReportFormat::Csv => "CSV",
        ReportFormat::Json => "JSON",
    }
}

/// A state in words.
pub fn state(state: ReportState) -> &'static str {
    match state {
        ReportState::Queued => "Waiting",
        ReportState::Running => "Being made",
        ReportState::Ready => "Ready",
        ReportState::Failed => "Failed",
    }
}

/// The filter that the page offers for a kind: its name in the list's address, what it is called, its values. Others may stand in the
/// address of the page.
pub fn filter(kind: ReportKind) -> Option<(&'static str, &'static str, Vec<Choice>)> {
    let all = |words: &str| Choice::new("", words);
    match kind {
        ReportKind::AssessmentStatus | ReportKind::FamilyDetail => {
            let mut choices = vec![all("All requirements")];
            choices.extend(Finding::ALL.iter().map(|one| Choice::new(one.as_str(), crate::words::finding(*one).word)));
            Some(("finding", "Finding", choices))
        }
        ReportKind::Tasks => {
            let mut choices = vec![all("All tasks")];
            choices.extend(TaskState::ALL.iter().map(|one| Choice::new(one.as_str(), crate::words::task_state(*one).word)));
            Some(("state", "State", choices))
        }
        ReportKind::EvidenceRegister => {
            let words = [("current", "Current"), ("expiring", "Expiring"), ("expired", "Expired"), ("archived", "Archived")];
            let mut choices = vec![all("All evidence")];
            choices.extend(words.map(|(value, word)| Choice::new(value, word)));
            Some(("status", "Status", choices))
        }
        ReportKind::AuditExtract => {
            let words = [
                ("finding.", "Findings"),
                ("task.", "Tasks"),
                ("evidence.", "Evidence"),
                ("member.", "Members"),
                ("report.", "Reports"),
            ];
            let mut choices = vec![all("All events")];
            choices.extend(words.map(|(value, word)| Choice::new(value, word)));
            Some(("action", "Events", choices))
        }
        ReportKind::SprsSummary | ReportKind::Executive => None,
    }
}
