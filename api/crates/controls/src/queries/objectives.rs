//! The findings of objectives, with the wording of the rule pack.

use super::list::count;
use crate::support::supporting;
use chrono::{DateTime, NaiveDate, Utc};
use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::controls::ObjectiveFinding;
use shared_types::finding::{Basis, Finding};
use shared_types::identity::Person;
use shared_types::{ControlId, SystemId, UserId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The texts of a control: how it is met here, and its objectives with their findings.
#[derive(Debug, Clone, Default)]
pub struct ControlText {
    /// How the requirement is met here, in Markdown.
    pub narrative: String,
    /// Objectives in order.
    pub objectives: Vec<ObjectiveFinding>,
}

/// The finding of an objective as stored.
#[derive(Debug, FromQueryResult)]
pub(super) struct ObjectiveRow {
    control_id: Uuid,
    letter: String,
    statement: Option<String>,
    finding: String,
    basis: String,
    reason: Option<String>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    set_at: Option<DateTime<Utc>>,
    evidence_count: i64,
    supported: bool,
}

impl From<ObjectiveRow> for ObjectiveFinding {
    fn from(row: ObjectiveRow) -> Self {
        let ObjectiveRow {
            control_id: _,
            letter,
            statement,
            finding,
            basis,
            reason,
            author_id,
            author_name,
            set_at,
            evidence_count,
            supported,
        } = row;
        Self {
            letter,
            statement: statement.unwrap_or_default(),
            finding: Finding::parse(&finding).unwrap_or(Finding::NotAssessed),
            basis: Basis::parse(&basis).unwrap_or(Basis::Implemented),
            reason,
            by: author_id.zip(author_name).map(|(id, name)| Person { id: UserId(id), name }),
            at: set_at,
            evidence_count: count(evidence_count),
            supported,
        }
    }
}

/// The columns of an [`ObjectiveRow`], of findings `f` with [`JOINS`]. A custom control has one objective, and its own statement
/// is what must be true.
const COLUMNS: [(&str, &str); 9] = [
    ("control_id", "f.control_id"),
    ("letter", "f.letter"),
    ("statement", "COALESCE(o.statement, n.statement)"),
    ("finding", "f.finding"),
    ("basis", "f.basis"),
    ("reason", "f.reason"),
    ("author_id", "f.author_id"),
    ("author_name", "a.name"),
    ("set_at", "f.set_at"),
];
/// What findings `f` are joined with: their control `n`, the objective `o` of its pack, the author `a`.
pub(super) const JOINS: &str = "JOIN controls n ON n.id = f.control_id LEFT JOIN objectives o ON o.requirement_id = n.requirement_id \
    AND o.letter = f.letter LEFT JOIN users a ON a.id = f.author_id";

/// Evidence that is linked to the finding `f`.
const LINKED: &str = "FROM evidence_links l JOIN evidence e ON e.id = l.evidence_id WHERE l.control_id = f.control_id \
    AND (l.letter = '' OR l.letter = f.letter)";

/// The columns with names that begin so. `today` is the place of the day.
pub(super) fn columns(prefix: &str, today: &str) -> String {
    let own = COLUMNS.map(|(name, expression)| format!("{expression} AS {prefix}{name}")).join(", ");
    format!(
        "{own}, (SELECT COUNT(DISTINCT e.id) {LINKED} AND e.deleted_at IS NULL) AS {prefix}evidence_count, \
         EXISTS (SELECT 1 {LINKED} AND {}) AS {prefix}supported",
        supporting(today)
    )
}

#[derive(FromQueryResult)]
struct Narrative {
    id: Uuid,
    narrative: String,
}

/// Narratives and objectives of all controls of a system, in two statements: for exports.
pub async fn objectives_by_control(
    connection: &impl ConnectionTrait,
    system: SystemId,
    today: NaiveDate,
) -> Result<BTreeMap<ControlId, ControlText>> {
    let sql = "SELECT id, narrative FROM controls WHERE system_id = $1";
    let narratives = rows::<Narrative>(connection, sql, [system.0.into()]).await?;
    let mut texts: BTreeMap<ControlId, ControlText> = narratives
        .into_iter()
        .map(|Narrative { id, narrative }| (ControlId(id), ControlText { narrative, objectives: Vec::new() }))
        .collect();
    let columns = columns("", "$2");
    let sql =
        format!("SELECT {columns} FROM objective_findings f {JOINS} WHERE f.system_id = $1 ORDER BY f.control_id, f.letter");
    for row in rows::<ObjectiveRow>(connection, &sql, [system.0.into(), today.into()]).await? {
        texts.entry(ControlId(row.control_id)).or_default().objectives.push(row.into());
    }
    Ok(texts)
}
