//! From the outbox to the effect through the real queues: the embedded one always, Redis where the tests are given one.

use super::{Workplace, eventually, new_id, write};
use jobs::Jobs;
use serde_json::json;
use std::time::{Duration, Instant};

/// The settings of a queue on Redis of its own, if there is a server.
fn redis(prefix: &str) -> Option<Vec<(String, String)>> {
    let url = std::env::var("CMMC_TEST_REDIS_URL").ok().filter(|url| !url.is_empty())?;
    let prefix = format!("{prefix}-{}", std::process::id());
    Some(
        [("CMMC_JOBS__BACKEND", "redis".to_owned()), ("CMMC_JOBS__REDIS_URL", url), ("CMMC_JOBS__REDIS_PREFIX", prefix)]
            .map(|(key, value)| (key.to_owned(), value))
            .to_vec(),
    )
}

async fn on_redis(prefix: &str) -> Option<Workplace> {
    let settings = redis(prefix)?;
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    Some(Workplace::start_with(&settings).await)
}

/// Rows become notifications, each once; then the jobs stop quickly.
async fn rows_become_notifications(place: &Workplace, processes: usize) {
    let running: Vec<Jobs> = (0..processes).map(|_process| Jobs::start(place.app.platform.clone())).collect();
    for _row in 0..40 {
        place.enqueue().await;
    }
    eventually("all are told", 20, async || place.told().await == 40 && place.all_done().await).await;
    let started = Instant::now();
    for jobs in running {
        jobs.stop().await;
    }
    assert!(started.elapsed() < Duration::from_secs(5 * 2), "stopping took {:?}", started.elapsed());
    assert_eq!(place.told().await, 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embedded() {
    rows_become_notifications(&Workplace::start().await, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embedded_with_a_second_process_standing_by() {
    rows_become_notifications(&Workplace::start().await, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_with_two_processes() {
    let Some(place) = on_redis("two").await else { return };
    rows_become_notifications(&place, 2).await;
}

/// The one that stands by takes over when the first stops.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standing_by_ends_when_the_first_stops() {
    let place = Workplace::start().await;
    let first = Jobs::start(place.app.platform.clone());
    place.enqueue().await;
    eventually("the first works", 10, async || place.told().await == 1).await;
    let second = Jobs::start(place.app.platform.clone());
    first.stop().await;
    place.enqueue().await;
    eventually("the second works", 10, async || place.told().await == 2).await;
    second.stop().await;
}

async fn nonsense_is_given_up_and_the_rest_goes_on(place: Workplace) {
    place.enqueue_as("no_such_job", json!({})).await;
    place.enqueue_as("notify", json!({ "kind": 7 })).await;
    place.enqueue().await;
    let jobs = Jobs::start(place.app.platform.clone());
    eventually("the good one is done", 10, async || place.told().await == 1).await;
    let given_up = "SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL AND done_at IS NULL";
    eventually("the bad ones are given up", 10, async || place.app.count(given_up).await == 2).await;
    jobs.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_on_the_embedded_queue() {
    nonsense_is_given_up_and_the_rest_goes_on(Workplace::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_on_redis() {
    let Some(place) = on_redis("nonsense").await else { return };
    nonsense_is_given_up_and_the_rest_goes_on(place).await;
}

/// A handler that fails is tried again, and its job is done once it can be.
async fn a_failing_job_is_tried_again(place: Workplace) {
    write(&place.app.platform.db, "ALTER TABLE notifications RENAME TO notifications_away", vec![]).await;
    place.enqueue().await;
    let jobs = Jobs::start(place.app.platform.clone());
    let failed =
        "SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND attempts = 1 AND reason IS NOT NULL AND next_at IS NOT NULL";
    eventually("all tries of a delivery have failed", 60, async || place.app.count(failed).await == 1).await;
    write(&place.app.platform.db, "ALTER TABLE notifications_away RENAME TO notifications", vec![]).await;
    place.app.platform.clock.advance(jobs::attempts::PAUSE);
    eventually("it is done", 20, async || place.told().await == 1).await;
    assert_eq!(place.app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND attempts = 2").await, 1);
    jobs.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_job_on_the_embedded_queue() {
    a_failing_job_is_tried_again(Workplace::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_job_on_redis() {
    let Some(place) = on_redis("failing").await else { return };
    a_failing_job_is_tried_again(place).await;
}

/// The schedules run by themselves when a process starts, and leave nothing over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schedules_run_at_the_first_start() {
    let place = Workplace::start().await;
    let jobs = Jobs::start(place.app.platform.clone());
    let scheduled = "SELECT COUNT(*) FROM outbox WHERE topic <> 'notify' AND done_at IS NOT NULL";
    let expected = i64::try_from(jobs::schedule::SCHEDULES.len()).expect("few");
    eventually("all schedules ran", 10, async || place.app.count(scheduled).await == expected).await;
    jobs.stop().await;
    assert!(place.all_done().await);
}

/// An upload that nobody finished is dropped by the schedule alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_upload_is_dropped() {
    let place = Workplace::start().await;
    let sql = "INSERT INTO uploads (id, system_id, user_id, file_name, size, created_at, updated_at, expires_at) \
               VALUES ($1, $2, $3, $4, 10, $5, $5, $6)";
    let now = place.app.platform.clock.now();
    for (name, hours) in [("abandoned.pdf", -1), ("going-on.pdf", 1)] {
        let values = vec![
            new_id(&place.app).into(),
            place.system.0.into(),
            place.member.user_id().0.into(),
            name.into(),
            now.into(),
            (now + chrono::Duration::hours(hours)).into(),
        ];
        write(&place.app.platform.db, sql, values).await;
    }
    let jobs = Jobs::start(place.app.platform.clone());
    eventually("it is gone", 10, async || place.app.count("SELECT COUNT(*) FROM uploads").await == 1).await;
    eventually("nothing is left over", 10, async || place.all_done().await).await;
    jobs.stop().await;
    assert_eq!(place.app.count("SELECT COUNT(*) FROM uploads WHERE file_name = 'going-on.pdf'").await, 1);
}
