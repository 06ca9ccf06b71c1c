//! The list of evidence: filters, orders and pages, in one statement whatever the number of rows.

use crate::queries::{EvidenceRow, linked, selection};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use platform::http::query::{several, several_named};
use platform::page::{MAX_LIMIT, PageRequest};
use platform::{AppError, Platform, Result};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use shared_types::evidence::{Evidence, EvidenceKind, EvidenceStatus, Freshness};
use shared_types::text::Tag;
use shared_types::{ErrorCode, FieldCode, Page};
use systems::Scope;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which evidence, and in which order.
#[derive(Debug, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EvidenceFilter {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(skip_serializing)]
    limit: Option<u64>,
    /// From the page before.
    #[serde(skip_serializing)]
    cursor: Option<String>,
    /// `created_at`, `title` or `expires`, with `-` for the other direction; `-created_at` if absent.
    sort: Option<String>,
    /// Part of the number, title, description or file name.
    q: Option<String>,
    /// `current`, `expiring`, `expired`; several separated by commas. What the dashboard counts: by the last day of the approved version,
    /// without what was never approved and what is put away.
    freshness: Option<String>,
    /// `draft`, `pending_review`, `current`, `expiring`, `expired`, `rejected`, `archived`; several separated by commas.
    status: Option<String>,
    /// What it is: `policy`, `scan_report`, ...; several separated by commas.
    kind: Option<String>,
    /// Has this tag.
    tag: Option<String>,
    /// Linked to this task: id or number.
    task: Option<String>,
    /// Supports this control: id or reference.
    control: Option<String>,
    /// Supports this objective of the control: its letter.
    objective: Option<String>,
    /// Kept fresh by this user: id, `me` or `none`; several separated by commas.
    owner: Option<String>,
    /// Supports nothing yet; or, with `false`, something.
    unlinked: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    CreatedAt,
    Title,
    Expires,
}

/// An order: always of columns that are never empty, with the id behind them.
#[derive(Debug, Clone, Copy)]
struct Sort {
    column: Column,
    descending: bool,
}

/// The key of a row at the edge of a page: the text of its column, and its id.
type Key = (String, Uuid);

impl Sort {
    fn parse(text: Option<&str>) -> Result<Self> {
        let text = text.unwrap_or("-created_at");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let column = match name {
            "created_at" => Column::CreatedAt,
            "title" => Column::Title,
            "expires" => Column::Expires,
            _ => return Err(AppError::invalid("sort", FieldCode::WrongType, "created_at, title or expires")),
        };
        Ok(Self { column, descending })
    }

    /// The column's name, in the table as in a selection.
    fn name(self) -> &'static str {
        match self.column {
            Column::CreatedAt => "created_at",
            Column::Title => "title",
            Column::Expires => "expires_sort",
        }
    }

    fn key(self, row: &EvidenceRow) -> Key {
        let text = match self.column {
            Column::CreatedAt => row.created_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            Column::Title => row.title.clone(),
            Column::Expires => row.expires_sort.to_string(),
        };
        (text, row.id)
    }

    fn value(self, key: &str) -> Result<Value> {
        let bad = || AppError::new(ErrorCode::BadCursor);
        Ok(match self.column {
            Column::CreatedAt => key.parse::<DateTime<Utc>>().map_err(|_text| bad())?.into(),
            Column::Title => key.into(),
            Column::Expires => key.parse::<NaiveDate>().map_err(|_text| bad())?.into(),
        })
    }
}

/// A statement that grows: constant text, numbered places, values. A user's words only ever become values.
struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }
}

/// `EvidenceRow::last_day` against today, as SQL.
fn freshness_condition(statement: &mut Statement, wanted: &[Freshness], today: NaiveDate) -> String {
    let (today, soon, last_day) = (statement.bind(today), statement.bind(Freshness::horizon(today)), controls::last_day("e"));
    let one = |freshness: &Freshness| match freshness {
        Freshness::Expired => format!("{last_day} < {today}"),
        Freshness::Expiring => format!("({last_day} >= {today} AND {last_day} <= {soon})"),
        Freshness::Current => format!("({last_day} IS NULL OR {last_day} > {soon})"),
    };
    format!("({})", wanted.iter().map(one).collect::<Vec<_>>().join(" OR "))
}

