//! The real `worker` process, killed with SIGKILL and stopped with SIGTERM.

use super::{Workplace, eventually, write};
use jobs::attempts::MAX_DELIVERIES;
use jobs::relay::REDISPATCH_AFTER;
use platform::db::Target;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// A worker process on the database and the data folder of a test.
fn worker(place: &Workplace) -> Child {
    let settings = &place.app.platform.settings;
    let mut command = Command::new(env!("CARGO_BIN_EXE_cmmc-tracker"));
    // Nothing of the environment of the tests: what begins with CMMC_ there would be a setting.
    command.env_clear().arg("worker").env("CMMC_DATA_DIR", &settings.data_dir).env("CMMC_DATABASE__MIN_CONNECTIONS", "1");
    command.env("CMMC_LOG__FILTER", std::env::var("CMMC_TEST_LOG").unwrap_or_else(|_| "error".to_owned()));
    if let Target::Postgres { url, .. } = settings.database() {
        command.env("CMMC_DATABASE__URL", url);
    }
    if settings.jobs.backend == platform::settings::JobBackend::Redis {
        command.env("CMMC_JOBS__BACKEND", "redis").env("CMMC_JOBS__REDIS_URL", settings.jobs.redis_url.expose());
        command.env("CMMC_JOBS__REDIS_PREFIX", &settings.jobs.redis_prefix);
    }
    command.stdout(Stdio::null()).kill_on_drop(true).spawn().expect("a worker")
}

async fn kill(mut worker: Child) {
    worker.kill().await.expect("killed");
}

/// Makes each notification take seconds, and how to end that.
async fn slow_down(place: &Workplace) -> Vec<&'static str> {
    slow_down_to(
        place,
        "CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(5); RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER slow BEFORE INSERT ON notifications BEGIN SELECT (WITH RECURSIVE c (x) AS \
                       (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000000) SELECT MAX(x) FROM c); END",
    )
    .await
}

/// The same for about a second: less than a process may take to stop.
async fn slow_down_a_little(place: &Workplace) -> Vec<&'static str> {
    slow_down_to(
        place,
        "CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER slow BEFORE INSERT ON notifications BEGIN SELECT (WITH RECURSIVE c (x) AS \
                       (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000000) SELECT MAX(x) FROM c); END",
    )
    .await
}

async fn slow_down_to(place: &Workplace, function: &'static str, trigger: &'static str) -> Vec<&'static str> {
    let db = &place.app.platform.db;
    if matches!(place.app.platform.settings.database(), Target::Postgres { .. }) {
        write(db, function, vec![]).await;
        write(db, "CREATE TRIGGER slow BEFORE INSERT ON notifications FOR EACH ROW EXECUTE FUNCTION slow()", vec![]).await;
        vec!["DROP TRIGGER slow ON notifications"]
    } else {
        write(db, trigger, vec![]).await;
        vec!["DROP TRIGGER slow"]
    }
}

/// How many jobs lie in the embedded queue in one of these states.
async fn queued(place: &Workplace, states: &str) -> i64 {
    in_queue(place, &format!("status IN ({states})")).await
}

