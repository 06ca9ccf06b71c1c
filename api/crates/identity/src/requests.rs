//! Acts against an administrator, which need two: one asks, another one approves.

use crate::administration::{change_user, still_admin};
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Db, Platform, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::access::{AdminRequest, UserAction, UserChange};
use shared_types::identity::Person;
use shared_types::{AdminRequestId, ErrorCode, UserId};
use uuid::Uuid;

/// A request that nobody answers ends after this long.
const LIFE: Duration = Duration::days(7);

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    action: String,
    subject_id: Uuid,
    subject_name: String,
    requested_by: Uuid,
    requester_name: String,
    requested_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl Row {
    fn request(self) -> Option<AdminRequest> {
        let Self { id, action, subject_id, subject_name, requested_by, requester_name, requested_at, expires_at } = self;
        Some(AdminRequest {
            id: AdminRequestId(id),
            action: UserAction::parse(&action)?,
            subject: Person { id: UserId(subject_id), name: subject_name },
            requested_by: Person { id: UserId(requested_by), name: requester_name },
            requested_at,
            expires_at,
        })
    }
}

/// The open ones: not answered, not expired, of an administrator who still is one. $1 is the time.
const OPEN: &str = "SELECT r.id, r.action, r.subject_id, s.name AS subject_name, r.requested_by, b.name AS requester_name, \
    r.requested_at, r.expires_at FROM admin_requests r JOIN users s ON s.id = r.subject_id \
    JOIN users b ON b.id = r.requested_by AND b.admin WHERE r.decided_at IS NULL AND r.expires_at > $1";

/// Everything that waits, the oldest first.
pub(crate) async fn open_requests(db: &Db, now: DateTime<Utc>) -> Result<Vec<AdminRequest>> {
    let found = db.rows::<Row>(&format!("{OPEN} ORDER BY r.requested_at, r.id LIMIT 200"), [now.into()]).await?;
    Ok(found.into_iter().filter_map(Row::request).collect())
}

async fn find(tx: &impl ConnectionTrait, id: AdminRequestId, now: DateTime<Utc>) -> Result<AdminRequest> {
    let found = rows::<Row>(tx, &format!("{OPEN} AND r.id = $2"), [now.into(), id.0.into()]).await?;
    found.into_iter().next().and_then(Row::request).ok_or_else(AppError::not_found)
}

/// Opens a request; the one that stands open already, if there is one.
pub(crate) async fn open(door: &mut Door<'_>, subject: UserId, action: UserAction) -> Result<AdminRequest> {
    let same = format!("{OPEN} AND r.subject_id = $2 AND r.action = $3");
    let same = rows::<Row>(door.tx, &same, [door.now.into(), subject.0.into(), action.as_str().into()]).await?;
    if let Some(request) = same.into_iter().next().and_then(Row::request) {
        return Ok(request);
    }
    let (id, actor) = (door.id::<AdminRequestId>()?, door.user()?);
    let sql = "INSERT INTO admin_requests (id, action, subject_id, requested_by, requested_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let expires_at = door.now + LIFE;
    let values = [id.0.into(), action.as_str().into(), subject.0.into(), actor.0.into(), door.now.into(), expires_at.into()];
    execute(door.tx, sql, values).await?;
    let details = serde_json::json!({ "action": action, "user": subject });
    door.record(Event::new("admin_request.open", "admin_request", id).details(details));
    find(door.tx, id, door.now).await
}

async fn answer(door: &mut Door<'_>, request: &AdminRequest, approve: bool) -> Result<()> {
    let sql = "UPDATE admin_requests SET decided_by = $1, decided_at = $2, approved = $3 WHERE id = $4";
    execute(door.tx, sql, [door.user()?.0.into(), door.now.into(), approve.into(), request.id.0.into()]).await?;
    let action = if approve { "admin_request.approve" } else { "admin_request.drop" };
    let details = serde_json::json!({ "action": request.action, "user": request.subject.id });
    door.record(Event::new(action, "admin_request", request.id).details(details));
    Ok(())
}

/// Approves and does it, or drops it.
pub(crate) async fn decide(door: &mut Door<'_>, platform: &Platform, id: AdminRequestId, approve: bool) -> Result<UserChange> {
    let actor = door.user()?;
    still_admin(door, actor).await?;
    let request = find(door.tx, id, door.now).await?;
    if approve && request.requested_by.id == actor {
        return Err(AppError::new(ErrorCode::Forbidden).detail("Another administrator must approve what you asked for."));
    }
    answer(door, &request, approve).await?;
    if approve { change_user(door, platform, request.subject.id, request.action, true).await } else { Ok(UserChange::Done) }
}

/// Requests about somebody who is no administrator any more have nothing left to ask.
pub(crate) async fn drop_settled(door: &mut Door<'_>, subject: UserId) -> Result<()> {
    let sql = "UPDATE admin_requests SET decided_at = $1, approved = FALSE WHERE subject_id = $2 AND decided_at IS NULL \
               AND EXISTS (SELECT 1 FROM users u WHERE u.id = $2 AND NOT u.admin)";
    execute(door.tx, sql, [door.now.into(), subject.0.into()]).await?;
    Ok(())
}
