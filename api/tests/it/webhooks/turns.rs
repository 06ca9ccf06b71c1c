//! Who sends, and in which turn: a message once, endpoints that are reached before those that are not.

use super::Place;
use crate::support::{Receiver, eventually};
use ::jobs::relay::claim;
use chrono::Duration;
use futures_util::future::{join, join_all};
use serde_json::json;
use shared_types::systems::Role;
use webhooks::jobs::webhook_retries;

#[tokio::test]
async fn a_job_that_is_handed_over_twice_sends_its_message_once() {
    let place = Place::start("standard").await;
    let platform = &place.app.platform;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.hold();
    // The second copy begins while the first waits for its answer, and ends the job.
    place.assign("Twice", &dana).await;
    let job = place.message_jobs().await.remove(0);
    let first = tokio::spawn({
        let (platform, job) = (platform.clone(), job.clone());
        async move { ::jobs::run(&platform, &job).await }
    });
    eventually("a request", 5, async || place.receiver.received().len() == 1).await;
    ::jobs::run(platform, &job).await.expect("put back");
    assert!(!first.is_finished(), "the first ended without its answer");
    place.receiver.release();
    first.await.expect("no panic").expect("done");
    let delivery = place.deliveries().await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"], &delivery["status"]), (&json!("delivered"), &json!(1), &json!(204)));
    // Both begin at once.
    place.assign("At once", &dana).await;
    let job = place.message_jobs().await.remove(0);
    for done in join_all([::jobs::run(platform, &job), ::jobs::run(platform, &job)]).await {
        done.expect("done");
    }
    for _sweep in 0..3 {
        place.app.platform.clock.advance(Duration::hours(1));
        webhook_retries(platform).await.expect("a sweep");
        place.work().await;
    }
    assert!(place.deliveries().await.iter().all(|one| one["state"] == "delivered" && one["attempts"] == 1));
    assert_eq!(place.receiver.received().len(), 2, "each message once");
}

/// What failed is recorded once too, and when it is due again is what the attempt says.
#[tokio::test]
async fn of_two_copies_of_a_job_that_fails_one_attempt_is_counted() {
    let place = Place::start("standard").await;
    let platform = &place.app.platform;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.hold();
    place.receiver.answer_with("503 Service Unavailable", "", "");
    place.assign("Twice", &dana).await;
    let job = place.message_jobs().await.remove(0);
    let first = tokio::spawn({
        let (platform, job) = (platform.clone(), job.clone());
        async move { ::jobs::run(&platform, &job).await }
    });
    eventually("a request", 5, async || place.receiver.received().len() == 1).await;
    ::jobs::run(platform, &job).await.expect("put back");
    place.receiver.release();
    first.await.expect("no panic").expect("done");
    let delivery = place.deliveries().await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"], &delivery["status"]), (&json!("waiting"), &json!(1), &json!(503)));
    assert!(place.now().await["failing_since"].is_string());
    assert_eq!(webhook_retries(platform).await.expect("a sweep"), 0, "not before its pause");
    // A copy that comes afterwards does not anticipate the next attempt.
    ::jobs::run(platform, &job).await.expect("done");
    assert_eq!((place.receiver.received().len(), &place.deliveries().await[0]["attempts"]), (1, &json!(1)));
}

#[tokio::test]
async fn silent_endpoints_with_a_backlog_come_after_one_that_is_reached() {
    let place = Place::start("standard").await;
    let platform = &place.app.platform;
    place.further(5).await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.answer_with("503 Service Unavailable", "", "");
    for title in ["One", "Two"] {
        place.assign(title, &dana).await;
        place.work().await;
    }
    place.receiver.hang();
    // Another system, whose message waits for a shorter time than any of them.
    let healthy = Receiver::start().await;
    let second = place.app.system(&place.admin, "Second").await;
    let body = json!({ "name": "Healthy", "url": healthy.url, "format": "slack", "kinds": ["task.assigned"] });
    place.admin.post(&format!("/systems/{second}/webhooks"), &body).await.expect(201);
    let eve = place.app.member(second, "eve", Role::Contributor).await;
    place.admin.post(&format!("/systems/{second}/tasks"), &json!({ "title": "On", "assignee": eve.user_id() })).await.expect(201);
    assert_eq!(place.message_jobs().await.len(), 1);
    place.lose_jobs().await;
    place.app.platform.clock.advance(Duration::hours(1));
    let before = place.receiver.received().len();
    assert_eq!(webhook_retries(platform).await.expect("a sweep"), 7);
    let jobs = claim(platform).await.expect("a claim");
    assert_eq!(jobs.len(), 7);
    ::jobs::run(platform, &jobs[0]).await.expect("done");
    assert_eq!((healthy.received().len(), place.receiver.received().len()), (1, before), "a silent one had its turn first");
}

#[tokio::test]
async fn an_event_for_many_endpoints_reaches_all_without_a_sweep() {
    let place = Place::start("standard").await;
    let platform = &place.app.platform;
    place.further(11).await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.hold();
    place.assign("To all of them", &dana).await;
    let mut jobs = place.message_jobs().await;
    assert_eq!(jobs.len(), 12);
    let mut rounds = 0;
    while !jobs.is_empty() {
        let all_slots = async {
            if rounds == 0 {
                eventually("all slots are taken", 7, async || place.receiver.received().len() == 4).await;
                place.receiver.release();
            }
        };
        let ((), done) = join(all_slots, join_all(jobs.iter().map(|job| ::jobs::run(platform, job)))).await;
        for done in done {
            done.expect("done");
        }
        jobs = claim(platform).await.expect("a claim");
        rounds += 1;
        assert!(rounds < 20, "it never ends");
    }
    let mut told: Vec<String> = place.receiver.received().into_iter().map(|message| message.line).collect();
    told.sort();
    told.dedup();
    assert_eq!((told.len(), place.receiver.received().len()), (12, 12), "each once");
    assert_eq!(place.app.count("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'waiting'").await, 0);
}

#[tokio::test]
async fn a_receiver_that_is_slow_or_silent_has_nobody_else_take_their_turn() {
    let place = Place::start("standard").await;
    let platform = &place.app.platform;
    place.further(5).await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.hold();
    place.assign("To all of them", &dana).await;
    let jobs = place.message_jobs().await;
    assert_eq!(jobs.len(), 6);
    let slowly = async {
        eventually("all slots are taken", 7, async || place.receiver.received().len() == 4).await;
        platform.clock.advance(Duration::milliseconds(2_200));
        place.receiver.release();
    };
    let ((), done) = join(slowly, join_all(jobs.iter().map(|job| ::jobs::run(platform, job)))).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(place.receiver.received().len(), 4);
    assert!(claim(platform).await.expect("a claim").is_empty(), "somebody was handed over");
    assert_eq!(webhook_retries(platform).await.expect("a sweep"), 2, "those that are left");
}

/// As two processes on one database look at once: each message is one's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_sweeps_at_once_each_message_is_handed_over_by_one() {
    let place = Place::start("standard").await;
    let platform = &place.app.platform;
    place.further(19).await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("To all of them", &dana).await;
    assert_eq!(place.message_jobs().await.len(), 20);
    place.lose_jobs().await;
    place.app.platform.clock.advance(Duration::hours(1));
    let sweeps = (0..4).map(|_| {
        let platform = platform.clone();
        tokio::spawn(async move { webhook_retries(&platform).await })
    });
    let mut count = 0;
    for sweep in join_all(sweeps).await {
        count += sweep.expect("no panic").expect("a sweep");
    }
    assert_eq!(count, 20);
    assert_eq!(claim(platform).await.expect("a claim").len(), 20);
}
