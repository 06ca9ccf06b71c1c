//! Setting up a second factor, using its codes, and taking it away.

use super::codes::{CODES, Given, new_code, shown};
use super::{SecondFactorKeys, qr, totp};
use crate::notices::{Notice, notice};
use crate::{end_sessions, passkeys, queries};
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::second_factor::{BackupCodes, OneTimeCode, SecondFactorEnrolment};
use shared_types::{ErrorCode, SessionId, UserId};

/// An app that was not confirmed by then is forgotten.
const ENROLMENT: Duration = Duration::minutes(15);

#[derive(FromQueryResult)]
struct Row {
    sealed_secret: Option<String>,
    confirmed_at: Option<DateTime<Utc>>,
    pending_secret: Option<String>,
    pending_until: Option<DateTime<Utc>>,
}

async fn find(door: &Door<'_>, user: UserId) -> Result<Option<Row>> {
    let sql = "SELECT sealed_secret, confirmed_at, pending_secret, pending_until FROM second_factors WHERE user_id = $1";
    Ok(rows(door.tx, sql, [user.0.into()]).await?.into_iter().next())
}

/// Whether the user has a second factor: an authenticator app, or a passkey.
pub(crate) async fn is_enrolled(door: &Door<'_>, user: UserId) -> Result<bool> {
    Ok(has_app(door, user).await? || passkeys::is_any(door.tx, user).await?)
}

