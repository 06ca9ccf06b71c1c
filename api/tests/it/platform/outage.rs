//! The line to the database, or to Redis, is cut and restored under load: a clear 503 meanwhile, recovery without a restart, no
//! effect lost or doubled. Where the tests have no PostgreSQL, or no Redis, there is no line to cut.

use crate::support::{Answer, Client, Proxy, TestApp, TestDatabase, eventually};
use chrono::TimeDelta;
use jobs::Jobs;
use serde_json::json;
use shared_types::SystemId;
use shared_types::systems::Role;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// People who create tasks at once.
const WRITERS: usize = 6;

/// Creates tasks, each until it is acknowledged, until it is told to stop.
struct Load {
    acknowledged: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    writers: Vec<JoinHandle<Vec<String>>>,
}

impl Load {
    /// `assignee` is told about each task by a job.
    fn start(client: &Client, system: SystemId, assignee: &Client) -> Self {
        let (acknowledged, refused, stop): (Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicBool>) = Default::default();
        let assignee = assignee.user_id();
        let writers = (0..WRITERS).map(|writer| {
            let (client, path) = (client.clone(), format!("/systems/{system}/tasks"));
            let (acknowledged, refused, stop) = (acknowledged.clone(), refused.clone(), stop.clone());
            tokio::spawn(async move {
                let mut titles = Vec::new();
                while !stop.load(Ordering::SeqCst) {
                    let title = format!("Task {writer}-{}", titles.len());
                    // What was cut off may have been done: the same key asks for the same task.
                    let keyed = client.with("idempotency-key", title.clone());
                    let body = json!({ "title": title, "assignee": assignee });
                    loop {
                        let answer = keyed.post(&path, &body).await;
                        if answer.status == 201 {
                            break;
                        }
                        clear(answer);
                        refused.fetch_add(1, Ordering::SeqCst);
                        // As long as the answer asks for would slow the test only.
                        tokio::task::yield_now().await;
                    }
                    titles.push(title);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                titles
            })
        });
        let writers = writers.collect();
        Self { acknowledged, refused, stop, writers }
    }

    fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits for so many more acknowledged tasks.
    async fn progress(&self, more: usize) {
        let wanted = self.acknowledged() + more;
        eventually("tasks are created", 60, async || self.acknowledged() >= wanted).await;
    }

    /// Ends the load; the titles of all that was acknowledged.
    async fn end(self) -> BTreeSet<String> {
        self.stop.store(true, Ordering::SeqCst);
        let mut titles = BTreeSet::new();
        for writer in self.writers {
            titles.extend(writer.await.expect("a writer"));
        }
        titles
    }
}

/// A refusal that a client can act on, and that tells no secret.
#[track_caller]
fn clear(answer: Answer) {
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{}", answer.status);
    let problem = answer.problem(503, "unavailable");
    assert!(!problem.to_string().contains("postgres"), "{problem}");
}

/// Every acknowledged task is there once, has its job once and its audit row once, and the chains hold.
async fn nothing_lost_or_doubled(app: &TestApp, system: SystemId, titles: &BTreeSet<String>) {
    let count = i64::try_from(titles.len()).expect("few");
    for (what, sql) in [
        ("tasks", "SELECT COUNT(*) FROM tasks"),
        ("titles", "SELECT COUNT(DISTINCT title) FROM tasks"),
        ("jobs", "SELECT COUNT(*) FROM outbox WHERE topic = 'notify'"),
        ("audit rows", "SELECT COUNT(*) FROM audit_events WHERE action = 'task.create'"),
    ] {
        assert_eq!(app.count(sql).await, count, "{what}");
    }
    for chain in [system.0, ::audit::INSTALLATION_CHAIN] {
        let found = ::audit::verify_chain(&app.platform.db, chain).await.expect("a verification");
        assert!(found.intact, "{:?}", found.broken);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_cut_and_restored_under_load() {
    let database = TestDatabase::create().await;
    let Some(url) = database.url().map(str::to_owned) else { return };
    let (mut proxy, through) = Proxy::before(&url).await;
    let app = TestApp::start_at(database, 2, &[("CMMC_DATABASE__URL", &through)]).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let dana = app.member(system, "dana", Role::Contributor).await;
    let load = Load::start(&admin, system, &dana);
    for _cut in 0..3 {
        load.progress(20).await;
        proxy.cut().await;
        let refused = load.refused.load(Ordering::SeqCst);
        // Alive, but not ready; reads are refused as clearly as writes.
        app.anonymous().get("/healthz").await.expect(200);
        let asked = Instant::now();
        let tasks = format!("/systems/{system}/tasks");
        let (ready, read) = tokio::join!(dana.get("/readyz"), dana.get(&tasks));
        clear(ready);
        clear(read);
        assert!(asked.elapsed() < Duration::from_secs(10), "a refusal took {:?}", asked.elapsed());
        eventually("writers are told", 30, async || load.refused.load(Ordering::SeqCst) > refused).await;
        proxy.restore().await;
        let restored = Instant::now();
        eventually("it is ready again", 15, async || app.anonymous().get("/readyz").await.status == 200).await;
        assert!(restored.elapsed() < Duration::from_secs(10), "recovery took {:?}", restored.elapsed());
    }
    load.progress(20).await;
    let titles = load.end().await;
    nothing_lost_or_doubled(&app, system, &titles).await;
    // The jobs that were written down in between run as if nothing had been.
    let jobs = Jobs::start(app.platform.clone());
    told_once(&app, titles.len()).await;
    jobs.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_cut_and_restored_under_load() {
    let Some(url) = std::env::var("CMMC_TEST_REDIS_URL").ok().filter(|url| !url.is_empty()) else { return };
    let (mut proxy, through) = Proxy::before(&url).await;
    let prefix = format!("outage-{}", std::process::id());
    let settings = [("CMMC_JOBS__BACKEND", "redis"), ("CMMC_JOBS__REDIS_URL", &through), ("CMMC_JOBS__REDIS_PREFIX", &prefix)];
    let app = TestApp::start_on(2, &settings).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let dana = app.member(system, "dana", Role::Contributor).await;
    // Two processes' worth of workers.
    let jobs = [Jobs::start(app.platform.clone()), Jobs::start(app.platform.clone())];
    let load = Load::start(&admin, system, &dana);
    for _cut in 0..2 {
        load.progress(20).await;
        eventually("people are told", 30, async || told(&app).await > 0).await;
        proxy.cut().await;
        // Nobody who works notices: what is to be done waits in the database.
        load.progress(20).await;
        app.anonymous().get("/readyz").await.expect(200);
        proxy.restore().await;
        let before = told(&app).await;
        eventually("people are told again", 60, async || told(&app).await > before).await;
    }
    assert_eq!(load.refused.load(Ordering::SeqCst), 0, "a request was refused for want of Redis");
    let titles = load.end().await;
    nothing_lost_or_doubled(&app, system, &titles).await;
    told_once(&app, titles.len()).await;
    for running in jobs {
        running.stop().await;
    }
}

async fn told(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM notifications").await
}

/// Waits until every job is done, each once. What was lost on the way to the queue is handed over again after five minutes: the
/// clock is moved on, more slowly than a queue works.
async fn told_once(app: &TestApp, tasks: usize) {
    let expected = i64::try_from(tasks).expect("few");
    let looks = AtomicUsize::new(1);
    let done = async || {
        if looks.fetch_add(1, Ordering::SeqCst).is_multiple_of(100) {
            app.platform.clock.advance(TimeDelta::minutes(5));
        }
        app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND done_at IS NULL").await == 0
    };
    eventually("all jobs are done", 120, done).await;
    assert_eq!(told(app).await, expected);
    let given_up = "SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL";
    assert_eq!(app.count(given_up).await, 0);
}
