//! What becomes of a report that a schedule has made: its recipients are told, or its owner that there is none.

use super::recipients;
use audit::{Door, Event};
use platform::Result;
use platform::db::execute;
use platform::outbox::enqueue;
use serde::Serialize;
use serde_json::json;
use shared_types::reports::ReportKind;
use shared_types::{ReportId, ReportScheduleId, SystemId, UserId};
use uuid::Uuid;

/// The topic of the outbox behind which notifications are written.
const TOPIC: &str = "notify";

/// What a person is told of a schedule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Told<'a> {
    /// A report of it could not be made, and why.
    Failed(&'a str),
    /// It was paused.
    Paused,
}

/// What the job needs to know of a schedule.
#[derive(Serialize)]
struct OfSchedule<'a> {
    kind: &'static str,
    system: SystemId,
    report_schedule: ReportScheduleId,
    user: UserId,
    /// Why a report could not be made, in words: the schedule may know of a later one by the time that this is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

/// The same of a report.
#[derive(Serialize)]
struct OfReport {
    kind: &'static str,
    system: SystemId,
    report: ReportId,
    user: UserId,
}

/// Tells people about a schedule.
pub(super) async fn tell(
    door: &Door<'_>,
    told: Told<'_>,
    system: SystemId,
    report_schedule: ReportScheduleId,
    people: impl IntoIterator<Item = UserId>,
) -> Result<()> {
    let (kind, because) = match told {
        Told::Failed(because) => ("report.failed", Some(because)),
        Told::Paused => ("report.paused", None),
    };
    for user in people {
        let payload = OfSchedule { kind, system, report_schedule, user, because };
        enqueue(door.tx, &door.clock, &door.rng, TOPIC, &payload).await?;
    }
    Ok(())
}

/// Tells the recipients that a report is ready: those who are members today and may read its kind, each once. Never the file: where it is.
pub(crate) async fn ready(
    door: &mut Door<'_>,
    system: SystemId,
    schedule: Uuid,
    report: ReportId,
    kind: ReportKind,
) -> Result<()> {
    let (mut told, mut skipped) = (Vec::new(), Vec::new());
    for one in recipients::of(door.tx, ReportScheduleId(schedule)).await? {
        match one.skipped(kind) {
            None => told.push(one.user()),
            Some(why) => skipped.push(json!({ "user": one.user(), "because": why })),
        }
    }
    for user in &told {
        let payload = OfReport { kind: "report.ready", system, report, user: *user };
        enqueue(door.tx, &door.clock, &door.rng, TOPIC, &payload).await?;
    }
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let sql = "UPDATE report_schedules SET last_state = 'ready', last_failure = NULL, last_told = $3, last_skipped = $4 \
               WHERE id = $1 AND last_report_id = $2";
    let values = [schedule.into(), report.0.into(), number(told.len()).into(), number(skipped.len()).into()];
    execute(door.tx, sql, values).await?;
    let details = json!({ "schedule": schedule, "told": told, "skipped": skipped });
    door.record(Event::new("report.tell", "report", report).details(details));
    Ok(())
}

/// Tells the owner that a report could not be made, also where the schedule has begun another one meanwhile.
pub(crate) async fn failed(
    door: &mut Door<'_>,
    system: SystemId,
    (schedule, owner): (Uuid, Option<Uuid>),
    report: ReportId,
    words: &str,
) -> Result<()> {
    ends_as_failed(door, schedule, report, words).await?;
    tell(door, Told::Failed(words), system, ReportScheduleId(schedule), owner.map(UserId)).await
}

/// Writes down with the schedule that its last report failed, if it was this one.
pub(crate) async fn ends_as_failed(door: &Door<'_>, schedule: Uuid, report: ReportId, words: &str) -> Result<()> {
    let sql = "UPDATE report_schedules SET last_state = 'failed', last_failure = $3, last_told = 0, last_skipped = 0 \
               WHERE id = $1 AND last_report_id = $2";
    execute(door.tx, sql, [schedule.into(), report.0.into(), words.into()]).await.map(drop)
}
