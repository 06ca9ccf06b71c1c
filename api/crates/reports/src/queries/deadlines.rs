//! What has a day in a system, whosever it is: what is late, and what comes next. Late is what the dashboard calls so: its day lies before
//! today in the system's zone.

use super::dashboard::{Part, branch};
use crate::dashboard::count;
use chrono::NaiveDate;
use platform::{Db, Result};
use systems::Scope;

/// What has the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DeadlineKind {
    Task,
    Evidence,
    Review,
}

/// A task that is not completed, evidence that expires, or a control that is to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deadline {
    pub kind: DeadlineKind,
    /// Its number and title.
    pub text: String,
    /// Who does it.
    pub responsible: Option<String>,
    pub day: NaiveDate,
}

/// What is late, and what comes next.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    /// How many of each kind are late, in the order of the kinds.
    pub late: Vec<(DeadlineKind, u32)>,
    /// The longest late, the longest first.
    pub longest_late: Vec<Deadline>,
    /// What comes first, today included.
    pub next: Vec<Deadline>,
}

/// A kind, its day, what holds its rows, and what of them tells what it is.
type Source = (DeadlineKind, String, &'static str, [(&'static str, &'static str); 3]);

/// Each kind, in their order.
fn sources() -> [Source; 3] {
    [
        (
            DeadlineKind::Task,
            "x.due_sort".to_owned(),
            "FROM tasks x LEFT JOIN users u ON u.id = x.assignee_id WHERE x.system_id = $1 AND x.deleted_at IS NULL AND x.state <> 'completed' \
         AND x.due IS NOT NULL",
            [("text1", "'TASK-' || CAST(x.number AS text)"), ("text2", "x.title"), ("text3", "u.name")],
        ),
        (
            DeadlineKind::Evidence,
            controls::last_day("x"),
            "FROM evidence x LEFT JOIN users u ON u.id = x.owner_id WHERE x.system_id = $1 AND x.deleted_at IS NULL AND x.archived_at IS NULL \
         AND x.approved_version IS NOT NULL",
            [("text1", "'EV-' || CAST(x.number AS text)"), ("text2", "x.title"), ("text3", "u.name")],
        ),
        (
            DeadlineKind::Review,
            "x.next_review".to_owned(),
            "FROM controls x LEFT JOIN users u ON u.id = x.owner_id WHERE x.system_id = $1 AND x.next_review IS NOT NULL",
            [("text1", "x.reference"), ("text2", "x.title"), ("text3", "u.name")],
        ),
    ]
}

/// Places: $1 the system, $2 today. `most` rows of each kind, late and next.
fn statement(most: usize) -> String {
    let mut branches = Vec::new();
    for (index, (_, day, from, [first, second, third])) in sources().into_iter().enumerate() {
        branches.push(branch(&format!("count_{index}"), &[("number", "COUNT(*)")], &format!("{from} AND {day} < $2")));
        for (section, comparison) in [("late", "<"), ("next", ">=")] {
            let rows = format!("{from} AND {day} {comparison} $2 ORDER BY {day}, x.id LIMIT {most}");
            branches.push(branch(&format!("{section}_{index}"), &[first, second, third, ("day", &day)], &rows));
        }
    }
    branches.join(" UNION ALL ")
}

/// What is late and what comes next, at most `most` of either, in one statement.
pub(crate) async fn deadlines(db: &Db, scope: &Scope, most: usize) -> Result<Deadlines> {
    let parts: Vec<Part> = db.rows(&statement(most), [scope.system.0.into(), scope.today.into()]).await?;
    let (sources, mut found) = (sources(), Deadlines::default());
    for part in parts {
        let name = part.section.clone();
        let Some((section, index)) = name.split_once('_') else { continue };
        let Some((kind, ..)) = index.parse::<usize>().ok().and_then(|index| sources.get(index)) else { continue };
        match section {
            "count" => found.late.push((*kind, count(part.number))),
            "late" => found.longest_late.extend(deadline(*kind, part)),
            _ => found.next.extend(deadline(*kind, part)),
        }
    }
    found.late.sort_unstable();
    for list in [&mut found.longest_late, &mut found.next] {
        list.sort_by(|a, b| (a.day, a.kind, &a.text).cmp(&(b.day, b.kind, &b.text)));
        list.truncate(most);
    }
    Ok(found)
}

fn deadline(kind: DeadlineKind, part: Part) -> Option<Deadline> {
    let text = format!("{} {}", part.text1?, part.text2?);
    Some(Deadline { kind, text, responsible: part.text3, day: part.day? })
}
