//! The dashboard, put together from its parts.

use crate::queries::audit::labels;
use crate::queries::dashboard::{Part, parts};
use chrono::NaiveDate;
use platform::{Platform, Result};
use shared_types::EvidenceId;
use shared_types::audit::AuditEvent;
use shared_types::dashboard::{Clock, Dashboard, DashboardTask, EvidenceCounts, ExpiringEvidence, TaskCounts};
use shared_types::evidence::Freshness;
use shared_types::score::ScorePoint;
use shared_types::tasks::TaskState;
use std::collections::{BTreeMap, HashMap};
use systems::Scope;

const EXPIRING: usize = 5;
const CLOCKS: usize = 5;

/// Everything that the dashboard shows, in three statements: the board, the rest, and the names in the activity. `audit`: to somebody who
/// reads the audit log.
pub(crate) async fn dashboard(platform: &Platform, scope: &Scope, audit: bool) -> Result<Dashboard> {
    let now = platform.clock.now();
    let board = controls::load_board(platform.db.read(), scope.system).await?;
    let mut sections: HashMap<String, Vec<Part>> = HashMap::new();
    for part in parts(&platform.db, scope, now, audit).await? {
        sections.entry(part.section.clone()).or_default().push(part);
    }
    let mut take = |section: &str| sections.remove(section).unwrap_or_default();
    let today = scope.today;
    let my_tasks = my_tasks(take("my_tasks"), today);
    let one = |parts: Vec<Part>| parts.first().map_or(0, |part| count(part.number));
    let (my_overdue, overdue_reviews) = (one(take("my_overdue")), one(take("overdue_reviews")));
    let (expiring, evidence_clocks) = expiring(take("expiring"), today);
    let clocks = clocks([reviews(take("reviews"), today), next_tasks(take("next_tasks"), today), evidence_clocks]);
    let mut points = take("history_start");
    points.extend(take("history"));
    Ok(Dashboard {
        as_of: now,
        score: board.score,
        board: board.families,
        tasks: task_counts(&take("task_counts")),
        my_tasks,
        my_overdue,
        overdue_reviews,
        evidence: evidence_counts(&take("evidence_counts")),
        expiring,
        clocks,
        history: history(points, &scope.time_zone),
        activity: activity(platform, scope, audit, take("activity")).await?,
    })
}

