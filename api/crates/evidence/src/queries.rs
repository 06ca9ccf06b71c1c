//! What is read of evidence.

use crate::rules::days_left;
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::evidence::{Evidence, EvidenceFile, EvidenceLink, Freshness};
use shared_types::identity::Person;
use shared_types::{ControlId, EvidenceId, EvidenceLinkId, SystemId, UserId};
use uuid::Uuid;

/// Evidence with the file of its newest version, as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct EvidenceRow {
    pub id: Uuid,
    pub number: i32,
    pub title: String,
    pub description: Option<String>,
    pub owner_id: Option<Uuid>,
    owner_name: Option<String>,
    pub effective: NaiveDate,
    pub expires: Option<NaiveDate>,
    pub expires_sort: NaiveDate,
    pub created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    pub version: i64,
    file_version: i32,
    pub file_name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    uploader_id: Option<Uuid>,
    uploader_name: Option<String>,
    uploaded_at: DateTime<Utc>,
}

/// The columns of an [`EvidenceRow`] but the description.
const COLUMNS: [(&str, &str); 19] = [
    ("id", "e.id"),
    ("number", "e.number"),
    ("title", "e.title"),
    ("owner_id", "e.owner_id"),
    ("owner_name", "o.name"),
    ("effective", "e.effective"),
    ("expires", "e.expires"),
    ("expires_sort", "e.expires_sort"),
    ("created_at", "e.created_at"),
    ("updated_at", "e.updated_at"),
    ("version", "e.version"),
    ("file_version", "v.number"),
    ("file_name", "f.name"),
    ("media_type", "f.media_type"),
    ("size", "b.size"),
    ("sha256", "b.sha256"),
    ("uploader_id", "v.created_by"),
    ("uploader_name", "u.name"),
    ("uploaded_at", "v.created_at"),
];

/// Everything of a system's evidence that is not deleted. `$1` is the system.
pub(crate) fn selection() -> String {
    let columns = COLUMNS.map(|(name, expression)| format!("{expression} AS {name}")).join(", ");
    format!(
        "SELECT {columns}, e.description FROM evidence e JOIN evidence_versions v ON v.evidence_id = e.id AND v.number = e.latest_version \
         JOIN evidence_files f ON f.version_id = v.id JOIN blobs b ON b.id = f.blob_id LEFT JOIN users o ON o.id = e.owner_id \
         LEFT JOIN users u ON u.id = v.created_by WHERE e.system_id = $1 AND e.deleted_at IS NULL"
    )
}

/// Number for people.
pub(crate) fn number(number: i32) -> String {
    format!("EV-{number}")
}

/// What a path names: an id or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EvidenceRef {
    Id(Uuid),
    Number(i32),
}

impl EvidenceRef {
    /// Reads `{evidence}`; what is neither names nothing.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let number = text.strip_prefix("EV-").and_then(|number| number.parse().ok()).map(Self::Number);
        number.or_else(|| text.parse().ok().map(Self::Id)).ok_or_else(AppError::not_found)
    }

    fn condition(self) -> (&'static str, Value) {
        match self {
            Self::Id(id) => ("e.id = $2", id.into()),
            Self::Number(number) => ("e.number = $2", number.into()),
        }
    }
}

fn person(id: Option<Uuid>, name: Option<String>) -> Option<Person> {
    id.zip(name).map(|(id, name)| Person { id: UserId(id), name })
}

