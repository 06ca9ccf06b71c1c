//! The score of a system: read, computed by `rules::score`, and kept when it moves.

use crate::queries::count;
use audit::Door;
use chrono::{DateTime, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Result};
use rules::{RequirementState, RulePack};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::dashboard::{BoardCell, BoardFamily};
use shared_types::finding::{Finding, FindingCounts, PoamEligibility};
use shared_types::score::{Score, ScorePoint};
use shared_types::{ControlId, SystemId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where a system stands under its main rule pack: the score, and the board of requirements by family.
#[derive(Debug, Clone)]
pub struct Board {
    /// The score.
    pub score: Score,
    /// A row for each family, in the pack's order. Custom controls are no part of it.
    pub families: Vec<BoardFamily>,
}

/// A requirement's control of the main pack, with the pack.
#[derive(Debug, FromQueryResult)]
struct Row {
    adoption_id: Uuid,
    pack: String,
    pack_version: String,
    id: Uuid,
    reference: String,
    finding: String,
    partial: bool,
    met_count: i32,
    not_met_count: i32,
    not_applicable_count: i32,
    not_assessed_count: i32,
    touched: bool,
    open_tasks: i64,
}

impl Row {
    /// What the score is computed from, with this finding.
    fn state(&self, finding: Finding) -> RequirementState<'_> {
        RequirementState { id: &self.reference, finding, partial_credit: self.partial }
    }
}

// The main pack is the one that was adopted first.
const MAIN: &str = "FROM adoptions a JOIN rule_packs p ON p.id = a.pack_id JOIN controls c ON c.adoption_id = a.id \
    WHERE a.system_id = $1 AND a.adopted_at = (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = $1) ORDER BY c.position";
const OPEN_TASKS: &str = "((SELECT COUNT(*) FROM tasks t WHERE t.control_id = c.id AND t.state <> 'completed' AND t.deleted_at IS NULL) \
    + (SELECT COUNT(DISTINCT t.id) FROM task_links k JOIN tasks t ON t.id = k.task_id WHERE k.control_id = c.id \
       AND (t.control_id IS NULL OR t.control_id <> c.id) AND t.state <> 'completed' AND t.deleted_at IS NULL))";

/// The requirements of the main pack, in one statement. Only the board needs the tasks.
async fn read(connection: &impl ConnectionTrait, system: SystemId, tasks: bool) -> Result<Vec<Row>> {
    let sql = format!(
        "SELECT a.id AS adoption_id, p.pack, p.version AS pack_version, c.id, c.reference, c.finding, \
         c.partial_reason IS NOT NULL AS partial, c.met_count, c.not_met_count, c.not_applicable_count, c.not_assessed_count, \
         c.touched, {} AS open_tasks {MAIN}",
        if tasks { OPEN_TASKS } else { "CAST(0 AS bigint)" }
    );
    rows::<Row>(connection, &sql, [system.0.into()]).await
}

/// The pack of this id and version.
pub(crate) fn adopted(pack: &str, version: &str) -> Result<&'static RulePack> {
    let unknown = || AppError::internal(format!("a system has adopted {pack} {version}, which this program does not carry"));
    rules::shipped().iter().find(|known| known.id == pack && known.version == version).ok_or_else(unknown)
}

pub(crate) fn finding(text: &str) -> Finding {
    Finding::parse(text).unwrap_or(Finding::NotAssessed)
}

fn compute(pack: &RulePack, rows: &[Row]) -> Score {
    rules::score(pack, &rows.iter().map(|row| row.state(finding(&row.finding))).collect::<Vec<_>>())
}

async fn main_pack(connection: &impl ConnectionTrait, system: SystemId, tasks: bool) -> Result<(&'static RulePack, Vec<Row>)> {
    let rows = read(connection, system, tasks).await?;
    let first = rows.first().ok_or_else(|| AppError::internal("a system without a rule pack"))?;
    Ok((adopted(&first.pack, &first.pack_version)?, rows))
}

/// The score of a system under its main rule pack. One statement; the rest is computed.
pub async fn load_score(connection: &impl ConnectionTrait, system: SystemId) -> Result<Score> {
    let (pack, rows) = main_pack(connection, system, false).await?;
    Ok(compute(pack, &rows))
}

/// The requirements of the main pack with their findings, for asking what the score would be.
#[derive(Debug)]
pub(crate) struct Standing {
    pack: &'static RulePack,
    rows: Vec<Row>,
}

impl Standing {
    pub(crate) async fn read(connection: &impl ConnectionTrait, system: SystemId) -> Result<Self> {
        let (pack, rows) = main_pack(connection, system, false).await?;
        Ok(Self { pack, rows })
    }

    /// The finding of a requirement; none for a custom control or one of another pack.
    pub(crate) fn finding(&self, reference: &str) -> Option<Finding> {
        self.rows.iter().find(|row| row.reference == reference).map(|row| finding(&row.finding))
    }

