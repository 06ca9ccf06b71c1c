//! Everything of the dashboard but the score and its board, in one statement: a union of small, bounded selections.
//!
//! Each branch gives the same columns and leaves those that it has no use for empty. One round trip instead of eight is what
//! keeps a dashboard quick on a database across the network.

use super::audit::EventRow;
use chrono::{DateTime, Months, NaiveDate, Utc};
use platform::{AppError, Db, Result};
use sea_orm::{FromQueryResult, Value};
use shared_types::evidence::Freshness;
use shared_types::systems::Role;
use systems::Scope;
use uuid::Uuid;

/// Points of the history that are read: more moved the score within a year only where a program sets findings.
const HISTORY: u32 = 3000;

/// A row of the union. What its columns hold depends on its section.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Part {
    pub section: String,
    pub id: Option<Uuid>,
    pub number: Option<i64>,
    pub other: Option<i64>,
    pub text1: Option<String>,
    pub text2: Option<String>,
    pub text3: Option<String>,
    pub text4: Option<String>,
    pub text5: Option<String>,
    pub text6: Option<String>,
    pub day: Option<NaiveDate>,
    pub moment: Option<DateTime<Utc>>,
    pub actor: Option<Uuid>,
}

/// The columns with the types that an empty one needs.
const COLUMNS: [(&str, &str); 12] = [
    ("id", "uuid"),
    ("number", "bigint"),
    ("other", "bigint"),
    ("text1", "text"),
    ("text2", "text"),
    ("text3", "text"),
    ("text4", "text"),
    ("text5", "text"),
    ("text6", "text"),
    ("day", "date"),
    ("moment", "timestamptz"),
    ("actor", "uuid"),
];

/// A branch: which section, which columns it fills, and where from.
pub(super) fn branch(section: &str, filled: &[(&str, &str)], from: &str) -> String {
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|(name, kind)| match filled.iter().find(|(column, _)| column == name) {
            Some((_, expression)) => format!("{expression} AS {name}"),
            None => format!("CAST(NULL AS {kind}) AS {name}"),
        })
        .collect();
    // Only a selection in brackets may have its own ORDER BY and LIMIT, and SQLite takes none without a SELECT around them.
    format!("SELECT * FROM (SELECT '{section}' AS section, {} {from}) {section}", columns.join(", "))
}