/// `EvidenceStatus::of` as SQL.
fn status_condition(statement: &mut Statement, wanted: &[EvidenceStatus], today: NaiveDate) -> String {
    let approved = |statement: &mut Statement, freshness| {
        let fresh = freshness_condition(statement, &[freshness], today);
        format!("(e.archived_at IS NULL AND e.state = 'approved' AND {fresh})")
    };
    let mut any = Vec::new();
    for status in wanted {
        any.push(match status {
            EvidenceStatus::Archived => "e.archived_at IS NOT NULL".to_owned(),
            EvidenceStatus::Draft | EvidenceStatus::PendingReview | EvidenceStatus::Rejected => {
                format!("(e.archived_at IS NULL AND e.state = {})", statement.bind(status.as_str()))
            }
            EvidenceStatus::Current => approved(statement, Freshness::Current),
            EvidenceStatus::Expiring => approved(statement, Freshness::Expiring),
            EvidenceStatus::Expired => approved(statement, Freshness::Expired),
        });
    }
    format!("({})", any.join(" OR "))
}

/// Linked to a task that is not deleted.
fn task_condition(statement: &mut Statement, task: &str) -> String {
    let number = task.strip_prefix("TASK-").and_then(|number| number.parse::<i32>().ok()).unwrap_or_default();
    let (number, id) = (statement.bind(number), statement.bind(task.parse::<Uuid>().unwrap_or_default()));
    format!(
        "EXISTS (SELECT 1 FROM evidence_links l JOIN tasks k ON k.id = l.task_id WHERE l.evidence_id = e.id \
         AND k.system_id = $1 AND k.deleted_at IS NULL AND (k.number = {number} OR k.id = {id}))"
    )
}

fn owner_condition(statement: &mut Statement, owners: &[&str], me: Uuid) -> Result<String> {
    let mut any = Vec::new();
    for owner in owners {
        any.push(match *owner {
            "none" => "e.owner_id IS NULL".to_owned(),
            "me" => format!("e.owner_id = {}", statement.bind(me)),
            id => {
                let unknown = |_id| AppError::invalid("owner", FieldCode::WrongType, "an id, me or none");
                format!("e.owner_id = {}", statement.bind(id.parse::<Uuid>().map_err(unknown)?))
            }
        });
    }
    Ok(format!("({})", any.join(" OR ")))
}

fn link_condition(statement: &mut Statement, control: &str, objective: Option<&str>) -> String {
    let control = match control.parse::<Uuid>() {
        Ok(id) => format!("c.id = {}", statement.bind(id)),
        Err(_) => format!("c.reference = {}", statement.bind(control)),
    };
    let letter = objective.map(|letter| format!(" AND l.letter = {}", statement.bind(letter))).unwrap_or_default();
    format!(
        "EXISTS (SELECT 1 FROM evidence_links l JOIN controls c ON c.id = l.control_id \
         WHERE l.evidence_id = e.id AND c.system_id = $1 AND {control}{letter})"
    )
}

