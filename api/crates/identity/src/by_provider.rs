//! Signing in, and proving again who one is, by a single sign-on provider. Whom the provider means is found out by the crate
//! `single-sign-on`; what that opens is decided here, beside the other ways to sign in.

use crate::handlers::session_cookies;
use crate::service::Origin;
use crate::sign_in::{self, Step};
use crate::{Identity, cookies, devices, lockout, second_factor};
use actix_web::cookie::Cookie;
use audit::{Door, Event};
use chrono::Duration;
use platform::db::{execute, rows};
use platform::{Platform, Result, Settings};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::{SessionId, UserId};
use uuid::Uuid;

/// The provider has said that it is this user. A locked account is refused; who has a second factor goes on with it, unless the
/// provider's own is trusted (`multi_factor`).
pub async fn sign_in_by_provider(
    door: &mut Door<'_>,
    settings: &Settings,
    user: UserId,
    multi_factor: bool,
    origin: Origin,
) -> Result<Step> {
    if lockout::is_locked(door, user).await? {
        door.record(Event::new("session.refused", "user", user).details(json!({ "cause": "single_sign_on", "locked": true })));
        return Ok(Step::Refused);
    }
    if !multi_factor && second_factor::is_enrolled(door, user).await? {
        return sign_in::await_second_step(door, user).await;
    }
    let step = sign_in::open(door, settings, user, origin).await?;
    if let Step::Open { session, .. } = &step {
        // The provider may have asked nothing: it has a session of its own in that browser. So this is no fresh proof of who it is, as
        // signing in with a password is; for a dangerous act the person is sent there once more, to sign in anew.
        let sql = "UPDATE sessions SET stepped_up_at = NULL, provider_mfa_at = $2 WHERE id = $1";
        execute(door.tx, sql, [session.id.0.into(), multi_factor.then_some(door.now).into()]).await?;
    }
    Ok(step)
}

#[derive(FromQueryResult)]
struct Owner {
    user_id: Uuid,
}

/// Whose session it is, while it lives.
pub async fn owner_of(door: &Door<'_>, session: SessionId) -> Result<Option<UserId>> {
    let sql = "SELECT s.user_id FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.revoked_at IS NULL \
               AND s.expires_at > $2 AND s.idle_expires_at > $2 AND u.deactivated_at IS NULL";
    let row = rows::<Owner>(door.tx, sql, [session.0.into(), door.now.into()]).await?.into_iter().next();
    Ok(row.map(|row| UserId(row.user_id)))
}

/// The person has proved anew at the provider who it is. That stands for the password, not for a second factor: false where there
/// is one, and for a locked account.
pub async fn prove_by_provider(door: &mut Door<'_>, session: SessionId, user: UserId) -> Result<bool> {
    let locked = lockout::is_locked(door, user).await?;
    let good = !locked && !second_factor::is_enrolled(door, user).await?;
    let details = json!({ "cause": "single_sign_on", "locked": locked });
    if good {
        execute(door.tx, "UPDATE sessions SET stepped_up_at = $2 WHERE id = $1", [session.0.into(), door.now.into()]).await?;
        door.record(Event::new("session.step_up", "session", session).details(json!({ "by": "single_sign_on" })));
    } else {
        door.record(Event::new("session.step_up_refused", "session", session).details(details));
    }
    Ok(good)
}

/// The cookies that a step of a sign-in sets.
pub async fn step_cookies(platform: &Platform, identity: &Identity, step: Step) -> Result<Vec<Cookie<'static>>> {
    match step {
        Step::Refused | Step::Unknown => Ok(Vec::new()),
        Step::SecondFactor { token, expires_at, accepts: _ } => {
            Ok(vec![cookies::live(cookies::SECOND_STEP, token, platform.clock.now(), expires_at)])
        }
        Step::Open { user, session } => {
            let now = platform.clock.now();
            // So that the next sign-in from this browser is none from an unknown one.
            let device = cookies::lax(cookies::DEVICE, session.device, now, now + Duration::days(devices::DAYS));
            let (_info, mut set) = session_cookies(platform, identity, session.id, user, Some(session.refresh)).await?;
            set.push(device);
            set.push(cookies::ended(cookies::SECOND_STEP));
            Ok(set)
        }
    }
}
