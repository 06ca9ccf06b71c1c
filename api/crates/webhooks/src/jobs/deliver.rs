//! One attempt at one message, and what is due again.

use crate::deliveries::{self, PayloadOf};
use crate::message::{self, About, Told};
use crate::rules::{self, Meaning};
use crate::secrets::Secret;
use crate::service::{self, Hopeless};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use platform::db::execute;
use platform::outbound::Answer;
use platform::{AppError, JobError, JobResult, Platform, Result, Tx, outbox};
use sea_orm::FromQueryResult;
use shared_types::webhooks::WebhookFormat;
use shared_types::{SystemId, WebhookId};
use std::time::Duration;
use uuid::Uuid;

/// The topic of this job in the outbox.
pub const WEBHOOK_DELIVERY: &str = "webhook_delivery";
/// So long one job goes on with what is due to its endpoint. What is left waits for the next sweep: slots are few, and others wait for them.
const TURN: Duration = Duration::from_secs(20);
/// An answer after so many milliseconds is a slow one: the job does not go on, lest a few slow receivers keep all slots.
const QUICK: i32 = 2_000;
/// Characters of an answer, or of a fault, that are kept.
const KEPT: usize = 500;
/// What the log of messages says where the secret was sealed with another session key.
const UNREADABLE: &str =
    "The secret can't be read, because the session key of this installation is another than it was: make a new secret.";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    attempts: i32,
    event_id: Uuid,
    webhook_id: Uuid,
    system_id: Uuid,
    system_name: String,
    url: String,
    format: String,
    secret: String,
    version: i64,
    failing_since: Option<DateTime<Utc>>,
    kind: String,
    text: String,
    link: String,
    happened_at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    object_kind: Option<String>,
    object_id: Option<Uuid>,
    object_reference: Option<String>,
}

/// A message that waits, to an endpoint that is told, of a system that is no archive.
const WAITING: &str = "SELECT d.id, d.attempts, d.event_id, d.webhook_id, w.system_id, s.name AS system_name, w.url, w.format, w.secret, \
    w.version, w.failing_since, e.kind, e.text, e.link, e.happened_at, e.actor_id, a.name AS actor_name, e.object_kind, e.object_id, \
    e.object_reference \
    FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN webhook_events e ON e.id = d.event_id \
    JOIN systems s ON s.id = w.system_id LEFT JOIN users a ON a.id = e.actor_id WHERE d.id = $1 AND d.state = 'waiting' AND w.active AND s.archived_at IS NULL";

/// How an attempt ended.
struct Outcome {
    meaning: Meaning,
    status: Option<u16>,
    error: Option<String>,
    excerpt: Option<String>,
    duration_ms: i32,
}

/// Makes an attempt and records how it ended; where the endpoint answers, goes on with what is due to it, and then has others take their
/// turn. A failure of the other side is no failure of the job: when it is tried again stands with the message.
///
/// A job may be handed over twice and both may run at once: the slot lets one of them send, and what it did is recorded whichever of them
/// ends the job.
pub async fn webhook_delivery(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let PayloadOf { delivery } =
        serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not a message: {error}")))?;
    let delivery = delivery.0;
    let Some(row) = waiting(platform, delivery).await? else { return drop_one(platform, outbox, delivery).await };
    let (started, webhook, attempts) = (platform.clock.uptime(), row.webhook_id, row.attempts);
    let Some(slot) = platform.outbound.slot(webhook) else {
        end(platform, outbox, move |tx, now| Box::pin(deliveries::put_back(tx, delivery, attempts, now))).await?;
        return no_slot(platform, delivery, webhook).await;
    };
    // Whoever had the slot until now may have sent it, or tried to.
    let Some(row) = open(platform, delivery, outbox).await? else { return drop_one(platform, outbox, delivery).await };
    let mut answers = attempt_and_record(platform, Some(outbox), row).await?;
    while answers && platform.clock.uptime().saturating_sub(started) < TURN {
        let Some(row) = next(platform, webhook).await? else { break };
        answers = attempt_and_record(platform, None, row).await?;
    }
    drop(slot);
    // After a silent or slow one nobody: else a few of them would go on in turn, and keep all slots.
    if answers {
        let due = deliveries::due_elsewhere(&platform.db, platform.clock.now(), webhook).await?;
        hand_over(platform, due).await?;
    }
    Ok(())
}

