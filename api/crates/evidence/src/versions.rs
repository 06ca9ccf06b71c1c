//! Versions: a new one, and what belongs to one while it is open.
//!
//! A version that is under review or approved never changes; a rejected one may be mended. A newer version takes a waiting one
//! back. Findings are supported by the newest *approved* version, so a draft above it takes nothing away.

use crate::create::searched;
use crate::dates::{Span, span};
use crate::integrity;
use crate::queries::{self, EvidenceRef, EvidenceRow};
use crate::quota;
use crate::review;
use crate::rules::{NEVER, demand_open};
use crate::scan;
use crate::staging::Finished;
use audit::{Door, Event};
use chrono::{DateTime, Utc};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::evidence::{Evidence, ExternalReference, NewVersion, ReviewState};
use shared_types::text::{FileName, Note};
use shared_types::{EvidenceFileId, EvidenceVersionId, SystemId, UploadId};
use systems::Scope;
use uuid::Uuid;

/// Most files of one version.
pub(crate) const MAX_FILES: usize = 50;

/// A file whose bytes are a blob already.
#[derive(Debug, Clone)]
pub(crate) struct NewFile {
    pub name: FileName,
    pub content: Finished,
    /// The resumable upload that it came by.
    pub upload: Option<UploadId>,
}

/// What a version holds.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    File(NewFile),
    Reference(ExternalReference),
    /// The files, or the reference, of the version with this id once more.
    Same(Uuid),
}

impl Content {
    /// What it is called; empty for the same once more.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::File(file) => file.name.as_str(),
            Self::Reference(reference) => reference.name.as_str(),
            Self::Same(_) => "",
        }
    }

    /// For the audit log: hashes, sizes, ids; the custodian of a reference may be a person and stays out.
    pub(crate) fn audited(&self) -> serde_json::Value {
        match self {
            Self::File(NewFile { name: _, content: Finished { sha256, size, media_type, terms: _ }, upload }) => {
                json!({ "sha256": sha256, "size": size, "media_type": media_type, "upload": upload })
            }
            Self::Reference(reference) => json!({ "reference_sha256": reference.sha256 }),
            Self::Same(version) => json!({ "same_as_version": version }),
        }
    }
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// The blob's row; the same content is one blob of the system. Nobody else makes one: the system's door is open to us alone.
async fn blob(door: &mut Door<'_>, system: SystemId, NewFile { content, upload, .. }: &NewFile) -> Result<Uuid> {
    let sha256 = content.sha256.as_str();
    let sql = "SELECT id FROM blobs WHERE system_id = $1 AND sha256 = $2";
    if let Some(Id { id }) = rows(door.tx, sql, [system.0.into(), sha256.into()]).await?.into_iter().next() {
        integrity::heal(door, id, sha256).await?;
        return Ok(id);
    }
    // An upload was reserved when it began.
    if upload.is_none() {
        quota::reserve(door, content.terms, system, content.size).await?;
    }
    let sql = "INSERT INTO blobs (id, system_id, sha256, size, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)";
    let size = i64::try_from(content.size).map_err(AppError::internal)?;
    let (id, by) = (door.id::<Uuid>()?, door.user()?.0);
    execute(door.tx, sql, [id.into(), system.0.into(), sha256.into(), size.into(), door.now.into(), by.into()]).await?;
    if content.terms.scan {
        scan::enqueue(door, id).await?;
    }
    Ok(id)
}

/// Writes the row of a version, as a draft.
pub(crate) async fn insert(
    door: &Door<'_>,
    system: SystemId,
    evidence: Uuid,
    number: i32,
    span: Span,
    note: Option<&str>,
) -> Result<Uuid> {
    let id: EvidenceVersionId = door.id()?;
    let sql = "INSERT INTO evidence_versions (id, system_id, evidence_id, number, created_by, created_at, state, note, effective, \
               expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        id.0.into(),
        system.0.into(),
        evidence.into(),
        number.into(),
        door.user()?.0.into(),
        door.now.into(),
        ReviewState::Draft.as_str().into(),
        note.into(),
        span.effective.into(),
        span.expires.into(),
    ];
    execute(door.tx, sql, values).await?;
    Ok(id.0)
}

