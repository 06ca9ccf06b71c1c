//! Each family in full: its requirements with narrative, objectives, findings and the evidence behind them.

use super::pieces::{day, evidence_status, fact, finding, number, optional, place_and_hash, plain, progress, table};
use super::{MOST_ROWS, Wanted, too_many};
use controls::{ControlText, Selection};
use platform::http::query;
use platform::{Platform, Result};
use shared_types::ControlId;
use shared_types::controls::ControlSummary;
use shared_types::evidence::Evidence;
use shared_types::finding::Finding;
use shared_types::markdown;
use shared_types::reports::{ColumnKind, ReportBlock, ReportDocument, ReportSection};
use shared_types::words;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use systems::Scope;

pub(super) async fn build(platform: &Platform, scope: &Scope, wanted: &Wanted, document: &mut ReportDocument) -> Result<()> {
    let selection: Selection = query::parse(&wanted.filters)?;
    let db = platform.db.read();
    let found = controls::controls(db, scope.system, scope.user, scope.today, &selection).await?;
    let mut texts = controls::objectives_by_control(db, scope.system, scope.today).await?;
    let board = controls::load_board(db, scope.system).await?;
    let wanted: HashSet<ControlId> = found.iter().map(|control| control.id).collect();
    texts.retain(|control, _| wanted.contains(control));
    let objectives: usize = texts.values().map(|text| text.objectives.len()).sum();
    let evidence = evidence::all(platform, scope, "sort=created_at", MOST_ROWS).await?.ok_or_else(too_many)?;
    let mut behind = behind(evidence, &wanted, MOST_ROWS.saturating_sub(objectives)).ok_or_else(too_many)?;
    let name = |code: &str| {
        let family = board.families.iter().find(|family| family.code == code);
        family.map_or_else(|| "Custom controls".to_owned(), |family| format!("{} ({code})", family.name))
    };
    document.facts.push(fact("Requirements in this report", found.len().to_string()));
    let mut open: Option<String> = None;
    for control in found {
        if open.as_deref() != Some(control.family.as_str()) {
            document.sections.push(ReportSection { title: name(&control.family), level: 1, blocks: Vec::new() });
            open = Some(control.family.clone());
        }
        let text = texts.remove(&control.id).unwrap_or_default();
        let evidence = behind.remove(&control.id).unwrap_or_default();
        document.sections.push(requirement(&control, text, evidence));
    }
    Ok(())
}

/// The evidence behind each wanted control, none of it held twice; nothing where that were more rows than `most`.
fn behind(evidence: Vec<Evidence>, wanted: &HashSet<ControlId>, most: usize) -> Option<HashMap<ControlId, Vec<Arc<Evidence>>>> {
    let (mut behind, mut rows): (HashMap<ControlId, Vec<Arc<Evidence>>>, usize) = (HashMap::new(), 0);
    for evidence in evidence.into_iter().map(Arc::new) {
        let controls: BTreeSet<ControlId> =
            evidence.links.iter().filter_map(|link| link.control).filter(|control| wanted.contains(control)).collect();
        rows += controls.len();
        if rows > most {
            return None;
        }
        for control in controls {
            behind.entry(control).or_default().push(Arc::clone(&evidence));
        }
    }
    Some(behind)
}

/// Where a requirement stands: a row, so that in a workbook all of them are rows of one sheet.
fn stands(control: &ControlSummary) -> ReportBlock {
    let columns = [
        ("Finding", ColumnKind::Status),
        ("Progress", ColumnKind::Status),
        ("Points", ColumnKind::Number),
        ("Owner", ColumnKind::Text),
        ("Last review", ColumnKind::Date),
        ("Next review", ColumnKind::Date),
    ];
    let row = vec![
        finding(control.finding),
        progress(control.progress),
        optional(control.points.map(|points| points.to_string())),
        optional(control.owner.as_ref().map(|owner| owner.name.clone())),
        day(control.last_review),
        day(control.next_review),
    ];
    table("Assessment", &columns, vec![row])
}

