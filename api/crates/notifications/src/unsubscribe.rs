//! The links in e-mails that end them (RFC 8058). A token names a person and a mail and is signed with a key of that person, so it can't be
//! made up; what it allows is to turn off, by e-mail, the kinds that the mail told of, and nothing else. It has no end: mails are
//! old when people tire of them.

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
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Bytes of the signature that a token holds.
const TAG: usize = 16;

/// A token's person and mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named {
    user: UserId,
    mail: Uuid,
}

fn tag(key: &[u8], named: Named) -> Result<[u8; TAG]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(AppError::internal)?;
    mac.update(b"cmmc-tracker unsubscribe v1");
    mac.update(named.user.0.as_bytes());
    mac.update(named.mail.as_bytes());
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    whole.first_chunk().copied().ok_or_else(|| AppError::internal("a signature is too short"))
}

/// The token of a mail to a person.
pub(crate) fn token(key: &str, user: UserId, mail: Uuid) -> Result<String> {
    let named = Named { user, mail };
    let key = hex::decode(key).map_err(AppError::internal)?;
    let parts = [user.0.as_bytes().as_slice(), mail.as_bytes(), &tag(&key, named)?];
    Ok(URL_SAFE_NO_PAD.encode(parts.concat()))
}

/// What a token says, before anybody knows whether it is true.
fn parse(token: &str) -> Option<(Named, [u8; TAG])> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let bytes: [u8; 32 + TAG] = bytes.try_into().ok()?;
    let (user, rest) = bytes.split_first_chunk::<16>()?;
    let (mail, tag) = rest.split_first_chunk::<16>()?;
    let named = Named { user: UserId(Uuid::from_bytes(*user)), mail: Uuid::from_bytes(*mail) };
    Some((named, *tag.first_chunk()?))
}

#[derive(FromQueryResult)]
struct Key {
    unsubscribe_key: String,
}

#[derive(FromQueryResult)]
struct KindRow {
    kind: String,
}

/// The person, the mail and its kinds that may be turned off. A token that is not ours is refused (401 `bad_token`).
async fn open(connection: &impl ConnectionTrait, text: &str) -> Result<(UserId, Vec<&'static Kind>)> {
    let bad = || AppError::new(ErrorCode::BadToken);
    let (named, given) = parse(text).ok_or_else(bad)?;
    let sql = "SELECT unsubscribe_key FROM notification_settings WHERE user_id = $1";
    let key = rows::<Key>(connection, sql, [named.user.0.into()]).await?.into_iter().next().ok_or_else(bad)?;
    let key = hex::decode(key.unsubscribe_key).map_err(AppError::internal)?;
    if !bool::from(tag(&key, named)?.ct_eq(&given)) {
        return Err(bad());
    }
    let sql = "SELECT DISTINCT kind FROM notifications WHERE mail_id = $1 AND user_id = $2";
    let found = rows::<KindRow>(connection, sql, [named.mail.into(), named.user.0.into()]).await?;
    let mut kinds: Vec<&'static Kind> =
        found.iter().filter_map(|row| kinds::find(&row.kind)).filter(|kind| !kind.mandatory).collect();
    kinds.sort_by_key(|kind| kind.name);
    Ok((named.user, kinds))
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
        let (user, mail) = (UserId(Uuid::from_bytes([1; 16])), Uuid::from_bytes([2; 16]));
        let text = token(&key, user, mail).unwrap();
        let (named, given) = parse(&text).unwrap();
        assert_eq!(named, Named { user, mail });
        assert_eq!(tag(&[7; 32], named).unwrap(), given);
        assert_ne!(tag(&[8; 32], named).unwrap(), given, "another key");
        assert_ne!(tag(&[7; 32], Named { mail: user.0, ..named }).unwrap(), given, "another mail");
        for bad in ["", "x", &text[1..], &format!("{text}AA"), "=".repeat(64).as_str()] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
