//! Receivers that are silent or slow hold up nobody else, and a job that is lost loses no message.

use super::Place;
use crate::support::{Receiver, eventually};
use ::jobs::Jobs;
use ::jobs::relay::claim;
use chrono::Duration;
use serde_json::json;
use shared_types::systems::Role;
use std::time::Instant;
use webhooks::jobs::webhook_retries;

/// As many endpoints as a system may have, more than there are workers, and none of them answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_that_hang_keep_no_other_job_from_running() {
    let place = Place::start("standard").await;
    place.receiver.hang();
    for n in 1..20 {
        let body = json!({ "name": format!("Silent {n}"), "url": format!("{}/{n}", place.receiver.url), "format": "slack",
                           "kinds": ["task.assigned"] });
        place.admin.post(&format!("/systems/{}/webhooks", place.system), &body).await.expect(201);
    }
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("To all of them", &dana).await;
    let jobs = Jobs::start(place.app.platform.clone());
    let waits = "SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'waiting'";
    eventually("requests that hang", 20, async || place.receiver.received().len() == 4).await;
    eventually("the messages", 10, async || place.app.count(waits).await == 20).await;
    // All workers but those four are free: another job is done while they hang.
    let started = Instant::now();
    place.assign("Another", &dana).await;
    let told = "SELECT COUNT(*) FROM notifications WHERE text LIKE '%Another%'";
    eventually("another job", 6, async || place.app.count(told).await == 1).await;
    assert!(started.elapsed() < std::time::Duration::from_secs(6), "{:?}", started.elapsed());
    assert_eq!(place.receiver.received().len(), 4, "no more than four at a time");
    jobs.stop().await;
}

#[tokio::test]
async fn an_endpoint_with_a_backlog_takes_one_slot_and_what_waits_is_sent_when_it_answers() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    for n in 0..6 {
        place.assign(&format!("Backlog {n}"), &dana).await;
    }
    // From the tasks to the messages.
    for _round in 0..2 {
        for job in claim(&place.app.platform).await.expect("a claim") {
            ::jobs::run(&place.app.platform, &job).await.expect("done");
        }
    }
    let messages = claim(&place.app.platform).await.expect("a claim");
    assert_eq!(messages.len(), 6);
    place.receiver.hang();
    let (platform, first) = (place.app.platform.clone(), messages[0].clone());
    let hanging = tokio::spawn(async move { ::jobs::run(&platform, &first).await });
    eventually("a request that hangs", 5, async || place.receiver.received().len() == 1).await;
    let started = Instant::now();
    for message in &messages[1..] {
        ::jobs::run(&place.app.platform, message).await.expect("put back");
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(4), "they waited for the receiver: {:?}", started.elapsed());
    assert_eq!(place.receiver.received().len(), 1);
    // Eight seconds, and the attempt is over; its endpoint did not answer, so nothing more is tried at once.
    hanging.await.expect("no panic").expect("done");
    assert_eq!(place.receiver.received().len(), 1);
    let late = place.deliveries().await.into_iter().find(|one| one["attempts"] == 1).expect("an attempt");
    assert_eq!((&late["state"], &late["error"]), (&json!("waiting"), &json!("no answer within 8 s")));
    // It answers again: the sweep hands over one message, and that takes up the others.
    place.receiver.answer_with("204 No Content", "", "");
    assert_eq!(webhook_retries(&place.app.platform).await.expect("a sweep"), 1);
    assert_eq!(webhook_retries(&place.app.platform).await.expect("a sweep"), 1, "another of what is due; none twice");
    place.work().await;
    place.app.platform.clock.advance(Duration::minutes(10));
    webhook_retries(&place.app.platform).await.expect("a sweep");
    place.work().await;
    assert!(place.deliveries().await.iter().all(|one| one["state"] == "delivered"));
    assert_eq!(place.receiver.received().len(), 7, "the one that hung, and each of the six once");
}

#[tokio::test]
async fn a_message_whose_job_is_lost_is_found_by_the_sweep() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("Nearly lost", &dana).await;
    for _round in 0..2 {
        for job in claim(&place.app.platform).await.expect("a claim") {
            ::jobs::run(&place.app.platform, &job).await.expect("done");
        }
    }
    // The job of its first attempt goes without a trace.
    let lost = place.app.platform.db.write(|tx| {
        Box::pin(async move { platform::db::execute(tx, "DELETE FROM outbox WHERE topic = 'webhook_delivery'", []).await })
    });
    assert_eq!(lost.await.expect("a write"), 1);
    assert_eq!(place.deliveries().await[0]["attempts"], 0);
    assert_eq!(webhook_retries(&place.app.platform).await.expect("a sweep"), 0, "a job may have it yet");
    place.app.platform.clock.advance(Duration::hours(1));
    assert_eq!(webhook_retries(&place.app.platform).await.expect("a sweep"), 1);
    place.work().await;
    assert_eq!(place.deliveries().await[0]["state"], "delivered");
    assert_eq!(place.receiver.received().len(), 1);
}

