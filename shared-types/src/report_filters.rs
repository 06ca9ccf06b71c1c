//! The filters of a report as people read them: `Finding: Not assessed`. Pure; the same words in the client and inside the files.

use crate::evidence::{EvidenceKind, EvidenceStatus, Freshness};
use crate::finding::{Finding, PoamEligibility, Progress};
use crate::reports::ReportKind;
use crate::tasks::{Priority, TaskState};
use crate::words;

/// What a value refers to that only whoever tells it can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referred<'a> {
    /// A person by id, or `me`: the person in whose name the report is made.
    Person(&'a str),
    /// A family by its code.
    Family(&'a str),
    /// A control by id; references need no words.
    Control(&'a str),
    /// A task by id; numbers need no words.
    Task(&'a str),
}

/// What a filter's values are.
#[derive(Debug, Clone, Copy)]
enum Value {
    /// One of a list of codes with words of their own.
    Word(fn(&str) -> Option<&'static str>),
    /// Yes and no, in these words.
    Flag(&'static str, &'static str),
    /// People; nobody is called so.
    Person(&'static str),
    Family,
    Control,
    Task,
    /// A number of points.
    Points,
    /// Words that somebody typed.
    Typed,
    /// A name as it is.
    Name,
    /// A day, or a time.
    Time,
    /// Columns of an order.
    Order,
}

fn finding(code: &str) -> Option<&'static str> {
    Finding::parse(code).map(words::finding)
}

fn progress(code: &str) -> Option<&'static str> {
    Progress::parse(code).map(words::progress)
}

fn poam(code: &str) -> Option<&'static str> {
    PoamEligibility::parse(code).map(words::poam)
}

fn task_state(code: &str) -> Option<&'static str> {
    TaskState::parse(code).map(words::task_state)
}

fn priority(code: &str) -> Option<&'static str> {
    Priority::parse(code).map(words::priority)
}

fn freshness(code: &str) -> Option<&'static str> {
    Freshness::parse(code).map(words::freshness)
}

fn evidence_status(code: &str) -> Option<&'static str> {
    EvidenceStatus::parse(code).map(words::evidence_status)
}

fn evidence_kind(code: &str) -> Option<&'static str> {
    EvidenceKind::parse(code).map(words::evidence_kind)
}

fn action(code: &str) -> Option<&'static str> {
    words::SYSTEM_ACTIONS.iter().find(|(prefix, _)| *prefix == code).map(|(_, words)| *words)
}

/// What a filter of a kind is called, and what its values are; none where the kind has no such filter.
fn known(kind: ReportKind, name: &str) -> Option<(&'static str, Value)> {
    use Value::{Control, Family, Flag, Name, Order, Person, Points, Task, Time, Typed, Word};
    if matches!(kind, ReportKind::SprsSummary | ReportKind::Executive) {
        return None;
    }
    let of_controls = matches!(kind, ReportKind::AssessmentStatus | ReportKind::FamilyDetail);
    Some(match (kind, name) {
        (ReportKind::AuditExtract, "actor") => ("Person", Person("The product itself")),
        (ReportKind::AuditExtract, "action") => ("Events", Word(action)),
        (ReportKind::AuditExtract, "object_kind") => ("Object", Name),
        (ReportKind::AuditExtract, "object_id") => ("Object id", Typed),
        (ReportKind::AuditExtract, "from") => ("From", Time),
        (ReportKind::AuditExtract, "to") => ("Up to and including", Time),
        (ReportKind::AuditExtract, _) => return None,
        (_, "q") => ("Text", Typed),
        (_, "sort") => ("Order", Order),
        (ReportKind::Tasks, "state") => ("State", Word(task_state)),
        (ReportKind::Tasks, "priority") => ("Priority", Word(priority)),
        (ReportKind::Tasks, "assignee") => ("Assignee", Person("Nobody")),
        (ReportKind::Tasks, "to_confirm") => ("Waiting for my confirmation", Flag("Yes", "No")),
        (ReportKind::Tasks, "overdue") => ("Overdue", Flag("Yes", "No")),
        (ReportKind::Tasks, "watching") => ("Watched by me", Flag("Yes", "No")),
        (ReportKind::Tasks | ReportKind::EvidenceRegister, "control") => ("Requirement", Control),
        (ReportKind::EvidenceRegister, "status") => ("Status", Word(evidence_status)),
        (ReportKind::EvidenceRegister, "freshness") => ("Freshness", Word(freshness)),
        (ReportKind::EvidenceRegister, "kind") => ("Kind", Word(evidence_kind)),
        (ReportKind::EvidenceRegister, "tag") => ("Tag", Typed),
        (ReportKind::EvidenceRegister, "task") => ("Task", Task),
        (ReportKind::EvidenceRegister, "objective") => ("Objective", Typed),
        (ReportKind::EvidenceRegister, "unlinked") => ("Supports", Flag("Nothing yet", "Something")),
        (ReportKind::EvidenceRegister, "owner") => ("Owner", Person("Nobody")),
        (_, "owner") if of_controls => ("Owner", Person("Nobody")),
        (_, "family") if of_controls => ("Family", Family),
        (_, "finding") if of_controls => ("Finding", Word(finding)),
        (_, "progress") if of_controls => ("Progress", Word(progress)),
        (_, "points") if of_controls => ("Points", Points),
        (_, "poam") if of_controls => ("POA&M", Word(poam)),
        (_, "has_evidence") if of_controls => ("Evidence", Flag("Linked", "None linked")),
        (_, "supported") if of_controls => {
            ("Findings of MET", Flag("All supported by evidence", "Not all supported by evidence"))
        }
        (_, "custom") if of_controls => ("Controls", Flag("Custom only", "Of the rule pack only")),
        _ => return None,
    })
}

