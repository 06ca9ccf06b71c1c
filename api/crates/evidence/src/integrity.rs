//! Whether the stored bytes are still what was uploaded: each blob is hashed again, those first that wait longest. Every run takes a
//! sample, sized such that each blob's turn comes within a month however many there are.
//!
//! What is found damaged is put aside, so that nobody is given it and the same content can be stored anew; the database knows it, the
//! audit log says it, and people are told. A damaged blob is mended by uploading the same file again.

use crate::alarm;
use audit::{Actor, Door, Event, change_system_even_archived};
use chrono::Duration;
use futures_util::TryStreamExt;
use platform::blobs::BlobKey;
use platform::db::execute;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use sha2::{Digest, Sha256};
use shared_types::files::Integrity;
use shared_types::{ErrorCode, SystemId};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

/// Within so long every blob is compared.
const ROUND: Duration = Duration::days(28);
/// Runs in that time: one each hour, of which some may fail.
const RUNS: i64 = 26 * 24;
/// At least so many in each run, if there are as many.
const SAMPLE: i64 = 5;
/// What was compared within this is not compared again.
const REST: Duration = Duration::hours(20);
/// For so long one run goes on; less than a job may take. The next one takes up what it left.
const RUN: std::time::Duration = std::time::Duration::from_mins(3);
/// Blobs of one statement.
const BATCH: i64 = 100;

#[derive(Debug, Clone, FromQueryResult)]
struct BlobRow {
    id: Uuid,
    system_id: Uuid,
    sha256: String,
    size: i64,
    integrity: String,
}

#[derive(FromQueryResult)]
struct Counts {
    blobs: i64,
    due: i64,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Blobs that were compared.
    pub compared: u64,
    /// Of these, what is damaged.
    pub damaged: u64,
}

/// How a blob was found.
enum Found {
    Sound,
    /// Why it is not.
    Damaged(Why),
    /// It can't be told now: the disk or the store does not answer.
    Unknown(AppError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Missing,
    Changed,
    /// The disk does not give it back. It may another time, so it stays where it is.
    Unreadable,
}

impl Why {
    fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Compares a sample of the blobs with their hashes, and everything that is due.
pub async fn verify_files(platform: &Platform) -> Result<Verified> {
    let now = platform.clock.now();
    let sql = "SELECT CAST(COUNT(*) AS bigint) AS blobs, \
               CAST(COALESCE(SUM(CASE WHEN verified_at <= $1 OR (verified_at IS NULL AND created_at <= $1) THEN 1 ELSE 0 END), 0) AS bigint) \
               AS due FROM blobs";
    let counts = platform.db.row::<Counts>(sql, [(now - ROUND).into()]).await?;
    let Counts { blobs, due } = counts.ok_or_else(|| AppError::internal("a count without a row"))?;
    let mut left = SAMPLE.max(blobs / RUNS + 1).max(due);
    let (mut verified, started) = (Verified::default(), Instant::now());
    while left > 0 && started.elapsed() < RUN {
        // In order of their last comparison, or of their coming. NULL sorts at another end in each database.
        // The damaged ones too: a disk that was away may be back.
        let sql = "SELECT id, system_id, sha256, size, integrity FROM blobs WHERE (verified_at IS NULL OR verified_at <= $1) \
                   AND (tried_at IS NULL OR tried_at <= $1) ORDER BY COALESCE(tried_at, verified_at, created_at), id LIMIT $2";
        let rows = platform.db.rows::<BlobRow>(sql, [(now - REST).into(), BATCH.min(left).into()]).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let (id, time) = (row.id, RUN.saturating_sub(started.elapsed()));
            match timeout(time, verify(platform, row)).await {
                Ok(Ok(damaged)) => verified.damaged += u64::from(damaged),
                Ok(Err(error)) => {
                    tried(platform, id).await?;
                    return Err(error);
                }
                // The next run begins with it, and has all its time for it.
                Err(_) if verified.compared > 0 => return Ok(verified),
                Err(_) => {
                    tracing::warn!(blob = %id, "a file could not be compared within the time of a whole run");
                    tried(platform, id).await?;
                    return Ok(verified);
                }
            }
            verified.compared += 1;
            left -= 1;
        }
    }
    Ok(verified)
}

/// Compares one blob and writes down how it was found; whether it is damaged.
async fn verify(platform: &Platform, row: BlobRow) -> Result<bool> {
    let known = row.integrity == Integrity::Damaged.as_str();
    let key = BlobKey::new(SystemId(row.system_id), &row.sha256)?;
    let stamp = platform.blobs.stamp(&key).await?;
    match compare(platform, &row).await? {
        Found::Unknown(error) => Err(error),
        Found::Damaged(_) if known => still(platform, row.id, Integrity::Damaged).await.map(|()| true),
        Found::Sound if !known => still(platform, row.id, Integrity::Sound).await.map(|()| false),
        Found::Sound => mended(platform, row).await.map(|()| false),
        // Once more: a disk may fail to give a sector and then give it. Nobody who stores waits for that.
        Found::Damaged(_) => match compare(platform, &row).await? {
            Found::Damaged(why) => {
                // From here nobody stores. What is put aside must be what was compared: where somebody has stored the content anew
                // meanwhile, or does so now, the next look finds how it is.
                let Some(_lock) = platform.blobs.try_lock(SystemId(row.system_id)).await? else { return Ok(false) };
                if platform.blobs.stamp(&key).await? != stamp {
                    return Ok(false);
                }
                damaged(platform, row, why).await.map(|()| true)
            }
            Found::Sound => Ok(false),
            Found::Unknown(error) => Err(error),
        },
    }
}

/// It could not be told how it is: the others have their turn before it is tried again.
async fn tried(platform: &Platform, id: Uuid) -> Result<()> {
    let now = platform.clock.now();
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                execute(tx, "UPDATE blobs SET tried_at = $2 WHERE id = $1", [id.into(), now.into()]).await?;
                Ok(())
            })
        })
        .await
}