/// Gives a version what it holds; a file comes behind those that it has.
pub(crate) async fn attach(door: &mut Door<'_>, system: SystemId, version: Uuid, content: &Content) -> Result<()> {
    match content {
        Content::File(file) => {
            let blob = blob(door, system, file).await?;
            let position = files(door, version).await?.len() + 1;
            let position = i32::try_from(position).map_err(AppError::internal)?;
            let by = Some(door.user()?.0);
            let (name, media_type) = (file.name.as_str(), file.content.media_type);
            let file = FileRow { blob, name, media_type, position, uploaded_by: by, uploaded_at: Some(door.now) };
            insert_file(door, system, version, file).await
        }
        Content::Reference(ExternalReference { name, uri, sha256, custodian }) => {
            let sql = "INSERT INTO evidence_references (version_id, system_id, name, uri, sha256, custodian) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
            let texts = [name.as_str(), uri.as_str(), sha256.as_str(), custodian.as_str()].map(Value::from);
            let values = [version.into(), system.0.into()].into_iter().chain(texts).collect::<Vec<Value>>();
            execute(door.tx, sql, values).await?;
            Ok(())
        }
        Content::Same(old) => {
            // Who uploaded them stays who did: that person does not review them.
            for File { id: _, sha256: _, blob_id, name, media_type, position, uploaded_by, uploaded_at } in
                files(door, *old).await?
            {
                let file = FileRow { blob: blob_id, name: &name, media_type: &media_type, position, uploaded_by, uploaded_at };
                insert_file(door, system, version, file).await?;
            }
            let sql = "INSERT INTO evidence_references (version_id, system_id, name, uri, sha256, custodian) \
                       SELECT $1, system_id, name, uri, sha256, custodian FROM evidence_references WHERE version_id = $2";
            execute(door.tx, sql, [version.into(), (*old).into()]).await?;
            Ok(())
        }
    }
}

#[derive(FromQueryResult)]
struct File {
    id: Uuid,
    blob_id: Uuid,
    name: String,
    media_type: String,
    position: i32,
    sha256: String,
    uploaded_by: Option<Uuid>,
    uploaded_at: Option<DateTime<Utc>>,
}

async fn files(door: &Door<'_>, version: Uuid) -> Result<Vec<File>> {
    let sql = "SELECT f.id, f.blob_id, f.name, f.media_type, f.position, b.sha256, f.uploaded_by, f.uploaded_at FROM evidence_files f \
               JOIN blobs b ON b.id = f.blob_id WHERE f.version_id = $1 ORDER BY f.position";
    rows(door.tx, sql, [version.into()]).await
}

/// A row of `evidence_files`.
struct FileRow<'a> {
    blob: Uuid,
    name: &'a str,
    media_type: &'a str,
    position: i32,
    uploaded_by: Option<Uuid>,
    uploaded_at: Option<DateTime<Utc>>,
}

async fn insert_file(door: &Door<'_>, system: SystemId, version: Uuid, file: FileRow<'_>) -> Result<()> {
    let sql = "INSERT INTO evidence_files (id, system_id, version_id, blob_id, name, media_type, position, uploaded_by, uploaded_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let FileRow { blob, name, media_type, position, uploaded_by, uploaded_at } = file;
    let values: [Value; 9] = [
        door.id::<Uuid>()?.into(),
        system.0.into(),
        version.into(),
        blob.into(),
        name.into(),
        media_type.into(),
        position.into(),
        uploaded_by.into(),
        uploaded_at.into(),
    ];
    execute(door.tx, sql, values).await?;
    Ok(())
}

/// Refuses a change of evidence that was put away.
pub(crate) fn demand_in_use(row: &EvidenceRow) -> Result<()> {
    match row.archived_at {
        Some(_) => Err(AppError::conflict("This evidence is archived. Bring it back first.")),
        None => Ok(()),
    }
}

/// What a new version led to.
pub(crate) struct Added {
    pub evidence: Evidence,
    /// False where the newest version holds the same content with the same date already: a script that sends twice.
    pub new: bool,
}

