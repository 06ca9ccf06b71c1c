//! Putting away, holding, deleting, bringing back, and at last purging.
//!
//! Deleting hides; nothing is lost by it. What is gone for good needs an end of its retention, no legal hold, a manager's
//! confirmation with a reason, and a day in which it can be taken back.

use crate::links::raise_version;
use crate::queries::{self, EvidenceRef, EvidenceRow, person, selection_with_deleted};
use audit::{Actor, Door, Event, change_system_even_archived};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Platform, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use shared_types::SystemId;
use shared_types::evidence::{DeletedEvidence, Evidence, PURGE_GRACE_HOURS, PurgeState};
use shared_types::systems::Role;
use systems::Scope;
use uuid::Uuid;

/// Deleted evidence that is listed at most: the newest.
const MAX_DELETED: u32 = 500;

/// Puts evidence away, or brings it back: it is kept and shown, but supports nothing meanwhile.
pub(crate) async fn archive(
    door: &mut Door<'_>,
    scope: &Scope,
    evidence: EvidenceRef,
    away: bool,
    known: &IfMatch,
) -> Result<Evidence> {
    let row = queries::row(door.tx, scope.system, evidence).await?;
    known.check(row.version)?;
    if row.archived_at.is_some() != away {
        let (at, by) = if away { (Some(door.now), Some(door.user()?.0)) } else { (None, None) };
        let sql = "UPDATE evidence SET archived_at = $1, archived_by = $2 WHERE id = $3";
        execute(door.tx, sql, [at.into(), by.into(), row.id.into()]).await?;
        raise_version(door, row.id).await?;
        let action = if away { "evidence.archive" } else { "evidence.unarchive" };
        door.record(Event::new(action, "evidence", row.id));
    }
    queries::evidence(door.tx, scope.system, EvidenceRef::Id(row.id), scope.today).await
}

/// Sets a legal hold, or lifts it. Deleted evidence can be held too.
pub(crate) async fn hold(door: &mut Door<'_>, scope: &Scope, evidence: EvidenceRef, reason: &str, on: bool) -> Result<()> {
    let row = any_row(door.tx, scope.system, evidence).await?;
    if row.hold_reason.is_some() == on {
        let words = if on { "It is held already. Lift that hold first." } else { "There is no hold on it." };
        return Err(AppError::conflict(words));
    }
    let (text, at, by) = if on { (Some(reason), Some(door.now), Some(door.user()?.0)) } else { (None, None, None) };
    let sql = "UPDATE evidence SET hold_reason = $1, held_at = $2, held_by = $3 WHERE id = $4";
    execute(door.tx, sql, [text.into(), at.into(), by.into(), row.id.into()]).await?;
    raise_version(door, row.id).await?;
    let action = if on { "evidence.hold" } else { "evidence.release" };
    door.record(Event::new(action, "evidence", row.id).details(json!({ "reason": reason })));
    Ok(())
}

