//! Rows of the list of controls: one statement, whatever their number.

use crate::place::Places;
use crate::selection::{Edge, Order, Selection};
use chrono::NaiveDate;
use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::controls::ControlSummary;
use shared_types::finding::{Finding, FindingCounts, PoamEligibility};
use shared_types::identity::Person;
use shared_types::{ControlId, SystemId, UserId};
use uuid::Uuid;

/// A control as stored, with what is joined to it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct ControlRow {
    pub id: Uuid,
    pub reference: String,
    pub position: i32,
    title: String,
    family: String,
    custom: bool,
    finding: String,
    met_count: i32,
    not_met_count: i32,
    not_applicable_count: i32,
    not_assessed_count: i32,
    touched: bool,
    points: Option<i32>,
    partial_points: Option<i32>,
    poam: Option<String>,
    partial: bool,
    owner_id: Option<Uuid>,
    owner_name: Option<String>,
    last_review: Option<NaiveDate>,
    pub next_review: Option<NaiveDate>,
    evidence_count: i64,
    open_tasks: i64,
    pub version: i64,
}

/// The columns of a [`ControlRow`]. The two counts are probes of an index for each row: a joined aggregate would read all tasks
/// and links of the system for a page of fifty.
pub(crate) const COLUMNS: &str = "c.id, c.reference, c.position, c.title, c.family, c.adoption_id IS NULL AS custom, c.finding, \
    c.met_count, c.not_met_count, c.not_applicable_count, c.not_assessed_count, c.touched, r.points, r.partial_points, r.poam, \
    c.partial_reason IS NOT NULL AS partial, c.owner_id, u.name AS owner_name, c.last_review, c.next_review, \
    (SELECT COUNT(DISTINCT l.evidence_id) FROM evidence_links l JOIN evidence e ON e.id = l.evidence_id \
     WHERE l.control_id = c.id AND e.deleted_at IS NULL) AS evidence_count, \
    ((SELECT COUNT(*) FROM tasks t WHERE t.control_id = c.id AND t.state <> 'completed' AND t.deleted_at IS NULL) \
     + (SELECT COUNT(DISTINCT t.id) FROM task_links k JOIN tasks t ON t.id = k.task_id WHERE k.control_id = c.id \
        AND (t.control_id IS NULL OR t.control_id <> c.id) AND t.state <> 'completed' AND t.deleted_at IS NULL)) AS open_tasks, \
    c.version";
pub(crate) const TABLES: &str =
    "controls c LEFT JOIN requirements r ON r.id = c.requirement_id LEFT JOIN users u ON u.id = c.owner_id";

pub(crate) fn count(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(0)
}

impl ControlRow {
    pub fn finding(&self) -> Finding {
        Finding::parse(&self.finding).unwrap_or(Finding::NotAssessed)
    }
}

impl From<ControlRow> for ControlSummary {
    fn from(row: ControlRow) -> Self {
        let finding = row.finding();
        let ControlRow {
            id,
            reference,
            position: _,
            title,
            family,
            custom,
            finding: _,
            met_count,
            not_met_count,
            not_applicable_count,
            not_assessed_count,
            touched,
            points,
            partial_points,
            poam,
            partial,
            owner_id,
            owner_name,
            last_review,
            next_review,
            evidence_count,
            open_tasks,
            version,
        } = row;
        let objectives = FindingCounts {
            met: count(met_count),
            not_met: count(not_met_count),
            not_applicable: count(not_applicable_count),
            not_assessed: count(not_assessed_count),
        };
        let value = |points: Option<i32>| points.and_then(|points| u8::try_from(points).ok());
        let open_tasks = count(open_tasks);
        Self {
            id: ControlId(id),
            reference,
            title,
            family,
            custom,
            finding,
            progress: rules::progress(objectives, touched, open_tasks),
            objectives,
            points: value(points),
            deduction: value(partial_points.filter(|_| partial).or(points)),
            // No rule keeps a custom control from a POA&M; it never decides about a status either.
            poam: poam.as_deref().and_then(PoamEligibility::parse).unwrap_or(PoamEligibility::Eligible),
            owner: owner_id.zip(owner_name).map(|(id, name)| Person { id: UserId(id), name }),
            last_review,
            next_review,
            evidence_count: count(evidence_count),
            open_tasks,
            version,
        }
    }
}

/// What a page of the list asks for.
pub(crate) struct ListQuery<'a> {
    pub system: SystemId,
    pub reader: UserId,
    pub today: NaiveDate,
    pub selection: &'a Selection,
    pub order: Order,
    pub from: Option<&'a Edge>,
    pub backwards: bool,
    pub limit: u64,
}

#[derive(FromQueryResult)]
struct Counted {
    #[sea_orm(nested)]
    row: ControlRow,
    total: i64,
}

/// Rows of a page in its direction, and how many match in all (up to 10,000): unknown where a cursor leads past the last row.
pub(crate) async fn page(connection: &impl ConnectionTrait, query: &ListQuery<'_>) -> Result<(Vec<ControlRow>, Option<u64>)> {
    let mut places = Places::default();
    let mut conditions = vec![format!("c.system_id = {}", places.put(query.system.0))];
    conditions.extend(query.selection.conditions(query.reader, query.today, &mut places)?);
    let matching = conditions.join(" AND ");
    let beyond = match query.from {
        Some(edge) => format!(" AND {}", query.order.beyond(edge, query.backwards, &mut places)?),
        None => String::new(),
    };
    let limit = places.put(i64::try_from(query.limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT COUNT(*) FROM (SELECT 1 FROM controls c LEFT JOIN requirements r ON r.id = c.requirement_id \
         WHERE {matching} LIMIT {max}) n) AS total FROM {TABLES} WHERE {matching}{beyond} ORDER BY {order} LIMIT {limit}",
        max = platform::page::MAX_TOTAL,
        order = query.order.by(query.backwards),
    );
    let found = rows::<Counted>(connection, &sql, places.into_values()).await?;
    let total = found.first().map(|row| row.total.unsigned_abs()).or((query.from.is_none()).then_some(0));
    Ok((found.into_iter().map(|counted| counted.row).collect(), total))
}

/// Every selected control of a system in the selection's order: for exports. One statement.
pub async fn controls(
    connection: &impl ConnectionTrait,
    system: SystemId,
    reader: UserId,
    today: NaiveDate,
    selection: &Selection,
) -> Result<Vec<ControlSummary>> {
    let mut places = Places::default();
    let mut conditions = vec![format!("c.system_id = {}", places.put(system.0))];
    conditions.extend(selection.conditions(reader, today, &mut places)?);
    let order = selection.order()?.by(false);
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE {} ORDER BY {order}", conditions.join(" AND "));
    let found = rows::<ControlRow>(connection, &sql, places.into_values()).await?;
    Ok(found.into_iter().map(ControlSummary::from).collect())
}
