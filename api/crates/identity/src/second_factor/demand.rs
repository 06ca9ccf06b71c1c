//! The installation's policy: whether everybody needs a second factor, and how long they have to set one up.
//!
//! It is a row of the installation and not a setting: an administrator demands it from the screen, every instance sees it at once, and
//! the change is in the audit chain. A setting would need a restart of each process, and leave no trace.

use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Db, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::FieldCode;
use shared_types::second_factor::{MAX_GRACE_DAYS, SecondFactorPolicy, SetSecondFactorPolicy};

/// By when a person has to have a second factor: the grace begins with the demand, for newer accounts with the account.
pub(crate) fn deadline(required_at: DateTime<Utc>, created_at: DateTime<Utc>, grace_days: i32) -> DateTime<Utc> {
    required_at.max(created_at) + Duration::days(i64::from(grace_days))
}

#[derive(FromQueryResult)]
struct Row {
    second_factor_required_at: Option<DateTime<Utc>>,
    second_factor_grace_days: i32,
}

impl From<Row> for SecondFactorPolicy {
    fn from(row: Row) -> Self {
        let Row { second_factor_required_at: since, second_factor_grace_days: days } = row;
        Self { required: since.is_some(), grace_days: u32::try_from(days).unwrap_or(0), since }
    }
}

const ROW: &str = "SELECT second_factor_required_at, second_factor_grace_days FROM installation WHERE id = 1";

/// The policy.
pub(crate) async fn policy(db: &Db) -> Result<SecondFactorPolicy> {
    Ok(db.row::<Row>(ROW, []).await?.ok_or_else(|| AppError::internal("the installation has no row"))?.into())
}

/// Changes the policy. A demand that stands goes on from when it began.
pub(crate) async fn set_policy(door: &mut Door<'_>, new: SetSecondFactorPolicy) -> Result<SecondFactorPolicy> {
    if new.grace_days > MAX_GRACE_DAYS {
        return Err(AppError::invalid("/grace_days", FieldCode::OutOfRange, format!("from 0 to {MAX_GRACE_DAYS} days")));
    }
    let old: SecondFactorPolicy = rows::<Row>(door.tx, ROW, []).await?.into_iter().next().ok_or_else(AppError::not_found)?.into();
    let since = new.required.then(|| old.since.unwrap_or(door.now));
    let days = i32::try_from(new.grace_days).unwrap_or(0);
    let sql = "UPDATE installation SET second_factor_required_at = $1, second_factor_grace_days = $2 WHERE id = 1";
    execute(door.tx, sql, [since.into(), days.into()]).await?;
    let details = json!({
        "required": { "old": old.required, "new": new.required },
        "grace_days": { "old": old.grace_days, "new": new.grace_days },
    });
    door.record(Event::without_object("installation.second_factor_policy", "installation").details(details));
    Ok(SecondFactorPolicy { required: new.required, grace_days: new.grace_days, since })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grace_begins_with_the_demand_or_the_account() {
        let day = |day: u32| format!("2026-11-{day:02}T00:00:00Z").parse::<DateTime<Utc>>().unwrap();
        assert_eq!(deadline(day(10), day(1), 7), day(17));
        assert_eq!(deadline(day(10), day(12), 7), day(19));
        assert_eq!(deadline(day(10), day(1), 0), day(10));
    }
}
