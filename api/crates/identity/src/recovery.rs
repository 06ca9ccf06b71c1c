//! Getting back in, and changing what one signs in with: what changes. Every function works behind the installation's door.

use crate::lockout;
use crate::mail::{self, Errand};
use crate::notices::{Notice, notice};
use crate::one_time::{self, Purpose};
use crate::{end_sessions, second_factor};
use audit::{Door, Event};
use chrono::{DateTime, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::text::Email;
use shared_types::{ErrorCode, FieldCode, SessionId, UserId};
use subtle::ConstantTimeEq;

/// Wrong tries at one code; then another has to be asked for.
const MOST_ATTEMPTS: i32 = 5;

/// Somebody asks for a new password. Where there is no such account the same is written, for nobody: so it takes the same time.
pub(crate) async fn ask_reset(door: &mut Door<'_>, user: Option<UserId>) -> Result<()> {
    mail::enqueue(door, user, &Errand::PasswordReset).await?;
    door.record(match user {
        Some(user) => Event::new("password.ask_reset", "user", user),
        None => Event::without_object("password.ask_reset", "user"),
    });
    Ok(())
}

/// The account of a reset link that is still good; it stays so.
pub(crate) async fn who_resets(connection: &impl ConnectionTrait, token: &str, now: DateTime<Utc>) -> Result<UserId> {
    Ok(one_time::look_up(connection, Purpose::PasswordReset, token, now).await?.user)
}

/// Sets a new password by a mailed link, which is used up and has proved the address. All sessions end.
pub(crate) async fn reset(door: &mut Door<'_>, token: &str, password_hash: String) -> Result<()> {
    let user = one_time::redeem(door, Purpose::PasswordReset, token).await?.user;
    door.actor.user = Some(user);
    set_password(door, user, password_hash).await?;
    let sql = "UPDATE users SET email_verified_at = $1 WHERE id = $2 AND email_verified_at IS NULL";
    execute(door.tx, sql, [door.now.into(), user.0.into()]).await?;
    end_sessions(door, user, None, "password_reset").await?;
    // Who reads the mail may begin anew at the door. Not where a second factor guards it: its codes must not be tried for ever.
    if !second_factor::is_enrolled(door, user).await? {
        lockout::forget(door, user).await?;
    }
    door.record(Event::new("password.reset", "user", user));
    notice(door, user, Notice::PasswordReset).await
}

/// Sets another password. The other sessions end; links that were mailed before stop working.
pub(crate) async fn change_password(door: &mut Door<'_>, user: UserId, session: SessionId, password_hash: String) -> Result<()> {
    set_password(door, user, password_hash).await?;
    one_time::void(door, Purpose::PasswordReset, user).await?;
    end_sessions(door, user, Some(session), "password_change").await?;
    door.record(Event::new("password.change", "user", user));
    notice(door, user, Notice::PasswordChanged).await
}

async fn set_password(door: &Door<'_>, user: UserId, password_hash: String) -> Result<()> {
    let sql = "UPDATE users SET password_hash = $1, updated_at = $2, version = version + 1 WHERE id = $3";
    execute(door.tx, sql, [password_hash.into(), door.now.into(), user.0.into()]).await?;
    Ok(())
}

/// The same password under today's parameters: nothing that anybody has to know of. Unless it was changed in the meantime.
pub(crate) async fn rehash(door: &mut Door<'_>, user: UserId, before: &str, password_hash: String) -> Result<()> {
    let sql = "UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3";
    if execute(door.tx, sql, [password_hash.into(), user.0.into(), before.into()]).await? > 0 {
        door.record(Event::new("password.rehash", "user", user));
    }
    Ok(())
}

/// Somebody who is signed in wants another address. A link goes there, and the address until now is told.
pub(crate) async fn ask_email_change(door: &mut Door<'_>, user: UserId, email: &Email) -> Result<()> {
    let sql = "UPDATE users SET pending_email = $1 WHERE id = $2 AND email <> $1";
    if execute(door.tx, sql, [email.as_str().into(), user.0.into()]).await? == 0 {
        return Err(AppError::invalid("/email", FieldCode::Taken, "your account has this address already"));
    }
    one_time::void(door, Purpose::EmailChange, user).await?;
    mail::enqueue(door, Some(user), &Errand::EmailChange).await?;
    door.record(Event::new("email.ask_change", "user", user));
    notice(door, user, Notice::EmailChangeAsked).await
}

#[derive(FromQueryResult)]
struct Addresses {
    email: String,
    pending_email: Option<String>,
}

/// Confirms a new address by the link that was mailed there. All sessions end, and the address before is told.
pub(crate) async fn confirm_email_change(door: &mut Door<'_>, token: &str) -> Result<()> {
    let user = one_time::redeem(door, Purpose::EmailChange, token).await?.user;
    let sql = "SELECT email, pending_email FROM users WHERE id = $1";
    let found = rows::<Addresses>(door.tx, sql, [user.0.into()]).await?.into_iter().next();
    let Some(Addresses { email: old, pending_email: Some(new) }) = found else {
        return Err(AppError::new(ErrorCode::BadToken));
    };
    let sql = "UPDATE users SET email = $1, pending_email = NULL, email_verified_at = $2, updated_at = $2, version = version + 1 \
               WHERE id = $3 AND NOT EXISTS (SELECT 1 FROM users WHERE email = $1)";
    if execute(door.tx, sql, [new.into(), door.now.into(), user.0.into()]).await? == 0 {
        return Err(AppError::conflict("Somebody else has this address by now."));
    }
    door.actor.user = Some(user);
    // What was mailed to the address before must not open the account any more.
    one_time::void(door, Purpose::PasswordReset, user).await?;
    one_time::void(door, Purpose::EmailCode, user).await?;
    end_sessions(door, user, None, "email_change").await?;
    door.record(Event::new("email.change", "user", user));
    notice(door, user, Notice::EmailChanged { old }).await
}

/// Somebody who is signed in wants to prove the address: a code goes there.
pub(crate) async fn ask_code(door: &mut Door<'_>, user: UserId) -> Result<()> {
    let sql = "UPDATE users SET updated_at = updated_at WHERE id = $1 AND email_verified_at IS NULL";
    if execute(door.tx, sql, [user.0.into()]).await? == 0 {
        return Err(AppError::conflict("Your address is verified already."));
    }
    mail::enqueue(door, Some(user), &Errand::EmailCode).await?;
    door.record(Event::new("email.ask_code", "user", user));
    Ok(())
}

/// What became of a try at a code. A wrong one is counted, and that is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    Good,
    Wrong,
    /// None was asked for, it has expired, or there were too many tries.
    Spent,
}

