//! Malware: what a scanner says of the bytes of evidence, where the settings name one.
//!
//! Architecture Invariant: with a scanner, no byte leaves before it was found clean, whichever way it came and however old it is;
//! what was found infected never leaves.
//!
//! - `clamd.rs`: the scanner's protocol

mod clamd;

use crate::alarm;
use audit::{Actor, Event, change_system_even_archived};
use chrono::{DateTime, Duration, Utc};
use clamd::Verdict;
use platform::blobs::BlobKey;
use platform::db::execute;
use platform::settings::ClamavAddress;
use platform::{AppError, JobError, JobResult, Platform, Result, Tx, outbox};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared_types::files::{ScanState, withheld_as_stored};
use shared_types::{ErrorCode, SystemId};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

/// The topic of the job that scans one blob, in the outbox.
pub const SCAN: &str = "scan_file";
/// For so long one run of the job that makes up for others goes on: less than a job may take, more than
/// one scan does.
const RUN: std::time::Duration = std::time::Duration::from_mins(3);
/// What could not be scanned is tried again after this long.
const AGAIN: Duration = Duration::minutes(50);

/// Which blob is to be scanned.
#[derive(Serialize, Deserialize)]
struct Payload {
    blob: Uuid,
}

#[derive(Debug, Clone, FromQueryResult)]
struct BlobRow {
    id: Uuid,
    system_id: Uuid,
    sha256: String,
    size: i64,
    scan_state: String,
    integrity: String,
}

impl BlobRow {
    fn state(&self) -> ScanState {
        ScanState::parse(&self.scan_state).unwrap_or(ScanState::NotScanned)
    }
}

/// Refuses to hand bytes out that are damaged (410) or were not found clean: 423 while the scanner has not looked, 403 for what it found. Call it before
/// a blob is read for a person.
pub(crate) async fn check_readable(platform: &Platform, system: SystemId, sha256: &str) -> Result<()> {
    let sql = "SELECT id, system_id, sha256, size, scan_state, integrity FROM blobs WHERE system_id = $1 AND sha256 = $2";
    let row = platform.db.row::<BlobRow>(sql, [system.0.into(), sha256.into()]).await?.ok_or_else(AppError::not_found)?;
    match withheld_as_stored(&row.integrity, &row.scan_state, platform.settings.clamav.is_on()) {
        None => Ok(()),
        Some(code @ ErrorCode::MalwareFound) => Err(AppError::new(code).detail("A scanner found malware in this file.")),
        Some(code @ ErrorCode::NotScannedYet) => {
            Err(AppError::new(code).detail("This file has not been scanned for malware yet."))
        }
        Some(code) => Err(AppError::new(code)),
    }
}

/// Writes down, in the transaction that makes a blob, that it is to be scanned.
pub(crate) async fn enqueue(door: &audit::Door<'_>, blob: Uuid) -> Result<()> {
    outbox::enqueue(door.tx, &door.clock, &door.rng, SCAN, &Payload { blob }).await
}

/// Scans the blob of a job.
pub async fn scan_file(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { blob } = serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a blob: {error}")))?;
    let sql = "SELECT id, system_id, sha256, size, scan_state, integrity FROM blobs WHERE id = $1";
    let row = platform.db.row::<BlobRow>(sql, [blob.into()]).await?;
    match (row, platform.settings.clamav.address()) {
        (Some(row), Some(address)) if row.state() == ScanState::NotScanned => {
            look(platform, &address, row, Some(outbox)).await?;
        }
        _ => {
            let now = platform.clock.now();
            platform.db.write(move |tx: &Tx| Box::pin(async move { outbox::finish(tx, outbox, now).await })).await?;
        }
    }
    Ok(())
}