/// Whether the user has an authenticator app.
async fn has_app(door: &Door<'_>, user: UserId) -> Result<bool> {
    Ok(find(door, user).await?.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Offers a fresh secret. What the person has goes on working until a code confirms the new one.
pub(crate) async fn begin(
    door: &mut Door<'_>,
    keys: &SecondFactorKeys,
    user: UserId,
    email: &str,
) -> Result<SecondFactorEnrolment> {
    let secret = totp::new_secret(&door.rng)?;
    let (text, uri) = totp::handover(&secret, email)?;
    let qr = qr::draw(&uri)?;
    let expires_at = door.now + ENROLMENT;
    let sql = "INSERT INTO second_factors (user_id, pending_secret, pending_until) VALUES ($1, $2, $3) \
               ON CONFLICT (user_id) DO UPDATE SET pending_secret = $2, pending_until = $3";
    execute(door.tx, sql, [user.0.into(), keys.seal(&door.rng, user, &secret)?.into(), expires_at.into()]).await?;
    Ok(SecondFactorEnrolment { secret: text, uri, qr, expires_at })
}

/// Takes the offered secret into use, if the code is one of it. The code is used up by that.
pub(crate) async fn confirm(
    door: &mut Door<'_>,
    keys: &SecondFactorKeys,
    user: UserId,
    session: SessionId,
    code: &OneTimeCode,
) -> Result<BackupCodes> {
    let first = !is_enrolled(door, user).await?;
    let row = find(door, user).await?;
    let again = row.as_ref().is_some_and(|row| row.confirmed_at.is_some());
    let pending = row.and_then(|row| row.pending_secret.zip(row.pending_until)).filter(|(_, until)| *until > door.now);
    let Some((sealed, _)) = pending else {
        return Err(AppError::conflict("Begin again: there is no new app to confirm, or it took too long."));
    };
    let step = match Given::parse(code) {
        Some(Given::Totp(digits)) => totp::step_of(&keys.open(user, &sealed)?, &digits, door.now)?,
        _ => None,
    };
    let step = step.ok_or_else(bad_code)?;
    let sql = "UPDATE second_factors SET sealed_secret = pending_secret, confirmed_at = $2, last_step = $3, pending_secret = NULL, \
               pending_until = NULL WHERE user_id = $1";
    execute(door.tx, sql, [user.0.into(), door.now.into(), step.into()]).await?;
    let sql = "UPDATE sessions SET stepped_up_at = $2 WHERE id = $1";
    execute(door.tx, sql, [session.0.into(), door.now.into()]).await?;
    door.record(Event::new("second_factor.enrol", "user", user).details(json!({ "replaced": again })));
    if first {
        end_others(door, user, session).await?;
    }
    notice(door, user, Notice::MfaEnrolled).await?;
    fresh_codes(door, keys, user).await
}

/// The first second factor ends the person's other sessions: they were opened without one, by whoever knew the password.
pub(crate) async fn end_others(door: &mut Door<'_>, user: UserId, session: SessionId) -> Result<()> {
    end_sessions(door, user, Some(session), "second_factor_set_up").await?;
    Ok(())
}

/// A code that is wrong, or was used already.
pub(crate) fn bad_code() -> AppError {
    let detail = "this code is wrong or was used already";
    AppError::new(ErrorCode::BadCode).field("/code", shared_types::FieldCode::BadFormat, detail)
}

/// Ten fresh backup codes in place of those that there were.
pub(crate) async fn fresh_codes(door: &Door<'_>, keys: &SecondFactorKeys, user: UserId) -> Result<BackupCodes> {
    execute(door.tx, "DELETE FROM backup_codes WHERE user_id = $1", [user.0.into()]).await?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = new_code(&door.rng)?;
        let sql = "INSERT INTO backup_codes (user_id, hash) VALUES ($1, $2)";
        execute(door.tx, sql, [user.0.into(), keys.code_hash(user, &code)?.into()]).await?;
        codes.push(shown(&code));
    }
    Ok(BackupCodes { codes })
}

/// The same on demand; the earlier ones stop working. 409 without a second factor.
pub(crate) async fn renew_backup_codes(door: &mut Door<'_>, keys: &SecondFactorKeys, user: UserId) -> Result<BackupCodes> {
    if !is_enrolled(door, user).await? {
        return Err(AppError::conflict("There is no second factor yet."));
    }
    door.record(Event::new("second_factor.renew_backup_codes", "user", user));
    notice(door, user, Notice::BackupCodesRenewed).await?;
    fresh_codes(door, keys, user).await
}

/// Whether a code is good; if so it is used up, and never good again.
pub(crate) async fn prove(door: &mut Door<'_>, keys: &SecondFactorKeys, user: UserId, code: &OneTimeCode) -> Result<bool> {
    let Some(given) = Given::parse(code) else { return Ok(false) };
    match given {
        Given::Totp(digits) => {
            let app = find(door, user).await?.filter(|row| row.confirmed_at.is_some());
            let Some(sealed) = app.and_then(|row| row.sealed_secret) else { return Ok(false) };
            let Some(step) = totp::step_of(&keys.open(user, &sealed)?, &digits, door.now)? else { return Ok(false) };
            let sql = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
            Ok(execute(door.tx, sql, [user.0.into(), step.into()]).await? == 1)
        }
        Given::Backup(text) => {
            let sql = "UPDATE backup_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL";
            let good = execute(door.tx, sql, [user.0.into(), keys.code_hash(user, &text)?.into(), door.now.into()]).await? == 1;
            if good {
                door.record(Event::new("second_factor.use_backup_code", "user", user));
            }
            Ok(good)
        }
    }
}

/// Removes everything of a second factor, passkeys too; false if there was none.
async fn remove(door: &Door<'_>, user: UserId) -> Result<bool> {
    let enrolled = is_enrolled(door, user).await?;
    for table in ["second_factors", "passkeys", "passkey_ceremonies", "backup_codes", "second_steps"] {
        execute(door.tx, &format!("DELETE FROM {table} WHERE user_id = $1"), [user.0.into()]).await?;
    }
    Ok(enrolled)
}

/// The last factor is gone by its owner's will: what belonged to it goes too, and the owner is told.
pub(crate) async fn ended(door: &mut Door<'_>, user: UserId) -> Result<()> {
    remove(door, user).await?;
    door.record(Event::new("second_factor.turn_off", "user", user));
    notice(door, user, Notice::MfaOff).await
}

/// Turns one's own second factor off. 409 where the installation demands one, or there is none.
pub(crate) async fn turn_off(door: &mut Door<'_>, user: UserId) -> Result<()> {
    if queries::demands_second_factor(door.tx).await? {
        return Err(AppError::conflict("This installation demands a second factor. You can replace yours, not turn it off."));
    }
    if !is_enrolled(door, user).await? {
        return Err(AppError::conflict("There is no second factor to turn off."));
    }
    ended(door, user).await
}

/// An administrator removes somebody's second factor: a lost phone. All sessions of that person end.
pub(crate) async fn reset(door: &mut Door<'_>, user: UserId) -> Result<()> {
    if !remove(door, user).await? {
        return Err(AppError::conflict("This person has no second factor."));
    }
    door.record(Event::new("second_factor.reset", "user", user));
    notice(door, user, Notice::MfaReset).await?;
    end_sessions(door, user, None, "second_factor_reset").await?;
    Ok(())
}