async fn in_queue(place: &Workplace, condition: &str) -> i64 {
    let file = place.app.platform.settings.data_dir.join("jobs.db");
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let Ok(mut connection) = SqliteConnection::connect_with(&options).await else { return 0 };
    let sql = format!("SELECT COUNT(*) FROM Jobs WHERE {condition}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_running_at_kill_9_is_done_once_after_the_restart() {
    let place = Workplace::start().await;
    let undo = slow_down(&place).await;
    place.enqueue().await;
    let first = worker(&place);
    eventually("the job runs", 20, async || queued(&place, "'Running'").await >= 1).await;
    assert_eq!(place.told().await, 0, "the job was to be caught while it runs");
    kill(first).await;
    for sql in undo {
        write(&place.app.platform.db, sql, vec![]).await;
    }
    let second = worker(&place);
    eventually("it is done", 20, async || place.told().await == 1 && place.all_done().await).await;
    eventually("nothing is left in the queue", 10, async || queued(&place, "'Pending', 'Queued', 'Running'").await == 0).await;
    kill(second).await;
    assert_eq!(place.told().await, 1);
}

/// How many jobs workers have taken from the queue on Redis and not yet given back.
async fn in_flight(url: &str, prefix: &str) -> i64 {
    let client = redis::Client::open(url).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    // A set for each worker, named after it.
    let sets: Vec<String> =
        redis::cmd("KEYS").arg(format!("{prefix}:jobs:inflight:*")).query_async(&mut connection).await.expect("names");
    let mut jobs = 0;
    for set in sets {
        jobs += redis::cmd("SCARD").arg(set).query_async::<i64>(&mut connection).await.expect("a number");
    }
    jobs
}

/// Seconds after which everything is done on Redis: what a process had claimed and not yet put into the queue when it died is handed over
/// after [`REDISPATCH_AFTER`]. (Another process can't tell it from what waits in the queue.)
const LOST: u64 = REDISPATCH_AFTER.num_seconds().unsigned_abs() + 120;

/// The same on Redis, where only the missing heartbeat tells that a worker is dead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_running_at_kill_9_on_redis() {
    let Ok(url) = std::env::var("CMMC_TEST_REDIS_URL") else { return };
    let prefix = format!("kill-{}", std::process::id());
    let settings =
        [("CMMC_JOBS__BACKEND", "redis"), ("CMMC_JOBS__REDIS_URL", url.as_str()), ("CMMC_JOBS__REDIS_PREFIX", prefix.as_str())];
    let place = Workplace::start_with(&settings).await;
    let undo = slow_down(&place).await;
    place.enqueue().await;
    let first = worker(&place);
    eventually("a worker has it", 20, async || in_flight(&url, &prefix).await == 1).await;
    assert_eq!(place.told().await, 0, "the job was to be caught while it runs");
    kill(first).await;
    for sql in undo {
        write(&place.app.platform.db, sql, vec![]).await;
    }
    let second = worker(&place);
    eventually("it is done", LOST, async || place.told().await == 1 && place.all_done().await).await;
    kill(second).await;
    assert_eq!(place.told().await, 1);
}

/// A few kills in `just test`, fifty in `just soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_kills_at_many_points_lose_and_double_nothing() {
    let kills = if std::env::var_os("CMMC_SOAK").is_some() { 50 } else { 3 };
    let place = Workplace::start().await;
    let mut rows = 0;
    for round in 0..kills {
        let before = place.told().await;
        let running = worker(&place);
        for _row in 0..25 {
            place.enqueue().await;
            rows += 1;
        }
        // From the start of the process to the end of its work, after another number of jobs each time.
        let wanted = before + round * 7 % 25;
        eventually("so many are told", 60, async || place.told().await >= wanted).await;
        kill(running).await;
        assert!(place.told().await <= rows);
    }
    let last = worker(&place);
    eventually("all are done", 60, async || place.told().await == rows && place.all_done().await).await;
    eventually("nothing is left in the queue", 20, async || queued(&place, "'Pending', 'Queued', 'Running'").await == 0).await;
    kill(last).await;
    assert_eq!(place.told().await, rows);
    let twice = "SELECT COUNT(*) FROM (SELECT unique_key FROM notifications GROUP BY unique_key HAVING COUNT(*) > 1) AS twice";
    assert_eq!(place.app.count(twice).await, 0);
}

/// How often the jobs of the test were begun.
async fn begun(place: &Workplace) -> i64 {
    place.app.count("SELECT CAST(COALESCE(SUM(attempts), 0) AS bigint) FROM outbox WHERE topic = 'notify'").await
}

/// Kills a worker as soon as it has begun a job of the test.
async fn kill_while_it_works(place: &Workplace) {
    let before = begun(place).await;
    let running = worker(place);
    eventually("a job runs", 20, async || begun(place).await > before).await;
    kill(running).await;
}

/// Only what a dead process had begun counts as tried: what waits in the queue is not given up for the deaths of others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_in_the_queue_is_not_worn_out_by_deaths() {
    let place = Workplace::start().await;
    slow_down_a_little(&place).await;
    for _row in 0..60 {
        place.enqueue().await;
    }
    for _death in 0..5 {
        kill_while_it_works(&place).await;
    }
    let never = place.app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND attempts = 0").await;
    assert!((1..60).contains(&never), "{never} of 60 were never begun");
    assert_eq!(place.app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND attempts NOT BETWEEN 0 AND 5").await, 0);
    assert_eq!(in_queue(&place, "CAST(job AS TEXT) LIKE '%task.assigned%'").await, 60, "something was put into the queue twice");
}

