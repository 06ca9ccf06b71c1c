//! The rows of uploads. Only their sender sees them.

use super::headers::Metadata;
use crate::progress::Progress;
use crate::quota::{self, Terms};
use crate::staging::Finished;
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Platform, Result};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::evidence::Upload;
use shared_types::{ErrorCode, SystemId, UploadId, UserId};
use uuid::Uuid;

/// Uploads that one person may have under way in one system.
const MAX_UNFINISHED: i64 = 200;

/// An upload as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct UploadRow {
    pub id: Uuid,
    system_id: Uuid,
    pub file_name: String,
    pub metadata: String,
    size: i64,
    byte_offset: i64,
    pub hash_state: Option<Vec<u8>>,
    pub sha256: Option<String>,
    created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    pub consumed_at: Option<DateTime<Utc>>,
}

impl UploadRow {
    pub(crate) fn id(&self) -> UploadId {
        UploadId(self.id)
    }

    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.size).unwrap_or_default()
    }

    pub(crate) fn offset(&self) -> u64 {
        u64::try_from(self.byte_offset).unwrap_or_default()
    }

    /// All bytes are there and were accepted.
    pub(crate) fn complete(&self) -> bool {
        self.completed_at.is_some()
    }

    /// Where the chunks go.
    pub(crate) fn location(&self) -> String {
        format!("/api/v1/systems/{}/uploads/{}", self.system_id, self.id)
    }

    /// Refuses (410) what has expired, or has become evidence.
    pub(crate) fn check_alive(&self, now: DateTime<Utc>) -> Result<()> {
        if self.consumed_at.is_some() {
            Err(AppError::new(ErrorCode::Gone).detail("Evidence was made of this upload already."))
        } else if self.expires_at <= now {
            Err(AppError::new(ErrorCode::Gone).detail("This upload has expired. Start again."))
        } else {
            Ok(())
        }
    }
}

impl From<UploadRow> for Upload {
    fn from(row: UploadRow) -> Self {
        let (location, size, offset, complete) = (row.location(), row.size(), row.offset(), row.complete());
        let UploadRow {
            id,
            system_id: _,
            file_name,
            metadata: _,
            size: _,
            byte_offset: _,
            hash_state: _,
            sha256: _,
            created_at,
            expires_at,
            completed_at: _,
            consumed_at: _,
        } = row;
        Self { id: UploadId(id), location, file_name, size, offset, complete, expires_at, created_at }
    }
}

const UPLOAD: &str = "SELECT id, system_id, file_name, metadata, size, byte_offset, hash_state, sha256, created_at, expires_at, \
                      completed_at, consumed_at FROM uploads WHERE system_id = $1 AND user_id = $2";

/// One upload of this person, or 404.
pub(crate) async fn find(platform: &Platform, system: SystemId, user: UserId, id: UploadId) -> Result<UploadRow> {
    let sql = format!("{UPLOAD} AND id = $3");
    platform.db.row(&sql, [system.0.into(), user.0.into(), id.0.into()]).await?.ok_or_else(AppError::not_found)
}

/// The uploads of this person that nothing was made of yet, the newest first.
pub(crate) async fn mine(platform: &Platform, system: SystemId, user: UserId) -> Result<Vec<UploadRow>> {
    let sql = format!("{UPLOAD} AND consumed_at IS NULL AND expires_at > $3 ORDER BY created_at DESC, id DESC LIMIT 200");
    platform.db.rows(&sql, [system.0.into(), user.0.into(), platform.clock.now().into()]).await
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

fn expiry(platform: &Platform, now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::hours(i64::from(platform.settings.uploads.expire_hours))
}

/// Begins an upload, behind the system's door.
pub(crate) async fn create(
    door: &mut Door<'_>,
    platform: &Platform,
    system: SystemId,
    metadata: &Metadata,
    size: u64,
) -> Result<UploadId> {
    let (id, user): (UploadId, _) = (door.id()?, door.user()?);
    let sql = "SELECT COUNT(*) AS count FROM uploads WHERE system_id = $1 AND user_id = $2 AND consumed_at IS NULL";
    let open = rows::<Count>(door.tx, sql, [system.0.into(), user.0.into()]).await?;
    if open.first().is_some_and(|row| row.count >= MAX_UNFINISHED) {
        let words = format!("You have {MAX_UNFINISHED} unfinished uploads. Finish some, or end them.");
        return Err(AppError::conflict(words));
    }
    quota::reserve(door, Terms::of(&platform.settings), system, size).await?;
    let sql = "INSERT INTO uploads (id, system_id, user_id, file_name, file_type, metadata, size, created_at, updated_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)";
    let values: [Value; 9] = [
        id.0.into(),
        system.0.into(),
        user.0.into(),
        metadata.file_name.as_str().into(),
        metadata.file_type.as_ref().map(|kind| kind.as_str().to_owned()).into(),
        metadata.raw.as_str().into(),
        i64::try_from(size).map_err(AppError::internal)?.into(),
        door.now.into(),
        expiry(platform, door.now).into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("upload.create", "upload", id).details(json!({ "size": size })));
    Ok(id)
}

/// Moves the offset, together with what is known of the bytes before it, from where it was; the new time of expiry. The bytes
/// must be durable by now.
pub(crate) async fn advance(
    platform: &Platform,
    id: UploadId,
    from: u64,
    to: u64,
    progress: &Progress,
    finished: Option<&Finished>,
) -> Result<DateTime<Utc>> {
    let now = platform.clock.now();
    let expires = expiry(platform, now);
    let values: [Value; 8] = [
        i64::try_from(to).map_err(AppError::internal)?.into(),
        progress.to_bytes().into(),
        finished.map(|finished| finished.sha256.clone()).into(),
        finished.map(|_| now).into(),
        now.into(),
        expires.into(),
        id.0.into(),
        i64::try_from(from).map_err(AppError::internal)?.into(),
    ];
    let sql = "UPDATE uploads SET byte_offset = $1, hash_state = $2, sha256 = $3, completed_at = $4, updated_at = $5, expires_at = $6 \
               WHERE id = $7 AND byte_offset = $8 AND completed_at IS NULL";
    let moved = platform.db.write(move |tx| Box::pin(async move { execute(tx, sql, values).await })).await?;
    if moved == 1 { Ok(expires) } else { Err(AppError::new(ErrorCode::Gone).detail("This upload was ended in the meantime.")) }
}

/// Ends an upload, behind the system's door: its row goes. The bytes are removed afterwards.
pub(crate) async fn end(door: &mut Door<'_>, system: SystemId, id: UploadId, action: &'static str) -> Result<()> {
    let sql = "DELETE FROM uploads WHERE id = $1 AND system_id = $2 AND consumed_at IS NULL";
    if execute(door.tx, sql, [id.0.into(), system.0.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    door.record(Event::new(action, "upload", id));
    Ok(())
}

/// Takes a finished upload for evidence, once, behind the system's door.
pub(crate) async fn consume(door: &mut Door<'_>, system: SystemId, id: UploadId) -> Result<()> {
    let sql = "UPDATE uploads SET consumed_at = $1 WHERE id = $2 AND system_id = $3 AND user_id = $4 AND completed_at IS NOT NULL \
               AND consumed_at IS NULL";
    let user = door.user()?.0;
    if execute(door.tx, sql, [door.now.into(), id.0.into(), system.0.into(), user.into()]).await? == 0 {
        return Err(AppError::new(ErrorCode::Gone).detail("Evidence was made of this upload already, or it was ended."));
    }
    Ok(())
}
