//! What is read of a person's second factor.

use chrono::{DateTime, Utc};
use platform::{Db, Result};
use sea_orm::FromQueryResult;
use shared_types::UserId;
use shared_types::second_factor::SecondFactorState;

#[derive(FromQueryResult)]
struct Row {
    confirmed_at: Option<DateTime<Utc>>,
    left_over: i64,
    required: bool,
}

/// One's own second factor.
pub(crate) async fn state(db: &Db, user: UserId) -> Result<SecondFactorState> {
    let sql = "SELECT f.confirmed_at, (SELECT COUNT(*) FROM backup_codes c WHERE c.user_id = $1 AND c.used_at IS NULL) AS left_over, \
               i.second_factor_required_at IS NOT NULL AS required \
               FROM installation i LEFT JOIN second_factors f ON f.user_id = $1 WHERE i.id = 1";
    let row = db.row::<Row>(sql, [user.0.into()]).await?;
    Ok(SecondFactorState {
        enrolled_at: row.as_ref().and_then(|row| row.confirmed_at),
        backup_codes_left: row.as_ref().and_then(|row| u32::try_from(row.left_over).ok()).unwrap_or(0),
        required: row.is_some_and(|row| row.required),
    })
}
