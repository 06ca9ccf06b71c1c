//! What changes: users, sessions, one-time tokens. Every function works behind the installation's door.

use crate::devices;
use crate::features;
use crate::mail::{self, Errand};
use crate::one_time::{self, Purpose};
use crate::queries::{self, UserRow};
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::settings::SessionSettings;
use platform::{AppError, Result};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use shared_types::operation::Feature;
use shared_types::text::{Email, Title};
use shared_types::{ErrorCode, SessionId, SystemId, UserId};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Two tabs may refresh at once: the token before the newest still counts for this long.
const GRACE: Duration = Duration::seconds(30);

/// SHA-256 of a token, as it is stored.
pub(crate) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// A person to be.
pub struct NewUser {
    /// Address.
    pub email: Email,
    /// Name.
    pub name: Title,
    /// Administers the installation.
    pub admin: bool,
    /// PHC string; absent until an invitation is accepted.
    pub password_hash: Option<String>,
}

/// Creates a user. The address must be free.
pub async fn create_user(door: &mut Door<'_>, user: NewUser) -> Result<UserId> {
    let id: UserId = door.id()?;
    let sql = "INSERT INTO users (id, email, name, admin, password_hash, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6) \
               ON CONFLICT (email) DO NOTHING";
    let values = [
        id.0.into(),
        user.email.as_str().into(),
        user.name.as_str().into(),
        user.admin.into(),
        user.password_hash.into(),
        door.now.into(),
    ];
    if execute(door.tx, sql, values).await? == 0 {
        return Err(AppError::new(ErrorCode::Taken).field(
            "/email",
            shared_types::FieldCode::Taken,
            "somebody has this address already",
        ));
    }
    door.record(Event::new("user.create", "user", id).details(serde_json::json!({ "admin": user.admin })));
    Ok(id)
}

/// A fresh session with the secrets that go into its cookies.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// The session.
    pub id: SessionId,
    /// The refresh token.
    pub refresh: String,
    /// The token that the browser is recognised by (`devices.rs`).
    pub device: String,
    /// Until when without use.
    pub idle_expires_at: DateTime<Utc>,
}

/// Where a sign-in came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address.
    pub address: Option<String>,
    /// The browser's name for itself, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The token of the browser's own cookie, where it has one of ours.
    pub device: Option<String>,
}

/// Opens a session for a user who has just proved who it is: with the second factor, where there is one (`sign_in.rs`).
pub async fn open_session(
    door: &mut Door<'_>,
    settings: &SessionSettings,
    user: UserId,
    origin: Origin,
) -> Result<OpenedSession> {
    let id: SessionId = door.id()?;
    let refresh = format!("{id}.{}", door.rng.token()?);
    let expires_at = door.now + Duration::hours(i64::from(settings.absolute_hours));
    let idle_expires_at = (door.now + Duration::hours(i64::from(settings.idle_hours))).min(expires_at);
    let sql = "INSERT INTO sessions (id, user_id, refresh_hash, rotated_at, idle_expires_at, expires_at, user_agent, address, created_at, \
               stepped_up_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, $4)";
    let values = [
        id.0.into(),
        user.0.into(),
        token_hash(&refresh).into(),
        door.now.into(),
        idle_expires_at.into(),
        expires_at.into(),
        origin.user_agent.clone().into(),
        origin.address.clone().into(),
    ];
    execute(door.tx, sql, values).await?;
    let device = devices::remember(door, user, id, &origin).await?;
    // The one place that every way of signing in passes: a deactivated account gets no session by any of them.
    let signed_in = "UPDATE users SET last_sign_in_at = $1 WHERE id = $2 AND deactivated_at IS NULL";
    if execute(door.tx, signed_in, [door.now.into(), user.0.into()]).await? == 0 {
        return Err(AppError::new(ErrorCode::BadCredentials));
    }
    door.actor.user = Some(user);
    door.record(Event::new("session.open", "session", id));
    Ok(OpenedSession { id, refresh, device, idle_expires_at })
}

