//! What is read of a person's second factor.

use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::{Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::UserId;
use shared_types::second_factor::{SecondFactorKind, SecondFactorState};

#[derive(FromQueryResult)]
struct Row {
    confirmed_at: Option<DateTime<Utc>>,
    passkeys: i64,
    first_passkey_at: Option<DateTime<Utc>>,
    left_over: i64,
    required: bool,
}

/// One's own second factor.
pub(crate) async fn state(db: &Db, user: UserId) -> Result<SecondFactorState> {
    let sql = "SELECT f.confirmed_at, (SELECT COUNT(*) FROM backup_codes c WHERE c.user_id = $1 AND c.used_at IS NULL) AS left_over, \
               (SELECT COUNT(*) FROM passkeys p WHERE p.user_id = $1) AS passkeys, \
               (SELECT p.created_at FROM passkeys p WHERE p.user_id = $1 ORDER BY p.created_at, p.id LIMIT 1) AS first_passkey_at, \
               i.second_factor_required_at IS NOT NULL AS required \
               FROM installation i LEFT JOIN second_factors f ON f.user_id = $1 WHERE i.id = 1";
    let Some(row) = db.row::<Row>(sql, [user.0.into()]).await? else { return Err(platform::AppError::not_found()) };
    let Row { confirmed_at, passkeys, first_passkey_at, left_over, required } = row;
    let number = |count: i64| u32::try_from(count).unwrap_or(0);
    Ok(SecondFactorState {
        enrolled_at: [confirmed_at, first_passkey_at].into_iter().flatten().min(),
        app_since: confirmed_at,
        passkeys: number(passkeys),
        backup_codes_left: number(left_over),
        required,
    })
}

#[derive(FromQueryResult)]
struct Kinds {
    app: bool,
    passkey: bool,
    good_passkey: bool,
}

/// What proves that it is the person, the handiest first; nothing where there is no second factor. Backup codes stand beside every
/// other, though they may all be used: which are left is nobody's business but their owner's.
pub(crate) async fn accepts(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<SecondFactorKind>> {
    let sql = "SELECT EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL) AS app, \
               EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id) AS passkey, \
               EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id AND p.suspended_at IS NULL) AS good_passkey \
               FROM users u WHERE u.id = $1";
    let found = rows::<Kinds>(connection, sql, [user.0.into()]).await?.into_iter().next();
    let Some(Kinds { app, passkey, good_passkey }) = found else { return Ok(Vec::new()) };
    let all = [
        (good_passkey, SecondFactorKind::Passkey),
        (app, SecondFactorKind::Totp),
        (app || passkey, SecondFactorKind::BackupCode),
    ];
    Ok(all.into_iter().filter_map(|(there, kind)| there.then_some(kind)).collect())
}
