//! New evidence: number, first version, file, blob and links in one transaction.

use crate::links::{self, Pointer};
use crate::queries::{self, EvidenceRef, number};
use crate::rules::NEVER;
use crate::staging::Finished;
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::db::{execute, rows};
use platform::{AppError, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::evidence::{Evidence, EvidenceMetadata};
use shared_types::text::{FileName, Title};
use shared_types::{EvidenceId, EvidenceVersionId, FieldCode, SystemId, UploadId, UserId};
use systems::{Scope, role_in, search_text};
use uuid::Uuid;

/// A file whose bytes are a blob already.
#[derive(Debug, Clone)]
pub(crate) struct NewFile {
    pub name: FileName,
    pub content: Finished,
    /// The resumable upload that it came by.
    pub upload: Option<UploadId>,
}

#[derive(FromQueryResult)]
struct Number {
    last_evidence_number: i32,
}

#[derive(FromQueryResult)]
struct Blob {
    id: Uuid,
}

/// Refuses dates that contradict each other.
pub(crate) fn check_dates(effective: NaiveDate, expires: Option<NaiveDate>, pointer: &str) -> Result<()> {
    let year = |date: NaiveDate| (1970..=9998).contains(&chrono::Datelike::year(&date));
    if !year(effective) || !expires.is_none_or(year) {
        return Err(AppError::invalid(pointer, FieldCode::OutOfRange, "a date of our time"));
    }
    match expires {
        Some(expires) if expires < effective => {
            Err(AppError::invalid(pointer, FieldCode::OutOfRange, "not before the day from which it is true"))
        }
        _ => Ok(()),
    }
}

/// An owner is a member of the system.
pub(crate) async fn check_owner(tx: &Tx, system: SystemId, owner: UserId, pointer: &str) -> Result<()> {
    match role_in(tx, system, owner).await? {
        Some(_) => Ok(()),
        None => Err(AppError::invalid(pointer, FieldCode::NotFound, "nobody among the members")),
    }
}

/// What a search looks in.
pub(crate) fn searched(ordinal: i32, title: &str, description: Option<&str>, file: &str) -> String {
    search_text(&[&number(ordinal), title, description.unwrap_or_default(), file])
}

/// The blob's row; the same content is one blob of the system.
async fn blob(door: &Door<'_>, system: SystemId, content: &Finished) -> Result<Uuid> {
    let sql = "INSERT INTO blobs (id, system_id, sha256, size, created_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (system_id, sha256) DO NOTHING";
    let size = i64::try_from(content.size).map_err(AppError::internal)?;
    let sha256 = content.sha256.as_str();
    let values = [door.id::<Uuid>()?.into(), system.0.into(), sha256.into(), size.into(), door.now.into()];
    execute(door.tx, sql, values).await?;
    let sql = "SELECT id FROM blobs WHERE system_id = $1 AND sha256 = $2";
    let found = rows::<Blob>(door.tx, sql, [system.0.into(), sha256.into()]).await?.into_iter().next();
    found.map(|blob| blob.id).ok_or_else(|| AppError::internal("a blob that was written is not there"))
}

async fn next_number(tx: &Tx, system: SystemId) -> Result<i32> {
    let sql = "UPDATE systems SET last_evidence_number = last_evidence_number + 1 WHERE id = $1 RETURNING last_evidence_number";
    let row = rows::<Number>(tx, sql, [system.0.into()]).await?.into_iter().next();
    row.map(|row| row.last_evidence_number).ok_or_else(AppError::not_found)
}

/// Creates evidence. Called behind the system's door.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, metadata: EvidenceMetadata, file: NewFile) -> Result<Evidence> {
    let system = scope.system;
    let EvidenceMetadata { title, description, owner, effective, expires, links } = metadata;
    let effective = effective.unwrap_or(scope.today);
    check_dates(effective, expires, "/metadata/expires")?;
    let owner = match owner {
        Some(owner) => {
            check_owner(door.tx, system, owner, "/metadata/owner").await?;
            Some(owner)
        }
        // An administrator who is no member is not somebody whom members see.
        None => role_in(door.tx, system, scope.user).await?.map(|_| scope.user),
    };
    let targets = links::resolve(door.tx, system, &links, Pointer::Metadata).await?;
    let title = title.map_or_else(|| title_of(&file.name), String::from);
    let (id, version): (EvidenceId, EvidenceVersionId) = (door.id()?, door.id()?);
    let ordinal = next_number(door.tx, system).await?;
    let blob = blob(door, system, &file.content).await?;
    let description = description.map(String::from);
    let search = searched(ordinal, &title, description.as_deref(), file.name.as_str());
    let sql = "INSERT INTO evidence (id, system_id, number, title, description, owner_id, effective, expires, expires_sort, created_by, \
               search_text, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    let values: [Value; 12] = [
        id.0.into(),
        system.0.into(),
        ordinal.into(),
        title.into(),
        description.into(),
        owner.map(|user| user.0).into(),
        effective.into(),
        expires.into(),
        expires.unwrap_or(NEVER).into(),
        scope.user.0.into(),
        search.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    let sql = "INSERT INTO evidence_versions (id, system_id, evidence_id, number, created_by, created_at) VALUES ($1, $2, $3, 1, $4, $5)";
    execute(door.tx, sql, [version.0.into(), system.0.into(), id.0.into(), scope.user.0.into(), door.now.into()]).await?;
    let sql = "INSERT INTO evidence_files (id, system_id, version_id, blob_id, name, media_type) VALUES ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        door.id::<Uuid>()?.into(),
        system.0.into(),
        version.0.into(),
        blob.into(),
        file.name.as_str().into(),
        file.content.media_type.into(),
    ];
    execute(door.tx, sql, values).await?;
    let Finished { sha256, size, media_type } = &file.content;
    let details = json!({
        "number": number(ordinal), "version": 1, "sha256": sha256, "size": size, "media_type": media_type,
        "owner": owner, "effective": effective, "expires": expires, "upload": file.upload,
    });
    door.record(Event::new("evidence.create", "evidence", id).details(details));
    links::insert(door, system, id.0, &targets).await?;
    queries::evidence(door.tx, system, EvidenceRef::Id(id.0), scope.today).await
}

/// The title of evidence that was given none: the file's name, cut to a title's length.
fn title_of(name: &FileName) -> String {
    let short: String = name.as_str().chars().take(200).collect();
    Title::parse(&short).map_or_else(|_| "Evidence".to_owned(), String::from)
}
