//! What is due by the clock.

use crate::support::TestApp;
use chrono::Duration;
use jobs::schedule::{SCHEDULES, enqueue_due};

async fn waiting(app: &TestApp, topic: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM outbox WHERE topic = '{topic}'")).await
}

#[tokio::test]
async fn each_schedule_is_due_once_an_hour_whoever_looks() {
    let app = TestApp::start().await;
    let platform = &app.platform;
    assert_eq!(enqueue_due(platform, true).await.expect("due").len(), SCHEDULES.len(), "all are due at the first start");
    assert!(enqueue_due(platform, false).await.expect("due").is_empty());
    for hour in 1..=3 {
        platform.clock.advance(Duration::hours(1));
        let looks = futures_util::future::join_all((0..4).map(|_process| enqueue_due(platform, false))).await;
        let due: usize = looks.into_iter().map(|topics| topics.expect("due").len()).sum();
        assert_eq!(due, SCHEDULES.len(), "hour {hour}");
    }
    for schedule in SCHEDULES {
        assert_eq!(waiting(&app, schedule.topic).await, 4, "{}", schedule.topic);
    }
}

#[tokio::test]
async fn days_that_were_missed_make_one_run() {
    let app = TestApp::start().await;
    enqueue_due(&app.platform, true).await.expect("due");
    app.platform.clock.advance(Duration::days(9));
    assert_eq!(enqueue_due(&app.platform, true).await.expect("due").len(), SCHEDULES.len());
    assert_eq!(waiting(&app, jobs::EVIDENCE_FRESHNESS).await, 2);
}

#[tokio::test]
async fn a_clock_that_is_set_runs_nothing() {
    let app = TestApp::start().await;
    enqueue_due(&app.platform, false).await.expect("due");
    app.platform.clock.advance(Duration::minutes(-4));
    assert!(enqueue_due(&app.platform, false).await.expect("due").is_empty());
}

#[tokio::test]
async fn a_clock_that_was_ahead_does_not_stop_the_schedules() {
    for ahead in [Duration::minutes(30), Duration::hours(30), Duration::days(1_000)] {
        let app = TestApp::start().await;
        app.platform.clock.advance(ahead);
        enqueue_due(&app.platform, true).await.expect("due");
        app.platform.clock.advance(-ahead);
        assert_eq!(enqueue_due(&app.platform, false).await.expect("due").len(), SCHEDULES.len(), "{ahead}");
        assert!(enqueue_due(&app.platform, false).await.expect("due").is_empty(), "once");
    }
}
