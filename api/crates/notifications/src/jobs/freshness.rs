//! Looks once a day at each system's evidence and tells the owners what is about to expire or has expired.
//!
//! Freshness itself is derived whenever evidence is read; this only tells people. The day is that of the system's own zone, and
//! the look is made after six in the morning there. A day that was missed is made up for by the next look: it tells the state of
//! that day.

use crate::rules::Aging;
use crate::service::{Notice, tell};
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use platform::db::execute;
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::evidence::Freshness;
use shared_types::{SystemId, UserId};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The hour, in the system's zone, from which the look of a day is made.
const HOUR: u32 = 6;
/// Notifications in one transaction: on SQLite all writers wait for it.
const BATCH: usize = 200;

#[derive(FromQueryResult)]
struct SystemRow {
    id: Uuid,
    time_zone: String,
}

#[derive(FromQueryResult)]
struct RunRow {
    name: String,
    last_run: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct AgingRow {
    id: Uuid,
    number: i32,
    title: String,
    expires: NaiveDate,
    /// Its owner if still a member; else, one row each, the managers.
    recipient: Uuid,
}

const SYSTEMS: &str = "SELECT id, time_zone FROM systems WHERE archived_at IS NULL ORDER BY id";

const RUNS: &str = "SELECT name, last_run FROM job_runs WHERE name >= $1 AND name < $2";

/// The day is that of the approved version, which is the one that supports findings; of the newest where none was approved.
const AGING: &str = "SELECT e.id, e.number, e.title, e.expires, m.user_id AS recipient FROM \
    (SELECT id, system_id, number, title, owner_id, CASE WHEN approved_version IS NULL THEN expires ELSE approved_until END AS expires \
     FROM evidence WHERE system_id = $1 AND deleted_at IS NULL AND archived_at IS NULL) e \
    LEFT JOIN members o ON o.system_id = e.system_id AND o.user_id = e.owner_id \
    JOIN members m ON m.system_id = e.system_id \
        AND ((o.user_id IS NOT NULL AND m.user_id = o.user_id) OR (o.user_id IS NULL AND m.role = 'manager')) \
    WHERE e.expires IS NOT NULL AND e.expires <= $2 \
    ORDER BY e.expires, e.id, m.user_id";

/// What the name of a system's look begins with in `job_runs`.
const RUN: &str = "evidence_freshness:";
/// The first text after all that begin with it.
const AFTER_RUN: &str = "evidence_freshness;";

/// Looks at every system whose day has not been looked at; how many people were told something.
pub async fn evidence_freshness(platform: &Platform) -> Result<u64> {
    let runs = platform.db.rows::<RunRow>(RUNS, [RUN.into(), AFTER_RUN.into()]).await?;
    let runs: HashMap<String, DateTime<Utc>> = runs.into_iter().map(|RunRow { name, last_run }| (name, last_run)).collect();
    let mut told = 0;
    for SystemRow { id, time_zone } in platform.db.rows::<SystemRow>(SYSTEMS, []).await? {
        let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
        let now = platform.clock.now().with_timezone(&zone);
        let looked = runs.get(&run_name(SystemId(id))).map(|last| last.with_timezone(&zone).date_naive());
        if now.hour() >= HOUR && looked.is_none_or(|day| day < now.date_naive()) {
            told += look(platform, SystemId(id), now.date_naive()).await?;
        }
    }
    Ok(told)
}

fn run_name(system: SystemId) -> String {
    format!("{RUN}{system}")
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
            system,
            kind: aging.kind(),
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
        });
    }
    let mut told = 0;
    for batch in notices.chunks(BATCH).map(<[Notice]>::to_vec) {
        told += platform
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let mut told = 0;
                    for notice in batch {
                        told += u64::from(tell(tx, notice).await?);
                    }
                    Ok(told)
                })
            })
            .await?;
    }
    // Last: a look that was interrupted counts as not made.
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = "INSERT INTO job_runs (name, last_run) VALUES ($1, $2) \
                           ON CONFLICT (name) DO UPDATE SET last_run = $2 WHERE job_runs.last_run < $2";
                execute(tx, sql, [run_name(system).into(), at.into()]).await
            })
        })
        .await?;
    Ok(told)
}
