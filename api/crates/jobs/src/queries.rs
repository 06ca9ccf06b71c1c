//! What administrators read of jobs: rows of the outbox. The queue itself is not asked; it may be in another process.

use crate::topics::{self, TOPICS};
use chrono::{DateTime, Utc};
use platform::page::PageRequest;
use platform::{Db, Result};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use shared_types::JobId;
use shared_types::jobs::{BackgroundJob, JobQueue, JobState};
use std::collections::HashMap;
use uuid::Uuid;

/// Which of them.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Filter {
    /// In one of these states; empty: in any.
    pub states: Vec<JobState>,
    /// Of these queues; empty: of all.
    pub queues: Vec<&'static str>,
    /// Those that failed when they were tried last and are not done: given up, or waiting to be tried again; with `false` all others.
    pub failing: Option<bool>,
}

/// The order of the list.
pub(crate) type Key = (DateTime<Utc>, Uuid);

/// A job as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    topic: String,
    created_at: DateTime<Utc>,
    dispatched_at: Option<DateTime<Utc>>,
    attempts: i32,
    next_at: Option<DateTime<Utc>>,
    done_at: Option<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
    reason: Option<String>,
}

impl Row {
    /// Its place in the list.
    pub fn key(&self) -> Key {
        (self.created_at, self.id)
    }
}

impl From<Row> for BackgroundJob {
    fn from(row: Row) -> Self {
        let Row { id, topic, created_at, dispatched_at, attempts, next_at, done_at, failed_at, reason } = row;
        let state = match (done_at, failed_at, dispatched_at) {
            (Some(_), ..) => JobState::Done,
            (None, Some(_), _) => JobState::Failed,
            (None, None, Some(_)) => JobState::Running,
            (None, None, None) => JobState::Waiting,
        };
        let label = topics::find(&topic).map_or("", |topic| topic.label).to_owned();
        let attempts = u32::try_from(attempts).unwrap_or_default();
        let next_at = next_at.filter(|_| state == JobState::Waiting);
        Self { id: JobId(id), queue: topic, label, state, attempts, reason, created_at, next_at, ended_at: done_at.or(failed_at) }
    }
}

/// The same as a condition.
fn condition(state: JobState) -> &'static str {
    match state {
        JobState::Done => "done_at IS NOT NULL",
        JobState::Failed => "(done_at IS NULL AND failed_at IS NOT NULL)",
        JobState::Running => "(done_at IS NULL AND failed_at IS NULL AND dispatched_at IS NOT NULL)",
        JobState::Waiting => "(done_at IS NULL AND failed_at IS NULL AND dispatched_at IS NULL)",
    }
}

/// Failed when it was tried last, and is not done.
const FAILING: &str = "(done_at IS NULL AND (failed_at IS NOT NULL OR (dispatched_at IS NULL AND next_at IS NOT NULL)))";

/// The jobs of a page, newest first.
pub(crate) async fn jobs(db: &Db, filter: &Filter, page: &PageRequest<Key>) -> Result<Vec<Row>> {
    let (compare, way) = if page.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let mut values: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        values.push(value);
        values.len()
    };
    let mut conditions = vec!["TRUE".to_owned()];
    if !filter.states.is_empty() {
        let states: Vec<&str> = filter.states.iter().map(|state| condition(*state)).collect();
        conditions.push(format!("({})", states.join(" OR ")));
    }
    if !filter.queues.is_empty() {
        let places: Vec<String> = filter.queues.iter().map(|queue| format!("${}", bind((*queue).into()))).collect();
        conditions.push(format!("topic IN ({})", places.join(", ")));
    }
    if let Some(failing) = filter.failing {
        conditions.push(if failing { FAILING.to_owned() } else { format!("NOT {FAILING}") });
    }
    if let Some(cursor) = &page.cursor {
        let (at, id) = cursor.k;
        conditions.push(format!("(created_at, id) {compare} (${}, ${})", bind(at.into()), bind(id.into())));
    }
    let limit = bind(i64::try_from(page.fetch()).unwrap_or(i64::MAX).into());
    let sql = format!(
        "SELECT id, topic, created_at, dispatched_at, attempts, next_at, done_at, failed_at, reason FROM outbox WHERE {} \
         ORDER BY created_at {way}, id {way} LIMIT ${limit}",
        conditions.join(" AND ")
    );
    db.rows(&sql, values).await
}

#[derive(FromQueryResult)]
struct Counts {
    topic: String,
    waiting: i64,
    running: i64,
    failed: i64,
    done: i64,
}

/// Every queue with its counts, in the order of the table.
pub(crate) async fn queues(db: &Db) -> Result<Vec<JobQueue>> {
    let count = |state| format!("COUNT(CASE WHEN {} THEN 1 END)", condition(state));
    let sql = format!(
        "SELECT topic, {} AS waiting, {} AS running, {} AS failed, {} AS done FROM outbox GROUP BY topic",
        count(JobState::Waiting),
        count(JobState::Running),
        count(JobState::Failed),
        count(JobState::Done)
    );
    let found = db.rows::<Counts>(&sql, []).await?;
    let mut found: HashMap<String, Counts> = found.into_iter().map(|counts| (counts.topic.clone(), counts)).collect();
    let queue = |name: &str, label: &str, counts: Option<Counts>| {
        let of = |part: fn(&Counts) -> i64| counts.as_ref().map_or(0, part).unsigned_abs();
        JobQueue {
            queue: name.to_owned(),
            label: label.to_owned(),
            waiting: of(|counts| counts.waiting),
            running: of(|counts| counts.running),
            failed: of(|counts| counts.failed),
            done: of(|counts| counts.done),
        }
    };
    let mut queues: Vec<JobQueue> = TOPICS.iter().map(|topic| queue(topic.name, topic.label, found.remove(topic.name))).collect();
    // What another version wrote, or nobody knows: it must be seen.
    let mut strange: Vec<(String, Counts)> = found.into_iter().collect();
    strange.sort_by(|a, b| a.0.cmp(&b.0));
    queues.extend(strange.into_iter().map(|(name, counts)| queue(&name, "No such queue in this version", Some(counts))));
    Ok(queues)
}
