//! Using a passkey: at the second step of a sign-in, and for a fresh proof.

use super::add::{binary, descriptor};
use super::ceremony::{self, Binding};
use super::not_offered;
use super::queries::stored;
use crate::notices::{Notice, notice};
use audit::{Door, Event};
use chrono::{DateTime, Utc};
use platform::db::execute;
use platform::{AppError, Db, Result};
use serde_json::json;
use shared_types::passkeys::{PasskeyAssertion, PasskeyRequest};
use shared_types::{PasskeyId, UserId};
use webauthn::{Assertion, Known, Refusal, RelyingParty, Stored};

/// Begins: a challenge, and which passkeys may answer it. 409 where the person has none that can.
pub(crate) async fn begin_proving(
    door: &mut Door<'_>,
    party: Option<&RelyingParty>,
    binding: &Binding,
    user: UserId,
) -> Result<PasskeyRequest> {
    let party = party.ok_or_else(not_offered)?;
    let good = stored(door.tx, user).await?.into_iter().filter(|row| row.suspended_at.is_none());
    let known: Vec<Known> = good.map(|row| row.known()).collect();
    if known.is_empty() {
        return Err(AppError::conflict("There is no passkey that could prove it. Use a code."));
    }
    let begun = party.begin_assertion(&known).map_err(AppError::internal)?;
    let expires_at = ceremony::wait(door, binding, user, begun.state).await?;
    let allow = known.into_iter().map(descriptor).collect::<Result<_>>()?;
    Ok(PasskeyRequest { challenge: binary(&begun.challenge)?, rp_id: party.id().to_owned(), allow, expires_at })
}

/// What an answer is worth, found out before the door.
pub(crate) struct Verdict {
    binding: Binding,
    /// The challenge that was answered; none waited if absent.
    challenge: Option<String>,
    found: Result<Good, Bad>,
}

/// A passkey that has proved it, with its state before and after.
struct Good {
    passkey: PasskeyId,
    before: String,
    after: String,
}

/// Why not, and which passkey it was, where that is known.
struct Bad {
    passkey: Option<PasskeyId>,
    why: Refusal,
}

/// Checks the answer of a person's passkey.
pub(crate) async fn check(
    db: &Db,
    party: Option<&RelyingParty>,
    binding: Binding,
    user: UserId,
    now: DateTime<Utc>,
    given: &PasskeyAssertion,
) -> Result<Verdict> {
    let party = party.ok_or_else(not_offered)?;
    let challenge = ceremony::waiting(db.read(), &binding, user, now).await?;
    let row = stored(db.read(), user).await?.into_iter().find(|row| row.credential_id == given.id.as_str());
    let bad = |passkey: Option<PasskeyId>, why| Err(Bad { passkey, why });
    let found = match (&challenge, row) {
        (None, row) => bad(row.map(|row| PasskeyId(row.id)), Refusal::Challenge),
        (_, None) => bad(None, Refusal::Unknown),
        (_, Some(row)) if row.suspended_at.is_some() => bad(Some(PasskeyId(row.id)), Refusal::Suspended),
        (Some(challenge), Some(row)) => {
            let passkey = PasskeyId(row.id);
            let kept = Stored { id: &row.credential_id, public_key: &row.public_key, state: &row.state, user: user.0 };
            let given = Assertion {
                client_data_json: given.client_data_json.as_str(),
                authenticator_data: given.authenticator_data.as_str(),
                signature: given.signature.as_str(),
                user_handle: given.user_handle.as_ref().map(shared_types::passkeys::Base64Url::as_str),
            };
            match party.finish_assertion(challenge, &kept, &given).map_err(AppError::internal)? {
                Ok(after) => Ok(Good { passkey, before: row.state, after }),
                Err(why) => bad(Some(passkey), why),
            }
        }
    };
    Ok(Verdict { binding, challenge, found })
}

/// Lets an answer count, behind the door: uses its challenge up, and the passkey's state moves on. Why not, if not.
///
/// A counter that went back means that there are two of the authenticator: the passkey is suspended, its owner told.
pub(crate) async fn settle(door: &mut Door<'_>, user: UserId, verdict: Verdict) -> Result<Result<(), Refusal>> {
    let Verdict { binding, challenge, found } = verdict;
    let fresh = match challenge {
        Some(challenge) => ceremony::use_up(door, &binding, &challenge).await?,
        None => false,
    };
    match found {
        _ if !fresh => Ok(Err(Refusal::Challenge)),
        Ok(Good { passkey, before, after }) => {
            let sql = "UPDATE passkeys SET state = $4, last_used_at = $5 WHERE id = $1 AND user_id = $2 AND state = $3 \
                       AND suspended_at IS NULL";
            let values = [passkey.0.into(), user.0.into(), before.into(), after.into(), door.now.into()];
            // Of two answers at once, to two challenges, the second meets another state: it may try again.
            Ok(if execute(door.tx, sql, values).await? == 1 { Ok(()) } else { Err(Refusal::Suspended) })
        }
        Err(Bad { passkey: Some(passkey), why: Refusal::Counter }) => {
            suspend(door, user, passkey).await?;
            Ok(Err(Refusal::Counter))
        }
        Err(Bad { why, .. }) => Ok(Err(why)),
    }
}

async fn suspend(door: &mut Door<'_>, user: UserId, passkey: PasskeyId) -> Result<()> {
    let sql = "UPDATE passkeys SET suspended_at = $3 WHERE id = $1 AND user_id = $2 AND suspended_at IS NULL";
    if execute(door.tx, sql, [passkey.0.into(), user.0.into(), door.now.into()]).await? == 1 {
        let details = json!({ "why": Refusal::Counter.as_str() });
        door.record(Event::new("passkey.suspend", "passkey", passkey).details(details));
        let name = stored(door.tx, user).await?.into_iter().find(|row| row.id == passkey.0).map(|row| row.name);
        notice(door, user, Notice::PasskeySuspended { name: name.unwrap_or_default() }).await?;
    }
    Ok(())
}