/// A job that kills its process is begun a number of times, not for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_kills_its_process_is_given_up() {
    let place = Workplace::start().await;
    let undo = slow_down(&place).await;
    place.enqueue().await;
    for _death in 0..MAX_DELIVERIES {
        kill_while_it_works(&place).await;
    }
    for sql in undo {
        write(&place.app.platform.db, sql, vec![]).await;
    }
    let healthy = place.enqueue().await;
    let last = worker(&place);
    // (A schedule's job that was begun beside it each time may be given up too.)
    let given_up = "SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND failed_at IS NOT NULL";
    eventually("it is given up", 20, async || place.app.count(given_up).await == 1).await;
    eventually("the other is done", 20, async || place.told().await == 1).await;
    eventually("nothing is left in the queue", 10, async || queued(&place, "'Pending', 'Queued', 'Running'").await == 0).await;
    kill(last).await;
    assert_eq!(
        super::ids(&place.app.platform.db, "SELECT id FROM outbox WHERE topic = 'notify' AND done_at IS NOT NULL").await,
        [healthy]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_ends_a_worker_gracefully() {
    let place = Workplace::start().await;
    let mut running = worker(&place);
    place.enqueue().await;
    eventually("it works", 20, async || place.told().await == 1).await;
    let started = Instant::now();
    let pid = running.id().expect("alive").to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill").success());
    let status = tokio::time::timeout(Duration::from_secs(10), running.wait()).await.expect("in time").expect("a status");
    assert!(status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(3), "stopping took {:?}", started.elapsed());
}

/// A job that runs when the process is told to stop is finished, and nothing is left for another to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_lets_a_running_job_finish() {
    let place = Workplace::start().await;
    slow_down_a_little(&place).await;
    place.enqueue().await;
    let mut running = worker(&place);
    eventually("the job runs", 20, async || begun(&place).await == 1).await;
    let pid = running.id().expect("alive").to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill").success());
    let status = tokio::time::timeout(Duration::from_secs(15), running.wait()).await.expect("in time").expect("a status");
    assert!(status.success(), "{status}");
    assert_eq!(place.told().await, 1, "it was cut off");
}

/// How many workers have jobs in hand on Redis.
async fn busy_workers(url: &str, prefix: &str) -> usize {
    let client = redis::Client::open(url).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let sets: Vec<String> =
        redis::cmd("KEYS").arg(format!("{prefix}:jobs:inflight:*")).query_async(&mut connection).await.expect("names");
    let mut busy = 0;
    for set in sets {
        busy += usize::from(redis::cmd("SCARD").arg(set).query_async::<i64>(&mut connection).await.expect("a number") > 0);
    }
    busy
}

/// Two worker processes share the load; one is killed with jobs in hand, again and again: nothing is lost or doubled. Once in
/// `just test`, fifty times in `just soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_one_of_two_workers_on_redis_is_killed() {
    let Ok(url) = std::env::var("CMMC_TEST_REDIS_URL") else { return };
    let kills = if std::env::var_os("CMMC_SOAK").is_some() { 50 } else { 1 };
    let prefix = format!("share-{}", std::process::id());
    let settings =
        [("CMMC_JOBS__BACKEND", "redis"), ("CMMC_JOBS__REDIS_URL", url.as_str()), ("CMMC_JOBS__REDIS_PREFIX", prefix.as_str())];
    let place = Workplace::start_with(&settings).await;
    slow_down_a_little(&place).await;
    let (mut one, mut two) = (worker(&place), worker(&place));
    let mut rows = 0;
    for _round in 0..kills {
        for _row in 0..40 {
            place.enqueue().await;
            rows += 1;
        }
        eventually("both have jobs in hand", 60, async || busy_workers(&url, &prefix).await >= 2).await;
        kill(one).await;
        one = two;
        two = worker(&place);
    }
    eventually("all are done", LOST, async || place.told().await == rows && place.all_done().await).await;
    kill(one).await;
    kill(two).await;
    assert_eq!(place.told().await, rows);
    let twice = "SELECT COUNT(*) FROM (SELECT unique_key FROM notifications GROUP BY unique_key HAVING COUNT(*) > 1) AS twice";
    assert_eq!(place.app.count(twice).await, 0);
}