/// The statement. Places: $1 the system, $2 the reader, $3 today, $4 the last day that counts as soon, $5 the beginning of the
/// history.
fn statement(contributes: bool, reads_log: bool) -> String {
    let to_confirm = if contributes { tasks::confirmable("$2") } else { "1 = 0".to_owned() };
    let mine = format!(
        "FROM {} WHERE t.system_id = $1 AND t.deleted_at IS NULL AND ((t.assignee_id = $2 AND t.state <> 'completed') OR {to_confirm})",
        tasks::TABLES
    );
    let my_tasks = format!("{mine} ORDER BY t.due_sort, t.priority_rank, t.number LIMIT 8");
    // What is late may fill the list of my tasks: what comes next is looked for by itself.
    let next_tasks =
        format!("{mine} AND t.due IS NOT NULL AND t.due_sort >= $3 ORDER BY t.due_sort, t.priority_rank, t.number LIMIT 5");
    let confirm_flag = format!("CAST(CASE WHEN {to_confirm} THEN 1 ELSE 0 END AS bigint)");
    // Who does not read the audit log sees the work in it, not who was given which right.
    let kinds = if reads_log { "" } else { "AND object_kind IN ('control', 'task', 'evidence')" };
    let activity = format!("FROM audit_events WHERE chain = $1 {kinds} ORDER BY sequence DESC LIMIT 8");
    let history = format!(
        "FROM score_points s JOIN adoptions a ON a.id = s.adoption_id WHERE a.system_id = $1 AND s.recorded_at >= $5 AND a.adopted_at = \
         (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = $1) ORDER BY s.revision DESC LIMIT {HISTORY}"
    );
    // The score that the year began with: the last one that was kept before it.
    let before = "FROM score_points s JOIN adoptions a ON a.id = s.adoption_id WHERE a.system_id = $1 AND s.recorded_at < $5 AND \
        a.adopted_at = (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = $1) ORDER BY s.revision DESC LIMIT 1";
    let point = [
        ("number", "s.revision"),
        ("other", "CAST(s.value AS bigint)"),
        ("text1", "CAST(s.best AS text)"),
        ("moment", "s.recorded_at"),
    ];
    let last_day = controls::last_day("e");
    let evidence = format!(
        "FROM (SELECT CASE WHEN e.approved_version IS NULL THEN 'unapproved' WHEN {last_day} < $3 THEN 'expired' \
         WHEN {last_day} <= $4 THEN 'expiring' ELSE 'current' END AS freshness, CASE WHEN e.state = 'pending_review' THEN 1 ELSE 0 END AS waits FROM evidence e \
         WHERE e.system_id = $1 AND e.deleted_at IS NULL AND e.archived_at IS NULL) f GROUP BY freshness"
    );
    let expiring = format!(
        "FROM evidence e WHERE e.system_id = $1 AND e.deleted_at IS NULL AND e.archived_at IS NULL AND e.approved_version IS NOT NULL \
         AND {last_day} >= $3 ORDER BY {last_day}, e.id LIMIT 5"
    );
    let branches = [
        branch(
            "task_counts",
            &[
                ("number", "COUNT(*)"),
                ("other", "CAST(SUM(CASE WHEN state <> 'completed' AND due_sort < $3 THEN 1 ELSE 0 END) AS bigint)"),
                ("text1", "state"),
            ],
            "FROM tasks WHERE system_id = $1 AND deleted_at IS NULL GROUP BY state",
        ),
        branch(
            "my_tasks",
            &[
                ("number", "CAST(t.number AS bigint)"),
                ("other", &confirm_flag),
                ("text1", "t.title"),
                ("text2", "t.state"),
                ("text3", "c.reference"),
                ("day", "t.due"),
            ],
            &my_tasks,
        ),
        branch(
            "my_overdue",
            &[("number", "COUNT(*)")],
            "FROM tasks WHERE system_id = $1 AND deleted_at IS NULL AND assignee_id = $2 AND state <> 'completed' AND due_sort < $3",
        ),
        branch("next_tasks", &[("number", "CAST(t.number AS bigint)"), ("text1", "t.title"), ("day", "t.due")], &next_tasks),
        branch("evidence_counts", &[("number", "COUNT(*)"), ("other", "SUM(waits)"), ("text1", "freshness")], &evidence),
        branch(
            "expiring",
            &[
                ("id", "e.id"),
                ("number", "CAST(e.number AS bigint)"),
                ("other", "(SELECT COUNT(*) FROM evidence_links l WHERE l.evidence_id = e.id)"),
                ("text1", "e.title"),
                ("day", &last_day),
            ],
            &expiring,
        ),
        branch(
            "reviews",
            &[("text1", "reference"), ("text2", "title"), ("day", "next_review")],
            "FROM controls WHERE system_id = $1 AND next_review >= $3 ORDER BY next_review, position, id LIMIT 5",
        ),
        branch("overdue_reviews", &[("number", "COUNT(*)")], "FROM controls WHERE system_id = $1 AND next_review < $3"),
        branch("history", &point, &history),
        branch("history_start", &point, before),
        branch(
            "activity",
            &[
                ("id", "id"),
                ("number", "sequence"),
                ("text1", "action"),
                ("text2", "object_kind"),
                ("text3", "object_id"),
                ("text4", "details"),
                ("text5", "request_id"),
                ("text6", "hash"),
                ("moment", "recorded_at"),
                ("actor", "actor_id"),
            ],
            &activity,
        ),
    ];
    branches.join(" UNION ALL ")
}

/// Reads all parts; `audit`: for somebody who reads the audit log.
pub(crate) async fn parts(db: &Db, scope: &Scope, now: DateTime<Utc>, audit: bool) -> Result<Vec<Part>> {
    let contributes = scope.role.allows(Role::Contributor) && !scope.archived;
    let sql = statement(contributes, audit);
    let soon = Freshness::horizon(scope.today);
    let year_ago = now.checked_sub_months(Months::new(12)).unwrap_or(now);
    let values: [Value; 5] = [scope.system.0.into(), scope.user.0.into(), scope.today.into(), soon.into(), year_ago.into()];
    db.rows(&sql, values).await
}

impl Part {
    /// A row of the audit log.
    pub(crate) fn into_event(self) -> Result<EventRow> {
        let Self { section: _, id, number, other: _, text1, text2, text3, text4, text5, text6, day: _, moment, actor } = self;
        let missing = || AppError::internal("an audit row without its columns");
        Ok(EventRow {
            id: id.ok_or_else(missing)?,
            sequence: number.ok_or_else(missing)?,
            recorded_at: moment.ok_or_else(missing)?,
            actor_id: actor,
            action: text1.ok_or_else(missing)?,
            object_kind: text2.ok_or_else(missing)?,
            object_id: text3,
            details: text4.ok_or_else(missing)?,
            request_id: text5,
            // What the dashboard shows of an event tells neither.
            previous_hash: String::new(),
            address: None,
            user_agent: None,
            token_id: None,
            hash: text6.ok_or_else(missing)?,
        })
    }
}
