//! Looks once a day at each system's evidence and tells the owners what is about to expire or has expired.
//!
//! Freshness itself is derived whenever evidence is read; this only tells people.

use super::{daily, tell_all};
use crate::kinds;
use crate::programs::ProgramObject;
use crate::rules::Aging;
use crate::service::Notice;
use chrono::NaiveDate;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::evidence::Freshness;
use shared_types::{SystemId, UserId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The name of the look in `job_runs`.
const LOOK: &str = "evidence_freshness";

#[derive(FromQueryResult)]
struct AgingRow {
    id: Uuid,
    number: i32,
    title: String,
    expires: NaiveDate,
    /// Its owner if still a member; else, one row each, the managers.
    recipient: Uuid,
}

/// The day is that of the approved version, which is the one that supports findings; of the newest where none was approved.
const AGING: &str = "SELECT e.id, e.number, e.title, e.expires, m.user_id AS recipient FROM \
    (SELECT id, system_id, number, title, owner_id, CASE WHEN approved_version IS NULL THEN expires ELSE approved_until END AS expires \
     FROM evidence WHERE system_id = $1 AND deleted_at IS NULL AND archived_at IS NULL) e \
    LEFT JOIN members o ON o.system_id = e.system_id AND o.user_id = e.owner_id \
    JOIN members m ON m.system_id = e.system_id \
        AND ((o.user_id IS NOT NULL AND m.user_id = o.user_id) OR (o.user_id IS NULL AND m.role = 'manager')) \
    WHERE e.expires IS NOT NULL AND e.expires <= $2 \
    ORDER BY e.expires, e.id, m.user_id";

/// Looks at every system whose day has not been looked at; how many people were told something.
pub async fn evidence_freshness(platform: &Platform) -> Result<u64> {
    daily::each(platform, LOOK, |platform, system, today| Box::pin(look(platform, system, today))).await
}

/// One system, one day. Interrupted and made again, or made by two at once, it tells nobody twice.
async fn look(platform: &Platform, system: SystemId, today: NaiveDate) -> Result<u64> {
    let at = platform.clock.now();
    let mut notices = Vec::new();
    let rows = platform.db.rows::<AgingRow>(AGING, [system.0.into(), Freshness::horizon(today).into()]).await?;
    let impacts = if rows.is_empty() { BTreeMap::new() } else { controls::impacts(platform.db.read(), system, today).await? };
    for row in rows {
        let AgingRow { id, number, title, expires, recipient } = row;
        let Some(aging) = Aging::of(expires, today) else { continue };
        notices.push(Notice {
            id: Notice::id(platform)?,
            user: UserId(recipient),
            system: Some(system),
            kind: kinds::find(aging.kind()).ok_or_else(|| AppError::internal("the kind of a notice is gone"))?,
            text: aging.words(
                number,
                &title,
                expires,
                today,
                &impacts.get(&number).map(evidence::impact_words).unwrap_or_default(),
            ),
            link: format!("/s/{system}/evidence/EV-{number}"),
            unique_key: format!("evidence:{id}:{}:{expires}", aging.key()),
            at,
            actor: None,
            object: Some(ProgramObject::evidence(id, number)),
        });
    }
    tell_all(platform, notices).await
}