/// Ends a session.
pub(crate) async fn end_session(door: &mut Door<'_>, session: SessionId, reason: &'static str) -> Result<()> {
    let sql = "UPDATE sessions SET revoked_at = $1, revoked_reason = $2 WHERE id = $3 AND revoked_at IS NULL";
    if execute(door.tx, sql, [door.now.into(), reason.into(), session.0.into()]).await? > 0 {
        door.record(Event::new("session.end", "session", session).details(serde_json::json!({ "reason": reason })));
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Refreshable {
    user_id: Uuid,
    refresh_hash: String,
    previous_refresh_hash: Option<String>,
    rotated_at: DateTime<Utc>,
    idle_expires_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// What became of a refresh token.
pub(crate) enum Refreshed {
    /// The session goes on, with a new refresh token; none if another tab has just fetched it.
    Live { session: SessionId, user: UserId, refresh: Option<String> },
    /// There is no such live session, or the token was used before: then the session has been ended.
    Refused,
}

/// Rotates a refresh token. A token that was replaced longer ago than the grace time is a stolen one, or its theft: the session
/// ends, and that is committed although the answer is no.
pub(crate) async fn refresh_session(door: &mut Door<'_>, settings: &SessionSettings, token: &str) -> Result<Refreshed> {
    let Some(session) = token.split('.').next().and_then(|id| id.parse::<SessionId>().ok()) else {
        return Ok(Refreshed::Refused);
    };
    let sql = "SELECT user_id, refresh_hash, previous_refresh_hash, rotated_at, idle_expires_at, expires_at FROM sessions \
               WHERE id = $1 AND revoked_at IS NULL";
    let Some(row) = rows::<Refreshable>(door.tx, sql, [session.0.into()]).await?.into_iter().next() else {
        return Ok(Refreshed::Refused);
    };
    if row.expires_at <= door.now || row.idle_expires_at <= door.now {
        return Ok(Refreshed::Refused);
    }
    let given = token_hash(token);
    let same = |stored: &str| bool::from(stored.as_bytes().ct_eq(given.as_bytes()));
    let user = UserId(row.user_id);
    if same(&row.refresh_hash) {
        let refresh = format!("{session}.{}", door.rng.token()?);
        let idle_expires_at = (door.now + Duration::hours(i64::from(settings.idle_hours))).min(row.expires_at);
        let sql = "UPDATE sessions SET refresh_hash = $1, previous_refresh_hash = $2, rotated_at = $3, idle_expires_at = $4 WHERE id = $5";
        let values = [token_hash(&refresh).into(), given.into(), door.now.into(), idle_expires_at.into(), session.0.into()];
        execute(door.tx, sql, values).await?;
        return Ok(Refreshed::Live { session, user, refresh: Some(refresh) });
    }
    if row.previous_refresh_hash.as_deref().is_some_and(same) {
        if door.now - row.rotated_at <= GRACE {
            return Ok(Refreshed::Live { session, user, refresh: None });
        }
        door.actor.user = Some(user);
        end_session(door, session, "refresh_token_reused").await?;
    }
    Ok(Refreshed::Refused)
}

/// A new invitation for a user who has no password yet; earlier ones stop working. Its link is shown to who asks, and a link of
/// its own is mailed to the person, unless that is turned off.
pub(crate) async fn invite(door: &mut Door<'_>, user: UserId) -> Result<(UserRow, String, DateTime<Utc>)> {
    let row = queries::user(door.tx, user, door.now).await?.ok_or_else(AppError::not_found)?;
    if row.active() {
        return Err(AppError::conflict("This person has accepted an invitation already."));
    }
    if row.deactivated_at.is_some() {
        return Err(AppError::conflict("This account is deactivated. Reactivate it first."));
    }
    one_time::void(door, Purpose::Invitation, user).await?;
    let (token, expires_at) = one_time::issue(door, Purpose::Invitation, user, None).await?;
    if features::is_on(door.tx, Feature::MailedInvitations).await? {
        mail::enqueue(door, Some(user), &Errand::Invitation { system: None }).await?;
    }
    door.record(Event::new("user.invite", "user", user));
    Ok((row, token, expires_at))
}

/// Mails a link to somebody who was invited to a system and has no password yet. It is shown to nobody, and links that were handed
/// out before stay good.
pub async fn invite_to(door: &mut Door<'_>, user: UserId, system: SystemId) -> Result<()> {
    mail::enqueue(door, Some(user), &Errand::Invitation { system: Some(system) }).await?;
    door.record(Event::new("user.invite", "user", user).details(serde_json::json!({ "system": system })));
    Ok(())
}

/// The user of an invitation that is still good.
pub(crate) async fn invited_user(connection: &impl sea_orm::ConnectionTrait, token: &str, now: DateTime<Utc>) -> Result<UserId> {
    Ok(one_time::look_up(connection, Purpose::Invitation, token, now).await?.user)
}

/// Accepts an invitation: its links are used up and the password set. A link that came by mail has proved the address.
pub(crate) async fn accept_invitation(door: &mut Door<'_>, token: &str, password_hash: String) -> Result<UserId> {
    let one_time::Found { user, mailed } = one_time::redeem(door, Purpose::Invitation, token).await?;
    let sql = "UPDATE users SET password_hash = $1, updated_at = $2, version = version + 1, \
               email_verified_at = CASE WHEN $4 THEN $2 ELSE email_verified_at END WHERE id = $3";
    execute(door.tx, sql, [password_hash.into(), door.now.into(), user.0.into(), mailed.into()]).await?;
    door.actor.user = Some(user);
    door.record(Event::new("user.accept_invitation", "user", user));
    Ok(user)
}