    /// What the requirement deducts when NOT MET.
    pub(crate) fn points(&self, reference: &str) -> Option<u8> {
        let row = self.rows.iter().find(|row| row.reference == reference)?;
        let requirement = self.pack.requirement(reference)?;
        requirement.partial_points().filter(|_| row.partial).or(requirement.points)
    }

    /// The score if these requirements were NOT MET.
    pub(crate) fn score(&self, not_met: &BTreeSet<&str>) -> Score {
        let finding = |row: &Row| {
            if not_met.contains(row.reference.as_str()) { Finding::NotMet } else { finding(&row.finding) }
        };
        rules::score(self.pack, &self.rows.iter().map(|row| row.state(finding(row))).collect::<Vec<_>>())
    }
}

/// Score and board of a system under its main rule pack. One statement.
pub async fn load_board(connection: &impl ConnectionTrait, system: SystemId) -> Result<Board> {
    let (pack, rows) = main_pack(connection, system, true).await?;
    let mut families: Vec<BoardFamily> = pack
        .families
        .iter()
        .map(|family| BoardFamily {
            code: family.code.clone(),
            name: family.name.clone(),
            counts: FindingCounts::default(),
            cells: Vec::with_capacity(family.requirements.len()),
        })
        .collect();
    for row in &rows {
        let Some(requirement) = pack.requirement(&row.reference) else { continue };
        let Some(family) = families.iter_mut().find(|family| family.code == requirement.family) else { continue };
        let finding = finding(&row.finding);
        let objectives = FindingCounts {
            met: count(row.met_count),
            not_met: count(row.not_met_count),
            not_applicable: count(row.not_applicable_count),
            not_assessed: count(row.not_assessed_count),
        };
        family.counts.add(finding);
        family.cells.push(BoardCell {
            control: ControlId(row.id),
            reference: row.reference.clone(),
            title: requirement.title.clone(),
            points: requirement.points,
            finding,
            progress: rules::progress(objectives, row.touched, count(row.open_tasks)),
            objectives,
            never_on_poam: requirement.poam == PoamEligibility::Never,
        });
    }
    Ok(Board { score: compute(pack, &rows), families })
}

#[derive(FromQueryResult)]
struct Last {
    state: String,
    value: Option<i32>,
    best: Option<i32>,
}

/// Keeps the score of this revision if it differs from the last one kept. Called in a change that moved a finding or a
/// partial credit of the pack.
pub(crate) async fn record_score(door: &Door<'_>, system: SystemId) -> Result<()> {
    let (pack, found) = main_pack(door.tx, system, false).await?;
    let Some(adoption) = found.first().map(|row| row.adoption_id) else { return Ok(()) };
    let score = compute(pack, &found);
    let sql = "SELECT state, value, best FROM score_points WHERE adoption_id = $1 ORDER BY revision DESC LIMIT 1";
    let last = rows::<Last>(door.tx, sql, [adoption.into()]).await?.into_iter().next();
    let state = score.state.as_str();
    if last.is_some_and(|last| last.state == state && last.value == score.value && last.best == score.best) {
        return Ok(());
    }
    // One point for a revision: a change that moves the score twice keeps what it ends with.
    let sql = "INSERT INTO score_points (system_id, adoption_id, revision, recorded_at, state, value, best) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (adoption_id, revision) DO UPDATE SET state = excluded.state, \
               value = excluded.value, best = excluded.best";
    let values = [
        system.0.into(),
        adoption.into(),
        door.revision.into(),
        door.now.into(),
        state.into(),
        score.value.into(),
        score.best.into(),
    ];
    execute(door.tx, sql, values).await?;
    Ok(())
}

/// A point of the history as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct PointRow {
    pub revision: i64,
    recorded_at: DateTime<Utc>,
    value: Option<i32>,
    best: Option<i32>,
    pub total: i64,
}

impl From<PointRow> for ScorePoint {
    fn from(row: PointRow) -> Self {
        let PointRow { revision: _, recorded_at, value, best, total: _ } = row;
        Self { at: recorded_at, value, best }
    }
}

/// Points of the main pack's history, the newest first.
pub(crate) async fn history(
    connection: &impl ConnectionTrait,
    system: SystemId,
    from: Option<i64>,
    backwards: bool,
    limit: u64,
) -> Result<Vec<PointRow>> {
    let (compare, way) = if backwards { (">", "ASC") } else { ("<", "DESC") };
    let main = "(SELECT a.id FROM adoptions a WHERE a.system_id = $1 \
                AND a.adopted_at = (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = $1))";
    let sql = format!(
        "SELECT s.revision, s.recorded_at, s.value, s.best, (SELECT COUNT(*) FROM (SELECT 1 FROM score_points n \
         WHERE n.adoption_id = {main} LIMIT {max}) c) AS total FROM score_points s WHERE s.adoption_id = {main} \
         AND ($2 OR s.revision {compare} $3) ORDER BY s.revision {way} LIMIT $4",
        max = platform::page::MAX_TOTAL
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows(connection, &sql, [system.0.into(), from.is_none().into(), from.unwrap_or_default().into(), limit.into()]).await
}
