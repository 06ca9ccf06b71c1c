//! The relay's claims, with a clock that is moved.

use super::Workplace;
use chrono::Duration;
use jobs::relay::{MAX_DISPATCHES, REDISPATCH_AFTER, claim};
use std::collections::HashSet;

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
async fn a_row_that_is_not_done_is_handed_over_again_until_it_is_given_up() {
    let place = Workplace::start().await;
    let outbox = place.enqueue().await;
    let platform = &place.app.platform;
    for attempt in 0..MAX_DISPATCHES {
        let jobs = claim(platform).await.expect("a claim");
        assert_eq!(jobs.iter().map(|job| job.outbox).collect::<Vec<_>>(), [outbox], "attempt {attempt}");
        platform.clock.advance(REDISPATCH_AFTER - Duration::seconds(1));
        assert!(claim(platform).await.expect("a claim").is_empty(), "too early");
        platform.clock.advance(Duration::seconds(2));
    }
    assert!(claim(platform).await.expect("a claim").is_empty());
    assert_eq!(place.app.count("SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL").await, 1);
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
