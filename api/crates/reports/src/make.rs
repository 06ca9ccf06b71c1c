//! The job that makes a report's file.
//!
//! A delivery that is repeated makes the file again, in a file of its own: what was stored and has no row is swept with the other blobs,
//! and a report that is ready or given up is left alone. Few are made at a time, whatever the number of workers: a document and its
//! file are in memory as a whole. The report is made in the name of the person who asked for it, with the rights that the person has then.

use crate::build::{Wanted, build};
use crate::export::named;
use crate::queries::reports::{self as queries, ReportRow};
use crate::schedules;
use crate::template;
use audit::{Actor, Door, Event, change_system_even_archived};
use chrono::Duration;
use evidence::Temporary;
use platform::blobs::BlobKey;
use platform::db::{Tx, execute, rows};
use platform::files::blocking;
use platform::{AppError, JobError, JobResult, Platform, Result, outbox};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared_types::reports::{ReportDocument, ReportFormat, ReportKind, ReportState};
use shared_types::{ErrorCode, ReportId, SystemId, UserId};
use systems::Scope;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

/// The job's topic.
pub const MAKE_REPORT: &str = "make_report";
/// Reports that a process makes at a time.
static MAKING: Semaphore = Semaphore::const_new(2);

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

/// What became of an attempt.
enum Attempt {
    /// The file is stored; the hold keeps the sweep away until the row knows it.
    Stored(Made, platform::blobs::Hold),
    /// Another attempt would end the same; why, in words.
    Impossible(String),
}

/// Makes a report that was asked for.
pub async fn make_report(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let Payload { system, report } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a report to be made: {error}")))?;
    // Before anything is read: what is true now may not be when it has its turn.
    let permit = MAKING.acquire().await.map_err(AppError::internal)?;
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
    begin(platform, row.id).await?;
    let (Some(kind), Some(format)) = (ReportKind::parse(&row.kind), ReportFormat::parse(&row.format)) else {
        return fail(platform, outbox, system, report, "This version knows no such report. Have it made again.").await;
    };
    let scope = match row.requested_by {
        Some(user) => systems::scope_of(platform, system, UserId(user)).await?,
        None => None,
    };
    let Some(scope) = scope.filter(|scope| scope.role.allows(kind.least_role())) else {
        return fail(platform, outbox, system, report, "The person who asked for it may not read this any more.").await;
    };
    match made(platform, &scope, &row, (kind, format), permit).await {
        Ok(Attempt::Stored(made, hold)) => {
            let result = ready(platform, outbox, (system, report), &row, (kind, format), made).await;
            drop(hold);
            result
        }
        Ok(Attempt::Impossible(words)) => fail(platform, outbox, system, report, &words).await,
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
    permit: SemaphorePermit<'static>,
) -> Result<Attempt> {
    let wanted = Wanted { kind, filters: row.filters.clone().unwrap_or_default(), marking: row.marking.clone() };
    let document = build(platform, scope, &wanted).await?;
    progress(platform, row.id, 40).await?;
    let working_copy = document.notice.is_some();
    let about = kind.as_str().replace('_', "-");
    let file_name = named(&scope.name, &about, working_copy, document.as_of, format.as_str());
    let logo = match &document.logo {
        Some(logo) => template::picture(platform.db.read(), &logo.sha256).await?,
        None => None,
    };
    // A file for this attempt alone: what is stored of it may be the same file under another name, so nobody may ever write to it again.
    let file = Temporary::new(platform)?;
    let written = blocking(move || write(document, format, logo.as_deref(), file, permit)).await?;
    let (staged, sha256, size) = match written {
        Ok(written) => written,
        Err(error) => {
            tracing::error!(report = %row.id, %error, "a report can't be written");
            return Ok(Attempt::Impossible("It could not be written in this format. Have it made in another one.".to_owned()));
        }
    };
    progress(platform, row.id, 80).await?;
    let hold = platform.blobs.keep(&BlobKey::new(scope.system, &sha256)?, staged.path(), size).await?;
    Ok(Attempt::Stored(Made { file_name, working_copy, sha256, size }, hold))
}

type Written = std::result::Result<(Temporary, String, u64), documents::WriteError>;

/// Writes the file; it, its hash and its size. Blocking. It goes on to its end when the job is given up, so the permit goes with it.
fn write(
    document: ReportDocument,
    format: ReportFormat,
    logo: Option<&[u8]>,
    file: Temporary,
    permit: SemaphorePermit<'static>,
) -> Result<Written> {
    let bytes = match documents::write(document, format, logo) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    file.write(&bytes)?;
    drop(permit);
    Ok(Ok((file, hex::encode(Sha256::digest(&bytes)), bytes.len() as u64)))
}

/// An attempt begins. What was told of the one before stays.
async fn begin(platform: &Platform, id: Uuid) -> Result<()> {
    let now = platform.clock.now();
    let sql = "UPDATE reports SET state = 'running', begun_at = $2 WHERE id = $1 AND state IN ('queued', 'running')";
    platform.db.write(move |tx: &Tx| Box::pin(async move { execute(tx, sql, [id.into(), now.into()]).await.map(drop) })).await?;
    progress(platform, id, 10).await
}

/// How far it is, never less than it was: nothing that the system's history is about, so not behind the door.
async fn progress(platform: &Platform, id: Uuid, percent: i32) -> Result<()> {
    platform
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let sql = "UPDATE reports SET state = 'running', progress = $2, version = version + 1 \
                           WHERE id = $1 AND state IN ('queued', 'running') AND progress < $2";
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
            failed(door, report, &words).await.map(drop)
        })
    })
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Failed {
    system_id: Uuid,
    schedule_id: Option<Uuid>,
    requested_by: Option<Uuid>,
}

/// Marks a report that is not made yet as failed; whether it was one.
pub(crate) async fn failed(door: &mut Door<'_>, report: ReportId, words: &str) -> Result<bool> {
    let sql = "UPDATE reports SET state = 'failed', failure = $2, version = version + 1 WHERE id = $1 AND state IN ('queued', 'running') \
               RETURNING system_id, schedule_id, requested_by";
    let failed = rows::<Failed>(door.tx, sql, [report.0.into(), words.into()]).await?.into_iter().next();
    let Some(Failed { system_id, schedule_id, requested_by }) = failed else { return Ok(false) };
    door.record(Event::new("report.fail", "report", report));
    if let Some(schedule) = schedule_id {
        schedules::failed(door, SystemId(system_id), (schedule, requested_by), report, words).await?;
    }
    Ok(true)
}

async fn ready(
    platform: &Platform,
    outbox: Uuid,
    (system, report): (SystemId, ReportId),
    row: &ReportRow,
    (kind, format): (ReportKind, ReportFormat),
    made: Made,
) -> JobResult {
    let expires = platform.clock.now() + Duration::days(i64::from(platform.settings.reports.keep_days));
    let Made { file_name, working_copy, sha256, size } = made;
    let (stored, schedule) = (i64::try_from(size).map_err(AppError::internal)?, row.schedule_id);
    change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
        Box::pin(async move {
            if !outbox::finish(door.tx, outbox, door.now).await? {
                return Ok(());
            }
            let sql = "UPDATE reports SET state = 'ready', progress = 100, working_copy = $2, made_at = $3, file_name = $4, size = $5, \
                       sha256 = $6, expires_at = $7, version = version + 1 WHERE id = $1 AND state IN ('queued', 'running')";
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
                if let Some(schedule) = schedule {
                    schedules::ready(door, system, schedule, report, kind).await?;
                }
            }
            Ok(())
        })
    })
    .await?;
    Ok(())
}
