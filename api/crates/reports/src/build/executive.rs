//! One page for an executive: the score and what it means, the families, the work that is late, what expires.

use super::pieces::{day, fact, plain, table_section, task_state};
use super::{assessment, score_facts};
use crate::dashboard::dashboard;
use platform::{Platform, Result};
use shared_types::reports::{ColumnKind, ReportBlock, ReportDocument};
use shared_types::score::Score;
use systems::Scope;

/// Clocks and blockers that are named; a page has room for no more.
const NAMED: usize = 4;
/// Overdue tasks that are named.
const LATE: u64 = 4;
/// Characters of a line.
const LINE: usize = 70;
/// Families that are shown.
const FAMILIES: usize = 3;

/// The title of a table.
fn titled(block: &mut ReportBlock) -> Option<&mut String> {
    if let ReportBlock::Table(table) = block { Some(&mut table.title) } else { None }
}

/// A text of one line: a page has room for no more.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LINE {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LINE - 1).collect();
    format!("{}…", cut.trim_end())
}

pub(super) async fn build(platform: &Platform, scope: &Scope, score: &Score, document: &mut ReportDocument) -> Result<()> {
    // The subtitle says which system of which organization.
    document.facts.retain(|fact| !matches!(fact.label.as_str(), "System" | "Organization"));
    let dashboard = dashboard(platform, scope).await?;
    score_facts(score, document);
    let tasks = dashboard.tasks;
    document.facts.push(fact(
        "Tasks",
        format!(
            "{} open, {} in progress, {} waiting for confirmation; {} overdue",
            tasks.open, tasks.in_progress, tasks.pending_confirmation, tasks.overdue
        ),
    ));
    let evidence = dashboard.evidence;
    document.facts.push(fact(
        "Evidence",
        format!("{} current, {} expiring within 30 days, {} expired", evidence.current, evidence.expiring, evidence.expired),
    ));
    let blockers: Vec<&str> = score.eligibility.blockers.iter().map(|one| one.requirement.as_str()).collect();
    if !blockers.is_empty() {
        let named = blockers.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = blockers.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        document.facts.push(fact("Not for a POA&M", format!("{named}{more}")));
    }
    // A page has room for the families that have most to do.
    let mut families = dashboard.board;
    families.sort_by_key(|family| std::cmp::Reverse((family.counts.not_met, family.counts.not_assessed)));
    families.truncate(FAMILIES);
    let mut section = assessment::families(&families);
    for title in [&mut section.title].into_iter().chain(section.blocks.iter_mut().filter_map(titled)) {
        "Families with most to do".clone_into(title);
    }
    document.sections.push(section);
    let late = tasks::first(platform, scope, "overdue=true&sort=due", LATE).await?;
    let rows: Vec<_> = late
        .into_iter()
        .map(|task| vec![plain(task.number), plain(shortened(&task.title)), task_state(task.state, true), day(task.due)])
        .collect();
    if !rows.is_empty() {
        let columns = [
            ("Task", ColumnKind::Identifier),
            ("Title", ColumnKind::Text),
            ("State", ColumnKind::Status),
            ("Due", ColumnKind::Date),
        ];
        document.sections.push(table_section("The longest overdue tasks", &columns, rows));
    }
    let rows: Vec<_> = dashboard
        .clocks
        .into_iter()
        .take(NAMED)
        .map(|clock| vec![plain(shortened(&clock.text)), day(Some(clock.date)), plain(clock.days_left.to_string())])
        .collect();
    if !rows.is_empty() {
        let columns = [("What comes next", ColumnKind::Text), ("When", ColumnKind::Date), ("Days left", ColumnKind::Number)];
        document.sections.push(table_section("What comes next", &columns, rows));
    }
    Ok(())
}
