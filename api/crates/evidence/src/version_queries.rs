//! What is read of versions, their files and their reviews.

use crate::queries::{EvidenceRef, count, number, person, reference, row};
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::evidence::{EvidenceReview, EvidenceVersion, Freshness, KnownContent, ReviewAction, ReviewState, VersionFile};
use shared_types::{EvidenceFileId, SystemId};
use uuid::Uuid;

/// The newest reviews that are listed.
const MAX_REVIEWS: u32 = 500;

#[derive(FromQueryResult)]
struct VersionRow {
    number: i32,
    state: String,
    note: Option<String>,
    effective: NaiveDate,
    expires: Option<NaiveDate>,
    created_by: Option<Uuid>,
    creator: Option<String>,
    created_at: DateTime<Utc>,
    submitted_by: Option<Uuid>,
    submitter: Option<String>,
    submitted_at: Option<DateTime<Utc>>,
    reviewed_by: Option<Uuid>,
    reviewer: Option<String>,
    reviewed_at: Option<DateTime<Utc>>,
    review_comment: Option<String>,
    self_approved: bool,
    reference_name: Option<String>,
    reference_uri: Option<String>,
    reference_sha256: Option<String>,
    reference_custodian: Option<String>,
    file_id: Option<Uuid>,
    file_name: Option<String>,
    media_type: Option<String>,
    size: Option<i64>,
    sha256: Option<String>,
    uploader_id: Option<Uuid>,
    uploader: Option<String>,
    uploaded_at: Option<DateTime<Utc>>,
}

/// A row for each file of each version, the newest version first.
const VERSIONS: &str = "SELECT v.number, v.state, v.note, COALESCE(v.effective, e.effective) AS effective, v.expires, v.created_by, \
    c.name AS creator, v.created_at, v.submitted_by, s.name AS submitter, v.submitted_at, v.reviewed_by, r.name AS reviewer, \
    v.reviewed_at, v.review_comment, v.self_approved, x.name AS reference_name, x.uri AS reference_uri, \
    x.sha256 AS reference_sha256, x.custodian AS reference_custodian, f.id AS file_id, f.name AS file_name, f.media_type, b.size, \
    b.sha256, f.uploaded_by AS uploader_id, u.name AS uploader, f.uploaded_at FROM evidence_versions v \
    JOIN evidence e ON e.id = v.evidence_id LEFT JOIN evidence_references x ON x.version_id = v.id \
    LEFT JOIN evidence_files f ON f.version_id = v.id LEFT JOIN blobs b ON b.id = f.blob_id LEFT JOIN users c ON c.id = v.created_by \
    LEFT JOIN users s ON s.id = v.submitted_by LEFT JOIN users r ON r.id = v.reviewed_by LEFT JOIN users u ON u.id = f.uploaded_by \
    WHERE v.system_id = $1 AND v.evidence_id = $2 ORDER BY v.number DESC, f.position";

impl VersionRow {
    fn file(&self) -> Option<VersionFile> {
        Some(VersionFile {
            id: EvidenceFileId(self.file_id?),
            name: self.file_name.clone()?,
            media_type: self.media_type.clone()?,
            size: u64::try_from(self.size?).unwrap_or_default(),
            sha256: self.sha256.clone()?,
            uploaded_by: person(self.uploader_id, self.uploader.clone()),
            uploaded_at: self.uploaded_at,
        })
    }

    fn into_dto(self, today: NaiveDate) -> EvidenceVersion {
        EvidenceVersion {
            files: self.file().into_iter().collect(),
            reference: reference([&self.reference_name, &self.reference_uri, &self.reference_sha256, &self.reference_custodian]),
            number: count(self.number),
            state: ReviewState::parse(&self.state).unwrap_or(ReviewState::Draft),
            note: self.note,
            effective: self.effective,
            expires: self.expires,
            freshness: Freshness::of(self.expires, today),
            created_by: person(self.created_by, self.creator),
            created_at: self.created_at,
            submitted_by: person(self.submitted_by, self.submitter),
            submitted_at: self.submitted_at,
            reviewed_by: person(self.reviewed_by, self.reviewer),
            reviewed_at: self.reviewed_at,
            review_comment: self.review_comment,
            self_approved: self.self_approved,
        }
    }
}

