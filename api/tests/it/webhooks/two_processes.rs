//! Two processes at one endpoint. Each has slots of its own, so nothing but the claim of a message keeps them apart.

use super::Place;
use crate::support::{Client, eventually};
use ::jobs::Job;
use ::jobs::relay::claim;
use chrono::Duration;
use futures_util::future::join_all;
use platform::Platform;
use platform::db::{Target, single_connection};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use shared_types::systems::Role;
use std::cell::Cell;
use webhooks::jobs::webhook_retries;

/// What is due next to the endpoint, locked by somebody else: whoever looks for it finds it and waits.
const HOLD: &str =
    "BEGIN; SELECT id FROM webhook_deliveries WHERE state = 'waiting' ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE";
/// How many wait to claim.
const CLAIMING: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
                        AND query LIKE 'UPDATE webhook_deliveries%'";

/// Messages that are due without a job, and one job for each of the two processes.
async fn two_jobs(place: &Place, second: &Platform, to: &Client) -> [Job; 2] {
    for number in 0..3 {
        place.assign(&format!("Task {number}"), to).await;
    }
    assert_eq!(place.message_jobs().await.len(), 3);
    place.lose_jobs().await;
    place.app.platform.clock.advance(Duration::hours(1));
    place.assign("One that has a job of its own", to).await;
    let own = place.message_jobs().await;
    assert_eq!(webhook_retries(second).await.expect("a sweep"), 1);
    let swept = claim(second).await.expect("a claim");
    [own, swept].concat().try_into().expect("two jobs")
}

/// Where the database has locks of rows: whether both came to the same message and waited there, until it was let go.
async fn meet(place: &Place, holder: &DatabaseConnection, work: &[tokio::task::JoinHandle<()>]) -> bool {
    let both = Cell::new(false);
    eventually("both wait, or one has ended", 30, async || {
        both.set(place.app.count(CLAIMING).await == 2);
        both.get() || work.iter().any(tokio::task::JoinHandle::is_finished)
    })
    .await;
    holder.execute_unprepared("COMMIT").await.expect("let go");
    both.get()
}

/// Without the condition outside the sub-select of `claim_next` the second that waits claims the message too, and it is sent twice: seen so
/// on PostgreSQL. On SQLite one writes at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_message_is_sent_by_one_of_two_processes() {
    let place = Place::start("standard").await;
    let first = &place.app.platform;
    let target = first.settings.database();
    let second = cmmc_tracker::start::platform((*first.settings).clone(), first.clock.clone(), platform::Rng::system());
    let second = second.await.expect("a second one");
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let holder = match &target {
        Target::Postgres { .. } => Some(single_connection(&target).await.expect("a connection")),
        Target::Sqlite { .. } => None,
    };
    let mut messages = 0;
    // Where one has ended before the other came to the message they did not meet: then once more.
    for round in 0.. {
        assert!(round < 5, "they never met");
        let [one, two] = two_jobs(&place, &second, &dana).await;
        messages += 4;
        if let Some(holder) = &holder {
            holder.execute_unprepared(HOLD).await.expect("held");
        }
        let work = [(first.clone(), one), (second.clone(), two)]
            .map(|(platform, job)| tokio::spawn(async move { ::jobs::run(&platform, &job).await.expect("done") }));
        let met = match &holder {
            Some(holder) => meet(&place, holder, &work).await,
            None => true,
        };
        for done in join_all(work).await {
            done.expect("no panic");
        }
        // What is left.
        while webhook_retries(first).await.expect("a sweep") > 0 {
            place.work().await;
        }
        let mut sent: Vec<String> = place.receiver.received().iter().map(|one| one.header("webhook-id").to_owned()).collect();
        assert_eq!(sent.len(), messages, "sent, round {round}");
        sent.sort();
        sent.dedup();
        assert_eq!(sent.len(), messages, "each once, round {round}");
        if met {
            break;
        }
    }
    let deliveries = place.deliveries().await;
    assert!(deliveries.iter().all(|one| one["state"] == "delivered" && one["attempts"] == 1), "{deliveries:#?}");
    assert_eq!(deliveries.len(), messages);
    if let Some(holder) = holder {
        holder.close().await.expect("closed");
    }
    second.db.close().await.expect("closed");
}