/// Adds a version. `content` is made from the newest version.
pub(crate) async fn add(
    door: &mut Door<'_>,
    scope: &Scope,
    evidence: EvidenceRef,
    metadata: NewVersion,
    content: impl FnOnce(&EvidenceRow) -> Content,
) -> Result<Added> {
    let old = queries::row(door.tx, scope.system, evidence).await?;
    demand_in_use(&old)?;
    let content = content(&old);
    let NewVersion { note, effective, expires, submit } = metadata;
    if holds(door, &old, &content).await? && effective.is_none_or(|effective| effective == old.effective) {
        keep_again(door, scope.system, &content).await?;
        if submit && old.state().is_open() {
            review::submit(door, scope, old.id).await?;
        }
        let evidence = queries::evidence(door.tx, scope.system, EvidenceRef::Id(old.id), scope.today).await?;
        return Ok(Added { evidence, new: false });
    }
    let cadence = old.cadence_months.and_then(|months| u8::try_from(months).ok());
    let span = span(effective.unwrap_or(scope.today), expires, cadence, "/metadata")?;
    if old.state() == ReviewState::PendingReview {
        review::take_back(door, scope, &old).await?;
    }
    let number = old.latest_version + 1;
    let version = insert(door, scope.system, old.id, number, span, note.as_ref().map(Note::as_str)).await?;
    attach(door, scope.system, version, &content).await?;
    let name = if content.name().is_empty() { old.file_name.as_deref().unwrap_or_default() } else { content.name() };
    let search = searched(old.number, &old.title, old.description.as_deref(), &old.tags, name);
    let sql = "UPDATE evidence SET latest_version = $1, state = $2, effective = $3, expires = $4, expires_sort = $5, \
               search_text = $6, updated_at = $7, version = version + 1 WHERE id = $8";
    let values: [Value; 8] = [
        number.into(),
        ReviewState::Draft.as_str().into(),
        span.effective.into(),
        span.expires.into(),
        span.expires.unwrap_or(NEVER).into(),
        search.into(),
        door.now.into(),
        old.id.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = json!({
        "version": number, "content": content.audited(), "effective": span.effective, "expires": span.expires,
    });
    door.record(Event::new("evidence.version", "evidence", old.id).details(details));
    if submit {
        review::submit(door, scope, old.id).await?;
    }
    let evidence = queries::evidence(door.tx, scope.system, EvidenceRef::Id(old.id), scope.today).await?;
    Ok(Added { evidence, new: true })
}

/// Whether the newest version is just this file.
async fn holds(door: &Door<'_>, old: &EvidenceRow, content: &Content) -> Result<bool> {
    let Content::File(file) = content else { return Ok(false) };
    let there = files(door, old.version_id).await?;
    Ok(matches!(there.as_slice(), [only] if only.sha256 == file.content.sha256))
}

/// What was sent once more is on disk again: it mends the content where that was damaged.
async fn keep_again(door: &mut Door<'_>, system: SystemId, content: &Content) -> Result<()> {
    if let Content::File(file) = content {
        blob(door, system, file).await?;
    }
    Ok(())
}

/// Adds a file to the newest version, which must be open; the same file once more changes nothing.
pub(crate) async fn add_file(door: &mut Door<'_>, scope: &Scope, evidence: EvidenceRef, file: NewFile) -> Result<Added> {
    let row = queries::row(door.tx, scope.system, evidence).await?;
    demand_in_use(&row)?;
    demand_open(row.state())?;
    if row.reference_name.is_some() {
        return Err(AppError::conflict("The version is a reference: it has no files. Add a new version instead."));
    }
    let there = files(door, row.version_id).await?;
    let known = there.iter().any(|one| one.sha256 == file.content.sha256 && one.name == file.name.as_str());
    let content = Content::File(file);
    if known {
        keep_again(door, scope.system, &content).await?;
        let evidence = queries::evidence(door.tx, scope.system, EvidenceRef::Id(row.id), scope.today).await?;
        return Ok(Added { evidence, new: false });
    }
    if there.len() >= MAX_FILES {
        return Err(AppError::conflict(format!("A version has at most {MAX_FILES} files. Put them into an archive.")));
    }
    attach(door, scope.system, row.version_id, &content).await?;
    crate::links::raise_version(door, row.id).await?;
    let details = json!({ "version": row.latest_version, "content": content.audited() });
    door.record(Event::new("evidence.file_add", "evidence", row.id).details(details));
    let evidence = queries::evidence(door.tx, scope.system, EvidenceRef::Id(row.id), scope.today).await?;
    Ok(Added { evidence, new: true })
}

/// Takes a file out of the newest version, which must be open and keep another.
pub(crate) async fn remove_file(
    door: &mut Door<'_>,
    scope: &Scope,
    evidence: EvidenceRef,
    file: EvidenceFileId,
    known: &IfMatch,
) -> Result<()> {
    let row = queries::row(door.tx, scope.system, evidence).await?;
    known.check(row.version)?;
    demand_in_use(&row)?;
    let there = files(door, row.version_id).await?;
    let gone = there.iter().find(|one| one.id == file.0).ok_or_else(AppError::not_found)?;
    demand_open(row.state())?;
    if there.len() == 1 {
        return Err(AppError::conflict("A version keeps at least one file. Add another one first."));
    }
    if row.hold_reason.is_some() {
        return Err(AppError::conflict("A legal hold is on this evidence: nothing of it can be deleted."));
    }
    let sql = "SELECT file_id AS id FROM seal_files WHERE file_id = $1 LIMIT 1";
    if !rows::<Id>(door.tx, sql, [gone.id.into()]).await?.is_empty() {
        return Err(AppError::conflict("A seal holds this file: it stays. Add a new version instead."));
    }
    execute(door.tx, "DELETE FROM evidence_files WHERE id = $1", [gone.id.into()]).await?;
    // The bytes of a content that nothing else has go with the next sweep, and count no longer.
    let sql = "DELETE FROM blobs WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM evidence_files f WHERE f.blob_id = blobs.id)";
    execute(door.tx, sql, [gone.blob_id.into()]).await?;
    let sql = "UPDATE evidence_files SET position = position - 1 WHERE version_id = $1 AND position > $2";
    execute(door.tx, sql, [row.version_id.into(), gone.position.into()]).await?;
    crate::links::raise_version(door, row.id).await?;
    let details = json!({ "version": row.latest_version, "file": file, "sha256": gone.sha256 });
    door.record(Event::new("evidence.file_remove", "evidence", row.id).details(details));
    Ok(())
}
