//! Making a passkey, renaming and removing one.

use super::ceremony::{self, Binding};
use super::queries::stored;
use super::{bad_passkey, not_offered};
use crate::features;
use crate::notices::{Notice, notice};
use crate::second_factor::{self, SecondFactorKeys};
use crate::{Account, queries};
use audit::{Door, Event};
use chrono::{DateTime, Utc};
use platform::db::execute;
use platform::{AppError, Db, Result};
use serde_json::json;
use shared_types::operation::Feature;
use shared_types::passkeys::{AddPasskey, AddedPasskey, Base64Url, MAX_PASSKEYS, Passkey, PasskeyCreation, PasskeyDescriptor};
use shared_types::text::Title;
use shared_types::{PasskeyId, SessionId, UserId};
use webauthn::{Attestation, Known, Made, Refusal, RelyingParty};

/// As it travels. What was stored in base64url reads back as such.
pub(super) fn descriptor(known: Known) -> Result<PasskeyDescriptor> {
    Ok(PasskeyDescriptor { id: binary(&known.id)?, transports: known.transports })
}

pub(super) fn binary(text: &str) -> Result<Base64Url> {
    Base64Url::parse(text).map_err(|error| AppError::internal(error.to_string()))
}

/// Begins: a challenge, and what the authenticator is to be asked. 409 where there are too many, or passkeys can't be used.
pub(crate) async fn begin_adding(
    door: &mut Door<'_>,
    party: Option<&RelyingParty>,
    session: SessionId,
    account: &Account,
) -> Result<PasskeyCreation> {
    let party = party.ok_or_else(not_offered)?;
    features::demand(door.tx, Feature::Passkeys).await?;
    let user = UserId(account.user_id);
    let known: Vec<Known> = stored(door.tx, user).await?.iter().map(super::queries::Row::known).collect();
    if known.len() >= MAX_PASSKEYS {
        return Err(AppError::conflict(format!("You have {MAX_PASSKEYS} passkeys. Remove one that you don't use any more.")));
    }
    let begun = party.begin_registration(account.user_id, &known).map_err(AppError::internal)?;
    let expires_at = ceremony::wait(door, &Binding::adding(session), user, begun.state).await?;
    Ok(PasskeyCreation {
        challenge: binary(&begun.challenge)?,
        rp_id: party.id().to_owned(),
        rp_name: "CMMC Tracker".to_owned(),
        user_handle: binary(&webauthn::user_handle(account.user_id))?,
        user_name: account.email.clone(),
        user_display_name: account.name.clone(),
        algorithms: webauthn::ALGORITHMS.to_vec(),
        exclude: known.into_iter().map(descriptor).collect::<Result<_>>()?,
        expires_at,
    })
}

/// What an answer to the challenge of a session is worth: before the door.
pub(crate) struct NewVerdict {
    state: String,
    made: Result<Made, Refusal>,
}

/// Checks the answer. 409 where no challenge waits: not begun, answered already, or too late.
pub(crate) async fn check_new(
    db: &Db,
    party: Option<&RelyingParty>,
    (session, user): (SessionId, UserId),
    now: DateTime<Utc>,
    body: &AddPasskey,
) -> Result<NewVerdict> {
    let party = party.ok_or_else(not_offered)?;
    let state = ceremony::waiting(db.read(), &Binding::adding(session), user, now).await?.ok_or_else(begin_again)?;
    let given = Attestation {
        client_data_json: body.client_data_json.as_str(),
        attestation_object: body.attestation_object.as_str(),
        transports: &body.transports,
    };
    let made = party.finish_registration(&state, &given).map_err(AppError::internal)?;
    Ok(NewVerdict { state, made })
}

fn begin_again() -> AppError {
    AppError::conflict("Begin again: no passkey is awaited, or it took longer than five minutes.")
}

