//! What administrators see of the jobs and do about them.

use super::{Workplace, eventually};
use crate::support::pointers;
use chrono::Duration;
use jobs::Jobs;
use jobs::attempts::{MAX_DELIVERIES, begin, put_back};
use jobs::relay::{REDISPATCH_AFTER, claim};
use serde_json::{Value, json};

fn queue<'a>(queues: &'a Value, name: &str) -> &'a Value {
    queues["items"].as_array().expect("items").iter().find(|queue| queue["queue"] == name).expect("the queue")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_up_is_seen_with_its_reason_and_tried_again_or_discarded() {
    let place = Workplace::start().await;
    let (admin, platform) = (&place.admin, &place.app.platform);
    let bad = place.enqueue_as("notify", json!({ "kind": 7, "user": "secret@example.com" })).await;
    let other = place.enqueue_as("notify", json!({})).await;
    let good = place.enqueue().await;
    let running = Jobs::start(platform.clone());
    eventually("all have ended", 20, async || {
        place
            .app
            .count("SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND (done_at IS NOT NULL OR failed_at IS NOT NULL)")
            .await
            == 3
    })
    .await;
    running.stop().await;
    let queues = admin.get("/job-queues").await.expect(200);
    let notify = queue(&queues, "notify");
    assert_eq!(
        (&notify["failed"], &notify["done"], &notify["waiting"], &notify["running"]),
        (&json!(2), &json!(1), &json!(0), &json!(0))
    );
    let failed = admin.get("/jobs?state=failed").await.expect(200);
    assert_eq!(failed["items"].as_array().expect("items").len(), 2);
    let job = failed["items"].as_array().expect("items").iter().find(|job| job["id"] == bad.to_string()).expect("it");
    assert!(job["reason"].as_str().expect("a reason").starts_with("not a notice: "), "{job}");
    assert_eq!((&job["state"], &job["attempts"], job["ended_at"].is_string()), (&json!("failed"), &json!(1), true));
    assert!(!failed.to_string().contains("secret@example.com"), "what a job is about is not shown");

    admin.post(&format!("/jobs/{bad}/retry"), &json!({})).await.expect(204);
    admin.post(&format!("/jobs/{bad}/retry"), &json!({})).await.problem(409, "conflict");
    assert_eq!(queue(&admin.get("/job-queues").await.expect(200), "notify")["waiting"], 1);
    admin.post(&format!("/jobs/{other}/discard"), &json!({})).await.expect(204);
    for path in [format!("/jobs/{other}/discard"), format!("/jobs/{other}/retry"), format!("/jobs/{good}/retry")] {
        admin.post(&path, &json!({})).await.problem(409, "conflict");
    }
    for id in ["00000000-0000-7000-8000-000000000000", "nonsense"] {
        admin.post(&format!("/jobs/{id}/retry"), &json!({})).await.problem(404, "not_found");
    }
    // It fails again, for the same reason, and can be discarded then.
    let running = Jobs::start(platform.clone());
    eventually("it is given up again", 20, async || {
        place.app.count("SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL AND done_at IS NULL").await == 1
    })
    .await;
    running.stop().await;
    admin.post(&format!("/jobs/{bad}/discard"), &json!({})).await.expect(204);
    assert_eq!(admin.get("/jobs?state=failed").await.expect(200)["items"], json!([]));
    for (action, count) in [("job.retry", 1), ("job.discard", 2)] {
        assert_eq!(
            place.app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await,
            count,
            "{action}"
        );
    }
}

#[tokio::test]
async fn what_failed_and_waits_is_seen_with_its_time_and_tried_again_at_once() {
    let place = Workplace::start().await;
    let (admin, platform) = (&place.admin, &place.app.platform);
    let failing = place.enqueue().await;
    let jobs = claim(platform).await.expect("a claim");
    begin(platform, &jobs[0], false).await.expect("begun");
    put_back(platform, &jobs[0], "the mail server is away").await.expect("put back");
    let new = place.enqueue().await;
    let failed = place.enqueue_as("notify", json!({ "kind": 7 })).await;
    let give_up = platform.clone();
    let given_up = platform
        .db
        .write(move |tx| Box::pin(async move { platform::outbox::give_up(tx, failed, "nonsense", give_up.clock.now()).await }));
    assert!(given_up.await.expect("given up"));

    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().expect("items");
        items.iter().map(|job| job["id"].as_str().expect("an id").to_owned()).collect()
    };
    let wanting = admin.get("/jobs?failing=true").await.expect(200);
    let mut found = ids(&wanting);
    found.sort();
    let mut both = [failing.to_string(), failed.to_string()];
    both.sort();
    assert_eq!(found, both);
    let job = wanting["items"].as_array().expect("items").iter().find(|job| job["id"] == failing.to_string()).expect("it");
    assert_eq!((&job["state"], &job["reason"]), (&json!("waiting"), &json!("the mail server is away")));
    assert_eq!((&job["next_at"], &job["attempts"]), (&json!("2026-11-22T12:05:00Z"), &json!(1)));
    assert_eq!(ids(&admin.get("/jobs?failing=false").await.expect(200)), [new.to_string()]);
    assert_eq!(pointers(&admin.get("/jobs?failing=perhaps").await.problem(400, "invalid")), ["failing"]);

    // It waits no longer; what it has been through is kept.
    claim(platform).await.expect("a claim");
    admin.post(&format!("/jobs/{new}/retry"), &json!({})).await.problem(409, "conflict");
    admin.post(&format!("/jobs/{failing}/retry"), &json!({})).await.expect(204);
    admin.post(&format!("/jobs/{failing}/retry"), &json!({})).await.problem(409, "conflict");
    admin.post(&format!("/jobs/{failing}/discard"), &json!({})).await.problem(409, "conflict");
    let waiting = admin.get("/jobs?state=waiting").await.expect(200);
    assert_eq!(ids(&waiting), [failing.to_string()]);
    assert_eq!((&waiting["items"][0]["next_at"], &waiting["items"][0]["attempts"]), (&Value::Null, &json!(1)));
    let jobs = claim(platform).await.expect("a claim");
    assert_eq!(jobs.iter().map(|job| job.outbox).collect::<Vec<_>>(), [failing]);
    assert_eq!(place.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'job.retry'").await, 1);
}

