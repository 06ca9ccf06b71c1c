//! The scores of many systems at once.

use crate::score::{adopted, finding};
use platform::db::rows;
use platform::{AppError, Result};
use rules::RequirementState;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::SystemId;
use shared_types::score::Score;
use std::collections::HashMap;
use uuid::Uuid;

/// A requirement's control of a system's main pack, with the pack.
#[derive(Debug, FromQueryResult)]
struct Row {
    system_id: Uuid,
    pack: String,
    pack_version: String,
    reference: String,
    finding: String,
    partial: bool,
}

/// The score of each of these systems under its main rule pack. One statement, however many they are; the rest is computed.
pub async fn load_scores(connection: &impl ConnectionTrait, systems: &[SystemId]) -> Result<HashMap<SystemId, Score>> {
    if systems.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<String> = (1..=systems.len()).map(|place| format!("${place}")).collect();
    // The main pack is the one that was adopted first.
    let sql = format!(
        "SELECT a.system_id, p.pack, p.version AS pack_version, c.reference, c.finding, c.partial_reason IS NOT NULL AS partial \
         FROM adoptions a JOIN rule_packs p ON p.id = a.pack_id JOIN controls c ON c.adoption_id = a.id WHERE a.system_id IN ({}) \
         AND a.adopted_at = (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = a.system_id) ORDER BY a.system_id, c.position",
        places.join(", ")
    );
    let found = rows::<Row>(connection, &sql, systems.iter().map(|system| Value::from(system.0))).await?;
    found.chunk_by(|one, next| one.system_id == next.system_id).map(of_one_system).collect()
}

fn of_one_system(rows: &[Row]) -> Result<(SystemId, Score)> {
    let first = rows.first().ok_or_else(|| AppError::internal("a system without a rule pack"))?;
    let states: Vec<RequirementState<'_>> = rows
        .iter()
        .map(|row| RequirementState { id: &row.reference, finding: finding(&row.finding), partial_credit: row.partial })
        .collect();
    Ok((SystemId(first.system_id), rules::score(adopted(&first.pack, &first.pack_version)?, &states)))
}
