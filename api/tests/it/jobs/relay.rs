//! The relay's claims, with a clock that is moved.

use super::Workplace;
use chrono::Duration;
use jobs::attempts::{MAX_DELIVERIES, PAUSE, begin, put_back};
use jobs::relay::{REDISPATCH_AFTER, claim};
use jobs::{Job, MAIL, MAKE_REPORT};
use platform::Platform;
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

async fn claimed(platform: &Platform) -> Vec<Job> {
    claim(platform).await.expect("a claim")
}

async fn claimed_ids(platform: &Platform) -> Vec<Uuid> {
    claimed(platform).await.into_iter().map(|job| job.outbox).collect()
}

#[tokio::test]
async fn two_relays_claim_a_row_once() {
    let place = Workplace::start().await;
    let mut rows = HashSet::new();
    for _row in 0..30 {
        rows.insert(place.enqueue().await);
    }
    let platform = &place.app.platform;
    let claims = futures_util::future::join_all((0..8).map(|_relay| claim(platform))).await;
    let claimed: Vec<_> = claims.into_iter().flat_map(|jobs| jobs.expect("a claim")).map(|job| job.outbox).collect();
    assert_eq!(claimed.len(), 30, "a row was claimed twice, or not at all");
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>(), rows);
    assert!(claim(platform).await.expect("a claim").is_empty());
}

#[tokio::test]
async fn a_row_that_is_not_done_is_handed_over_again_and_given_up_for_its_failures_alone() {
    let place = Workplace::start().await;
    let outbox = place.enqueue().await;
    let platform = &place.app.platform;
    let too_early = async |wait: Duration| {
        platform.clock.advance(wait - Duration::seconds(1));
        assert!(claimed(platform).await.is_empty(), "too early");
        platform.clock.advance(Duration::seconds(2));
    };
    // It waits in a queue that nobody works on, for longer than it would be tried.
    for hand_over in 0..3 * MAX_DELIVERIES {
        assert_eq!(claimed_ids(platform).await, [outbox], "{hand_over}");
        too_early(REDISPATCH_AFTER).await;
    }
    for delivery in 1..=MAX_DELIVERIES {
        let jobs = claimed(platform).await;
        assert_eq!(jobs.iter().map(|job| job.outbox).collect::<Vec<_>>(), [outbox], "{delivery}");
        assert!(begin(platform, &jobs[0], false).await.expect("an answer"));
        // Another attempt of the delivery, minutes later: nobody else gets it meanwhile, and it does not count.
        too_early(REDISPATCH_AFTER).await;
        assert!(begin(platform, &jobs[0], true).await.expect("an answer"));
        assert!(claimed(platform).await.is_empty(), "it has just begun");
        assert_eq!(place.app.count(&format!("SELECT COUNT(*) FROM outbox WHERE attempts = {delivery}")).await, 1);
        put_back(platform, &jobs[0], "no answer").await.expect("put back");
        too_early(PAUSE).await;
    }
    assert!(claimed(platform).await.is_empty());
    let given_up = "SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL AND reason = 'no answer' AND attempts = 12";
    assert_eq!(place.app.count(given_up).await, 1);
}

/// What a job that is done or given up needs is not begun again, whoever has a copy of it.
#[tokio::test]
async fn what_is_done_is_not_begun() {
    let place = Workplace::start().await;
    place.enqueue().await;
    let platform = &place.app.platform;
    let job = claimed(platform).await.remove(0);
    assert!(begin(platform, &job, false).await.expect("an answer"));
    let (id, now) = (job.outbox, platform.clock.now());
    let done = platform.db.write(move |tx| Box::pin(async move { platform::outbox::finish(tx, id, now).await })).await;
    assert!(done.expect("an answer"));
    assert!(!begin(platform, &job, false).await.expect("an answer"));
    put_back(platform, &job, "late").await.expect("put back");
    assert_eq!(place.app.count("SELECT COUNT(*) FROM outbox WHERE reason IS NULL AND next_at IS NULL AND attempts = 1").await, 1);
}

/// However many reports or mails wait, so many are handed over as may be under way; the others hold up nothing.
#[tokio::test]
async fn of_what_takes_time_a_few_are_under_way() {
    let place = Workplace::start().await;
    let platform = &place.app.platform;
    for _row in 0..20 {
        place.enqueue_as(MAKE_REPORT, json!({})).await;
        place.enqueue_as(MAIL, json!({})).await;
        platform.clock.advance(Duration::milliseconds(5));
    }
    let other = place.enqueue().await;
    let first = claimed(platform).await;
    let of = |jobs: &[Job], topic: &str| jobs.iter().filter(|job| job.topic == topic).map(|job| job.outbox).collect::<Vec<_>>();
    assert_eq!((of(&first, MAKE_REPORT).len(), of(&first, MAIL).len(), of(&first, "notify")), (2, 8, vec![other]));
    assert!(claimed(platform).await.is_empty(), "there is room for no other");
    // One fails: the next in line is handed over, not the one that failed a moment ago.
    let failed = first.iter().find(|job| job.topic == MAKE_REPORT).expect("a report");
    assert!(begin(platform, failed, false).await.expect("an answer"));
    put_back(platform, failed, "no answer").await.expect("put back");
    let next = claimed(platform).await;
    assert_eq!((next.len(), of(&next, MAKE_REPORT).len()), (1, 1));
    assert_ne!(next[0].outbox, failed.outbox);
    // When its pause is over those that waited longer go first all the same, and what was handed over and never begun is among them.
    platform.clock.advance(PAUSE + Duration::seconds(1));
    let later = of(&claimed(platform).await, MAKE_REPORT);
    assert!(later.len() == 2 && !later.contains(&failed.outbox), "{later:?}");
}

/// What a clock that was ahead has marked does not wait for that day.
#[tokio::test]
async fn a_clock_that_was_ahead_stops_no_job() {
    let place = Workplace::start().await;
    let platform = &place.app.platform;
    let (handed_over, failed) = (place.enqueue().await, place.enqueue().await);
    platform.clock.advance(Duration::days(3));
    let jobs = claimed(platform).await;
    put_back(platform, jobs.iter().find(|job| job.outbox == failed).expect("it"), "no answer").await.expect("put back");
    platform.clock.advance(Duration::days(-3));
    assert_eq!(claimed_ids(platform).await.into_iter().collect::<HashSet<_>>(), [handed_over, failed].into());
    assert!(claimed(platform).await.is_empty(), "once");
}

#[tokio::test]
async fn claims_are_in_the_order_of_their_writing() {
    let place = Workplace::start().await;
    let mut rows = Vec::new();
    for _row in 0..5 {
        rows.push(place.enqueue().await);
        place.app.platform.clock.advance(Duration::milliseconds(5));
    }
    let claimed: Vec<_> = claim(&place.app.platform).await.expect("a claim").into_iter().map(|job| job.outbox).collect();
    assert_eq!(claimed, rows);
}