#[tokio::test]
async fn the_list_is_filtered_and_pages() {
    let place = Workplace::start().await;
    let admin = &place.admin;
    for _row in 0..5 {
        place.enqueue().await;
    }
    place.enqueue_as("vacuum", json!({})).await;
    let mut seen = std::collections::HashSet::new();
    let mut path = "/jobs?queue=notify&state=waiting,running&limit=2".to_owned();
    loop {
        let page = admin.get(&path).await.expect(200);
        for job in page["items"].as_array().expect("items") {
            assert!(seen.insert(job["id"].as_str().expect("an id").to_owned()), "twice");
        }
        let Some(next) = page["page"]["next"].as_str() else { break };
        path = format!("/jobs?queue=notify&state=waiting,running&limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    for (query, pointer) in [("state=dead", "state"), ("queue=no_such", "queue"), ("limit=0", "limit"), ("q=x", "q")] {
        assert_eq!(pointers(&admin.get(&format!("/jobs?{query}")).await.problem(400, "invalid")), [pointer]);
    }
    for path in ["/jobs", "/job-queues", "/job-schedules"] {
        place.member.get(path).await.problem(403, "forbidden");
        place.app.anonymous().get(path).await.problem(401, "unauthenticated");
    }
    place.member.post("/job-schedules/vacuum/run", &json!({})).await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_schedule_is_run_now_once_while_it_waits() {
    let place = Workplace::start().await;
    let (admin, platform) = (&place.admin, &place.app.platform);
    jobs::schedule::enqueue_due(platform, true).await.expect("due");
    let schedules = admin.get("/job-schedules").await.expect(200);
    let vacuum = schedules["items"].as_array().expect("items").iter().find(|one| one["queue"] == "vacuum").expect("it").clone();
    assert_eq!((&vacuum["last_run"], &vacuum["next_run"]), (&json!("2026-11-22T12:00:00Z"), &json!("2026-11-22T12:40:00Z")));
    let waiting = "SELECT COUNT(*) FROM outbox WHERE topic = 'vacuum'";
    let nothing = json!({});
    for answer in futures_util::future::join_all((0..6).map(|_press| admin.post("/job-schedules/vacuum/run", &nothing))).await {
        answer.expect(204);
    }
    assert_eq!(place.app.count(waiting).await, 2, "the schedule's own, and one that was asked for");
    assert_eq!(place.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'job.run'").await, 1);
    // Handed over it waits no more: what is asked for then is another one.
    claim(platform).await.expect("a claim");
    admin.post("/job-schedules/vacuum/run", &json!({})).await.expect(204);
    assert_eq!(place.app.count(waiting).await, 3);
    admin.post("/job-schedules/notify/run", &json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_job_that_kills_its_process_each_time_is_given_up_with_a_reason() {
    let place = Workplace::start().await;
    let poison = place.enqueue().await;
    let platform = &place.app.platform;
    for death in 0..=MAX_DELIVERIES {
        let jobs = claim(platform).await.expect("a claim");
        assert_eq!(begin(platform, &jobs[0], false).await.expect("an answer"), death < MAX_DELIVERIES, "{death}");
        platform.clock.advance(REDISPATCH_AFTER + Duration::seconds(1));
    }
    let failed = place.admin.get("/jobs?state=failed").await.expect(200);
    let job = &failed["items"][0];
    assert_eq!((&job["id"], &job["attempts"]), (&json!(poison.to_string()), &json!(MAX_DELIVERIES)));
    assert!(job["reason"].as_str().expect("a reason").contains("never came to an end"), "{job}");
}
