//! The lists: tasks and evidence, with their own filters.

use super::pieces::{day, evidence_status, fact, number, optional, place_and_hash, plain, priority, table_section, task_state};
use super::{MOST_ROWS, Wanted, too_many};
use platform::{Platform, Result};
use shared_types::evidence::{Evidence, EvidenceLink};
use shared_types::reports::{ColumnKind, ReportCell, ReportDocument};
use shared_types::words;
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

/// What evidence supports, each once: `AC.L2-3.1.1[a]`, or the control or task alone.
fn supports(links: &[EvidenceLink]) -> String {
    let mut named: Vec<String> = Vec::new();
    for EvidenceLink { reference, objective, .. } in links {
        let name = objective.as_ref().map_or_else(|| reference.clone(), |letter| format!("{reference}[{letter}]"));
        if !named.contains(&name) {
            named.push(name);
        }
    }
    named.join(", ")
}

fn row(evidence: Evidence) -> Vec<ReportCell> {
    let supports = supports(&evidence.links);
    let (place, hash) = place_and_hash(&evidence);
    vec![
        plain(evidence.number),
        plain(evidence.title),
        plain(words::evidence_kind(evidence.kind)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_evidence_supports_is_named_once_with_its_objective() {
        let id = "00000000-0000-7000-8000-000000000001";
        let link = |reference: &str, objective: Option<&str>| -> EvidenceLink {
            serde_json::from_value(
                json!({ "id": id, "control": id, "task": null, "reference": reference, "objective": objective }),
            )
            .unwrap()
        };
        let links = [
            link("AC.L2-3.1.1", Some("a")),
            link("AC.L2-3.1.1", Some("c")),
            link("AC.L2-3.1.1", Some("a")),
            link("AC.L2-3.1.2", None),
            link("TASK-7", None),
        ];
        assert_eq!(supports(&links), "AC.L2-3.1.1[a], AC.L2-3.1.1[c], AC.L2-3.1.2, TASK-7");
    }
}