#[tokio::test]
async fn a_replay_marks_messages_as_due_and_sends_one_after_another() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let since = place.app.platform.clock.now();
    for n in 0..30 {
        place.assign(&format!("Number {n}"), &dana).await;
        place.app.platform.clock.advance(Duration::seconds(1));
        place.work().await;
    }
    assert_eq!(place.receiver.received().len(), 30);
    let before: Vec<String> = place.receiver.received().iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!(place.admin.post(&place.path("/replay"), &json!({ "since": since })).await.expect(200), json!({ "count": 30 }));
    let jobs = "SELECT COUNT(*) FROM outbox WHERE topic = 'webhook_delivery' AND done_at IS NULL";
    assert_eq!(place.app.count(jobs).await, 1, "one job, not thirty");
    place.work().await;
    let after: Vec<String> = place.receiver.received().iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!(after[30..], before, "each once more, oldest first");
    // One that takes its time is sent one message at a time, so that it keeps its slot for a moment only.
    place.receiver.hold();
    place.admin.post(&place.path("/replay"), &json!({ "since": since })).await.expect(200);
    let slowly = async {
        eventually("a request", 7, async || place.receiver.received().len() == 61).await;
        place.app.platform.clock.advance(Duration::milliseconds(2_200));
        place.receiver.release();
    };
    futures_util::future::join(slowly, place.work()).await;
    assert_eq!(place.receiver.received().len(), 61);
    assert!(place.deliveries().await.iter().any(|one| one["duration_ms"] == 2_200), "how long it took is told");
}

#[tokio::test]
async fn a_system_that_is_archived_tells_nothing() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let other = Receiver::start().await;
    let body = json!({ "name": "Elsewhere", "url": other.url, "format": "standard", "kinds": ["task.assigned"] });
    let second = place.app.system(&place.admin, "Second").await;
    place.admin.post(&format!("/systems/{second}/webhooks"), &body).await.expect(201);
    // One message waits for its second attempt, one for its job, one event for its messages, when the system is archived.
    place.receiver.answer_with("503 Service Unavailable", "", "");
    place.assign("Tried", &dana).await;
    place.work().await;
    assert_eq!(place.receiver.received().len(), 1);
    place.receiver.answer_with("204 No Content", "", "");
    for title in ["Written", "Happened"] {
        place.assign(title, &dana).await;
    }
    for _round in 0..2 {
        for job in claim(&place.app.platform).await.expect("a claim") {
            ::jobs::run(&place.app.platform, &job).await.expect("done");
        }
    }
    place.assign("Too late", &dana).await;
    place.admin.post(&format!("/systems/{}/archive", place.system), &json!({})).await.expect(200);
    place.work().await;
    place.app.platform.clock.advance(Duration::hours(1));
    webhook_retries(&place.app.platform).await.expect("a sweep");
    place.work().await;
    assert_eq!(place.receiver.received().len(), 1, "an archived system told something");
    let states: Vec<_> = place.deliveries().await.into_iter().map(|one| (one["state"].clone(), one["error"].clone())).collect();
    let unwanted = json!("The webhook is off, or its system is archived.");
    assert_eq!(states, vec![(json!("failed"), unwanted); 3]);
    assert_eq!(place.app.count("SELECT COUNT(*) FROM webhook_events").await, 3, "nothing is written down for it");
    // Another system is told as ever.
    let eve = place.app.member(second, "eve", Role::Contributor).await;
    place.admin.post(&format!("/systems/{second}/tasks"), &json!({ "title": "On", "assignee": eve.user_id() })).await.expect(201);
    place.work().await;
    assert_eq!(other.received().len(), 1);
}

/// The secrets are sealed with the session key: with another, nothing is signed wrongly, the log of messages says what to do, and a new
/// secret mends it.
#[tokio::test]
async fn with_another_session_key_a_new_secret_is_asked_for() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let path = place.app.platform.settings.data_dir.join("keys").join("session.key");
    let before = std::fs::read_to_string(&path).expect("the key");
    std::fs::write(&path, "a".repeat(64)).expect("another key");
    place.assign("Unsigned", &dana).await;
    place.work().await;
    assert!(place.receiver.received().is_empty(), "nothing goes out unsigned, or with a signature that nobody can check");
    let delivery = place.deliveries().await.remove(0);
    assert_eq!((&delivery["state"], &delivery["status"]), (&json!("waiting"), &json!(null)));
    assert!(delivery["error"].as_str().expect("a reason").contains("make a new secret"), "{delivery}");
    let renewed = place.admin.post(&place.path("/secret"), &json!({})).await.expect(200)["secret"].clone();
    place.app.platform.clock.advance(Duration::minutes(5));
    webhook_retries(&place.app.platform).await.expect("a sweep");
    place.work().await;
    let message = place.receiver.received().remove(0);
    let reference = standardwebhooks::Webhook::new(renewed.as_str().expect("a secret")).expect("a secret");
    let timestamp = message.header("webhook-timestamp").parse().expect("a time");
    let signature = reference.sign(message.header("webhook-id"), timestamp, message.body.as_bytes()).expect("a signature");
    assert_eq!(message.header("webhook-signature"), signature);
    std::fs::write(&path, before).expect("the key");
}
