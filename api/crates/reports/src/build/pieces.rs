//! What builders are made of: facts, tables, and the words of states.

use crate::export;
use chrono::NaiveDate;
use shared_types::evidence::{Evidence, EvidenceStatus};
use shared_types::finding::{Finding, Progress};
use shared_types::reports::{
    CellTone, ColumnKind, ReportBlock, ReportCell, ReportColumn, ReportFact, ReportFootnote, ReportSection, ReportTable,
};
use shared_types::tasks::{Priority, TaskState};
use shared_types::words;

pub(super) fn fact(label: &str, value: impl Into<String>) -> ReportFact {
    fact_of(label, ReportCell::plain(value))
}

pub(super) fn fact_of(label: &str, value: ReportCell) -> ReportFact {
    ReportFact { label: label.to_owned(), value }
}

pub(super) fn cited(text: &str, citation: &str) -> ReportFootnote {
    ReportFootnote { text: text.to_owned(), citation: citation.to_owned() }
}

pub(super) fn toned(text: impl Into<String>, tone: CellTone) -> ReportCell {
    ReportCell::toned(text, tone)
}

pub(super) fn plain(text: impl Into<String>) -> ReportCell {
    ReportCell::plain(text)
}

pub(super) fn optional(text: Option<impl Into<String>>) -> ReportCell {
    ReportCell::plain(text.map(Into::into).unwrap_or_default())
}

pub(super) fn number(number: impl std::fmt::Display) -> ReportCell {
    ReportCell::plain(number.to_string())
}

pub(super) fn day(day: Option<NaiveDate>) -> ReportCell {
    ReportCell::plain(day.map(|day| day.to_string()).unwrap_or_default())
}

/// A section of the contents with these blocks.
pub(super) fn section(title: &str, blocks: Vec<ReportBlock>) -> ReportSection {
    ReportSection { title: title.to_owned(), level: 1, blocks }
}

/// A section of running text, in which an empty line parts paragraphs; none where there is none.
pub(crate) fn section_of(title: &str, text: &str) -> Option<ReportSection> {
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let blocks: Vec<ReportBlock> = parts.map(|part| ReportBlock::Paragraph { text: part.to_owned() }).collect();
    (!blocks.is_empty()).then(|| section(title, blocks))
}

/// A table: its columns by name and kind.
pub(super) fn table(title: &str, columns: &[(&str, ColumnKind)], rows: Vec<Vec<ReportCell>>) -> ReportBlock {
    let columns = columns.iter().map(|(name, kind)| ReportColumn { name: (*name).to_owned(), kind: *kind }).collect();
    ReportBlock::Table(ReportTable { title: title.to_owned(), columns, rows })
}

/// A section that is one table.
pub(super) fn table_section(title: &str, columns: &[(&str, ColumnKind)], rows: Vec<Vec<ReportCell>>) -> ReportSection {
    section(title, vec![table(title, columns, rows)])
}

pub(super) fn finding(finding: Finding) -> ReportCell {
    let tone = match finding {
        Finding::Met => CellTone::Good,
        Finding::NotMet => CellTone::Bad,
        Finding::NotApplicable => CellTone::Muted,
        Finding::NotAssessed => CellTone::Warn,
    };
    toned(export::finding(finding), tone)
}

pub(super) fn progress(progress: Progress) -> ReportCell {
    let tone = match progress {
        Progress::NotStarted => CellTone::Muted,
        Progress::InProgress => CellTone::Plain,
        Progress::Compliant => CellTone::Good,
        Progress::NonCompliant => CellTone::Bad,
    };
    toned(words::progress(progress), tone)
}

pub(super) fn task_state(state: TaskState, overdue: bool) -> ReportCell {
    let tone = match state {
        TaskState::Open | TaskState::InProgress => CellTone::Plain,
        TaskState::PendingConfirmation => CellTone::Warn,
        TaskState::Completed => CellTone::Good,
    };
    let word = words::task_state(state);
    if overdue { toned(format!("{word}, overdue"), CellTone::Bad) } else { toned(word, tone) }
}

pub(super) fn priority(priority: Priority) -> ReportCell {
    let tone = match priority {
        Priority::Urgent => CellTone::Bad,
        Priority::High => CellTone::Warn,
        Priority::Normal => CellTone::Plain,
        Priority::Low => CellTone::Muted,
    };
    toned(words::priority(priority), tone)
}

pub(super) fn evidence_status(status: EvidenceStatus) -> ReportCell {
    let tone = match status {
        EvidenceStatus::Draft | EvidenceStatus::Archived => CellTone::Muted,
        EvidenceStatus::PendingReview | EvidenceStatus::Expiring => CellTone::Warn,
        EvidenceStatus::Current => CellTone::Good,
        EvidenceStatus::Expired | EvidenceStatus::Rejected => CellTone::Bad,
    };
    toned(words::evidence_status(status), tone)
}

/// So many of something: `1 requirement`, `2 requirements`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Where a piece of evidence is, and the hash of what is there: its reference, or its file. Of several files the first is named, and said
/// to be the first.
pub(super) fn place_and_hash(evidence: &Evidence) -> (Option<String>, Option<String>) {
    if let Some(reference) = &evidence.reference {
        return (Some(format!("{} ({})", reference.name, reference.uri)), Some(reference.sha256.to_string()));
    }
    let more = if evidence.file_count > 1 { format!(" (first of {} files)", evidence.file_count) } else { String::new() };
    let file = evidence.file.as_ref();
    (file.map(|file| format!("{}{more}", file.name)), file.map(|file| file.sha256.clone()))
}