/// A message was put back since no slot was free. Where all who had one have ended meanwhile they did not see it: it is handed over again.
async fn no_slot(platform: &Platform, delivery: Uuid, webhook: Uuid) -> JobResult {
    if platform.outbound.slot(webhook).is_some() {
        hand_over(platform, vec![delivery]).await?;
    }
    Ok(())
}

async fn hand_over(platform: &Platform, due: Vec<Uuid>) -> Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    let written = platform.db.write(move |tx| {
        let due = due.clone();
        Box::pin(async move { deliveries::hand_over(tx, &clock, &rng, due).await })
    });
    written.await.map(drop)
}

/// A message that is wanted no more, or was sent already.
async fn drop_one(platform: &Platform, outbox: Uuid, delivery: Uuid) -> JobResult {
    end(platform, outbox, move |tx, now| Box::pin(deliveries::drop_one(tx, delivery, now))).await
}

async fn waiting(platform: &Platform, delivery: Uuid) -> Result<Option<Row>> {
    platform.db.row::<Row>(WAITING, [delivery.into()]).await
}

/// The same where its job is not done: a copy of a job that is done leaves the message to its next attempt.
async fn open(platform: &Platform, delivery: Uuid, outbox: Uuid) -> Result<Option<Row>> {
    let sql =
        format!("{WAITING} AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = $2 AND o.done_at IS NULL AND o.failed_at IS NULL)");
    platform.db.row::<Row>(&sql, [delivery.into(), outbox.into()]).await
}

/// The message that is due next to an endpoint.
async fn next(platform: &Platform, webhook: Uuid) -> Result<Option<Row>> {
    let clock = platform.clock.clone();
    let claimed = platform.db.write(move |tx| Box::pin(async move { deliveries::claim_next(tx, &clock, webhook).await }));
    match claimed.await? {
        Some(delivery) => waiting(platform, delivery).await,
        None => Ok(None),
    }
}

