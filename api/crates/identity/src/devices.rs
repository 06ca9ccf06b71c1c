//! The browsers that a person has signed in with, so that the first sign-in with another one is told by mail.
//!
//! A browser is recognised by a cookie of its own, which holds chance and nothing else, never by its address or its name: those
//! change, and anybody can claim them. Of the cookie only a hash is kept, made with the person: what two people leave who share a
//! browser can't be put together.
//!
//! It proves nothing. Who has the cookie still needs the password, and who has lost it is told of the own sign-in.

use crate::notices::{Notice, notice};
use crate::service::{Origin, token_hash};
use audit::Door;
use platform::Result;
use platform::db::{execute, rows};
use sea_orm::FromQueryResult;
use shared_types::{SessionId, UserId};
use uuid::Uuid;

/// Browsers of one person that are remembered: those used last.
const MOST: i64 = 20;
/// Characters of the cookie: 256 bits in base64url.
const LENGTH: usize = 43;
/// How long a browser keeps it: the longest that browsers allow.
pub(crate) const DAYS: i64 = 400;

/// The token of a cookie, if it is one of ours by its form.
pub(crate) fn token(cookie: &str) -> Option<String> {
    let ours = cookie.len() == LENGTH && cookie.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    ours.then(|| cookie.to_owned())
}

fn hash(user: UserId, token: &str) -> String {
    token_hash(&format!("{user}.{token}"))
}

#[derive(FromQueryResult)]
struct Before {
    signed_in_before: bool,
}

/// Remembers the browser of a sign-in, and tells the person if it was not seen before. Not at the very first sign-in of an account:
/// there is nothing to compare with. Comes before `last_sign_in_at` is set. The browser's token, which is a fresh one where it had none.
pub(crate) async fn remember(door: &Door<'_>, user: UserId, session: SessionId, origin: &Origin) -> Result<String> {
    let token = match &origin.device {
        Some(token) => token.clone(),
        None => door.rng.token()?,
    };
    let hash = hash(user, &token);
    execute(door.tx, "UPDATE sessions SET device_hash = $2 WHERE id = $1", [session.0.into(), hash.as_str().into()]).await?;
    let sql = "UPDATE known_devices SET last_seen_at = $3 WHERE user_id = $1 AND hash = $2";
    if execute(door.tx, sql, [user.0.into(), hash.as_str().into(), door.now.into()]).await? == 1 {
        return Ok(token);
    }
    let sql = "SELECT last_sign_in_at IS NOT NULL AS signed_in_before FROM users WHERE id = $1";
    let before = rows::<Before>(door.tx, sql, [user.0.into()]).await?;
    if before.first().is_some_and(|row| row.signed_in_before) {
        notice(door, user, Notice::new_device(origin)).await?;
    }
    let sql = "INSERT INTO known_devices (user_id, hash, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3)";
    execute(door.tx, sql, [user.0.into(), hash.into(), door.now.into()]).await?;
    let sql = "DELETE FROM known_devices WHERE user_id = $1 AND hash NOT IN \
               (SELECT hash FROM known_devices WHERE user_id = $1 ORDER BY last_seen_at DESC, hash LIMIT $2)";
    execute(door.tx, sql, [user.0.into(), MOST.into()]).await?;
    Ok(token)
}

/// Forgets the browsers of a person, but for the one of a session: what ends sessions takes the trust in their browsers too.
pub(crate) async fn forget(door: &Door<'_>, user: UserId, but: Option<SessionId>) -> Result<()> {
    let sql = "DELETE FROM known_devices WHERE user_id = $1 AND hash NOT IN \
               (SELECT device_hash FROM sessions WHERE id = $2 AND device_hash IS NOT NULL)";
    // No session has the nil id.
    execute(door.tx, sql, [user.0.into(), but.map_or(Uuid::nil(), |session| session.0).into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_of_ours_are_taken() {
        assert!(token(&"a".repeat(43)).is_some());
        for bad in ["", "a", &"a".repeat(44), &"!".repeat(43), &"é".repeat(21)] {
            assert_eq!(token(bad), None, "{bad}");
        }
        let (one, two) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        assert_ne!(hash(one, "x"), hash(two, "x"));
    }
}
