//! Everything of the portfolio but the systems and their scores, in one statement, as the dashboard's.

use super::dashboard::{Part, branch};
use platform::{Db, Result};
use sea_orm::Value;
use shared_types::UserId;
use shared_types::evidence::Freshness;
use systems::LiveSystem;

/// The statement, for so many systems. Places: $1 the reader, then for each system its id, its today and the last day that counts
/// as soon there. In each row `id` is the system.
fn statement(systems: usize) -> String {
    let places = (0..systems).map(|at| format!("(${}, ${}, ${})", at * 3 + 2, at * 3 + 3, at * 3 + 4)).collect::<Vec<_>>();
    // The first that comes on or after today, by the index of each table's dates.
    let next = |table: &str, date: &str, live: &str| {
        format!(
            "FROM mine JOIN {table} n ON n.id = (SELECT x.id FROM {table} x WHERE x.system_id = mine.system_id AND {live} \
             AND {date} >= mine.today ORDER BY {date}, x.id LIMIT 1)"
        )
    };
    let id = ("id", "mine.system_id");
    let (last_day, next_last_day) = (controls::last_day("e"), controls::last_day("x"));
    let evidence = format!(
        "FROM (SELECT mine.system_id, CASE WHEN e.approved_version IS NULL THEN 'unapproved' WHEN {last_day} < mine.today \
         THEN 'expired' WHEN {last_day} <= mine.soon THEN 'expiring' ELSE 'current' END AS freshness, CASE WHEN e.state = 'pending_review' THEN 1 ELSE 0 END AS waits \
         FROM mine JOIN evidence e ON e.system_id = mine.system_id WHERE e.deleted_at IS NULL AND e.archived_at IS NULL) f \
         GROUP BY system_id, freshness"
    );
    let branches = [
        branch(
            "task_counts",
            &[
                id,
                ("number", "COUNT(*)"),
                ("other", "CAST(SUM(CASE WHEN t.state <> 'completed' AND t.due_sort < mine.today THEN 1 ELSE 0 END) AS bigint)"),
                ("text1", "t.state"),
            ],
            "FROM mine JOIN tasks t ON t.system_id = mine.system_id WHERE t.deleted_at IS NULL GROUP BY mine.system_id, t.state",
        ),
        branch(
            "my_tasks",
            &[id, ("number", "COUNT(*)")],
            "FROM mine JOIN tasks t ON t.system_id = mine.system_id WHERE t.deleted_at IS NULL AND t.assignee_id = $1 \
             AND t.state <> 'completed' GROUP BY mine.system_id",
        ),
        branch(
            "evidence_counts",
            &[("id", "system_id"), ("number", "COUNT(*)"), ("other", "SUM(waits)"), ("text1", "freshness")],
            &evidence,
        ),
        branch(
            "task",
            &[id, ("number", "CAST(n.number AS bigint)"), ("text1", "n.title"), ("day", "n.due")],
            &next("tasks", "x.due_sort", "x.due IS NOT NULL AND x.deleted_at IS NULL AND x.state <> 'completed'"),
        ),
        branch(
            "evidence",
            &[id, ("number", "CAST(n.number AS bigint)"), ("text1", "n.title"), ("day", &controls::last_day("n"))],
            &next(
                "evidence",
                &next_last_day,
                "x.deleted_at IS NULL AND x.archived_at IS NULL AND x.approved_version IS NOT NULL",
            ),
        ),
        branch(
            "review",
            &[id, ("text1", "n.reference"), ("text2", "n.title"), ("day", "n.next_review")],
            &next("controls", "x.next_review", "x.next_review IS NOT NULL"),
        ),
    ];
    format!("WITH mine (system_id, today, soon) AS (VALUES {}) {}", places.join(", "), branches.join(" UNION ALL "))
}

/// Reads all parts of these systems.
pub(crate) async fn parts(db: &Db, reader: UserId, systems: &[LiveSystem]) -> Result<Vec<Part>> {
    if systems.is_empty() {
        return Ok(Vec::new());
    }
    let of = |system: &LiveSystem| -> [Value; 3] {
        [system.id.0.into(), system.today.into(), Freshness::horizon(system.today).into()]
    };
    let values = std::iter::once(reader.0.into()).chain(systems.iter().flat_map(of));
    db.rows(&statement(systems.len()), values).await
}
