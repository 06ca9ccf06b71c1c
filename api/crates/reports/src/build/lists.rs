//! The lists: tasks and evidence, with their own filters.

use super::pieces::{day, evidence_status, fact, number, optional, plain, priority, table_section, task_state, words};
use super::{MOST_ROWS, Wanted, too_many};
use platform::{Platform, Result};
use shared_types::evidence::Evidence;
use shared_types::reports::{ColumnKind, ReportCell, ReportDocument};
use systems::Scope;

pub(super) async fn tasks(platform: &Platform, scope: &Scope, wanted: &Wanted, document: &mut ReportDocument) -> Result<()> {
    let found = tasks::all(platform, scope, &wanted.filters, MOST_ROWS).await?.ok_or_else(too_many)?;
    let overdue = found.iter().filter(|task| task.overdue).count();
    document.facts.push(fact("Tasks", format!("{} in this report, {overdue} overdue", found.len())));
    let columns = [
        ("Task", ColumnKind::Identifier),
        ("Title", ColumnKind::Text),
        ("State", ColumnKind::Status),
        ("Priority", ColumnKind::Status),
        ("Assignee", ColumnKind::Text),
        ("Reviewer", ColumnKind::Text),
        ("Due", ColumnKind::Date),
        ("Requirement", ColumnKind::Identifier),
        ("Confirmed by", ColumnKind::Text),
    ];
    let rows = found.into_iter().map(|task| {
        let confirmed = task
            .confirmed_by
            .map(|person| if task.self_confirmed { format!("{} (self-confirmed)", person.name) } else { person.name });
        vec![
            plain(task.number),
            plain(task.title),
            task_state(task.state, task.overdue),
            priority(task.priority),
            optional(task.assignee.map(|person| person.name)),
            optional(task.reviewer.map(|person| person.name)),
            day(task.due),
            optional(task.control),
            optional(confirmed),
        ]
    });
    document.sections.push(table_section("Tasks", &columns, rows.collect()));
    Ok(())
}

pub(super) async fn evidence(platform: &Platform, scope: &Scope, wanted: &Wanted, document: &mut ReportDocument) -> Result<()> {
    let found = evidence::all(platform, scope, &wanted.filters, MOST_ROWS).await?.ok_or_else(too_many)?;
    let supporting = found.iter().filter(|one| one.supports).count();
    let counted = format!("{} in this report, of which {supporting} support findings today", found.len());
    document.facts.push(fact("Evidence", counted));
    let columns = [
        ("Evidence", ColumnKind::Identifier),
        ("Title", ColumnKind::Text),
        ("Kind", ColumnKind::Text),
        ("Status", ColumnKind::Status),
        ("Version", ColumnKind::Number),
        ("Owner", ColumnKind::Text),
        ("Effective", ColumnKind::Date),
        ("Expires", ColumnKind::Date),
        ("Supports", ColumnKind::Text),
        ("File or reference", ColumnKind::Text),
        ("SHA-256", ColumnKind::Identifier),
    ];
    document.sections.push(table_section("Evidence", &columns, found.into_iter().map(row).collect()));
    Ok(())
}

fn row(evidence: Evidence) -> Vec<ReportCell> {
    let supports = evidence.links.iter().map(|link| link.reference.as_str()).collect::<Vec<_>>().join(", ");
    let name = evidence.file.as_ref().map(|file| file.name.clone());
    let (place, hash) = match evidence.reference {
        Some(reference) => (Some(format!("{} ({})", reference.name, reference.uri)), Some(reference.sha256.to_string())),
        None => (name, evidence.file.map(|file| file.sha256)),
    };
    vec![
        plain(evidence.number),
        plain(evidence.title),
        plain(words(evidence.kind.as_str())),
        evidence_status(evidence.status),
        number(evidence.latest_version),
        optional(evidence.owner.map(|person| person.name)),
        day(Some(evidence.effective)),
        day(evidence.expires),
        plain(supports),
        optional(place),
        optional(hash),
    ]
}
