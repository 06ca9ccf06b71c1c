//! What is done by the clock. A schedule only writes into the outbox that its job is due; the rest is as with every job.
//!
//! The table `job_runs` knows when each was last due, so any number of processes enqueue it once, and what was missed while
//! nothing ran is made up for at the next start.

use crate::topics::{
    self, END_LOCKOUTS, EVIDENCE_FRESHNESS, EXPIRE_UPLOADS, NOTIFICATION_MAILS, PURGE_EVIDENCE, PURGE_REPORTS, RECURRING_TASKS,
    SCAN_REMAINING, SCHEDULED_REPORTS, TASK_DEADLINES, VACUUM, VERIFY_FILES, WEBHOOK_RETRIES,
};
use apalis_cron::CronScheduler;
use chrono::{DateTime, TimeDelta, Utc};
use cron::Schedule as Cron;
use futures_util::StreamExt;
use platform::db::execute;
use platform::{AppError, Platform, Result, outbox};
use sea_orm::FromQueryResult;
use shared_types::jobs::JobSchedule;
use std::str::FromStr;
use tokio_util::sync::CancellationToken;

/// A job that is due by the clock.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Which job.
    pub topic: &'static str,
    /// When: second, minute, hour, day of the month, month, day of the week; in UTC.
    pub cron: &'static str,
    /// Whether it is also due when a process starts.
    pub at_start: bool,
}

/// Everything that is done by the clock; `docs/OPERATIONS.md` says it to people.
pub const SCHEDULES: [Schedule; 13] = [
    Schedule { topic: NOTIFICATION_MAILS, cron: "0 */2 * * * *", at_start: true },
    Schedule { topic: WEBHOOK_RETRIES, cron: "0 1-59/2 * * * *", at_start: true },
    Schedule { topic: EXPIRE_UPLOADS, cron: "0 5 * * * *", at_start: true },
    // Every hour: each system is looked at once a day, in the first hour of its own working day.
    Schedule { topic: EVIDENCE_FRESHNESS, cron: "0 10 * * * *", at_start: true },
    Schedule { topic: TASK_DEADLINES, cron: "0 12 * * * *", at_start: true },
    // Every hour: a system's day begins in its own zone.
    Schedule { topic: RECURRING_TASKS, cron: "0 2 * * * *", at_start: true },
    // Every five minutes: the hours of some zones begin at a quarter of an hour, and what finds no room waits for the next look.
    Schedule { topic: SCHEDULED_REPORTS, cron: "0 */5 * * * *", at_start: true },
    Schedule { topic: PURGE_EVIDENCE, cron: "0 20 * * * *", at_start: false },
    Schedule { topic: SCAN_REMAINING, cron: "0 30 * * * *", at_start: true },
    Schedule { topic: VERIFY_FILES, cron: "0 25 * * * *", at_start: false },
    Schedule { topic: END_LOCKOUTS, cron: "0 15 * * * *", at_start: false },
    Schedule { topic: PURGE_REPORTS, cron: "0 35 * * * *", at_start: false },
    Schedule { topic: VACUUM, cron: "0 40 * * * *", at_start: false },
];

/// A last run further in the future than this was made by a clock that was wrong: waiting for it to come again would be waiting for long.
const CLOCK_PUT_BACK: TimeDelta = TimeDelta::minutes(5);

/// How often is looked whether something is due.
const MINUTELY: &str = "0 * * * * *";

#[derive(FromQueryResult)]
struct LastRun {
    last_run: DateTime<Utc>,
}

/// Writes into the outbox what is due now; which topics. `starting` adds what is due at a start.
pub async fn enqueue_due(platform: &Platform, starting: bool) -> Result<Vec<&'static str>> {
    let mut enqueued = Vec::new();
    for Schedule { topic, cron, at_start } in SCHEDULES {
        let now = platform.clock.now();
        let sql = "SELECT last_run FROM job_runs WHERE name = $1";
        let last = platform.db.row::<LastRun>(sql, [topic.into()]).await?.map(|row| row.last_run);
        let due = match last {
            None => true,
            // A clock that was ahead and was put back. (What one that is set a little finds done stays done.)
            Some(last) if last > now + CLOCK_PUT_BACK => true,
            Some(last) => (starting && at_start) || parse(cron)?.after(&last).next().is_some_and(|next| next <= now),
        };
        if due && claim(platform, topic, last.unwrap_or_default(), now).await? {
            enqueued.push(topic);
        }
    }
    Ok(enqueued)
}

fn parse(expression: &str) -> Result<Cron> {
    Cron::from_str(expression).map_err(AppError::internal)
}

/// Records that a job is due now and writes it into the outbox, unless another process has done so since `last`.
async fn claim(platform: &Platform, topic: &'static str, last: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = "INSERT INTO job_runs (name, last_run) VALUES ($1, $2) \
                           ON CONFLICT (name) DO UPDATE SET last_run = $2 WHERE job_runs.last_run <= $3";
                if execute(tx, sql, [topic.into(), now.into(), last.into()]).await? == 0 {
                    return Ok(false);
                }
                outbox::enqueue(tx, &clock, &rng, topic, &serde_json::json!({})).await?;
                Ok(true)
            })
        })
        .await
}

#[derive(FromQueryResult)]
struct Run {
    name: String,
    last_run: DateTime<Utc>,
}

/// Every schedule, with when it was last due and when it is next.
pub(crate) async fn all(platform: &Platform) -> Result<Vec<JobSchedule>> {
    let runs = platform.db.rows::<Run>("SELECT name, last_run FROM job_runs WHERE name NOT LIKE '%:%'", []).await?;
    let mut all = Vec::new();
    for Schedule { topic, cron, at_start } in SCHEDULES {
        let last_run = runs.iter().find(|run| run.name == topic).map(|run| run.last_run);
        // What is due since a while, because nothing has run it, is due now.
        let now = platform.clock.now();
        let next_run = parse(cron)?.after(&last_run.unwrap_or(now)).next().map(|next| next.max(now));
        let label = topics::find(topic).map_or("", |topic| topic.label).to_owned();
        all.push(JobSchedule { queue: topic.to_owned(), label, cron: cron.to_owned(), at_start, last_run, next_run });
    }
    Ok(all)
}

/// Looks every minute until the process stops.
pub(crate) async fn run(platform: &Platform, stop: &CancellationToken) {
    let mut starting = true;
    let mut ticks = match parse(MINUTELY) {
        Ok(schedule) => Box::pin(CronScheduler::new(schedule).into_stream()),
        Err(error) => return tracing::error!(error = %error.with_cause(), "the schedules can't run"),
    };
    loop {
        match enqueue_due(platform, starting).await {
            Ok(topics) if topics.is_empty() => starting = false,
            Ok(topics) => {
                tracing::debug!(?topics, "due");
                starting = false;
            }
            Err(error) => tracing::warn!(error = %error.with_cause(), "the schedules can't be read; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            tick = ticks.next() => if let Some(Err(error)) = tick {
                // The clock of the machine was moved: the next tick is counted from the new time.
                tracing::warn!(%error, "a tick of the schedules was missed");
            },
        }
    }
}
