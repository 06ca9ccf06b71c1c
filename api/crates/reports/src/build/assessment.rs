//! Where the assessment stands.

use super::pieces::{cited, counted, day, fact, finding, number, optional, plain, progress, table_section};
use super::{Wanted, score_facts};
use controls::Selection;
use platform::http::query;
use platform::{Platform, Result};
use shared_types::controls::ControlSummary;
use shared_types::dashboard::BoardFamily;
use shared_types::reports::{ColumnKind, ReportBlock, ReportCell, ReportDocument, ReportSection};
use shared_types::score::Score;
use shared_types::words::poam;
use systems::Scope;

pub(super) async fn build(
    platform: &Platform,
    scope: &Scope,
    wanted: &Wanted,
    score: &Score,
    document: &mut ReportDocument,
) -> Result<()> {
    let selection: Selection = query::parse(&wanted.filters)?;
    let db = platform.db.read();
    let board = controls::load_board(db, scope.system).await?;
    let found = controls::controls(db, scope.system, scope.user, scope.today, &selection).await?;
    score_facts(score, document);
    let before = document.sections.len();
    document.sections.push(families(&board.families));
    if !score.deductions.is_empty() {
        document.sections.push(deductions(score));
        document.footnotes.extend(score.deductions.first().map(|one| cited("What a requirement deducts.", &one.citation)));
    }
    if !score.eligibility.blockers.is_empty() {
        document.sections.push(blockers(score));
    }
    if !wanted.filters.is_empty() {
        let words = format!("{} for these filters; everything else is of the whole system", counted(found.len(), "requirement"));
        document.facts.push(fact("In this report", words));
        document.sections.iter_mut().skip(before).for_each(of_the_whole_system);
    }
    document.sections.push(controls_of(found));
    Ok(())
}

/// Says of a section that no filter chose what stands in it.
fn of_the_whole_system(section: &mut ReportSection) {
    section.title.push_str(", whole system");
    for block in &mut section.blocks {
        if let ReportBlock::Table(table) = block {
            table.title.clone_from(&section.title);
        }
    }
}

/// Findings by family.
pub(super) fn families(families: &[BoardFamily]) -> ReportSection {
    let columns = [
        ("Family", ColumnKind::Identifier),
        ("Name", ColumnKind::Text),
        ("MET", ColumnKind::Number),
        ("NOT MET", ColumnKind::Number),
        ("N/A", ColumnKind::Number),
        ("Not assessed", ColumnKind::Number),
    ];
    let rows = families.iter().map(|family| {
        let counts = family.counts;
        vec![
            plain(&family.code),
            plain(&family.name),
            number(counts.met),
            number(counts.not_met),
            number(counts.not_applicable),
            number(counts.not_assessed),
        ]
    });
    table_section("Findings by family", &columns, rows.collect())
}

/// What costs points.
fn deductions(score: &Score) -> ReportSection {
    let columns = [
        ("Requirement", ColumnKind::Identifier),
        ("Finding", ColumnKind::Status),
        ("Points", ColumnKind::Number),
        ("Without partial credit", ColumnKind::Number),
        ("Rule", ColumnKind::Text),
    ];
    let rows = score.deductions.iter().map(|one| {
        vec![plain(&one.requirement), finding(one.finding), number(one.points), number(one.full_points), plain(&one.citation)]
    });
    table_section("Deductions", &columns, rows.collect())
}

/// What rules out a conditional status.
pub(super) fn blockers(score: &Score) -> ReportSection {
    let columns = [
        ("Requirement", ColumnKind::Identifier),
        ("Why it may not stand on a POA&M", ColumnKind::Text),
        ("Rule", ColumnKind::Text),
    ];
    let rows =
        score.eligibility.blockers.iter().map(|one| vec![plain(&one.requirement), plain(&one.reason), plain(&one.citation)]);
    table_section("What rules out a conditional status", &columns, rows.collect())
}

fn controls_of(found: Vec<ControlSummary>) -> ReportSection {
    let columns = [
        ("Requirement", ColumnKind::Identifier),
        ("Title", ColumnKind::Text),
        ("Points", ColumnKind::Number),
        ("Finding", ColumnKind::Status),
        ("Progress", ColumnKind::Status),
        ("POA&M", ColumnKind::Text),
        ("Owner", ColumnKind::Text),
        ("Next review", ColumnKind::Date),
        ("Evidence", ColumnKind::Number),
        ("Open tasks", ColumnKind::Number),
    ];
    let rows = found.into_iter().map(row);
    table_section("Requirements", &columns, rows.collect())
}

fn row(control: ControlSummary) -> Vec<ReportCell> {
    vec![
        plain(control.reference),
        plain(control.title),
        optional(control.points.map(|points| points.to_string())),
        finding(control.finding),
        progress(control.progress),
        plain(poam(control.poam)),
        optional(control.owner.map(|owner| owner.name)),
        day(control.next_review),
        number(control.evidence_count),
        number(control.open_tasks),
    ]
}
