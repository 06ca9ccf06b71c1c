//! What is read of evidence.

use crate::rules::days_left;
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::evidence::{
    Evidence, EvidenceFile, EvidenceKind, EvidenceLink, EvidenceStatus, ExternalReference, Freshness, LegalHold, ReviewState,
    Sensitivity, supports,
};
use shared_types::identity::Person;
use shared_types::text::{Sha256, Title, Uri};
use shared_types::{ControlId, EvidenceId, EvidenceLinkId, SystemId, TaskId, UserId};
use uuid::Uuid;

/// Evidence with the first file of its newest version, as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct EvidenceRow {
    pub id: Uuid,
    pub number: i32,
    pub title: String,
    pub description: Option<String>,
    pub kind: String,
    pub sensitivity: String,
    pub tags: String,
    pub owner_id: Option<Uuid>,
    owner_name: Option<String>,
    pub state: String,
    pub latest_version: i32,
    pub approved_version: Option<i32>,
    approved_from: Option<NaiveDate>,
    pub approved_until: Option<NaiveDate>,
    pub cadence_months: Option<i32>,
    pub effective: NaiveDate,
    pub expires: Option<NaiveDate>,
    pub expires_sort: NaiveDate,
    pub archived_at: Option<DateTime<Utc>>,
    pub hold_reason: Option<String>,
    held_at: Option<DateTime<Utc>>,
    held_by: Option<Uuid>,
    holder_name: Option<String>,
    pub retain_until: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    pub version: i64,
    pub version_id: Uuid,
    file_count: i64,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub size: Option<i64>,
    pub sha256: Option<String>,
    uploader_id: Option<Uuid>,
    uploader_name: Option<String>,
    uploaded_at: Option<DateTime<Utc>>,
    pub reference_name: Option<String>,
    reference_uri: Option<String>,
    reference_sha256: Option<String>,
    reference_custodian: Option<String>,
}

/// The columns of an [`EvidenceRow`] but the description.
const COLUMNS: [(&str, &str); 39] = [
    ("id", "e.id"),
    ("number", "e.number"),
    ("title", "e.title"),
    ("kind", "e.kind"),
    ("sensitivity", "e.sensitivity"),
    ("tags", "e.tags"),
    ("owner_id", "e.owner_id"),
    ("owner_name", "o.name"),
    ("state", "e.state"),
    ("latest_version", "e.latest_version"),
    ("approved_version", "e.approved_version"),
    ("approved_from", "e.approved_from"),
    ("approved_until", "e.approved_until"),
    ("cadence_months", "e.cadence_months"),
    ("effective", "e.effective"),
    ("expires", "e.expires"),
    ("expires_sort", "e.expires_sort"),
    ("archived_at", "e.archived_at"),
    ("hold_reason", "e.hold_reason"),
    ("held_at", "e.held_at"),
    ("held_by", "e.held_by"),
    ("holder_name", "h.name"),
    ("retain_until", "e.retain_until"),
    ("created_at", "e.created_at"),
    ("updated_at", "e.updated_at"),
    ("version", "e.version"),
    ("version_id", "v.id"),
    ("file_count", "(SELECT COUNT(*) FROM evidence_files n WHERE n.version_id = v.id)"),
    ("file_name", "f.name"),
    ("media_type", "f.media_type"),
    ("size", "b.size"),
    ("sha256", "b.sha256"),
    ("uploader_id", "f.uploaded_by"),
    ("uploader_name", "u.name"),
    ("uploaded_at", "COALESCE(f.uploaded_at, v.created_at)"),
    ("reference_name", "x.name"),
    ("reference_uri", "x.uri"),
    ("reference_sha256", "x.sha256"),
    ("reference_custodian", "x.custodian"),
];
/// Everything of a system's evidence that is not deleted. `$1` is the system.
pub(crate) fn selection() -> String {
    format!("{} AND e.deleted_at IS NULL", selection_with_deleted())
}