/// It is as it was known to be, or was never looked at.
async fn still(platform: &Platform, id: Uuid, found: Integrity) -> Result<()> {
    let now = platform.clock.now();
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                // A damaged one that was mended meanwhile is mended.
                let sql = "UPDATE blobs SET integrity = $2, verified_at = $3, tried_at = NULL WHERE id = $1 AND (integrity = 'damaged') = ($2 = 'damaged')";
                execute(tx, sql, [id.into(), found.as_str().into(), now.into()]).await?;
                Ok(())
            })
        })
        .await
}

/// A damaged one is sound again: its disk is back, or somebody restored it.
async fn mended(platform: &Platform, row: BlobRow) -> Result<()> {
    let system = SystemId(row.system_id);
    change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
        Box::pin(async move {
            heal(door, row.id, &row.sha256).await?;
            let sql = "UPDATE blobs SET integrity = 'sound', verified_at = $2, tried_at = NULL WHERE id = $1";
            execute(door.tx, sql, [row.id.into(), door.now.into()]).await?;
            Ok(())
        })
    })
    .await
}

/// Reads a blob through, in pieces. Hashing is done on the threads for blocking work.
async fn compare(platform: &Platform, row: &BlobRow) -> Result<Found> {
    let key = BlobKey::new(SystemId(row.system_id), &row.sha256)?;
    let size = u64::try_from(row.size).map_err(AppError::internal)?;
    let mut bytes = match platform.blobs.read(&key, 0..size).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(not_read(error)),
    };
    let (mut hash, mut length) = (Sha256::new(), 0_u64);
    loop {
        match bytes.try_next().await {
            Ok(Some(piece)) => {
                length += piece.len() as u64;
                hash = platform::files::blocking(move || {
                    hash.update(&piece);
                    Ok(hash)
                })
                .await?;
            }
            Ok(None) => break,
            Err(error) if error.code() == ErrorCode::FileDamaged => return Ok(Found::Damaged(Why::Changed)),
            Err(error) => return Ok(not_read(error)),
        }
    }
    let sound = length == size && hex::encode(hash.finalize()) == row.sha256;
    Ok(if sound { Found::Sound } else { Found::Damaged(Why::Changed) })
}

/// What the failure to read a blob says of it.
fn not_read(error: AppError) -> Found {
    match error.code() {
        ErrorCode::FileDamaged => Found::Damaged(Why::Missing),
        ErrorCode::Internal => Found::Damaged(Why::Unreadable),
        _ => Found::Unknown(error),
    }
}

/// Puts a blob aside, writes down that it is damaged, and lets people be told.
async fn damaged(platform: &Platform, row: BlobRow, why: Why) -> Result<()> {
    let system = SystemId(row.system_id);
    tracing::error!(blob = %row.id, system = %system, sha256 = row.sha256, why = why.as_str(), "a stored file is not what was uploaded");
    if why == Why::Changed {
        platform.blobs.set_aside(&BlobKey::new(system, &row.sha256)?).await?;
    }
    change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
        Box::pin(async move {
            let sql = "UPDATE blobs SET integrity = 'damaged', verified_at = $2, tried_at = NULL WHERE id = $1 AND integrity <> 'damaged'";
            if execute(door.tx, sql, [row.id.into(), door.now.into()]).await? == 1 {
                let details = json!({ "sha256": row.sha256, "size": row.size, "found": why.as_str() });
                door.record(Event::new("evidence.integrity_failure", "blob", row.id).details(details));
                alarm::raise(door, system, row.id, alarm::Kind::Damaged).await?;
            }
            Ok(())
        })
    })
    .await
}

/// The same content was stored again, in the transaction that finds its blob: a damaged one is mended.
pub(crate) async fn heal(door: &mut Door<'_>, blob: Uuid, sha256: &str) -> Result<()> {
    let sql = "UPDATE blobs SET integrity = 'unchecked', verified_at = NULL, tried_at = NULL, created_at = $2 \
               WHERE id = $1 AND integrity = 'damaged'";
    if execute(door.tx, sql, [blob.into(), door.now.into()]).await? == 1 {
        door.record(Event::new("evidence.integrity_mended", "blob", blob).details(json!({ "sha256": sha256 })));
    }
    Ok(())
}
