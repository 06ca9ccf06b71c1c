//! One control with everything that its page shows.

use super::candidates;
use super::list::{COLUMNS, ControlRow, TABLES};
use super::objectives::{JOINS, ObjectiveRow, columns};
use crate::place::Places;
use crate::score::adopted;
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::controls::{ControlDetail, ControlSummary, ObjectiveFinding, PartialCredit};
use shared_types::identity::Person;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct DetailRow {
    #[sea_orm(nested)]
    row: ControlRow,
    /// This and the next stand in the first row only.
    narrative: Option<String>,
    own_statement: Option<String>,
    pack: Option<String>,
    pack_version: Option<String>,
    partial_reason: Option<String>,
    partial_by: Option<Uuid>,
    partial_name: Option<String>,
    partial_at: Option<DateTime<Utc>>,
    previous: Option<String>,
    next: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// One of its objectives.
    #[sea_orm(nested(prefix = "o_"))]
    objective: ObjectiveRow,
}

/// The control of a system by id, reference or bare number, with its objectives: one statement, a row for each objective.
pub(crate) async fn detail(
    connection: &impl ConnectionTrait,
    system: SystemId,
    text: &str,
    today: NaiveDate,
) -> Result<ControlDetail> {
    let mut places = Places::default();
    let system = places.put(system.0);
    let wanted = match text.parse::<Uuid>() {
        Ok(id) => format!("c.id = {}", places.put(id)),
        Err(_reference) => places.one_of("c.reference", candidates(text)),
    };
    let today = places.put(today);
    let beside = |compare: &str, way: &str| {
        format!(
            "(SELECT b.reference FROM controls b WHERE b.system_id = c.system_id AND (b.position, b.id) {compare} (c.position, c.id) \
             ORDER BY b.position {way}, b.id {way} LIMIT 1)"
        )
    };
    // What is counted for the control is counted once, and its long texts stand in the row of its first objective only.
    let sql = format!(
        "WITH one AS MATERIALIZED (SELECT {COLUMNS}, p.pack, p.version AS pack_version, c.partial_reason, c.partial_by, \
         w.name AS partial_name, c.partial_at, {previous} AS previous, {next} AS next, c.created_at, c.updated_at \
         FROM {TABLES} LEFT JOIN rule_packs p ON p.id = r.pack_id LEFT JOIN users w ON w.id = c.partial_by \
         WHERE c.system_id = {system} AND {wanted}) \
         SELECT one.*, CASE WHEN f.letter = 'a' THEN n.narrative END AS narrative, \
         CASE WHEN f.letter = 'a' THEN n.statement END AS own_statement, {objective} \
         FROM one JOIN objective_findings f ON f.control_id = one.id {JOINS} ORDER BY one.id, f.letter",
        previous = beside("<", "DESC"),
        next = beside(">", "ASC"),
        objective = columns("o_", &today),
    );
    let mut found = rows::<DetailRow>(connection, &sql, places.into_values()).await?;
    // A reference that is exactly the text comes before one that only ends in it.
    found.sort_by_key(|found| found.row.reference != text);
    let id = found.first().map(|first| first.row.id).ok_or_else(AppError::not_found)?;
    let mut found = found.into_iter().take_while(|found| found.row.id == id);
    let first = found.next().ok_or_else(AppError::not_found)?;
    let DetailRow {
        row,
        narrative,
        own_statement,
        pack,
        pack_version,
        partial_reason,
        partial_by,
        partial_name,
        partial_at,
        previous,
        next,
        created_at,
        updated_at,
        objective,
    } = first;
    let objectives = std::iter::once(objective).chain(found.map(|found| found.objective)).map(ObjectiveFinding::from).collect();
    let control = ControlSummary::from(row);
    let pack = match (&pack, &pack_version) {
        (Some(pack), Some(version)) => Some(adopted(pack, version)?),
        _ => None,
    };
    let wording = pack.and_then(|pack| Some((pack, pack.requirement(&control.reference)?)));
    let requirement = wording.map(|(_, requirement)| requirement);
    Ok(ControlDetail {
        statement: requirement.map(|r| r.statement.clone()).or(own_statement).unwrap_or_default(),
        meaning: requirement.map(|r| r.meaning.clone()),
        evidence_examples: requirement.map(|r| r.evidence_examples.clone()).unwrap_or_default(),
        poam_citation: requirement.map(|r| r.poam_citation.clone()),
        value_note: wording.map(|(pack, requirement)| rules::value_note(pack, requirement)),
        partial_points: requirement.and_then(rules::Requirement::partial_points),
        partial_credit: partial_reason.zip(partial_at).map(|(reason, at)| PartialCredit {
            reason,
            by: partial_by.zip(partial_name).map(|(id, name)| Person { id: UserId(id), name }),
            at,
        }),
        nist_800_53: requirement.map(|r| r.nist_800_53.clone()).unwrap_or_default(),
        revision_3: requirement.map(|r| r.revision_3.clone()).unwrap_or_default(),
        periodic: requirement.is_some_and(|r| r.periodic),
        narrative: narrative.unwrap_or_default(),
        objectives,
        previous,
        next,
        created_at,
        updated_at,
        control,
    })
}