impl EvidenceRow {
    /// With its links, as it is today.
    pub(crate) fn into_dto(self, links: Vec<EvidenceLink>, today: NaiveDate) -> Evidence {
        let Self {
            id,
            number: ordinal,
            title,
            description,
            owner_id,
            owner_name,
            effective,
            expires,
            expires_sort: _,
            created_at,
            updated_at,
            version,
            file_version,
            file_name,
            media_type,
            size,
            sha256,
            uploader_id,
            uploader_name,
            uploaded_at,
        } = self;
        Evidence {
            id: EvidenceId(id),
            number: number(ordinal),
            title,
            description,
            owner: person(owner_id, owner_name),
            effective,
            expires,
            freshness: Freshness::of(expires, today),
            days_left: days_left(expires, today),
            file: EvidenceFile {
                version: u32::try_from(file_version).unwrap_or_default(),
                name: file_name,
                media_type,
                size: u64::try_from(size).unwrap_or_default(),
                sha256,
                uploaded_by: person(uploader_id, uploader_name),
                uploaded_at,
            },
            links,
            created_at,
            updated_at,
            version,
        }
    }
}

/// One piece of evidence, or 404.
pub(crate) async fn row(connection: &impl ConnectionTrait, system: SystemId, evidence: EvidenceRef) -> Result<EvidenceRow> {
    let (condition, value) = evidence.condition();
    let sql = format!("{} AND {condition}", selection());
    rows(connection, &sql, [system.0.into(), value]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// One piece of evidence with its links.
pub(crate) async fn evidence(
    connection: &impl ConnectionTrait,
    system: SystemId,
    evidence: EvidenceRef,
    today: NaiveDate,
) -> Result<Evidence> {
    let (condition, value) = evidence.condition();
    let sql = format!("{} AND {condition}", selection());
    let found = linked(connection, &sql, "found.id", vec![system.0.into(), value]).await?;
    let (row, links) = found.into_iter().next().ok_or_else(AppError::not_found)?;
    Ok(row.into_dto(links, today))
}

#[derive(Debug, FromQueryResult)]
struct LinkRow {
    id: Uuid,
    control_id: Uuid,
    reference: String,
    letter: String,
}

/// Evidence with one of its links, or with none where there is none.
#[derive(FromQueryResult)]
struct LinkedRow {
    #[sea_orm(nested)]
    row: EvidenceRow,
    #[sea_orm(nested(prefix = "l_"))]
    link: Option<LinkRow>,
}

impl From<LinkRow> for EvidenceLink {
    fn from(row: LinkRow) -> Self {
        let LinkRow { id, control_id, reference, letter } = row;
        Self {
            id: EvidenceLinkId(id),
            control: ControlId(control_id),
            reference,
            objective: Some(letter).filter(|letter| !letter.is_empty()),
        }
    }
}

/// The evidence that a [`selection`] finds, each with its links in the order of the controls: one statement. `order` is by columns
/// of the selection, that of the evidence.
pub(crate) async fn linked(
    connection: &impl ConnectionTrait,
    selection: &str,
    order: &str,
    values: Vec<Value>,
) -> Result<Vec<(EvidenceRow, Vec<EvidenceLink>)>> {
    let columns = COLUMNS.map(|(name, _)| format!("found.{name}")).join(", ");
    // A row for each link; a description, which may be long, stands in the first of its evidence only.
    let sql = format!(
        "WITH found AS MATERIALIZED ({selection}) SELECT {columns}, CASE WHEN ROW_NUMBER() OVER (PARTITION BY found.id \
         ORDER BY c.position, c.id, l.letter) = 1 THEN found.description END AS description, l.id AS l_id, \
         l.control_id AS l_control_id, c.reference AS l_reference, l.letter AS l_letter FROM found \
         LEFT JOIN evidence_links l ON l.evidence_id = found.id LEFT JOIN controls c ON c.id = l.control_id \
         ORDER BY {order}, c.position, c.id, l.letter"
    );
    let mut found: Vec<(EvidenceRow, Vec<EvidenceLink>)> = Vec::new();
    for LinkedRow { row, link } in rows(connection, &sql, values).await? {
        let link = link.map(EvidenceLink::from);
        match found.last_mut() {
            Some((last, links)) if last.id == row.id => links.extend(link),
            _ => found.push((row, link.into_iter().collect())),
        }
    }
    Ok(found)
}