/// Every version of a piece of evidence with its files, the newest first: two statements.
pub(crate) async fn versions(
    connection: &impl ConnectionTrait,
    system: SystemId,
    evidence: EvidenceRef,
    today: NaiveDate,
) -> Result<Vec<EvidenceVersion>> {
    let id = row(connection, system, evidence).await?.id;
    let mut versions: Vec<EvidenceVersion> = Vec::new();
    for row in rows::<VersionRow>(connection, VERSIONS, [system.0.into(), id.into()]).await? {
        match versions.last_mut() {
            Some(last) if last.number == count(row.number) => last.files.extend(row.file()),
            _ => versions.push(row.into_dto(today)),
        }
    }
    Ok(versions)
}

/// A file that can be downloaded.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct StoredFile {
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
}

/// Which file of a piece of evidence.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WhichFile {
    /// The first one of the newest version.
    Newest,
    /// This one, of whatever version.
    Id(EvidenceFileId),
}

/// A file of evidence that is not deleted; 404 for a reference, which has none here.
pub(crate) async fn stored_file(
    connection: &impl ConnectionTrait,
    system: SystemId,
    evidence: EvidenceRef,
    which: WhichFile,
) -> Result<StoredFile> {
    let (evidence, value) = evidence.condition();
    let (file, last): (_, Option<Value>) = match which {
        WhichFile::Newest => ("v.number = e.latest_version AND f.position = 1", None),
        WhichFile::Id(id) => ("f.id = $3", Some(id.0.into())),
    };
    let sql = format!(
        "SELECT f.name, f.media_type, b.size, b.sha256 FROM evidence e JOIN evidence_versions v ON v.evidence_id = e.id \
         JOIN evidence_files f ON f.version_id = v.id JOIN blobs b ON b.id = f.blob_id \
         WHERE e.system_id = $1 AND e.deleted_at IS NULL AND {evidence} AND {file}"
    );
    let values: Vec<Value> = [system.0.into(), value].into_iter().chain(last).collect();
    rows(connection, &sql, values).await?.into_iter().next().ok_or_else(AppError::not_found)
}

#[derive(FromQueryResult)]
struct ReviewRow {
    version_number: i32,
    action: String,
    by_id: Option<Uuid>,
    by_name: Option<String>,
    comment: Option<String>,
    self_approved: bool,
    created_at: DateTime<Utc>,
}

/// The steps of a piece of evidence's reviews, the newest first.
pub(crate) async fn reviews(
    connection: &impl ConnectionTrait,
    system: SystemId,
    evidence: EvidenceRef,
) -> Result<Vec<EvidenceReview>> {
    let id = row(connection, system, evidence).await?.id;
    let sql = format!(
        "SELECT r.version_number, r.action, r.by_id, u.name AS by_name, r.comment, r.self_approved, r.created_at \
         FROM evidence_reviews r LEFT JOIN users u ON u.id = r.by_id WHERE r.system_id = $1 AND r.evidence_id = $2 \
         ORDER BY r.sequence DESC LIMIT {MAX_REVIEWS}"
    );
    let found = rows::<ReviewRow>(connection, &sql, [system.0.into(), id.into()]).await?;
    let step = |row: ReviewRow| {
        Some(EvidenceReview {
            version: count(row.version_number),
            action: ReviewAction::parse(&row.action)?,
            by: person(row.by_id, row.by_name),
            comment: row.comment,
            self_approved: row.self_approved,
            at: row.created_at,
        })
    };
    Ok(found.into_iter().filter_map(step).collect())
}

#[derive(FromQueryResult)]
struct KnownRow {
    number: i32,
    title: String,
    version: i32,
    name: String,
}

/// Where a system has a content already, the newest first. A content that is damaged it does not have: sending it mends that.
pub(crate) async fn known_content(
    connection: &impl ConnectionTrait,
    system: SystemId,
    sha256: &str,
) -> Result<Vec<KnownContent>> {
    let sql = "SELECT e.number, e.title, v.number AS version, f.name FROM blobs b JOIN evidence_files f ON f.blob_id = b.id \
               JOIN evidence_versions v ON v.id = f.version_id JOIN evidence e ON e.id = v.evidence_id \
               WHERE b.system_id = $1 AND b.sha256 = $2 AND b.integrity <> 'damaged' AND e.deleted_at IS NULL \
               ORDER BY e.number DESC, v.number DESC, f.position LIMIT 20";
    let found = rows::<KnownRow>(connection, sql, [system.0.into(), sha256.into()]).await?;
    let known = |KnownRow { number: ordinal, title, version, name }| KnownContent {
        number: number(ordinal),
        title,
        version: count(version),
        name,
    };
    Ok(found.into_iter().map(known).collect())
}
