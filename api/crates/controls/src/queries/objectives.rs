//! The findings of objectives, with the wording of the rule pack.

use crate::place::Places;
use chrono::{DateTime, Utc};
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
struct ObjectiveRow {
    control_id: Uuid,
    letter: String,
    statement: Option<String>,
    finding: String,
    basis: String,
    reason: Option<String>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    set_at: Option<DateTime<Utc>>,
}

impl From<ObjectiveRow> for ObjectiveFinding {
    fn from(row: ObjectiveRow) -> Self {
        let ObjectiveRow { control_id: _, letter, statement, finding, basis, reason, author_id, author_name, set_at } = row;
        Self {
            letter,
            statement: statement.unwrap_or_default(),
            finding: Finding::parse(&finding).unwrap_or(Finding::NotAssessed),
            basis: Basis::parse(&basis).unwrap_or(Basis::Implemented),
            reason,
            by: author_id.zip(author_name).map(|(id, name)| Person { id: UserId(id), name }),
            at: set_at,
        }
    }
}

// A custom control has one objective, and its own statement is what must be true.
const OBJECTIVES: &str = "SELECT f.control_id, f.letter, COALESCE(o.statement, c.statement) AS statement, f.finding, f.basis, \
    f.reason, f.author_id, u.name AS author_name, f.set_at FROM objective_findings f JOIN controls c ON c.id = f.control_id \
    LEFT JOIN objectives o ON o.requirement_id = c.requirement_id AND o.letter = f.letter LEFT JOIN users u ON u.id = f.author_id";

#[derive(FromQueryResult)]
struct Narrative {
    id: Uuid,
    narrative: String,
}

/// Narratives and objectives of all controls of a system, in two statements: for exports.
pub async fn objectives_by_control(
    connection: &impl ConnectionTrait,
    system: SystemId,
) -> Result<BTreeMap<ControlId, ControlText>> {
    let sql = "SELECT id, narrative FROM controls WHERE system_id = $1";
    let narratives = rows::<Narrative>(connection, sql, [system.0.into()]).await?;
    let mut texts: BTreeMap<ControlId, ControlText> = narratives
        .into_iter()
        .map(|Narrative { id, narrative }| (ControlId(id), ControlText { narrative, objectives: Vec::new() }))
        .collect();
    let sql = format!("{OBJECTIVES} WHERE f.system_id = $1 ORDER BY f.control_id, f.letter");
    for row in rows::<ObjectiveRow>(connection, &sql, [system.0.into()]).await? {
        texts.entry(ControlId(row.control_id)).or_default().objectives.push(row.into());
    }
    Ok(texts)
}

/// The objectives of one control in order.
pub(crate) async fn objectives(connection: &impl ConnectionTrait, control: ControlId) -> Result<Vec<ObjectiveFinding>> {
    let mut places = Places::default();
    let sql = format!("{OBJECTIVES} WHERE f.control_id = {} ORDER BY f.letter", places.put(control.0));
    let found = rows::<ObjectiveRow>(connection, &sql, places.into_values()).await?;
    Ok(found.into_iter().map(ObjectiveFinding::from).collect())
}
