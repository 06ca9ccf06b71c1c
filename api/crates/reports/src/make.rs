//! The job that makes a report's file, and the one that throws old ones away.
//!
//! A delivery that is repeated makes the file again: what was stored under the old hash and has no row is swept with the other blobs.
//! The report is made in the name of the person who asked for it, with the rights that the person has then.

use crate::build::{Wanted, build};
use crate::export::named;
use crate::queries::reports::{self as queries, Expired, ReportRow};
use audit::{Actor, Event, change_system_even_archived};
use chrono::{Duration, Utc};
use platform::blobs::BlobKey;
use platform::db::{Tx, execute};
use platform::files::{blocking, create_dirs, open_private, remove_if_there, sync_dir};
use platform::{AppError, JobError, JobResult, Platform, Result, outbox};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared_types::reports::{ReportFormat, ReportKind, ReportState};
use shared_types::{ErrorCode, ReportId, SystemId, UserId};
use std::io::Write;
use std::path::{Path, PathBuf};
use systems::Scope;
use uuid::Uuid;

/// The job's topic.
pub const MAKE_REPORT: &str = "make_report";

/// What the job is told.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub system: SystemId,
    pub report: ReportId,
}

/// What was made.
struct Made {
    file_name: String,
    working_copy: bool,
    sha256: String,
    size: u64,
}

/// Makes a report that was asked for.
pub async fn make_report(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { system, report } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a report to be made: {error}")))?;
    let row = match queries::one(platform.db.read(), system, true, report).await {
        Ok(row) => row,
        // It was deleted meanwhile.
        Err(error) if error.code() == ErrorCode::NotFound => return done(platform, outbox).await,
        Err(error) => return Err(error.into()),
    };
    // It was made already, by a delivery that this one repeats.
    if !matches!(ReportState::parse(&row.state), Some(ReportState::Queued | ReportState::Running)) {
        return done(platform, outbox).await;
    }
    let (Some(kind), Some(format)) = (ReportKind::parse(&row.kind), ReportFormat::parse(&row.format)) else {
        return Err(JobError::Fail("a report of an unknown kind or format".to_owned()));
    };
    let scope = match row.requested_by {
        Some(user) => systems::scope_of(platform, system, UserId(user)).await?,
        None => None,
    };
    let Some(scope) = scope.filter(|scope| scope.role.allows(kind.least_role())) else {
        return fail(platform, outbox, system, report, "The person who asked for it may not read this any more.").await;
    };
    match made(platform, &scope, &row, (kind, format)).await {
        Ok((made, hold)) => {
            let result = ready(platform, outbox, (system, report), (kind, format), made).await;
            drop(hold);
            result
        }
        Err(error) if matches!(error.code(), ErrorCode::Invalid) => {
            let words: Vec<String> = error.errors().iter().map(|one| one.detail.clone()).collect();
            fail(platform, outbox, system, report, &words.join("; ")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Builds the document, writes the file, and stores its bytes.
async fn made(
    platform: &Platform,
    scope: &Scope,
    row: &ReportRow,
    (kind, format): (ReportKind, ReportFormat),
) -> Result<(Made, platform::blobs::Hold)> {
    progress(platform, row.id, 10).await?;
    let wanted = Wanted { kind, filters: row.filters.clone().unwrap_or_default(), marking: row.marking.clone() };
    let document = build(platform, scope, &wanted).await?;
    progress(platform, row.id, 40).await?;
    let working_copy = document.notice.is_some();
    let about = kind.as_str().replace('_', "-");
    let file_name = named(&scope.name, &about, working_copy, document.as_of, format.as_str());
    let path = platform.settings.data_dir.join("reports").join(row.id.to_string());
    let staged = Staged(path.clone());
    let (sha256, size) = blocking(move || {
        let bytes = documents::write(&document, format).map_err(AppError::internal)?;
        store(&path, &bytes)?;
        Ok((hex::encode(Sha256::digest(&bytes)), bytes.len() as u64))
    })
    .await?;
    progress(platform, row.id, 80).await?;
    let hold = platform.blobs.keep(&BlobKey::new(scope.system, &sha256)?, &staged.0, size).await?;
    Ok((Made { file_name, working_copy, sha256, size }, hold))
}

/// The file before it is a blob. It goes when this is dropped; what a crash leaves behind, the next attempt writes over.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        if let Err(error) = remove_if_there(&self.0) {
            tracing::warn!(%error, "the staged file of a report stays behind");
        }
    }
}

fn store(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    create_dirs(folder)?;
    let mut file = open_private(path, true)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_dir(folder)?;
    Ok(())
}

/// How far it is: nothing that the system's history is about, so not behind the door.
async fn progress(platform: &Platform, id: Uuid, percent: i32) -> Result<()> {
    platform
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let sql = "UPDATE reports SET state = 'running', progress = $2, version = version + 1 \
                           WHERE id = $1 AND state IN ('queued', 'running')";
                execute(tx, sql, [id.into(), percent.into()]).await.map(drop)
            })
        })
        .await
}