fn conditions(statement: &mut Statement, filter: &EvidenceFilter, scope: &Scope) -> Result<()> {
    let wanted = several_named("freshness", filter.freshness.as_deref(), Freshness::ALL, Freshness::as_str)?;
    if !wanted.is_empty() {
        let condition = freshness_condition(statement, &wanted, scope.today);
        statement.and(&condition);
        statement.and("e.archived_at IS NULL AND e.approved_version IS NOT NULL");
    }
    let wanted = several_named("status", filter.status.as_deref(), EvidenceStatus::ALL, EvidenceStatus::as_str)?;
    if !wanted.is_empty() {
        let condition = status_condition(statement, &wanted, scope.today);
        statement.and(&condition);
    }
    let kinds = several_named("kind", filter.kind.as_deref(), EvidenceKind::ALL, EvidenceKind::as_str)?;
    if !kinds.is_empty() {
        let places: Vec<String> = kinds.into_iter().map(|kind| statement.bind(kind.as_str())).collect();
        statement.and(&format!("e.kind IN ({})", places.join(", ")));
    }
    if let Some(tag) = &filter.tag {
        let tag = Tag::parse(tag).map_err(|error| AppError::invalid("tag", error.code, error.detail))?;
        // A tag has no quotation mark, so in the stored list only a whole one stands between two.
        let like = statement.bind(format!("%\"{tag}\"%"));
        statement.and(&format!("e.tags LIKE {like}"));
    }
    if let Some(task) = &filter.task {
        let condition = task_condition(statement, task);
        statement.and(&condition);
    }
    let owners = several("owner", filter.owner.as_deref())?;
    if !owners.is_empty() {
        let condition = owner_condition(statement, &owners, scope.user.0)?;
        statement.and(&condition);
    }
    match (&filter.control, &filter.objective) {
        (Some(control), objective) => {
            let condition = link_condition(statement, control, objective.as_deref());
            statement.and(&condition);
        }
        (None, Some(_)) => {
            return Err(AppError::invalid("objective", FieldCode::Required, "an objective is named together with its control"));
        }
        (None, None) => {}
    }
    if let Some(unlinked) = filter.unlinked {
        let not = if unlinked { "NOT " } else { "" };
        statement.and(&format!("{not}EXISTS (SELECT 1 FROM evidence_links l WHERE l.evidence_id = e.id)"));
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let escaped = q.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let like = statement.bind(format!("%{escaped}%"));
        statement.and(&format!("e.search_text LIKE {like} ESCAPE '!'"));
    }
    Ok(())
}

/// A page of a system's evidence.
pub(crate) async fn page(platform: &Platform, scope: &Scope, filter: &EvidenceFilter) -> Result<Page<Evidence>> {
    let sort = Sort::parse(filter.sort.as_deref())?;
    let request = PageRequest::<Key>::parse(filter.limit, filter.cursor.as_deref(), filter)?;
    let mut statement = Statement { sql: selection(), values: vec![scope.system.0.into()] };
    conditions(&mut statement, filter, scope)?;
    let (compare, order) = if sort.descending == request.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let column = format!("e.{}", sort.name());
    if let Some(cursor) = &request.cursor {
        let (key, id) = (statement.bind(sort.value(&cursor.k.0)?), statement.bind(cursor.k.1));
        statement.and(&format!("({column} {compare} {key} OR ({column} = {key} AND e.id {compare} {id}))"));
    }
    let limit = statement.bind(i64::try_from(request.fetch()).unwrap_or(i64::MAX));
    let tail = format!(" ORDER BY {column} {order}, e.id {order} LIMIT {limit}");
    statement.sql.push_str(&tail);
    let again = format!("found.{} {order}, found.id {order}", sort.name());
    let rows = linked(platform.db.read(), &statement.sql, &again, statement.values).await?;
    request.page(rows, None, |(row, _)| sort.key(row), |(row, links)| row.into_dto(links, scope.today))
}

/// All evidence that the filters of a query string ask for, in its order; none where there is more than `most`. A statement for each
/// two hundred.
pub async fn all(platform: &Platform, scope: &Scope, query: &str, most: usize) -> Result<Option<Vec<Evidence>>> {
    let mut filter: EvidenceFilter = platform::http::query::parse(query)?;
    (filter.limit, filter.cursor) = (Some(MAX_LIMIT), None);
    let mut found = Vec::new();
    loop {
        let Page { items, page: info } = page(platform, scope, &filter).await?;
        found.extend(items);
        filter.cursor = info.next;
        if found.len() > most {
            return Ok(None);
        }
        if filter.cursor.is_none() {
            return Ok(Some(found));
        }
    }
}
