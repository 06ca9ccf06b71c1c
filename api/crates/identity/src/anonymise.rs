//! Forgetting a person: everything that names them or lets them in is erased, everything that they did stays, by their id.

use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// What is shown in the place of the name.
const NAME: &str = "Deleted person";

/// What is the person's own and goes. Each statement takes the person as `$1`.
const ERASED: [&str; 14] = [
    "DELETE FROM sessions WHERE user_id = $1",
    "DELETE FROM api_tokens WHERE user_id = $1",
    "DELETE FROM one_time_tokens WHERE user_id = $1",
    "DELETE FROM calendar_feeds WHERE user_id = $1",
    "DELETE FROM second_steps WHERE user_id = $1",
    "DELETE FROM second_factors WHERE user_id = $1",
    "DELETE FROM known_devices WHERE user_id = $1",
    "DELETE FROM passkeys WHERE user_id = $1",
    "DELETE FROM passkey_ceremonies WHERE user_id = $1",
    "DELETE FROM backup_codes WHERE user_id = $1",
    "DELETE FROM external_identities WHERE user_id = $1",
    "DELETE FROM lockouts WHERE user_id = $1",
    "DELETE FROM notifications WHERE user_id = $1",
    "DELETE FROM idempotency_keys WHERE user_id = $1",
];

#[derive(FromQueryResult)]
struct Membership {
    system_id: Uuid,
    only_manager: bool,
    archived: bool,
}

/// Erases. The account's row stays, because what the person did refers to it.
pub(crate) async fn anonymise(door: &mut Door<'_>, platform: &Platform, user: UserId) -> Result<()> {
    let sql = "SELECT m.system_id, m.role = 'manager' AND NOT EXISTS (SELECT 1 FROM members o WHERE o.system_id = m.system_id \
               AND o.role = 'manager' AND o.user_id <> m.user_id) AS only_manager, s.archived_at IS NOT NULL AS archived \
               FROM members m JOIN systems s ON s.id = m.system_id WHERE m.user_id = $1 ORDER BY m.system_id";
    let memberships = rows::<Membership>(door.tx, sql, [user.0.into()]).await?;
    if memberships.iter().any(|membership| membership.only_manager && !membership.archived) {
        return Err(AppError::conflict("This person is the only manager of a system. Make somebody else manager first."));
    }
    for Membership { system_id, .. } in memberships {
        // The end of a membership belongs into the log of its system.
        let mut inner = door.inner(platform, SystemId(system_id)).await?;
        let sql = "DELETE FROM members WHERE system_id = $1 AND user_id = $2";
        execute(inner.tx, sql, [system_id.into(), user.0.into()]).await?;
        inner.record(Event::new("member.remove", "user", user));
        inner.close().await?;
    }
    for sql in ERASED {
        execute(door.tx, sql, [user.0.into()]).await?;
    }
    audit::forget_origins(door.tx, user).await?;
    audit::renew_where_shown(door, user).await?;
    // Not of the form of an address, so that nobody can ever be given it or sign in with it.
    let sql = "UPDATE users SET email = $1, name = $2, password_hash = NULL, time_zone = NULL, last_sign_in_at = NULL, \
         pending_email = NULL, email_verified_at = NULL WHERE id = $3";
    execute(door.tx, sql, [format!("deleted:{user}").into(), NAME.into(), user.0.into()]).await?;
    Ok(())
}
