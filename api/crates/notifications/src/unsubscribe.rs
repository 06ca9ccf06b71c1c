//! The links in e-mails that end them (RFC 8058). A token names a person and the kinds that its mail told of and is signed with a key of that
//! person, so it can't be made up; what it allows is to turn off these kinds by e-mail, and nothing else. It has no end: mails are old when
//! people tire of them, and what they told of has been thrown away by then.

use crate::kinds::{self, Kind};
use crate::preferences;
use audit::{Actor, Event, change_installation};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use platform::db::rows;
use platform::{AppError, Platform, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::Sha256;
use shared_types::notifications::EmailDelivery;
use shared_types::{ErrorCode, UserId};
use std::collections::BTreeSet;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Bytes of the signature that a token holds.
const TAG: usize = 16;

/// A token's person, and the names of its kinds with a comma between them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    user: UserId,
    kinds: String,
}

fn tag(key: &[u8], named: &Named) -> Result<[u8; TAG]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(AppError::internal)?;
    mac.update(b"cmmc-tracker unsubscribe v2");
    mac.update(named.user.0.as_bytes());
    mac.update(named.kinds.as_bytes());
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    whole.first_chunk().copied().ok_or_else(|| AppError::internal("a signature is too short"))
}

/// The token of a mail to a person that tells of these kinds.
pub(crate) fn token(key: &str, user: UserId, kinds: &BTreeSet<&'static str>) -> Result<String> {
    let kinds: Vec<&str> = kinds.iter().copied().collect();
    let named = Named { user, kinds: kinds.join(",") };
    let key = hex::decode(key).map_err(AppError::internal)?;
    let parts = [user.0.as_bytes().as_slice(), &tag(&key, &named)?, named.kinds.as_bytes()];
    Ok(URL_SAFE_NO_PAD.encode(parts.concat()))
}

/// What a token says, before anybody knows whether it is true.
fn parse(token: &str) -> Option<(Named, [u8; TAG])> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (user, rest) = bytes.split_first_chunk::<16>()?;
    let (tag, kinds) = rest.split_first_chunk::<TAG>()?;
    let named = Named { user: UserId(Uuid::from_bytes(*user)), kinds: String::from_utf8(kinds.to_vec()).ok()? };
    Some((named, *tag))
}

#[derive(FromQueryResult)]
struct Key {
    unsubscribe_key: String,
}

/// The person, and the kinds of the mail that may be turned off. A token that is not ours is refused (401 `bad_token`).
async fn open(connection: &impl ConnectionTrait, text: &str) -> Result<(UserId, Vec<&'static Kind>)> {
    let bad = || AppError::new(ErrorCode::BadToken);
    let (named, given) = parse(text).ok_or_else(bad)?;
    let sql = "SELECT unsubscribe_key FROM notification_settings WHERE user_id = $1";
    let key = rows::<Key>(connection, sql, [named.user.0.into()]).await?.into_iter().next().ok_or_else(bad)?;
    let key = hex::decode(key.unsubscribe_key).map_err(AppError::internal)?;
    if !bool::from(tag(&key, &named)?.ct_eq(&given)) {
        return Err(bad());
    }
    // A kind that an earlier version had is gone.
    let kinds = named.kinds.split(',').filter_map(kinds::find).filter(|kind| !kind.mandatory).collect();
    Ok((named.user, kinds))
}

/// What the mail of a token told of and may be turned off by it. Changes nothing.
pub(crate) async fn kinds_of(platform: &Platform, text: &str) -> Result<Vec<&'static Kind>> {
    Ok(open(platform.db.read(), text).await?.1)
}

/// Turns off, by e-mail, what the mail of a token told of; the kinds. Doing it again changes nothing.
pub(crate) async fn unsubscribe(platform: &Platform, text: &str) -> Result<Vec<&'static Kind>> {
    let (user, kinds) = open(platform.db.read(), text).await?;
    let wanted = preferences::of_person(platform.db.read(), user).await?;
    let turned_off: Vec<&'static Kind> =
        kinds.iter().copied().filter(|kind| wanted.get(kind.name).is_some_and(|wanted| wanted.is_mailed())).collect();
    // A link that has done its work takes no lock.
    if turned_off.is_empty() {
        return Ok(kinds);
    }
    change_installation(platform, Actor::anonymous(), move |door| {
        Box::pin(async move {
            let mut names = Vec::new();
            for kind in turned_off {
                let wanted = preferences::of_kind(door.tx, user, kind).await?;
                if wanted.is_mailed() {
                    preferences::set(door.tx, user, kind, wanted.in_app, EmailDelivery::Off).await?;
                    names.push(kind.name);
                }
            }
            if !names.is_empty() {
                let details = serde_json::json!({ "by": "link", "email_off": names });
                door.record(Event::new("user.update_notifications", "user", user).details(details));
            }
            Ok(())
        })
    })
    .await?;
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_changed_one_is_another() {
        let key = hex::encode([7_u8; 32]);
        let user = UserId(Uuid::from_bytes([1; 16]));
        let text = token(&key, user, &BTreeSet::from(["task.watching", "task.assigned"])).unwrap();
        let (named, given) = parse(&text).unwrap();
        assert_eq!(named, Named { user, kinds: "task.assigned,task.watching".to_owned() });
        assert_eq!(tag(&[7; 32], &named).unwrap(), given);
        assert_ne!(tag(&[8; 32], &named).unwrap(), given, "another key");
        assert_ne!(tag(&[7; 32], &Named { user, kinds: "task.assigned".to_owned() }).unwrap(), given, "fewer kinds");
        let longer = parse(&format!("{text}AAAA")).unwrap();
        assert_ne!(tag(&[7; 32], &longer.0).unwrap(), longer.1, "something behind it");
        for bad in ["", "x", &text[..40], "=".repeat(64).as_str()] {
            assert!(parse(bad).is_none(), "{bad}");
        }
        let every = crate::kinds::KINDS.iter().filter(|kind| !kind.mandatory).map(|kind| kind.name).collect();
        // A line of a mail has 998 characters at the most.
        assert!(token(&key, user, &every).unwrap().len() < 700, "a link that no mail carries");
    }
}
