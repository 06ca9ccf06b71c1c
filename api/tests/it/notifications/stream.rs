//! The stream of server-sent events: live, resumed, ended, and over two instances.

use super::{tell, tell_of};
use crate::support::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::systems::Role;
use std::time::{Duration, Instant};

/// An open stream.
struct Stream {
    response: reqwest::Response,
    text: String,
    /// The piece that was read last.
    last: String,
}

impl Stream {
    async fn open(who: &Client) -> Self {
        let response = who.request(Method::GET, "/notifications/stream").send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(
            (&response.headers()["cache-control"], &response.headers()["x-accel-buffering"]),
            (&"no-store".parse().expect("a value"), &"no".parse().expect("a value"))
        );
        Self { response, text: String::new(), last: String::new() }
    }

    /// The next event: its id and its data. Nothing at the end of the stream.
    async fn event(&mut self) -> Option<(i64, Value)> {
        loop {
            while let Some((piece, rest)) = self.text.split_once("\n\n") {
                let (piece, rest) = (piece.to_owned(), rest.to_owned());
                self.text = rest;
                self.last.clone_from(&piece);
                let field = |name: &str| piece.lines().find_map(|line| line.strip_prefix(name));
                if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                    assert_eq!(field("event: "), Some("notifications"));
                    return Some((id.parse().expect("a number"), serde_json::from_str(data).expect("JSON")));
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk()).await.expect("in time");
            let chunk = chunk.ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_is_told_at_once_and_to_its_person_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let ana = app.member(system, "ana", Role::Contributor).await;
    let ben = app.user("ben").await;
    tell(&app, ana.user_id(), None, "before").await;
    let mut stream = Stream::open(&ana).await;
    let (first, where_things_stand) = stream.event().await.expect("an event");
    assert_eq!(where_things_stand, json!({ "unread": 1, "new": 0, "systems": [] }));

    tell(&app, ben.user_id(), None, "not hers").await;
    let id = tell(&app, ana.user_id(), Some(system), "hers").await;
    let (second, came) = stream.event().await.expect("an event");
    assert_eq!(came, json!({ "unread": 2, "new": 1, "systems": [system] }));
    assert!(second > first);
    // Woken, not found by a look: it has looked just now, and would look again after five seconds. A busy machine may be late now and then.
    let mut quickest = Duration::MAX;
    for round in 0..8 {
        let told = Instant::now();
        let id = tell(&app, ana.user_id(), None, &format!("round {round}")).await;
        assert_eq!(stream.event().await.expect("an event").1["new"], 1);
        quickest = quickest.min(told.elapsed());
        ana.post(&format!("/notifications/{id}/read"), &json!({})).await.expect(204);
        assert_eq!(stream.event().await.expect("an event").1["unread"], 2);
    }
    assert!(quickest < Duration::from_secs(2), "it is never woken: {quickest:?}");
    // Reading in another window is told as well.
    ana.post(&format!("/notifications/{id}/read"), &json!({})).await.expect(204);
    assert_eq!(stream.event().await.expect("an event").1, json!({ "unread": 1, "new": 0, "systems": [] }));
    ana.post("/notifications/read-all", &json!({})).await.expect(204);
    assert_eq!(stream.event().await.expect("an event").1["unread"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_resumes_after_the_last_event_that_was_seen() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    let mut stream = Stream::open(&ana).await;
    let (seen, _) = stream.event().await.expect("an event");
    drop(stream);
    tell(&app, ana.user_id(), None, "missed").await;
    tell(&app, ana.user_id(), None, "missed too").await;
    let mut resumed = Stream::open(&ana.with("last-event-id", seen.to_string())).await;
    let (latest, missed) = resumed.event().await.expect("an event");
    assert_eq!(missed, json!({ "unread": 2, "new": 2, "systems": [] }));
    // With nothing missed nothing is told, until something comes.
    let mut resumed = Stream::open(&ana.with("last-event-id", latest.to_string())).await;
    tell_of(&app, "evidence.expired", ana.user_id(), None, "new").await;
    assert_eq!(resumed.event().await.expect("an event").1, json!({ "unread": 3, "new": 1, "systems": [] }));
    // What is no id of ours begins anew.
    for nonsense in ["x", "-5", "99999999999999999999"] {
        let mut anew = Stream::open(&ana.with("last-event-id", nonsense)).await;
        assert_eq!(anew.event().await.expect("an event").1["new"], 0, "{nonsense}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_with_the_session() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    let mut stream = Stream::open(&ana).await;
    stream.event().await.expect("an event");
    ana.delete("/session").await.expect(204);
    assert!(stream.event().await.is_none(), "it goes on without a session");
    ana.get("/notifications/stream").await.problem(401, "unauthenticated");
    app.anonymous().get("/notifications/stream").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_has_so_many_at_the_most_and_the_newest_stay() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.user("ana").await, app.user("ben").await);
    let mut others = Stream::open(&ben).await;
    others.event().await.expect("an event");
    let mut open = Vec::new();
    // Windows that were closed without the service having seen it, and the one in sight.
    for _stream in 0..=platform::live::MOST_STREAMS {
        let mut stream = Stream::open(&ana).await;
        stream.event().await.expect("an event");
        open.push(stream);
    }
    let mut oldest = open.remove(0);
    assert!(oldest.event().await.is_none(), "it goes on beside so many others");
    assert_eq!(oldest.last, "retry: 60000", "it would come back at once, and end the next one");
    tell(&app, ana.user_id(), None, "hers").await;
    tell(&app, ben.user_id(), None, "his").await;
    for stream in open.iter_mut().chain([&mut others]) {
        assert_eq!(stream.event().await.expect("an event").1, json!({ "unread": 1, "new": 1, "systems": [] }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_when_the_service_stops() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    let mut stream = Stream::open(&ana).await;
    stream.event().await.expect("an event");
    app.platform.live.close();
    assert!(stream.event().await.is_none());
}

/// The worker writes, another process streams: it is woken through Redis, and without it looks by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_woken_through_redis() {
    let Ok(url) = std::env::var("CMMC_TEST_REDIS_URL") else { return };
    let prefix = format!("live-{}", std::process::id());
    let settings = [
        ("CMMC_JOBS__BACKEND", "redis"),
        ("CMMC_JOBS__REDIS_URL", url.as_str()),
        ("CMMC_JOBS__REDIS_PREFIX", prefix.as_str()),
        ("CMMC_LIMITS__BACKEND", "process"),
    ];
    let app = TestApp::start_with(&settings).await;
    let ana = app.user("ana").await;
    // What another process has: the same database, wakes of its own.
    let other = platform::Live::start(&app.platform.settings).expect("wakes");
    let mut stream = Stream::open(&ana).await;
    stream.event().await.expect("an event");
    let mut follower = other.follow(ana.user_id());
    let mut quickest = Duration::MAX;
    for round in 0..8 {
        let started = Instant::now();
        tell(&app, ana.user_id(), None, &format!("round {round}")).await;
        follower.next(Duration::from_secs(5)).await;
        quickest = quickest.min(started.elapsed());
        assert_eq!(stream.event().await.expect("an event").1["unread"], round + 1);
    }
    assert!(quickest < Duration::from_secs(2), "the other process was never woken: {quickest:?}");
}