/// Hides evidence. Its bytes, versions and links stay: artifacts are kept for six years. What was approved once only a manager hides.
pub(crate) async fn delete(
    door: &mut Door<'_>,
    scope: &Scope,
    evidence: EvidenceRef,
    reason: Option<&str>,
    known: &IfMatch,
) -> Result<()> {
    let row = queries::row(door.tx, scope.system, evidence).await?;
    known.check(row.version)?;
    if row.hold_reason.is_some() {
        return Err(AppError::conflict("A legal hold is on this evidence: nothing of it can be deleted."));
    }
    if row.approved_version.is_some() && !scope.role.allows(Role::Manager) {
        let words = "A version of it was approved: a manager deletes it. You can archive it.";
        return Err(AppError::new(shared_types::ErrorCode::Forbidden).detail(words));
    }
    let sql = "UPDATE evidence SET deleted_at = $1, deleted_by = $2, deleted_reason = $3 WHERE id = $4";
    let by = door.user()?.0;
    execute(door.tx, sql, [door.now.into(), by.into(), reason.into(), row.id.into()]).await?;
    raise_version(door, row.id).await?;
    let details = json!({ "sha256": row.sha256, "reason": reason });
    door.record(Event::new("evidence.delete", "evidence", row.id).details(details));
    Ok(())
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Evidence, deleted or not.
async fn any_row(connection: &impl ConnectionTrait, system: SystemId, evidence: EvidenceRef) -> Result<EvidenceRow> {
    let (condition, value) = evidence.condition();
    let sql = format!("{} AND {condition}", selection_with_deleted());
    rows(connection, &sql, [system.0.into(), value]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// Evidence that is deleted, or 404.
async fn deleted_id(connection: &impl ConnectionTrait, system: SystemId, evidence: EvidenceRef) -> Result<Uuid> {
    let (condition, value) = evidence.condition();
    let sql = format!("SELECT e.id FROM evidence e WHERE e.system_id = $1 AND {condition} AND e.deleted_at IS NOT NULL");
    let found = rows::<Id>(connection, &sql, [system.0.into(), value]).await?.into_iter().next();
    found.map(|row| row.id).ok_or_else(AppError::not_found)
}

/// Brings deleted evidence back as it was.
pub(crate) async fn restore(door: &mut Door<'_>, scope: &Scope, evidence: EvidenceRef) -> Result<Evidence> {
    let id = deleted_id(door.tx, scope.system, evidence).await?;
    let sql = "UPDATE evidence SET deleted_at = NULL, deleted_by = NULL, deleted_reason = NULL, purge_reason = NULL, \
               purge_confirmed_at = NULL, purge_confirmed_by = NULL WHERE id = $1";
    execute(door.tx, sql, [id.into()]).await?;
    raise_version(door, id).await?;
    door.record(Event::new("evidence.restore", "evidence", id));
    queries::evidence(door.tx, scope.system, EvidenceRef::Id(id), scope.today).await
}

/// Confirms that deleted evidence goes for good, or takes that back.
pub(crate) async fn confirm_purge(door: &mut Door<'_>, scope: &Scope, evidence: EvidenceRef, reason: Option<&str>) -> Result<()> {
    let id = deleted_id(door.tx, scope.system, evidence).await?;
    let Some(found) = deleted(door.tx, scope.system, scope.today, Some(id)).await?.pop() else {
        return Err(AppError::not_found());
    };
    match (reason, found.state) {
        (Some(_), PurgeState::Confirmable) | (None, PurgeState::Confirmed) => {}
        (_, PurgeState::Held) => return Err(AppError::conflict("A legal hold is on it.")),
        (_, PurgeState::Retained) => {
            let until = found.evidence.retain_until.map(|day| format!(" It must be kept until {day}.")).unwrap_or_default();
            return Err(AppError::conflict(format!("Its retention has not ended (32 CFR 170.17(c)(4)).{until}")));
        }
        (Some(_), PurgeState::Confirmed) => return Err(AppError::conflict("It was confirmed already.")),
        (None, PurgeState::Confirmable) => return Err(AppError::conflict("Nobody has confirmed its end.")),
    }
    let (at, by) = if reason.is_some() { (Some(door.now), Some(door.user()?.0)) } else { (None, None) };
    let sql = "UPDATE evidence SET purge_reason = $1, purge_confirmed_at = $2, purge_confirmed_by = $3 WHERE id = $4";
    execute(door.tx, sql, [reason.into(), at.into(), by.into(), id.into()]).await?;
    raise_version(door, id).await?;
    let action = if reason.is_some() { "evidence.purge_confirm" } else { "evidence.purge_cancel" };
    door.record(Event::new(action, "evidence", id).details(json!({ "reason": reason })));
    Ok(())
}

#[derive(FromQueryResult)]
struct DeletedRow {
    id: Uuid,
    deleted_at: DateTime<Utc>,
    deleted_by: Option<Uuid>,
    deleted_name: Option<String>,
    deleted_reason: Option<String>,
    purge_confirmed_at: Option<DateTime<Utc>>,
    sealed: bool,
    bytes: i64,
}

/// Whether a seal has pinned a file of evidence `e`.
const SEALED: &str = "EXISTS (SELECT 1 FROM seal_files s JOIN evidence_files sf ON sf.id = s.file_id \
    JOIN evidence_versions sv ON sv.id = sf.version_id WHERE sv.evidence_id = e.id)";

/// Bytes of contents that only the files of evidence `e` have.
const BYTES: &str = "(SELECT CAST(COALESCE(SUM(b.size), 0) AS bigint) FROM blobs b WHERE EXISTS (SELECT 1 FROM evidence_files f \
    JOIN evidence_versions v ON v.id = f.version_id WHERE f.blob_id = b.id AND v.evidence_id = e.id) AND NOT EXISTS \
    (SELECT 1 FROM evidence_files f JOIN evidence_versions v ON v.id = f.version_id WHERE f.blob_id = b.id AND v.evidence_id <> e.id))";

/// The deleted evidence of a system, the newest first, and what the purge would do with each: two statements.
pub(crate) async fn deleted(
    connection: &impl ConnectionTrait,
    system: SystemId,
    today: NaiveDate,
    only: Option<Uuid>,
) -> Result<Vec<DeletedEvidence>> {
    let one = if only.is_some() { "AND e.id = $2" } else { "" };
    let values = || [Some(system.0.into()), only.map(Into::into)].into_iter().flatten().collect::<Vec<sea_orm::Value>>();
    let order = format!("ORDER BY e.deleted_at DESC, e.id DESC LIMIT {MAX_DELETED}");
    let sql = format!("{} AND e.deleted_at IS NOT NULL {one} {order}", selection_with_deleted());
    let mut known: std::collections::HashMap<Uuid, Evidence> = queries::linked(connection, &sql, "found.id", values())
        .await?
        .into_iter()
        .map(|(row, links)| (row.id, row.into_dto(links, today)))
        .collect();
    let sql = format!(
        "SELECT e.id, e.deleted_at, e.deleted_by, u.name AS deleted_name, e.deleted_reason, e.purge_confirmed_at, \
         {SEALED} AS sealed, {BYTES} AS bytes FROM evidence e LEFT JOIN users u ON u.id = e.deleted_by \
         WHERE e.system_id = $1 AND e.deleted_at IS NOT NULL {one} {order}"
    );
    let dto = |row: DeletedRow| {
        let evidence = known.remove(&row.id)?;
        let confirmed = row.purge_confirmed_at;
        let held = evidence.hold.is_some();
        Some(DeletedEvidence {
            state: PurgeState::of(held, evidence.retain_until, row.sealed, confirmed.is_some(), today),
            purge_at: confirmed.map(|at| at + Duration::hours(i64::from(PURGE_GRACE_HOURS))),
            deleted_at: row.deleted_at,
            deleted_by: person(row.deleted_by, row.deleted_name),
            reason: row.deleted_reason,
            bytes: u64::try_from(row.bytes).unwrap_or_default(),
            sealed: row.sealed,
            evidence,
        })
    };
    Ok(rows::<DeletedRow>(connection, &sql, values()).await?.into_iter().filter_map(dto).collect())
}

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
    system_id: Uuid,
    time_zone: String,
}

/// Removes evidence whose end was confirmed a day ago and still may be: rows, and contents that nothing else has; the bytes go with
/// the next sweep. How many pieces went. Safe to run as often as one likes.
pub async fn purge(platform: &Platform, now: DateTime<Utc>) -> Result<u64> {
    // What is held or kept does not stand in the way of the rest; a day more or less of the zone is looked at behind the door.
    let sql = format!(
        "SELECT e.id, e.system_id, s.time_zone FROM evidence e JOIN systems s ON s.id = e.system_id \
         WHERE e.purge_confirmed_at <= $1 AND e.deleted_at IS NOT NULL AND e.hold_reason IS NULL \
         AND (e.retain_until IS NULL OR e.retain_until <= $2) AND NOT {SEALED} ORDER BY e.purge_confirmed_at, e.id LIMIT 500"
    );
    let before = now - Duration::hours(i64::from(PURGE_GRACE_HOURS));
    let mut purged = 0;
    for Due { id, system_id, time_zone } in platform.db.rows::<Due>(&sql, [before.into(), now.date_naive().into()]).await? {
        let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
        let (system, today) = (SystemId(system_id), now.with_timezone(&zone).date_naive());
        let gone = change_system_even_archived(platform, Actor::anonymous(), system, move |door| {
            Box::pin(async move { purge_one(door, system, id, today).await })
        })
        .await;
        match gone {
            Ok(gone) => purged += gone,
            Err(error) => tracing::error!(%error, evidence = %id, "evidence whose end was confirmed could not be removed"),
        }
    }
    Ok(purged)
}

/// One piece, looked at again behind the door: a hold may have come since, or somebody brought it back.
async fn purge_one(door: &mut Door<'_>, system: SystemId, id: Uuid, today: NaiveDate) -> Result<u64> {
    let Some(found) = deleted(door.tx, system, today, Some(id)).await?.pop() else { return Ok(0) };
    if found.state != PurgeState::Confirmed || found.purge_at.is_none_or(|at| door.now < at) {
        return Ok(0);
    }
    let versions = "version_id IN (SELECT id FROM evidence_versions WHERE evidence_id = $1)";
    for sql in [
        "DELETE FROM evidence_links WHERE evidence_id = $1".to_owned(),
        "DELETE FROM evidence_reviews WHERE evidence_id = $1".to_owned(),
        format!("DELETE FROM evidence_references WHERE {versions}"),
        format!("DELETE FROM evidence_files WHERE {versions}"),
        "DELETE FROM evidence_versions WHERE evidence_id = $1".to_owned(),
        "DELETE FROM evidence WHERE id = $1".to_owned(),
    ] {
        execute(door.tx, &sql, [id.into()]).await?;
    }
    let sql = "DELETE FROM blobs WHERE system_id = $1 AND NOT EXISTS (SELECT 1 FROM evidence_files f WHERE f.blob_id = blobs.id)";
    let blobs = execute(door.tx, sql, [system.0.into()]).await?;
    let details = json!({ "number": found.evidence.number, "versions": found.evidence.latest_version, "blobs": blobs });
    door.record(Event::new("evidence.purge", "evidence", id).details(details));
    Ok(1)
}