/// What a filter is called; by its own name where it has no words.
pub fn label(kind: ReportKind, name: &str) -> String {
    known(kind, name).map_or_else(|| words::sentence(name), |(label, _)| label.to_owned())
}

/// A value of a filter in words, `told` for what it refers to; as it stands where it has none.
pub fn value(kind: ReportKind, name: &str, code: &str, told: &impl Fn(Referred<'_>) -> Option<String>) -> String {
    let Some((_, value)) = known(kind, name) else { return code.replace('_', " ") };
    let several = |one: &dyn Fn(&str) -> String| {
        code.split(',').map(str::trim).filter(|code| !code.is_empty()).map(one).collect::<Vec<_>>().join(", ")
    };
    let or_code = |words: Option<String>, code: &str| words.unwrap_or_else(|| code.to_owned());
    match value {
        Value::Word(word) => several(&|code| word(code).map_or_else(|| code.replace('_', " "), str::to_owned)),
        Value::Flag(yes, no) => match code {
            "true" => yes.to_owned(),
            "false" => no.to_owned(),
            other => other.to_owned(),
        },
        Value::Person(nobody) => several(&|code| match code {
            "none" => nobody.to_owned(),
            "me" => told(Referred::Person(code)).unwrap_or_else(|| "Me".to_owned()),
            // The id of a person tells a reader nothing.
            id => told(Referred::Person(id)).unwrap_or_else(|| "Somebody who is no member".to_owned()),
        }),
        Value::Family => several(&|code| or_code(told(Referred::Family(code)), code)),
        Value::Control => several(&|code| or_code(told(Referred::Control(code)), code)),
        Value::Task => several(&|code| or_code(told(Referred::Task(code)), code)),
        Value::Points => several(&|code| if code == "0" { "Without a value".to_owned() } else { code.to_owned() }),
        Value::Typed => code.to_owned(),
        Value::Name => several(&words::sentence),
        // `2026-11-22T12:00:00Z` as `2026-11-22 12:00:00 UTC`; another offset stays as it was typed.
        Value::Time => match code.strip_suffix('Z').and_then(|time| time.split_once('T')) {
            Some((day, time)) => format!("{day} {time} UTC"),
            None => code.to_owned(),
        },
        Value::Order => {
            let (column, turned) = code.strip_prefix('-').map_or((code, ""), |column| (column, ", descending"));
            format!("{}{turned}", words::sentence(column.trim_end_matches("_at")))
        }
    }
}

/// All filters of a query in words: its decoded pairs, `told` for what they refer to.
pub fn readable<N: AsRef<str>, V: AsRef<str>>(
    kind: ReportKind,
    pairs: impl IntoIterator<Item = (N, V)>,
    told: impl Fn(Referred<'_>) -> Option<String>,
) -> String {
    let part = |(name, code): (N, V)| {
        let (name, code) = (name.as_ref(), code.as_ref());
        format!("{}: {}", label(kind, name), value(kind, name, code, &told))
    };
    pairs.into_iter().map(part).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything in words, with one person, one family, one control and one task known.
    fn told(kind: ReportKind, pairs: &[(&str, &str)]) -> String {
        readable(kind, pairs.iter().copied(), |what| match what {
            Referred::Person("1" | "me") => Some("Ana Ortiz".to_owned()),
            Referred::Family("AC") => Some("Access Control (AC)".to_owned()),
            Referred::Control("2") => Some("AC.L2-3.1.1".to_owned()),
            Referred::Task("3") => Some("TASK-7".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn every_filter_is_told_in_words() {
        use ReportKind::{AssessmentStatus, AuditExtract, EvidenceRegister, FamilyDetail, Tasks};
        for (kind, pairs, words) in [
            (FamilyDetail, &[("finding", "not_assessed")][..], "Finding: Not assessed"),
            (
                AssessmentStatus,
                &[("family", "AC,CUSTOM"), ("finding", "not_met")],
                "Family: Access Control (AC), CUSTOM; Finding: Not met",
            ),
            (
                AssessmentStatus,
                &[("progress", "non_compliant"), ("owner", "1,none,9")],
                "Progress: Non-compliant; Owner: Ana Ortiz, Nobody, Somebody who is no member",
            ),
            (
                AssessmentStatus,
                &[("points", "0,5"), ("poam", "at_partial_points")],
                "Points: Without a value, 5; POA&M: only at partial points",
            ),
            (
                AssessmentStatus,
                &[("has_evidence", "false"), ("supported", "false"), ("custom", "true")],
                "Evidence: None linked; Findings of MET: Not all supported by evidence; Controls: Custom only",
            ),
            (
                Tasks,
                &[("state", "open, pending_confirmation"), ("overdue", "true"), ("assignee", "me")],
                "State: Open, Pending confirmation; Overdue: Yes; Assignee: Ana Ortiz",
            ),
            (
                Tasks,
                &[("priority", "urgent"), ("control", "2,AC.L2-3.1.2"), ("sort", "-updated_at")],
                "Priority: Urgent; Requirement: AC.L2-3.1.1, AC.L2-3.1.2; Order: Updated, descending",
            ),
            (
                Tasks,
                &[("to_confirm", "false"), ("watching", "true"), ("q", "a,b_c")],
                "Waiting for my confirmation: No; Watched by me: Yes; Text: a,b_c",
            ),
            (
                EvidenceRegister,
                &[("status", "expired"), ("kind", "scan_report"), ("freshness", "expiring")],
                "Status: Expired; Kind: Scan report; Freshness: Expiring",
            ),
            (
                EvidenceRegister,
                &[("task", "3"), ("unlinked", "true"), ("owner", "me"), ("tag", "q4")],
                "Task: TASK-7; Supports: Nothing yet; Owner: Ana Ortiz; Tag: q4",
            ),
            (
                AuditExtract,
                &[("action", "finding.,task.create"), ("actor", "none,1")],
                "Events: Findings, task.create; Person: The product itself, Ana Ortiz",
            ),
            (
                AuditExtract,
                &[("from", "2026-11-01"), ("to", "2026-11-22T12:00:00Z"), ("object_kind", "access_review")],
                "From: 2026-11-01; Up to and including: 2026-11-22 12:00:00 UTC; Object: Access review",
            ),
        ] {
            assert_eq!(told(kind, pairs), words);
        }
    }

    #[test]
    fn what_has_no_words_stands_as_it_is() {
        assert_eq!(told(ReportKind::Tasks, &[("some_thing", "x_y")]), "Some thing: x y");
        assert_eq!(told(ReportKind::Executive, &[("finding", "met")]), "Finding: met");
        assert_eq!(told(ReportKind::Tasks, &[("overdue", "perhaps"), ("state", "lost_it")]), "Overdue: perhaps; State: lost it");
        let me = readable(ReportKind::Tasks, [("assignee", "me")], |_| None);
        assert_eq!(me, "Assignee: Me");
    }
}
