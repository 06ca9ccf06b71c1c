//! Each family in full: its requirements with narrative, objectives, findings and the evidence behind them.

use super::pieces::{day, evidence_status, fact, fact_of, finding, number, optional, plain, progress, table, words};
use super::{MOST_ROWS, Wanted, too_many};
use controls::{ControlText, Selection};
use platform::http::query;
use platform::{Platform, Result};
use shared_types::ControlId;
use shared_types::controls::ControlSummary;
use shared_types::evidence::Evidence;
use shared_types::finding::Finding;
use shared_types::reports::{ColumnKind, ReportBlock, ReportDocument, ReportSection};
use std::collections::HashMap;
use systems::Scope;

pub(super) async fn build(platform: &Platform, scope: &Scope, wanted: &Wanted, document: &mut ReportDocument) -> Result<()> {
    let selection: Selection = query::parse(&wanted.filters)?;
    let db = platform.db.read();
    let found = controls::controls(db, scope.system, scope.user, scope.today, &selection).await?;
    let mut texts = controls::objectives_by_control(db, scope.system, scope.today).await?;
    let board = controls::load_board(db, scope.system).await?;
    let mut behind: HashMap<ControlId, Vec<Evidence>> = HashMap::new();
    for evidence in evidence::all(platform, scope, "sort=created_at", MOST_ROWS).await?.ok_or_else(too_many)? {
        let mut controls: Vec<ControlId> = evidence.links.iter().filter_map(|link| link.control).collect();
        controls.sort_unstable();
        controls.dedup();
        for control in controls {
            behind.entry(control).or_default().push(evidence.clone());
        }
    }
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
        document.sections.push(requirement(control, text, evidence));
    }
    Ok(())
}

fn requirement(control: ControlSummary, text: ControlText, evidence: Vec<Evidence>) -> ReportSection {
    let mut facts = vec![
        fact_of("Finding", finding(control.finding)),
        fact_of("Progress", progress(control.progress)),
        fact_of("Points", optional(control.points.map(|points| points.to_string()))),
        fact_of("Owner", optional(control.owner.map(|owner| owner.name))),
    ];
    if control.last_review.is_some() || control.next_review.is_some() {
        facts.push(fact_of("Last review", day(control.last_review)));
        facts.push(fact_of("Next review", day(control.next_review)));
    }
    facts.retain(|fact| !fact.value.text.is_empty());
    let mut blocks = vec![ReportBlock::Facts { facts }];
    if !text.narrative.trim().is_empty() {
        blocks.push(ReportBlock::Paragraph { text: text.narrative });
    }
    let columns = [
        ("Objective", ColumnKind::Identifier),
        ("What must be true", ColumnKind::Text),
        ("Finding", ColumnKind::Status),
        ("Basis", ColumnKind::Text),
        ("Reason", ColumnKind::Text),
        ("Evidence", ColumnKind::Number),
    ];
    let rows = text.objectives.into_iter().map(|one| {
        let basis = if one.finding == Finding::NotAssessed { String::new() } else { words(one.basis.as_str()) };
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
            ("SHA-256", ColumnKind::Identifier),
        ];
        let rows = evidence.into_iter().map(|one| {
            let hash = one.file.map(|file| file.sha256);
            vec![plain(one.number), plain(one.title), evidence_status(one.status), day(one.expires), optional(hash)]
        });
        blocks.push(table("Evidence", &columns, rows.collect()));
    }
    ReportSection { title: format!("{} {}", control.reference, control.title), level: 2, blocks }
}
