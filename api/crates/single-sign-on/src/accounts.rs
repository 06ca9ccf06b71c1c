//! Whom the provider means.
//!
//! A person at the provider is known by issuer and subject. An address counts at the first sign-in only, and only if the provider vouches
//! for it: whoever could put a colleague's address into a profile there would else become the colleague here.

use audit::{Door, Event};
use chrono::{DateTime, Utc};
use identity::{CAN_SIGN_IN, NewUser, Notice, create_user, notice, void_invitations};
use openid::Person;
use platform::db::{execute, rows};
use platform::settings::{LinkByEmail, SingleSignOnSettings};
use platform::{AppError, Db, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::single_sign_on::LinkedIdentity;
use shared_types::text::{Email, Title};
use shared_types::{ErrorCode, IdentityId, UserId};
use uuid::Uuid;

/// Whom.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    User(UserId),
    /// Nobody who may come in, and why; of which account, if it is about one.
    Refused(ErrorCode, Option<UserId>),
}

#[derive(FromQueryResult)]
struct Known {
    user_id: Uuid,
    closed: bool,
}

/// The account that is connected with a person; whether it is closed.
async fn connected(door: &Door<'_>, person: &Person) -> Result<Option<(UserId, bool)>> {
    let sql = "SELECT e.user_id, u.deactivated_at IS NOT NULL AS closed FROM external_identities e JOIN users u ON u.id = e.user_id \
               WHERE e.issuer = $1 AND e.subject = $2";
    let found = rows::<Known>(door.tx, sql, [person.issuer.as_str().into(), person.subject.as_str().into()]).await?;
    Ok(found.into_iter().next().map(|row| (UserId(row.user_id), row.closed)))
}

/// Whether this person is connected with this account.
pub(crate) async fn is(door: &Door<'_>, person: &Person, user: UserId) -> Result<bool> {
    Ok(connected(door, person).await?.is_some_and(|(owner, closed)| owner == user && !closed))
}

/// The account that an address has.
#[derive(FromQueryResult)]
struct Candidate {
    id: Uuid,
    admin: bool,
    closed: bool,
    /// Somebody signs in to it already.
    settled: bool,
    /// Its connection with another person at this provider, if it has one.
    other: Option<Uuid>,
}

/// Why an account is not opened by its address for the first time, if it is not. Pure.
fn refusal(account: &Candidate, policy: LinkByEmail) -> Option<ErrorCode> {
    if account.closed {
        return Some(ErrorCode::AccountClosed);
    }
    if account.other.is_some() {
        return Some(ErrorCode::IdentityTaken);
    }
    let opens = match policy {
        LinkByEmail::Never => false,
        LinkByEmail::Invited => !account.settled,
        LinkByEmail::All => true,
    };
    (account.admin || !opens).then_some(ErrorCode::IdentityNotLinked)
}

/// The account of a person who signs in: connected already, connected now, or made now.
pub(crate) async fn resolve(door: &mut Door<'_>, settings: &SingleSignOnSettings, person: &Person) -> Result<Found> {
    if let Some((user, closed)) = connected(door, person).await? {
        let sql = "UPDATE external_identities SET last_used_at = $1 WHERE issuer = $2 AND subject = $3";
        execute(door.tx, sql, [door.now.into(), person.issuer.as_str().into(), person.subject.as_str().into()]).await?;
        return Ok(if closed { Found::Refused(ErrorCode::AccountClosed, Some(user)) } else { Found::User(user) });
    }
    // Only capitals may differ from how addresses are kept here: what folding makes of other letters may be another's address.
    let ours = |given: &&str| Email::parse(given).is_ok_and(|email| given.trim().eq_ignore_ascii_case(email.as_str()));
    let email = person.email.as_deref().filter(ours).and_then(|email| Email::parse(email).ok());
    let Some(email) = email.filter(|email| person.email_verified && settings.allows_email(email.as_str())) else {
        return Ok(Found::Refused(ErrorCode::EmailNotAccepted, None));
    };
    let sql = format!(
        "SELECT u.id, u.admin, u.deactivated_at IS NOT NULL AS closed, {CAN_SIGN_IN} AS settled, \
         (SELECT o.id FROM external_identities o WHERE o.user_id = u.id AND o.issuer = $2) AS other FROM users u WHERE u.email = $1"
    );
    let values = [email.as_str().into(), person.issuer.as_str().into()];
    let Some(account) = rows::<Candidate>(door.tx, &sql, values).await?.into_iter().next() else {
        return if settings.just_in_time {
            Ok(Found::User(create(door, person, email).await?))
        } else {
            Ok(Found::Refused(ErrorCode::NoAccount, None))
        };
    };
    let user = UserId(account.id);
    if let Some(code) = refusal(&account, settings.link_by_email) {
        return Ok(Found::Refused(code, Some(user)));
    }
    connect(door, person, user, "verified_email").await?;
    void_invitations(door, user).await?;
    prove_address(door, user).await?;
    notice(door, user, Notice::IdentityLinked).await?;
    Ok(Found::User(user))
}