/// Scans what no job has scanned: blobs from before there was a scanner, and those for which it did not answer. How many.
pub async fn scan_remaining(platform: &Platform) -> Result<u64> {
    let Some(address) = platform.settings.clamav.address() else { return Ok(0) };
    let before = platform.clock.now() - AGAIN;
    // A new blob has a job of its own, which may be under way.
    let sql = "SELECT id, system_id, sha256, size, scan_state, integrity FROM blobs WHERE (scan_state = 'not_scanned' AND created_at <= $1) \
               OR (scan_state = 'failed' AND scanned_at <= $1) ORDER BY scan_state DESC, COALESCE(scanned_at, created_at), id LIMIT 200";
    let (mut scanned, started) = (0, Instant::now());
    loop {
        let rows = platform.db.rows::<BlobRow>(sql, [before.into()]).await?;
        if rows.is_empty() {
            return Ok(scanned);
        }
        for row in rows {
            // One for which no time is left is the next run's first, which has enough for any.
            let left = RUN.saturating_sub(started.elapsed());
            let Ok(looked) = timeout(left, look(platform, &address, row, None)).await else { return Ok(scanned) };
            looked?;
            scanned += 1;
        }
    }
}

/// Lets the scanner look at one blob, and writes down what it says.
async fn look(platform: &Platform, address: &ClamavAddress, row: BlobRow, job: Option<Uuid>) -> Result<()> {
    let system = SystemId(row.system_id);
    let size = u64::try_from(row.size).map_err(AppError::internal)?;
    let key = BlobKey::new(system, &row.sha256)?;
    let verdict = match platform.blobs.read(&key, 0..size).await {
        Ok(bytes) => clamd::scan(address, bytes).await?,
        // The integrity job tells of what is missing; here it is only not scanned.
        Err(error) => Verdict::Failed(format!("the bytes can't be read: {}", error.code())),
    };
    let now = platform.clock.now();
    if let Verdict::Infected(name) = verdict {
        tracing::error!(blob = %row.id, system = %system, signature = %name, "malware was found in evidence");
        return infected(platform, row, name, job).await;
    }
    let (state, why) = match verdict {
        Verdict::Failed(why) => (ScanState::Failed, Some(why)),
        Verdict::Clean | Verdict::Infected(_) => (ScanState::Clean, None),
    };
    if let Some(why) = &why {
        tracing::warn!(blob = %row.id, why, "a file could not be scanned for malware");
    }
    platform
        .db
        .write(move |tx| Box::pin(async move { finished(tx, job, now).await?.then_set(tx, row.id, state, why, now).await }))
        .await
}

/// Whether a job's effect may still be made.
struct Wanted(bool);

async fn finished(tx: &Tx, job: Option<Uuid>, now: DateTime<Utc>) -> Result<Wanted> {
    match job {
        Some(job) => outbox::finish(tx, job, now).await.map(Wanted),
        None => Ok(Wanted(true)),
    }
}

impl Wanted {
    async fn then_set(self, tx: &Tx, blob: Uuid, state: ScanState, said: Option<String>, now: DateTime<Utc>) -> Result<()> {
        if self.0 {
            // What was found is never taken back.
            let sql = "UPDATE blobs SET scan_state = $2, scan_signature = $3, scanned_at = $4 WHERE id = $1 AND scan_state <> 'infected'";
            execute(tx, sql, [blob.into(), state.as_str().into(), said.into(), now.into()]).await?;
        }
        Ok(())
    }
}

/// Writes down what was found, with its event, and lets the managers be told.
async fn infected(platform: &Platform, row: BlobRow, signature: String, job: Option<Uuid>) -> Result<()> {
    let system = SystemId(row.system_id);
    change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
        Box::pin(async move {
            let now = door.now;
            let wanted = finished(door.tx, job, now).await?;
            if wanted.0 {
                wanted.then_set(door.tx, row.id, ScanState::Infected, Some(signature.clone()), now).await?;
                let details = json!({ "sha256": row.sha256, "signature": signature });
                door.record(Event::new("evidence.infected", "blob", row.id).details(details));
                alarm::raise(door, system, row.id, alarm::Kind::Infected).await?;
            }
            Ok(())
        })
    })
    .await
}