/// Everything of a system's evidence, the deleted as well. `$1` is the system.
pub(crate) fn selection_with_deleted() -> String {
    let columns = COLUMNS.map(|(name, expression)| format!("{expression} AS {name}")).join(", ");
    format!(
        "SELECT {columns}, e.description FROM evidence e \
         JOIN evidence_versions v ON v.evidence_id = e.id AND v.number = e.latest_version \
         LEFT JOIN evidence_files f ON f.version_id = v.id AND f.position = 1 LEFT JOIN blobs b ON b.id = f.blob_id \
         LEFT JOIN evidence_references x ON x.version_id = v.id LEFT JOIN users o ON o.id = e.owner_id \
         LEFT JOIN users u ON u.id = f.uploaded_by LEFT JOIN users h ON h.id = e.held_by WHERE e.system_id = $1"
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

    /// A condition on evidence `e`, with its value in the place `$2`.
    pub(crate) fn condition(self) -> (&'static str, Value) {
        match self {
            Self::Id(id) => ("e.id = $2", id.into()),
            Self::Number(number) => ("e.number = $2", number.into()),
        }
    }
}

pub(crate) fn person(id: Option<Uuid>, name: Option<String>) -> Option<Person> {
    id.zip(name).map(|(id, name)| Person { id: UserId(id), name })
}

/// A count or number of the database, which is never negative.
pub(crate) fn count(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or_default()
}

impl EvidenceRow {
    /// How far the review of the newest version has come.
    pub(crate) fn state(&self) -> ReviewState {
        ReviewState::parse(&self.state).unwrap_or(ReviewState::Draft)
    }

    /// Whether it supports findings on a day.
    pub(crate) fn supports(&self, today: NaiveDate) -> bool {
        supports(self.approved_from.map(|from| (from, self.approved_until)), self.archived_at.is_some(), today)
    }

    /// The last day that counts: that of the approved version, which supports findings; of the newest where none was approved. As SQL it is
    /// `controls::last_day`.
    fn last_day(&self) -> Option<NaiveDate> {
        if self.approved_version.is_some() { self.approved_until } else { self.expires }
    }

    fn hold(&self) -> Option<LegalHold> {
        let (reason, at) = self.hold_reason.clone().zip(self.held_at)?;
        Some(LegalHold { reason, by: person(self.held_by, self.holder_name.clone()), at })
    }

    fn reference(&self) -> Option<ExternalReference> {
        reference([&self.reference_name, &self.reference_uri, &self.reference_sha256, &self.reference_custodian])
    }

    fn file(&self) -> Option<EvidenceFile> {
        Some(EvidenceFile {
            version: count(self.latest_version),
            name: self.file_name.clone()?,
            media_type: self.media_type.clone()?,
            size: u64::try_from(self.size?).unwrap_or_default(),
            sha256: self.sha256.clone()?,
            uploaded_by: person(self.uploader_id, self.uploader_name.clone()),
            uploaded_at: self.uploaded_at?,
        })
    }

    /// With its links, as it is today.
    pub(crate) fn into_dto(self, links: Vec<EvidenceLink>, today: NaiveDate) -> Evidence {
        let last_day = self.last_day();
        let freshness = Freshness::of(last_day, today);
        let state = self.state();
        let archived = self.archived_at.is_some();
        Evidence {
            id: EvidenceId(self.id),
            number: number(self.number),
            status: EvidenceStatus::of(archived, state, freshness),
            state,
            kind: EvidenceKind::parse(&self.kind).unwrap_or(EvidenceKind::Other),
            sensitivity: Sensitivity::parse(&self.sensitivity).unwrap_or(Sensitivity::Internal),
            tags: tags(&self.tags),
            owner: person(self.owner_id, self.owner_name.clone()),
            latest_version: count(self.latest_version),
            approved_version: self.approved_version.map(count),
            approved_until: self.approved_until,
            supports: self.supports(today),
            cadence_months: self.cadence_months.and_then(|months| u8::try_from(months).ok()),
            effective: self.effective,
            expires: self.expires,
            freshness,
            days_left: days_left(last_day, today),
            file: self.file(),
            file_count: count(self.file_count),
            reference: self.reference(),
            links,
            archived_at: self.archived_at,
            hold: self.hold(),
            retain_until: self.retain_until,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            title: self.title,
            description: self.description,
        }
    }
}

/// Tags as they are stored: a JSON list.
pub(crate) fn tags(stored: &str) -> Vec<String> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// Name, URI, hash and custodian of a reference, where a version has one.
pub(crate) fn reference([name, uri, sha256, custodian]: [&Option<String>; 4]) -> Option<ExternalReference> {
    Some(ExternalReference {
        name: Title::parse(name.as_deref()?).ok()?,
        uri: Uri::parse(uri.as_deref()?).ok()?,
        sha256: Sha256::parse(sha256.as_deref()?).ok()?,
        custodian: Title::parse(custodian.as_deref()?).ok()?,
    })
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
    control_id: Option<Uuid>,
    task_id: Option<Uuid>,
    task_number: Option<i32>,
    reference: Option<String>,
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
        let LinkRow { id, control_id, task_id, task_number, reference, letter } = row;
        Self {
            id: EvidenceLinkId(id),
            control: control_id.map(ControlId),
            task: task_id.map(TaskId),
            reference: reference.or_else(|| task_number.map(|number| format!("TASK-{number}"))).unwrap_or_default(),
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
    // A row for each link; a description, which may be long, stands in the first of its evidence only. Tasks come behind controls,
    // on both databases alike.
    let links = "COALESCE(c.position, 2147483647), c.id, l.letter, COALESCE(k.number, 0)";
    let sql = format!(
        "WITH found AS MATERIALIZED ({selection}) SELECT {columns}, CASE WHEN ROW_NUMBER() OVER (PARTITION BY found.id \
         ORDER BY {links}) = 1 THEN found.description END AS description, l.id AS l_id, l.control_id AS l_control_id, \
         l.task_id AS l_task_id, k.number AS l_task_number, c.reference AS l_reference, l.letter AS l_letter FROM found \
         LEFT JOIN evidence_links l ON l.evidence_id = found.id LEFT JOIN controls c ON c.id = l.control_id \
         LEFT JOIN tasks k ON k.id = l.task_id AND k.deleted_at IS NULL ORDER BY {order}, {links}"
    );
    let mut found: Vec<(EvidenceRow, Vec<EvidenceLink>)> = Vec::new();
    for LinkedRow { row, link } in rows(connection, &sql, values).await? {
        // A task that was deleted meanwhile is nothing to show.
        let link = link.map(EvidenceLink::from).filter(|link| !link.reference.is_empty());
        match found.last_mut() {
            Some((last, links)) if last.id == row.id => links.extend(link),
            _ => found.push((row, link.into_iter().collect())),
        }
    }
    Ok(found)
}