#[derive(FromQueryResult)]
struct CodeRow {
    hash: String,
}

/// Tries a code. The counter is raised by the statement that reads the code, so that parallel tries are all counted.
pub(crate) async fn verify_email(door: &mut Door<'_>, user: UserId, code: &str) -> Result<Tried> {
    let sql = "UPDATE one_time_tokens SET attempts = attempts + 1 WHERE user_id = $1 AND kind = $2 AND used_at IS NULL \
               AND expires_at > $3 AND attempts < $4 RETURNING hash";
    let values = [user.0.into(), Purpose::EmailCode.as_str().into(), door.now.into(), MOST_ATTEMPTS.into()];
    let Some(CodeRow { hash }) = rows::<CodeRow>(door.tx, sql, values).await?.into_iter().next() else { return Ok(Tried::Spent) };
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if !bool::from(one_time::code_hash(user, &digits).as_bytes().ct_eq(hash.as_bytes())) {
        door.record(Event::new("email.wrong_code", "user", user));
        return Ok(Tried::Wrong);
    }
    one_time::void(door, Purpose::EmailCode, user).await?;
    let sql = "UPDATE users SET email_verified_at = $1, updated_at = $1, version = version + 1 WHERE id = $2";
    execute(door.tx, sql, [door.now.into(), user.0.into()]).await?;
    door.record(Event::new("email.verify", "user", user));
    Ok(Tried::Good)
}
