//! Whom to tell that evidence is about to expire, or has.

use crate::queries::number;
use crate::rules::{EXPIRING_DAYS, days_left, freshness};
use chrono::{DateTime, Days, NaiveDate, Utc};
use platform::{Clock, Db, Result};
use sea_orm::FromQueryResult;
use shared_types::evidence::Freshness;
use shared_types::{EvidenceId, SystemId, UserId};
use uuid::Uuid;

/// Evidence that its owner should renew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The system.
    pub system: SystemId,
    /// The evidence.
    pub evidence: EvidenceId,
    /// Its number for people.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Who keeps it fresh, and is a member still.
    pub owner: UserId,
    /// Its last day.
    pub expires: NaiveDate,
    /// Expiring or expired, today in the system's zone.
    pub freshness: Freshness,
    /// Days until then; negative once it is over.
    pub days_left: i64,
}

#[derive(FromQueryResult)]
struct Row {
    system_id: Uuid,
    id: Uuid,
    number: i32,
    title: String,
    owner_id: Uuid,
    expires: NaiveDate,
    time_zone: String,
}

/// All evidence that is expiring, or expired within the last 30 days, in systems that are not archived. Asked every day it
/// names the same evidence again: whoever tells people tells each thing once, by evidence, freshness and `expires`.
pub async fn freshness_due(db: &Db, clock: &Clock) -> Result<Vec<Due>> {
    let sql = "SELECT e.system_id, e.id, e.number, e.title, e.owner_id, e.expires, s.time_zone FROM evidence e \
               JOIN systems s ON s.id = e.system_id JOIN members m ON m.system_id = e.system_id AND m.user_id = e.owner_id \
               WHERE e.deleted_at IS NULL AND s.archived_at IS NULL AND e.expires_sort >= $1 AND e.expires_sort <= $2 \
               ORDER BY e.system_id, e.expires_sort, e.id";
    // A day more on each side: somewhere it is tomorrow already.
    let window = Days::new(EXPIRING_DAYS.unsigned_abs() + 1);
    let now: DateTime<Utc> = clock.now();
    let today = now.date_naive();
    let (first, last) = (today - window, today + window);
    let rows = db.rows::<Row>(sql, [first.into(), last.into()]).await?;
    Ok(rows.into_iter().filter_map(|row| due(row, clock)).collect())
}

fn due(row: Row, clock: &Clock) -> Option<Due> {
    let Row { system_id, id, number: ordinal, title, owner_id, expires, time_zone } = row;
    let today = clock.today(&time_zone);
    let freshness = freshness(Some(expires), today);
    let days_left = days_left(Some(expires), today).filter(|days| *days >= -EXPIRING_DAYS)?;
    (freshness != Freshness::Current).then(|| Due {
        system: SystemId(system_id),
        evidence: EvidenceId(id),
        number: number(ordinal),
        title,
        owner: UserId(owner_id),
        expires,
        freshness,
        days_left,
    })
}