fn requirement(control: &ControlSummary, text: ControlText, evidence: Vec<Arc<Evidence>>) -> ReportSection {
    let mut blocks = vec![stands(control)];
    // A narrative mentions nobody: there people are named by name.
    blocks.extend(markdown::plain(&text.narrative, |_| None).into_iter().map(|text| ReportBlock::Paragraph { text }));
    let columns = [
        ("Objective", ColumnKind::Identifier),
        ("What must be true", ColumnKind::Text),
        ("Finding", ColumnKind::Status),
        ("Basis", ColumnKind::Text),
        ("Reason", ColumnKind::Text),
        ("Evidence", ColumnKind::Number),
    ];
    let rows = text.objectives.into_iter().map(|one| {
        let basis = if one.finding == Finding::NotAssessed { String::new() } else { words::sentence(one.basis.as_str()) };
        vec![
            plain(format!("{}[{}]", control.reference, one.letter)),
            plain(one.statement),
            finding(one.finding),
            plain(basis),
            optional(one.reason),
            number(one.evidence_count),
        ]
    });
    blocks.push(table("Objectives", &columns, rows.collect()));
    if !evidence.is_empty() {
        let columns = [
            ("Evidence", ColumnKind::Identifier),
            ("Title", ColumnKind::Text),
            ("Status", ColumnKind::Status),
            ("Expires", ColumnKind::Date),
            ("File or reference", ColumnKind::Text),
            ("SHA-256", ColumnKind::Identifier),
        ];
        let rows = evidence.into_iter().map(|one| {
            let (place, hash) = place_and_hash(&one);
            vec![
                plain(one.number.clone()),
                plain(one.title.clone()),
                evidence_status(one.status),
                day(one.expires),
                optional(place),
                optional(hash),
            ]
        });
        blocks.push(table("Evidence", &columns, rows.collect()));
    }
    ReportSection { title: format!("{} {}", control.reference, control.title), level: 2, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn control(number: u8) -> ControlId {
        format!("00000000-0000-7000-8000-0000000000{number:02}").parse().unwrap()
    }

    /// Evidence that is linked to these controls.
    fn evidence(controls: &[u8]) -> Evidence {
        let links: Vec<Value> = controls
            .iter()
            .map(|number| json!({ "id": control(90), "control": control(*number), "reference": "AC.L2-3.1.1", "objective": "a" }))
            .collect();
        serde_json::from_value(json!({
            "id": control(80), "number": "EV-1", "title": "Review", "kind": "policy", "sensitivity": "internal", "tags": [],
            "status": "current", "state": "approved", "latest_version": 1, "approved_version": 1, "supports": true,
            "effective": "2026-11-22", "freshness": "current", "file_count": 3,
            "file": { "version": 1, "name": "review.pdf", "media_type": "application/pdf", "size": 1, "sha256": "ab".repeat(32),
                "uploaded_at": "2026-11-22T12:00:00Z" },
            "links": links, "created_at": "2026-11-22T12:00:00Z", "updated_at": "2026-11-22T12:00:00Z", "version": 1
        }))
        .unwrap()
    }

    #[test]
    fn evidence_stands_once_behind_each_control_of_the_report() {
        let wanted = HashSet::from([control(1), control(2)]);
        let found = behind(vec![evidence(&[1, 1, 2, 3]), evidence(&[3]), evidence(&[2])], &wanted, 3).unwrap();
        let rows = |number: u8| found.get(&control(number)).map_or(0, Vec::len);
        assert_eq!((rows(1), rows(2), rows(3)), (1, 2, 0));
        assert!(Arc::ptr_eq(&found[&control(1)][0], &found[&control(2)][0]), "held once");
        assert!(behind(vec![evidence(&[1, 2]), evidence(&[2])], &wanted, 2).is_none(), "more rows than a report holds");
    }

    #[test]
    fn a_file_of_several_and_a_reference_say_what_they_are() {
        let mut one = evidence(&[1]);
        let hash = "ab".repeat(32);
        assert_eq!(place_and_hash(&one), (Some("review.pdf (first of 3 files)".to_owned()), Some(hash)));
        one.file_count = 1;
        assert_eq!(place_and_hash(&one).0.as_deref(), Some("review.pdf"));
        let hash = "cd".repeat(32);
        one.file = None;
        one.reference = serde_json::from_value(json!({
            "name": "Policy", "uri": "https://enclave.example/policy.pdf", "sha256": hash, "custodian": "Records"
        }))
        .unwrap();
        assert_eq!(place_and_hash(&one), (Some("Policy (https://enclave.example/policy.pdf)".to_owned()), Some(hash)));
    }
}