/// Ends the job with a change that is no attempt; without it, where the job is done already.
async fn end<F>(platform: &Platform, outbox: Uuid, change: F) -> JobResult
where
    F: for<'t> FnOnce(&'t Tx, DateTime<Utc>) -> BoxFuture<'t, Result<()>> + Clone + Send + Sync + 'static,
{
    let now = platform.clock.now();
    platform
        .db
        .write(move |tx| {
            let change = change.clone();
            Box::pin(async move {
                if outbox::finish(tx, outbox, now).await? {
                    change(tx, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

/// One attempt; whether the endpoint answers, and quickly, so that more may be sent to it. `outbox`: the job that is done with it.
async fn attempt_and_record(platform: &Platform, outbox: Option<Uuid>, row: Row) -> Result<bool> {
    let outcome = attempt(platform, &row).await?;
    let (now, [chance]) = (platform.clock.now(), platform.rng.bytes::<1>()?);
    let failing_since = match outcome.meaning {
        Meaning::Gone => Some(now),
        Meaning::Later if rules::is_hopeless(row.failing_since, row.attempts, now) => row.failing_since,
        Meaning::Later | Meaning::Taken => None,
    };
    let (system, webhook, version) = (SystemId(row.system_id), WebhookId(row.webhook_id), row.version);
    let gone = outcome.meaning == Meaning::Gone;
    let hopeless = failing_since.map(|failing_since| Hopeless { system, webhook, version, failing_since, gone });
    let answers = outcome.status.is_some() && outcome.duration_ms < QUICK && hopeless.is_none();
    let recorded = platform.db.write(move |tx| {
        Box::pin(async move {
            if let Some(outbox) = outbox {
                // Done or not before: the attempt was made, and is recorded.
                outbox::finish(tx, outbox, now).await?;
            }
            record(tx, &row, &outcome, now, chance).await
        })
    });
    let recorded = recorded.await?;
    if let Some(hopeless) = hopeless.filter(|_| recorded) {
        service::turn_off(platform, hopeless).await?;
    }
    Ok(recorded && answers)
}

async fn attempt(platform: &Platform, row: &Row) -> Result<Outcome> {
    let format = WebhookFormat::parse(&row.format).unwrap_or(WebhookFormat::Standard);
    let told = Told {
        kind: row.kind.clone(),
        system: row.system_id,
        system_name: row.system_name.clone(),
        text: row.text.clone(),
        url: format!("{}{}", platform.settings.public_url(), row.link),
        happened_at: row.happened_at,
        actor: row.actor_id.zip(row.actor_name.clone()),
        object: match (&row.object_kind, row.object_id, &row.object_reference) {
            (Some(kind), Some(id), Some(reference)) => Some(About { kind: kind.clone(), id, reference: reference.clone() }),
            _ => None,
        },
    };
    let body = serde_json::to_vec(&message::body(format, &told)).map_err(AppError::internal)?;
    let mut headers = Vec::new();
    if format == WebhookFormat::Standard {
        let key = identity::webhook_secrets(platform).await?;
        let Some(secret) = Secret::open(&key, WebhookId(row.webhook_id), &row.secret) else {
            let error = Some(UNREADABLE.to_owned());
            return Ok(Outcome { meaning: Meaning::Later, status: None, error, excerpt: None, duration_ms: 0 });
        };
        let (id, timestamp) = (row.event_id.to_string(), platform.clock.now().timestamp());
        let signature = secret.sign(&id, timestamp, &body)?;
        headers.extend([("webhook-id", id), ("webhook-timestamp", timestamp.to_string()), ("webhook-signature", signature)]);
    }
    let started = platform.clock.uptime();
    let answer = platform.outbound.post(&row.url, &headers, body).await;
    let duration_ms = i32::try_from(platform.clock.uptime().saturating_sub(started).as_millis()).unwrap_or(i32::MAX);
    Ok(match answer {
        Ok(Answer { status, excerpt }) => {
            let meaning = rules::meaning(status);
            Outcome { meaning, status: Some(status), error: None, excerpt: Some(plain(&excerpt)), duration_ms }
        }
        Err(fault) => {
            let error = plain(&fault.to_string());
            Outcome { meaning: Meaning::Later, status: None, error: Some(error), excerpt: None, duration_ms }
        }
    })
}

/// Text that can be stored and shown: without control characters, of a bounded length.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(KEPT).collect::<String>().trim().to_owned()
}

/// Writes down how an attempt ended, unless another was recorded since the message was read; whether it was written.
async fn record(tx: &Tx, row: &Row, outcome: &Outcome, now: DateTime<Utc>, chance: u8) -> Result<bool> {
    let attempts = row.attempts + 1;
    let (state, next) = match outcome.meaning {
        Meaning::Taken => ("delivered", None),
        Meaning::Gone => ("failed", None),
        Meaning::Later => match rules::next_attempt(attempts, now, chance) {
            Some(next) => ("waiting", Some(next)),
            None => ("failed", None),
        },
    };
    let ended = (state != "waiting").then_some(now);
    let sql = "UPDATE webhook_deliveries SET state = $2, attempts = $3, next_attempt_at = $4, status = $5, duration_ms = $6, error = $7, \
               excerpt = $8, ended_at = $9 WHERE id = $1 AND state = 'waiting' AND attempts = $10";
    let values = [
        row.id.into(),
        state.into(),
        attempts.into(),
        next.into(),
        outcome.status.map(i32::from).into(),
        outcome.duration_ms.into(),
        outcome.error.clone().into(),
        outcome.excerpt.clone().into(),
        ended.into(),
        row.attempts.into(),
    ];
    if execute(tx, sql, values).await? == 0 {
        return Ok(false);
    }
    let (sql, values) = if outcome.meaning == Meaning::Taken {
        ("UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL", vec![row.webhook_id.into()])
    } else {
        (
            // A failure of the address or secret of before says nothing of the new one.
            "UPDATE webhooks SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL AND version = $3",
            vec![row.webhook_id.into(), now.into(), row.version.into()],
        )
    };
    execute(tx, sql, values).await?;
    Ok(true)
}

/// Hands over again what is due; to how many endpoints. Each message waits once, however often it is looked.
pub async fn webhook_retries(platform: &Platform) -> Result<u64> {
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    platform.db.write(move |tx| Box::pin(async move { deliveries::sweep(tx, &clock, &rng).await })).await
}