pub(crate) fn count(number: Option<i64>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

pub(crate) fn task_counts(parts: &[Part]) -> TaskCounts {
    let mut counts = TaskCounts::default();
    for part in parts {
        let number = count(part.number);
        match part.text1.as_deref().and_then(TaskState::parse) {
            Some(TaskState::Open) => counts.open = number,
            Some(TaskState::InProgress) => counts.in_progress = number,
            Some(TaskState::PendingConfirmation) => counts.pending_confirmation = number,
            Some(TaskState::Completed) => counts.completed = number,
            None => {}
        }
        counts.overdue += count(part.other);
    }
    counts
}

fn my_tasks(mut parts: Vec<Part>, today: NaiveDate) -> Vec<DashboardTask> {
    parts.sort_by_key(|part| (part.day.unwrap_or(NaiveDate::MAX), part.number));
    let task = |part: Part| {
        let state = part.text2.as_deref().and_then(TaskState::parse)?;
        Some(DashboardTask {
            number: format!("TASK-{}", part.number?),
            title: part.text1?,
            control: part.text3,
            state,
            due: part.day,
            overdue: part.day.is_some_and(|due| due < today),
            to_confirm: part.other == Some(1),
        })
    };
    parts.into_iter().filter_map(task).collect()
}

pub(crate) fn evidence_counts(parts: &[Part]) -> EvidenceCounts {
    let mut counts = EvidenceCounts::default();
    for part in parts {
        counts.pending_review += count(part.other);
        match part.text1.as_deref().and_then(Freshness::parse) {
            Some(Freshness::Current) => counts.current = count(part.number),
            Some(Freshness::Expiring) => counts.expiring = count(part.number),
            Some(Freshness::Expired) => counts.expired = count(part.number),
            None => {}
        }
    }
    counts
}

pub(crate) fn clock(kind: &str, text: String, date: NaiveDate, today: NaiveDate, link: String) -> Clock {
    Clock { kind: kind.to_owned(), text, date, days_left: (date - today).num_days(), link }
}

/// Evidence that will be over, the soonest first, with the clock that goes with each.
fn expiring(mut parts: Vec<Part>, today: NaiveDate) -> (Vec<ExpiringEvidence>, Vec<Clock>) {
    parts.sort_by_key(|part| (part.day, part.number));
    parts.truncate(EXPIRING);
    let both = |part: Part| {
        let (id, title, expires) = (EvidenceId(part.id?), part.text1?, part.day?);
        let days_left = (expires - today).num_days();
        let freshness = Freshness::of(Some(expires), today);
        let number = part.number.unwrap_or_default();
        let clock = clock("evidence", expiry_words(&title, freshness), expires, today, format!("evidence/EV-{number}"));
        Some((ExpiringEvidence { id, title, expires, freshness, days_left, link_count: count(part.other) }, clock))
    };
    parts.into_iter().filter_map(both).unzip()
}

pub(crate) fn expiry_words(title: &str, freshness: Freshness) -> String {
    match freshness {
        Freshness::Expired => format!("{title} has expired"),
        Freshness::Expiring | Freshness::Current => format!("{title} expires"),
    }
}

fn reviews(parts: Vec<Part>, today: NaiveDate) -> Vec<Clock> {
    let review = |part: Part| {
        let (reference, title, day) = (part.text1?, part.text2?, part.day?);
        let text = format!("Review of {reference} {title}");
        Some(clock("review", text, day, today, format!("controls/{reference}")))
    };
    parts.into_iter().filter_map(review).collect()
}

fn next_tasks(parts: Vec<Part>, today: NaiveDate) -> Vec<Clock> {
    let task = |part: Part| {
        let (number, title, due) = (part.number?, part.text1?, part.day?);
        Some(clock("task", format!("TASK-{number} {title}"), due, today, format!("tasks/TASK-{number}")))
    };
    parts.into_iter().filter_map(task).collect()
}

/// The five dates that come first from today on: of reviews, my tasks, expiries. What has passed is counted, and pushes nothing out.
fn clocks(kinds: [Vec<Clock>; 3]) -> Vec<Clock> {
    let mut all: Vec<Clock> = kinds.into_iter().flatten().collect();
    all.sort_by(|a, b| (a.date, &a.text).cmp(&(b.date, &b.text)));
    all.truncate(CLOCKS);
    all
}

/// The last score of each day, oldest first: a chart has no place for more.
fn history(mut parts: Vec<Part>, zone: &str) -> Vec<ScorePoint> {
    parts.sort_by_key(|part| part.number);
    let mut days: BTreeMap<NaiveDate, ScorePoint> = BTreeMap::new();
    for part in parts {
        let Some(at) = part.moment else { continue };
        let small = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
        let best = part.text1.as_deref().and_then(|best| best.parse().ok());
        days.insert(platform::clock::day_of(at, zone), ScorePoint { at, value: small(part.other), best });
    }
    days.into_values().collect()
}

/// The newest rows of the log. Who does not read the log itself sees what was done to what, and no more.
async fn activity(platform: &Platform, scope: &Scope, audit: bool, parts: Vec<Part>) -> Result<Vec<AuditEvent>> {
    let mut rows = parts.into_iter().map(Part::into_event).collect::<Result<Vec<_>>>()?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.sequence));
    let labels = labels(&platform.db, scope.system.0, &rows).await?;
    let shown = |row| {
        let mut event = labels.event(row);
        if !audit {
            event.details = serde_json::json!({});
            event.request_id = None;
        }
        event
    };
    Ok(rows.into_iter().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_is_not_said_to_expire() {
        let today: NaiveDate = "2026-11-22".parse().unwrap();
        for (expires, words) in
            [("2026-11-21", "Plan has expired"), ("2026-11-22", "Plan expires"), ("2027-11-22", "Plan expires")]
        {
            assert_eq!(expiry_words("Plan", Freshness::of(expires.parse().ok(), today)), words, "{expires}");
        }
    }
}