async fn done(platform: &Platform, outbox: Uuid) -> JobResult {
    let now = platform.clock.now();
    platform.db.write(move |tx: &Tx| Box::pin(async move { outbox::finish(tx, outbox, now).await })).await?;
    Ok(())
}

async fn fail(platform: &Platform, outbox: Uuid, system: SystemId, report: ReportId, words: &str) -> JobResult {
    let words = words.to_owned();
    change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
        Box::pin(async move {
            if !outbox::finish(door.tx, outbox, door.now).await? {
                return Ok(());
            }
            let sql = "UPDATE reports SET state = 'failed', failure = $2, version = version + 1 WHERE id = $1";
            if execute(door.tx, sql, [report.0.into(), words.into()]).await? == 1 {
                door.record(Event::new("report.fail", "report", report));
            }
            Ok(())
        })
    })
    .await?;
    Ok(())
}

async fn ready(
    platform: &Platform,
    outbox: Uuid,
    (system, report): (SystemId, ReportId),
    (kind, format): (ReportKind, ReportFormat),
    made: Made,
) -> JobResult {
    let expires = platform.clock.now() + Duration::days(i64::from(platform.settings.reports.keep_days));
    let Made { file_name, working_copy, sha256, size } = made;
    let stored = i64::try_from(size).map_err(AppError::internal)?;
    change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
        Box::pin(async move {
            if !outbox::finish(door.tx, outbox, door.now).await? {
                return Ok(());
            }
            let sql = "UPDATE reports SET state = 'ready', progress = 100, working_copy = $2, made_at = $3, file_name = $4, size = $5, \
                       sha256 = $6, expires_at = $7, version = version + 1 WHERE id = $1";
            let values = [
                report.0.into(),
                working_copy.into(),
                door.now.into(),
                file_name.into(),
                stored.into(),
                sha256.as_str().into(),
                expires.into(),
            ];
            if execute(door.tx, sql, values).await? == 1 {
                let details = json!({ "kind": kind, "format": format, "sha256": sha256, "size": size, "working_copy": working_copy });
                door.record(Event::new("report.make", "report", report).details(details));
            }
            Ok(())
        })
    })
    .await?;
    Ok(())
}

/// Takes reports away whose time is over; how many. Their bytes go with the next sweep of blobs.
pub async fn purge_reports(platform: &Platform) -> Result<u64> {
    let now: chrono::DateTime<Utc> = platform.clock.now();
    let mut gone = 0;
    loop {
        let found = queries::expired(&platform.db, now).await?;
        if found.is_empty() {
            return Ok(gone);
        }
        for Expired { id, system_id } in found {
            gone += change_system_even_archived(platform, Actor::anonymous(), SystemId(system_id), move |door| {
                Box::pin(async move {
                    let sql = "DELETE FROM reports WHERE id = $1 AND expires_at <= $2";
                    let gone = execute(door.tx, sql, [id.into(), now.into()]).await?;
                    if gone > 0 {
                        door.record(Event::new("report.expire", "report", id));
                    }
                    Ok(gone)
                })
            })
            .await?;
        }
    }
}
