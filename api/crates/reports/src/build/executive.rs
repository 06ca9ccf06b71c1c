//! One page for an executive: the score and what it means, the families, what is late, what comes next.

use super::pieces::{counted, day, fact, fact_of, number, optional, plain, section, table_section, toned};
use super::{assessment, score_facts};
use crate::dashboard::dashboard;
use crate::queries::deadlines::{Deadline, DeadlineKind, Deadlines, deadlines};
use chrono::NaiveDate;
use platform::{Platform, Result};
use shared_types::dashboard::BoardFamily;
use shared_types::reports::{CellTone, ColumnKind, ReportBlock, ReportCell, ReportDocument, ReportSection};
use shared_types::score::Score;
use systems::Scope;

/// Blockers and days to come that are named; a page has room for no more.
const NAMED: usize = 4;
/// Late tasks, evidence and reviews that are named.
const LATE: usize = 5;
/// Characters of a line.
const LINE: usize = 60;
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
    // Nothing of the activity stands in it.
    let dashboard = dashboard(platform, scope, false).await?;
    score_facts(score, document);
    let tasks = dashboard.tasks;
    document.facts.push(fact(
        "Tasks",
        format!(
            "{} open, {} in progress, {} waiting for confirmation",
            tasks.open, tasks.in_progress, tasks.pending_confirmation
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
    families.retain(|family| family.counts.not_met + family.counts.not_assessed > 0);
    families.sort_by_key(|family| std::cmp::Reverse((family.counts.not_met, family.counts.not_assessed)));
    families.truncate(FAMILIES);
    document.sections.push(most_to_do(&families));
    let deadlines = deadlines(&platform.db, scope, LATE).await?;
    document.facts.push(fact_of("Late", late_in_all(&deadlines)));
    document.sections.push(late(&deadlines, scope.today));
    document.sections.extend(next(deadlines.next, scope.today));
    Ok(())
}

/// Families with requirements that are not met or not assessed.
fn most_to_do(families: &[BoardFamily]) -> ReportSection {
    const TITLE: &str = "Families with most to do";
    if families.is_empty() {
        let text = "None: no requirement is NOT MET or not assessed.".to_owned();
        return section(TITLE, vec![ReportBlock::Paragraph { text }]);
    }
    let mut section = assessment::families(families);
    for title in [&mut section.title].into_iter().chain(section.blocks.iter_mut().filter_map(titled)) {
        TITLE.clone_into(title);
    }
    section
}

fn kind(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::Task => "Task",
        DeadlineKind::Evidence => "Evidence",
        DeadlineKind::Review => "Review",
    }
}

/// How much is late: `5 tasks, 3 pieces of evidence`.
fn late_in_all(deadlines: &Deadlines) -> ReportCell {
    let one = |(kind, count): &(DeadlineKind, u32)| {
        let words = match (kind, *count) {
            (_, 0) => return None,
            (DeadlineKind::Task, 1) => "1 task".to_owned(),
            (DeadlineKind::Task, count) => format!("{count} tasks"),
            (DeadlineKind::Evidence, 1) => "1 piece of evidence".to_owned(),
            (DeadlineKind::Evidence, count) => format!("{count} pieces of evidence"),
            (DeadlineKind::Review, 1) => "1 review".to_owned(),
            (DeadlineKind::Review, count) => format!("{count} reviews"),
        };
        Some(words)
    };
    let words: Vec<String> = deadlines.late.iter().filter_map(one).collect();
    if words.is_empty() { toned("Nothing", CellTone::Good) } else { toned(words.join(", "), CellTone::Bad) }
}

/// What is late, the longest first, and by how much.
fn late(deadlines: &Deadlines, today: NaiveDate) -> ReportSection {
    const TITLE: &str = "What is late";
    let rows: Vec<_> = deadlines
        .longest_late
        .iter()
        .map(|one| {
            let days = usize::try_from((today - one.day).num_days()).unwrap_or_default();
            vec![
                plain(kind(one.kind)),
                plain(shortened(&one.text)),
                optional(one.responsible.clone()),
                day(Some(one.day)),
                toned(counted(days, "day"), CellTone::Bad),
            ]
        })
        .collect();
    if rows.is_empty() {
        let text = "Nothing: no task, no evidence and no review has passed its day.".to_owned();
        return section(TITLE, vec![ReportBlock::Paragraph { text }]);
    }
    let columns = [
        ("Kind", ColumnKind::Identifier),
        ("What", ColumnKind::Text),
        ("Responsible", ColumnKind::Text),
        ("Was due", ColumnKind::Date),
        ("Late by", ColumnKind::Status),
    ];
    let all: u32 = deadlines.late.iter().map(|(_, count)| count).sum();
    let shown = rows.len();
    let more = usize::try_from(all).is_ok_and(|all| all > shown);
    let title = if more { format!("{TITLE}: the longest {shown} of {all}") } else { TITLE.to_owned() };
    table_section(&title, &columns, rows)
}

/// What comes next, today included.
fn next(next: Vec<Deadline>, today: NaiveDate) -> Option<ReportSection> {
    let rows: Vec<_> = next
        .into_iter()
        .take(NAMED)
        .map(|one| {
            vec![
                plain(kind(one.kind)),
                plain(shortened(&one.text)),
                optional(one.responsible),
                day(Some(one.day)),
                number((one.day - today).num_days()),
            ]
        })
        .collect();
    let columns = [
        ("Kind", ColumnKind::Identifier),
        ("What", ColumnKind::Text),
        ("Responsible", ColumnKind::Text),
        ("Due", ColumnKind::Date),
        ("Days left", ColumnKind::Number),
    ];
    (!rows.is_empty()).then(|| table_section("What comes next", &columns, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(kind: DeadlineKind, day: &str) -> Deadline {
        Deadline { kind, text: "TASK-1 Mend it".to_owned(), responsible: None, day: day.parse().unwrap() }
    }

    #[test]
    fn what_is_late_stands_apart_with_its_days() {
        let today: NaiveDate = "2026-11-22".parse().unwrap();
        let mut found = Deadlines::default();
        assert_eq!(late_in_all(&found), toned("Nothing", CellTone::Good));
        assert!(matches!(&late(&found, today).blocks[..], [ReportBlock::Paragraph { text }] if text.starts_with("Nothing")));
        assert_eq!(next(Vec::new(), today), None);

        found.late = vec![(DeadlineKind::Task, 1), (DeadlineKind::Evidence, 2), (DeadlineKind::Review, 0)];
        found.longest_late = vec![one(DeadlineKind::Evidence, "2026-11-12"), one(DeadlineKind::Task, "2026-11-21")];
        assert_eq!(late_in_all(&found), toned("1 task, 2 pieces of evidence", CellTone::Bad));
        let section = late(&found, today);
        let [ReportBlock::Table(table)] = &section.blocks[..] else { panic!("{section:?}") };
        assert_eq!((section.title.as_str(), &table.title), ("What is late: the longest 2 of 3", &section.title));
        let late: Vec<&str> = table.rows.iter().map(|row| row[4].text.as_str()).collect();
        assert_eq!(late, ["10 days", "1 day"]);

        let section = next(vec![one(DeadlineKind::Review, "2026-11-22")], today).unwrap();
        let [ReportBlock::Table(table)] = &section.blocks[..] else { panic!("{section:?}") };
        assert_eq!((table.rows[0][0].text.as_str(), table.rows[0][4].text.as_str()), ("Review", "0"));
    }
}
