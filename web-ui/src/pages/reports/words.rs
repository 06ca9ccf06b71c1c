//! What kinds, formats and states are called, and which filters a kind takes.

use crate::components::field::Choice;
use crate::router::decode;
use shared_types::finding::Finding;
use shared_types::report_schedules::{RecipientSkip, ScheduleRecurrence, Weekday};
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

/// Filters as people read them: `Finding: Not assessed`. What the page does not offer is told by its own words.
pub fn filters(kind: ReportKind, query: &str) -> String {
    let offered = filter(kind);
    let part = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = decode(&value.replace('+', " "));
        let known = offered.as_ref().filter(|(own, _, _)| *own == name);
        let word = |value: &str| {
            let choice = known.and_then(|(_, _, choices)| choices.iter().find(|choice| choice.value == value));
            choice.map_or_else(|| value.replace('_', " "), |choice| choice.label.clone())
        };
        let label = known.map_or_else(|| sentence_case(name), |(_, label, _)| (*label).to_owned());
        format!("{label}: {}", value.split(',').map(word).collect::<Vec<_>>().join(", "))
    };
    query.trim_start_matches('?').split('&').filter(|part| !part.is_empty()).map(part).collect::<Vec<_>>().join("; ")
}

fn sentence_case(name: &str) -> String {
    let words = decode(name).replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// The days of a schedule: `Mondays`, `On day 31 of the month`.
pub fn days(recurrence: ScheduleRecurrence) -> String {
    match recurrence {
        ScheduleRecurrence::Week { weekday } => format!("{}s", weekday_name(weekday)),
        ScheduleRecurrence::Month { day: 31 } => "Last day of the month".to_owned(),
        ScheduleRecurrence::Month { day } => format!("Day {day} of the month"),
    }
}

/// A day of the week.
pub fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// Why a recipient is not told.
pub fn skipped(why: RecipientSkip) -> &'static str {
    match why {
        RecipientSkip::Left => "has left the system",
        RecipientSkip::Closed => "account closed",
        RecipientSkip::Role => "role may not read it",
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

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn filters_are_told_in_words() {
        for (kind, query, words) in [
            (ReportKind::FamilyDetail, "finding=not_assessed", "Finding: Not assessed"),
            (ReportKind::Tasks, "state=open%2Cin_progress&overdue=true", "State: Open, In progress; Overdue: true"),
            (ReportKind::AuditExtract, "?action=finding.", "Events: Findings"),
            (ReportKind::EvidenceRegister, "q=access+review", "Q: access review"),
        ] {
            assert_eq!(filters(kind, query), words);
        }
    }
}