/// Adds the passkey. None if the answer was refused: the challenge is used up all the same.
pub(crate) async fn add(
    door: &mut Door<'_>,
    keys: &SecondFactorKeys,
    (session, user): (SessionId, UserId),
    verdict: NewVerdict,
    name: Title,
) -> Result<Option<AddedPasskey>> {
    if !ceremony::use_up(door, &Binding::adding(session), &verdict.state).await? {
        return Err(begin_again());
    }
    let made = match verdict.made {
        Ok(made) => made,
        Err(refusal) => {
            door.record(Event::new("passkey.refused", "user", user).details(json!({ "why": refusal.as_str() })));
            return Ok(None);
        }
    };
    features::demand(door.tx, Feature::Passkeys).await?;
    let first = !second_factor::is_enrolled(door, user).await?;
    let id: PasskeyId = door.id()?;
    insert(door, id, user, &made, &name).await?;
    execute(door.tx, "UPDATE sessions SET stepped_up_at = $2 WHERE id = $1", [session.0.into(), door.now.into()]).await?;
    door.record(Event::new("passkey.add", "passkey", id).details(json!({ "first_factor": first })));
    notice(door, user, Notice::PasskeyAdded { name: name.as_str().to_owned() }).await?;
    if first {
        second_factor::end_others(door, user, session).await?;
    }
    let backup_codes = if first { Some(second_factor::fresh_codes(door, keys, user).await?) } else { None };
    let passkey = Passkey { id, name: name.as_str().to_owned(), created_at: door.now, last_used_at: None, suspended_at: None };
    Ok(Some(AddedPasskey { passkey, backup_codes }))
}

async fn insert(door: &Door<'_>, id: PasskeyId, user: UserId, made: &Made, name: &Title) -> Result<()> {
    let transports: Vec<&str> = made.transports.iter().map(|transport| transport.as_str()).collect();
    let sql = "INSERT INTO passkeys (id, user_id, credential_id, public_key, state, transports, name, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential_id) DO NOTHING";
    let values = [
        id.0.into(),
        user.0.into(),
        made.credential_id.as_str().into(),
        made.public_key.as_str().into(),
        made.state.as_str().into(),
        transports.join(" ").into(),
        name.as_str().into(),
        door.now.into(),
    ];
    if execute(door.tx, sql, values).await? == 0 {
        // Whose it is, is not told: an id is no secret, but nobody has to know it.
        return Err(bad_passkey());
    }
    Ok(())
}

/// Renames a passkey; 404 where the person has none of this id.
pub(crate) async fn rename(door: &mut Door<'_>, user: UserId, id: PasskeyId, name: &Title) -> Result<Passkey> {
    let sql = "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2";
    if execute(door.tx, sql, [id.0.into(), user.0.into(), name.as_str().into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    door.record(Event::new("passkey.rename", "passkey", id));
    let all = stored(door.tx, user).await?;
    let row = all.into_iter().find(|row| row.id == id.0).ok_or_else(AppError::not_found)?;
    Ok(row.passkey())
}

/// Removes a passkey; 404 where the person has none of this id. Without another factor left, the backup codes go too; 409 where
/// the installation demands one.
pub(crate) async fn remove(door: &mut Door<'_>, user: UserId, id: PasskeyId) -> Result<()> {
    let all = stored(door.tx, user).await?;
    let row = all.into_iter().find(|row| row.id == id.0).ok_or_else(AppError::not_found)?;
    execute(door.tx, "DELETE FROM passkeys WHERE id = $1 AND user_id = $2", [id.0.into(), user.0.into()]).await?;
    door.record(Event::new("passkey.remove", "passkey", id));
    notice(door, user, Notice::PasskeyRemoved { name: row.name }).await?;
    if second_factor::is_enrolled(door, user).await? {
        return Ok(());
    }
    if queries::demands_second_factor(door.tx).await? {
        return Err(AppError::conflict(
            "This installation demands a second factor. Add another passkey or an authenticator app first.",
        ));
    }
    second_factor::ended(door, user).await
}
