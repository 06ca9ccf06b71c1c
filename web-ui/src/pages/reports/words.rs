//! What kinds, formats and states are called, and which filters a kind takes.

use crate::components::field::Choice;
use crate::router::decode;
use shared_types::evidence::EvidenceStatus;
use shared_types::finding::Finding;
use shared_types::report_filters::{self, Referred};
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

/// Filters as people read them: `Finding: Not assessed`; `me` and the ids of people by `name`.
pub fn filters(kind: ReportKind, query: &str, name: impl Fn(&str) -> Option<String>) -> String {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let typed = |text: &str| decode(&text.replace('+', " "));
        (typed(name), typed(value))
    };
    let pairs = query.trim_start_matches('?').split('&').filter(|part| !part.is_empty()).map(pair);
    report_filters::readable(kind, pairs, |what| match what {
        Referred::Person(id) => name(id),
        Referred::Family(_) | Referred::Control(_) | Referred::Task(_) => None,
    })
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

/// A filter that the page offers.
pub struct Offered {
    /// Its name in the list's address.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// Its values.
    pub values: OfferedValues,
}

/// What may be chosen.
pub enum OfferedValues {
    /// One of these; the first is none.
    Words(Vec<Choice>),
    /// A family of the system's rules.
    Families,
    /// A day.
    Day,
}

/// The filters that the page offers for a kind. More may stand in a report that a program asked for.
pub fn offered(kind: ReportKind) -> Vec<Offered> {
    let one = |name, values| Offered { name, label: report_filters::label(kind, name), values };
    let words = |name, all: &str, codes: &[&str]| {
        let mut choices = vec![Choice::new("", all)];
        choices.extend(codes.iter().map(|code| Choice::new(*code, report_filters::value(kind, name, code, &|_| None))));
        one(name, OfferedValues::Words(choices))
    };
    match kind {
        ReportKind::AssessmentStatus | ReportKind::FamilyDetail => {
            let findings: Vec<_> = Finding::ALL.iter().map(|one| one.as_str()).collect();
            vec![words("finding", "All requirements", &findings), one("family", OfferedValues::Families)]
        }
        ReportKind::Tasks => {
            let states: Vec<_> = TaskState::ALL.iter().map(|one| one.as_str()).collect();
            vec![
                words("state", "All tasks", &states),
                words("assignee", "Everybody", &["me", "none"]),
                words("overdue", "Overdue or not", &["true"]),
            ]
        }
        ReportKind::EvidenceRegister => {
            let all: Vec<_> = EvidenceStatus::ALL.iter().map(|one| one.as_str()).collect();
            vec![words("status", "All evidence", &all)]
        }
        ReportKind::AuditExtract => vec![
            words("action", "All events", &["finding.", "task.", "evidence.", "member.", "report."]),
            one("from", OfferedValues::Day),
            one("to", OfferedValues::Day),
        ],
        ReportKind::SprsSummary | ReportKind::Executive => Vec::new(),
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
            (ReportKind::Tasks, "state=open%2Cin_progress&overdue=true", "State: Open, In progress; Overdue: Yes"),
            (ReportKind::Tasks, "assignee=me,7", "Assignee: Ana Ortiz, Somebody who is no member"),
            (ReportKind::AuditExtract, "?action=finding.", "Events: Findings"),
            (ReportKind::EvidenceRegister, "q=access+review", "Text: access review"),
        ] {
            let name = |id: &str| (id == "me").then(|| "Ana Ortiz".to_owned());
            assert_eq!(filters(kind, query, name), words);
        }
    }
}
