//! What nobody will finish, and what a crash left behind: rows, bytes, blobs without evidence.

use crate::staging::{folder, upload_path};
use audit::{Actor, Event, change_system_even_archived};
use chrono::{DateTime, Duration, Utc};
use platform::blobs::BlobKey;
use platform::db::execute;
use platform::files::{blocking, remove_if_there};
use platform::{Platform, Result};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::{SystemId, UploadId};
use std::collections::HashSet;
use std::path::PathBuf;
use uuid::Uuid;

/// Rows of one statement.
const BATCH: usize = 500;

#[derive(FromQueryResult)]
struct Expired {
    id: Uuid,
    system_id: Uuid,
    consumed_at: Option<DateTime<Utc>>,
}

/// Drops uploads that have expired, then everything that a crash left behind; how many files and uploads went. Safe to run
/// while others upload, and as often as one likes.
pub async fn expire_uploads(platform: &Platform, now: DateTime<Utc>) -> Result<u64> {
    let mut dropped = 0;
    loop {
        let sql = "SELECT id, system_id, consumed_at FROM uploads WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT 500";
        let expired = platform.db.rows::<Expired>(sql, [now.into()]).await?;
        let full = expired.len() == BATCH;
        for upload in expired {
            dropped += drop_upload(platform, upload, now).await?;
        }
        if !full {
            break;
        }
    }
    Ok(dropped + sweep_files(platform, now).await? + sweep_blobs(platform).await?)
}

/// Drops one upload, unless a chunk came in the meantime.
async fn drop_upload(platform: &Platform, upload: Expired, now: DateTime<Utc>) -> Result<u64> {
    let Expired { id, system_id, consumed_at } = upload;
    let gone = change_system_even_archived(platform, Actor::anonymous(), SystemId(system_id), move |door| {
        Box::pin(async move {
            let sql = "DELETE FROM uploads WHERE id = $1 AND expires_at <= $2";
            let gone = execute(door.tx, sql, [id.into(), now.into()]).await?;
            if gone > 0 && consumed_at.is_none() {
                door.record(Event::new("upload.expire", "upload", id).details(json!({})));
            }
            Ok(gone)
        })
    })
    .await?;
    if gone > 0 {
        let path = upload_path(platform, UploadId(id));
        blocking(move || Ok(remove_if_there(&path)?)).await?;
    }
    Ok(gone)
}

/// When a UUID of version 7 was made.
fn made_at(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

#[derive(FromQueryResult)]
struct KnownUpload {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct KnownBlob {
    sha256: String,
}

fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Removes files without an upload. Those of a request that is still running are younger than the grace: as long as an upload may
/// rest.
async fn sweep_files(platform: &Platform, now: DateTime<Utc>) -> Result<u64> {
    let grace = Duration::hours(i64::from(platform.settings.uploads.expire_hours));
    let folder = folder(platform);
    let old = blocking(move || {
        let mut old: Vec<(Uuid, PathBuf)> = Vec::new();
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(old),
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let path = entry?.path();
            let id = path.file_stem().and_then(|name| name.to_str()?.parse::<Uuid>().ok());
            if let Some(id) = id.filter(|id| made_at(*id).is_some_and(|made| made + grace <= now)) {
                old.push((id, path));
            }
        }
        Ok(old)
    })
    .await?;
    let mut removed = 0;
    for batch in old.chunks(BATCH) {
        let sql = format!("SELECT id FROM uploads WHERE id IN ({})", places(1, batch.len()));
        let ids: Vec<Value> = batch.iter().map(|(id, _)| Value::from(*id)).collect();
        let known = platform.db.rows::<KnownUpload>(&sql, ids).await?;
        let known: HashSet<Uuid> = known.into_iter().map(|KnownUpload { id }| id).collect();
        for (_, path) in batch.iter().filter(|(id, _)| !known.contains(id)) {
            let path = path.clone();
            blocking(move || Ok(remove_if_there(&path)?)).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes blobs that no row knows: the creation of their evidence failed, or died, after the bytes were stored. Under the lock of
/// the system's blobs nobody is between both.
async fn sweep_blobs(platform: &Platform) -> Result<u64> {
    let mut removed = 0;
    for system in platform.blobs.systems().await? {
        let Some(lock) = platform.blobs.try_lock(system).await? else { continue };
        for names in platform.blobs.list(system).await?.chunks(BATCH) {
            // The files of reports are kept as blobs too, by their own rows.
            let names_of = places(2, names.len());
            let sql = format!(
                "SELECT sha256 FROM blobs WHERE system_id = $1 AND sha256 IN ({names_of}) \
                 UNION SELECT sha256 FROM reports WHERE system_id = $1 AND sha256 IN ({names_of})"
            );
            let values = std::iter::once(Value::from(system.0)).chain(names.iter().map(|name| Value::from(name.as_str())));
            let known = platform.db.rows::<KnownBlob>(&sql, values.collect::<Vec<_>>()).await?;
            let known: HashSet<String> = known.into_iter().map(|KnownBlob { sha256 }| sha256).collect();
            for sha256 in names.iter().filter(|name| !known.contains(*name)) {
                platform.blobs.remove(&BlobKey::new(system, sha256)?).await?;
                removed += 1;
            }
        }
        drop(lock);
    }
    Ok(removed)
}