/// A new account, without any right.
async fn create(door: &mut Door<'_>, person: &Person, email: Email) -> Result<UserId> {
    let name = person.name.as_deref().and_then(|name| Title::parse(name).ok());
    let name = name.map_or_else(|| Title::parse(email.as_str()), Ok)?;
    let user = create_user(door, NewUser { email, name, admin: false, password_hash: None }).await?;
    connect(door, person, user, "just_in_time").await?;
    prove_address(door, user).await?;
    Ok(user)
}

async fn prove_address(door: &Door<'_>, user: UserId) -> Result<()> {
    let sql = "UPDATE users SET email_verified_at = $1 WHERE id = $2 AND email_verified_at IS NULL";
    execute(door.tx, sql, [door.now.into(), user.0.into()]).await?;
    Ok(())
}

async fn connect(door: &mut Door<'_>, person: &Person, user: UserId, by: &'static str) -> Result<()> {
    let id: IdentityId = door.id()?;
    let sql = "INSERT INTO external_identities (id, user_id, issuer, subject, created_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let used = (by != "owner").then_some(door.now);
    let values =
        [id.0.into(), user.0.into(), person.issuer.as_str().into(), person.subject.as_str().into(), door.now.into(), used.into()];
    execute(door.tx, sql, values).await?;
    // Without the subject: it names a person, and what is in the log stays.
    door.record(Event::new("identity.link", "user", user).details(json!({ "identity": id, "by": by })));
    Ok(())
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// The owner connects an account from inside. Refused where one of the two is connected otherwise.
pub(crate) async fn link(door: &mut Door<'_>, person: &Person, user: UserId) -> Result<Option<ErrorCode>> {
    match connected(door, person).await? {
        Some((owner, _)) if owner == user => return Ok(None),
        Some(_) => return Ok(Some(ErrorCode::IdentityTaken)),
        None => {}
    }
    let sql = "SELECT COUNT(*) AS count FROM external_identities WHERE user_id = $1 AND issuer = $2";
    let found = rows::<Count>(door.tx, sql, [user.0.into(), person.issuer.as_str().into()]).await?;
    if found.first().is_some_and(|row| row.count > 0) {
        return Ok(Some(ErrorCode::IdentityTaken));
    }
    connect(door, person, user, "owner").await?;
    notice(door, user, Notice::IdentityLinked).await?;
    Ok(None)
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    issuer: String,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    password: bool,
}

/// The connections of an account.
pub(crate) async fn identities_of(db: &Db, user: UserId) -> Result<Vec<LinkedIdentity>> {
    let sql = "SELECT e.id, e.issuer, e.created_at, e.last_used_at, u.password_hash IS NOT NULL AS password FROM external_identities e \
               JOIN users u ON u.id = e.user_id WHERE e.user_id = $1 ORDER BY e.created_at, e.id";
    let found = db.rows::<Row>(sql, [user.0.into()]).await?;
    let several = found.len() > 1;
    let shown = |Row { id, issuer, created_at, last_used_at, password }| LinkedIdentity {
        id: IdentityId(id),
        issuer,
        created_at,
        last_used_at,
        removable: password || several,
    };
    Ok(found.into_iter().map(shown).collect())
}

/// Removes a connection. Refused where nothing would be left to sign in with. Memberships that groups gave end at once: nothing tells any
/// more whether the groups still stand.
pub(crate) async fn unlink(door: &mut Door<'_>, user: UserId, identity: IdentityId) -> Result<()> {
    let sql = "DELETE FROM external_identities WHERE id = $1 AND user_id = $2";
    if execute(door.tx, sql, [identity.0.into(), user.0.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    let sql = format!("SELECT COUNT(*) AS count FROM users u WHERE u.id = $1 AND {CAN_SIGN_IN}");
    if rows::<Count>(door.tx, &sql, [user.0.into()]).await?.first().is_none_or(|row| row.count == 0) {
        return Err(AppError::conflict("You have no password: without this connection you could not sign in any more."));
    }
    door.record(Event::new("identity.unlink", "user", user).details(json!({ "identity": identity })));
    notice(door, user, Notice::IdentityUnlinked).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Candidate = Candidate { id: Uuid::nil(), admin: false, closed: false, settled: true, other: None };

    #[test]
    fn an_address_opens_what_the_policy_says_and_never_an_administrator() {
        use ErrorCode::{AccountClosed, IdentityNotLinked, IdentityTaken};
        use LinkByEmail::{All, Invited, Never};
        let invited = Candidate { settled: false, ..ACCOUNT };
        for (account, policy, wanted) in [
            (ACCOUNT, Never, Some(IdentityNotLinked)),
            (ACCOUNT, Invited, Some(IdentityNotLinked)),
            (ACCOUNT, All, None),
            (Candidate { settled: false, ..ACCOUNT }, Never, Some(IdentityNotLinked)),
            (invited, Invited, None),
            (Candidate { admin: true, ..ACCOUNT }, All, Some(IdentityNotLinked)),
            (Candidate { admin: true, settled: false, ..ACCOUNT }, Invited, Some(IdentityNotLinked)),
            (Candidate { closed: true, ..ACCOUNT }, All, Some(AccountClosed)),
            (Candidate { other: Some(Uuid::nil()), ..ACCOUNT }, All, Some(IdentityTaken)),
        ] {
            assert_eq!(refusal(&account, policy), wanted, "{policy:?}");
        }
    }
}
