//! Rate limits that are counted on Redis, where the tests are given one: one count for all processes, which outlives them; and
//! what becomes of it when Redis does not answer.

use crate::support::{Client, Process, Proxy, TestApp, eventually};
use platform::limiter::Bucket;
use serde_json::json;

/// The settings of a Redis server of the tests, with keys of its own.
fn redis(name: &str) -> Option<[(&'static str, String); 3]> {
    let url = std::env::var("CMMC_TEST_REDIS_URL").ok().filter(|url| !url.is_empty())?;
    let prefix = format!("limits-{name}-{}", std::process::id());
    Some([("CMMC_LIMITS__BACKEND", "redis".to_owned()), ("CMMC_JOBS__REDIS_URL", url), ("CMMC_JOBS__REDIS_PREFIX", prefix)])
}

async fn attempt(client: &Client, email: &str) -> u16 {
    client.post("/session", &json!({ "email": email, "password": "wrong" })).await.status.as_u16()
}

#[tokio::test]
async fn two_processes_count_together_and_over_a_restart() {
    let Some(redis) = redis("two") else { return };
    let mut settings: Vec<(&str, &str)> = redis.iter().map(|(key, value)| (*key, value.as_str())).collect();
    // The next one comes after a minute, when this test is over.
    settings.push(("CMMC_LIMITS__SIGN_IN_ACCOUNT_PER_MINUTE", "1"));
    let (mut one, two) = (Process::start_with(&settings).await, Process::start_with(&settings).await);
    assert_eq!(attempt(&one.anonymous(), "ana@example.com").await, 401);
    assert_eq!(attempt(&two.anonymous(), "ana@example.com").await, 429);
    assert_eq!(attempt(&two.anonymous(), "ben@example.com").await, 401);
    one.kill();
    one.restart().await;
    for email in ["ana@example.com", "ben@example.com"] {
        assert_eq!(attempt(&one.anonymous(), email).await, 429, "{email}: a restart must not give new attempts");
    }
    assert_eq!(attempt(&one.anonymous(), "cleo@example.com").await, 401);
}

#[tokio::test]
async fn it_refills_by_the_servers_clock() {
    let Some(redis) = redis("refill") else { return };
    let mut settings: Vec<(&str, &str)> = redis.iter().map(|(key, value)| (*key, value.as_str())).collect();
    settings.push(("CMMC_LIMITS__SIGN_IN_ACCOUNT_PER_MINUTE", "60"));
    let app = TestApp::start_with(&settings).await;
    let limiter = &app.platform.limiter;
    let mut within = 0;
    while limiter.take(Bucket::SignInAccount, "ana").await.is_ok() {
        within += 1;
    }
    assert!((60..90).contains(&within), "{within}");
    // This process's own clock stands still: what refills does so on the server.
    eventually("there is one more", 10, async || limiter.take(Bucket::SignInAccount, "ana").await.is_ok()).await;
}

#[tokio::test]
async fn an_outage_neither_locks_out_nor_opens_the_door() {
    let Some(mut redis) = redis("outage") else { return };
    let (mut proxy, through) = Proxy::before(&redis[1].1).await;
    redis[1].1 = through;
    let mut settings: Vec<(&str, &str)> = redis.iter().map(|(key, value)| (*key, value.as_str())).collect();
    settings.push(("CMMC_LIMITS__SIGN_IN_ACCOUNT_PER_MINUTE", "4"));
    let app = TestApp::start_with(&settings).await;
    let anyone = app.anonymous();
    for _shared in 0..2 {
        assert_eq!(attempt(&anyone, "ana@example.com").await, 401);
    }
    let before = keys(&redis[1].1, &redis[2].1).await.len();
    proxy.cut().await;
    // This process has counted all along: two more, and no fresh start.
    for status in [401, 401, 429, 429] {
        assert_eq!(attempt(&anyone, "ana@example.com").await, status);
    }
    assert_eq!(attempt(&anyone, "ben@example.com").await, 401);
    app.anonymous().get("/readyz").await.expect(200);
    proxy.restore().await;
    // Redis is left alone for five seconds after a failure, by this process's clock.
    let counted = async || {
        app.platform.clock.advance(chrono::Duration::seconds(6));
        attempt(&anyone, "cleo@example.com").await;
        keys(&redis[1].1, &redis[2].1).await.len() > before
    };
    eventually("it is counted on Redis again", 10, counted).await;
}

/// The names of the counts on the server.
async fn keys(url: &str, prefix: &str) -> Vec<String> {
    let client = redis::Client::open(url).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let names: Vec<String> =
        redis::cmd("KEYS").arg(format!("{prefix}:limits:*")).query_async(&mut connection).await.expect("names");
    assert!(names.iter().all(|name| !name.contains("example")), "{names:?}");
    names
}
