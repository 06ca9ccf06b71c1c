//! What is read of evidence.

use crate::rules::{days_left, freshness};
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::evidence::{Evidence, EvidenceFile, EvidenceLink};
use shared_types::identity::Person;
use shared_types::{ControlId, EvidenceId, EvidenceLinkId, SystemId, UserId};
use std::collections::HashMap;
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

/// Everything of a system's evidence that is not deleted. `$1` is the system.
pub(crate) const EVIDENCE: &str = "SELECT e.id, e.number, e.title, e.description, e.owner_id, o.name AS owner_name, e.effective, \
    e.expires, e.expires_sort, e.created_at, e.updated_at, e.version, v.number AS file_version, f.name AS file_name, f.media_type, \
    b.size, b.sha256, v.created_by AS uploader_id, u.name AS uploader_name, v.created_at AS uploaded_at FROM evidence e \
    JOIN evidence_versions v ON v.evidence_id = e.id AND v.number = e.latest_version JOIN evidence_files f ON f.version_id = v.id \
    JOIN blobs b ON b.id = f.blob_id LEFT JOIN users o ON o.id = e.owner_id LEFT JOIN users u ON u.id = v.created_by \
    WHERE e.system_id = $1 AND e.deleted_at IS NULL";

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
            freshness: freshness(expires, today),
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
    let sql = format!("{EVIDENCE} AND {condition}");
    rows(connection, &sql, [system.0.into(), value]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// One piece of evidence with its links.
pub(crate) async fn evidence(
    connection: &impl ConnectionTrait,
    system: SystemId,
    evidence: EvidenceRef,
    today: NaiveDate,
) -> Result<Evidence> {
    let row = row(connection, system, evidence).await?;
    let links = links(connection, system, &[row.id]).await?.remove(&row.id).unwrap_or_default();
    Ok(row.into_dto(links, today))
}

#[derive(FromQueryResult)]
struct LinkRow {
    id: Uuid,
    evidence_id: Uuid,
    control_id: Uuid,
    reference: String,
    letter: String,
}

/// The links of several pieces of evidence, in the order of the controls.
pub(crate) async fn links(
    connection: &impl ConnectionTrait,
    system: SystemId,
    evidence: &[Uuid],
) -> Result<HashMap<Uuid, Vec<EvidenceLink>>> {
    let mut found: HashMap<Uuid, Vec<EvidenceLink>> = HashMap::with_capacity(evidence.len());
    if evidence.is_empty() {
        return Ok(found);
    }
    let places: Vec<String> = (2..evidence.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT l.id, l.evidence_id, l.control_id, c.reference, l.letter FROM evidence_links l \
         JOIN controls c ON c.id = l.control_id WHERE l.system_id = $1 AND l.evidence_id IN ({}) ORDER BY c.position, c.id, l.letter",
        places.join(", ")
    );
    let values = std::iter::once(Value::from(system.0)).chain(evidence.iter().map(|id| Value::from(*id)));
    for row in rows::<LinkRow>(connection, &sql, values.collect::<Vec<_>>()).await? {
        let LinkRow { id, evidence_id, control_id, reference, letter } = row;
        found.entry(evidence_id).or_default().push(EvidenceLink {
            id: EvidenceLinkId(id),
            control: ControlId(control_id),
            reference,
            objective: Some(letter).filter(|letter| !letter.is_empty()),
        });
    }
    Ok(found)
}
