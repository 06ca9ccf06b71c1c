//! Which evidence supports a finding, and what falls without it.
//!
//! Evidence must be in final form: drafts and unapproved documents don't support a MET (32 CFR 170.24(b)(1)). A MET that rests on an
//! enduring exception, an operational plan or an adjudication needs no artifact of the implementation.

use crate::score;
use chrono::NaiveDate;
use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::SystemId;
use shared_types::evidence::ImpactObjective;
use shared_types::finding::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// Whether evidence `e` supports findings on the day in the place `today`: `shared_types::evidence::supports` as SQL.
pub fn supporting(today: &str) -> String {
    format!(
        "(e.deleted_at IS NULL AND e.archived_at IS NULL AND e.approved_from <= {today} \
         AND (e.approved_until IS NULL OR e.approved_until >= {today}))"
    )
}

/// The last day that counts of the evidence in the table `evidence`: that of the approved version, which supports findings; of the newest
/// where none was approved. Empty where it does not age. The index `evidence_last_day` has it.
pub fn last_day(evidence: &str) -> String {
    format!("(CASE WHEN {evidence}.approved_version IS NULL THEN {evidence}.expires ELSE {evidence}.approved_until END)")
}

/// What nothing but one piece of evidence supports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    /// Objectives found MET, in order.
    pub objectives: Vec<ImpactObjective>,
    /// Requirements found MET among them.
    pub requirements: u32,
    /// The score as it is; absent where there is none.
    pub score: Option<i32>,
    /// The score with these objectives NOT MET.
    pub score_without: Option<i32>,
}

#[derive(FromQueryResult)]
struct Row {
    reference: String,
    letter: String,
    number: i32,
}

/// The impact of each piece of evidence of a system on which something hangs, by its number: two statements, whatever their number.
pub async fn impacts(connection: &impl ConnectionTrait, system: SystemId, today: NaiveDate) -> Result<BTreeMap<i32, Impact>> {
    let sql = format!(
        "SELECT c.reference, f.letter, MIN(e.number) AS number FROM objective_findings f JOIN controls c ON c.id = f.control_id \
         JOIN evidence_links l ON l.control_id = c.id AND (l.letter = '' OR l.letter = f.letter) \
         JOIN evidence e ON e.id = l.evidence_id WHERE f.system_id = $1 AND f.finding = 'met' AND f.basis = 'implemented' AND {} \
         GROUP BY c.position, c.id, c.reference, f.letter HAVING COUNT(DISTINCT e.id) = 1 ORDER BY c.position, c.id, f.letter",
        supporting("$2")
    );
    let mut hanging: BTreeMap<i32, Vec<(String, String)>> = BTreeMap::new();
    for Row { reference, letter, number } in rows::<Row>(connection, &sql, [system.0.into(), today.into()]).await? {
        hanging.entry(number).or_default().push((reference, letter));
    }
    let standing = score::Standing::read(connection, system).await?;
    let impact = |objectives: Vec<(String, String)>| {
        let references: BTreeSet<&str> = objectives.iter().map(|(reference, _)| reference.as_str()).collect();
        let met = references.iter().filter(|reference| standing.finding(reference) == Some(Finding::Met)).count();
        Impact {
            requirements: u32::try_from(met).unwrap_or(u32::MAX),
            score: standing.score(&BTreeSet::new()).value,
            score_without: standing.score(&references).value,
            objectives: objectives
                .into_iter()
                .map(|(reference, letter)| ImpactObjective { points: standing.points(&reference), reference, letter })
                .collect(),
        }
    };
    Ok(hanging.into_iter().map(|(number, objectives)| (number, impact(objectives))).collect())
}
