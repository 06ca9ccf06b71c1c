use crate::support::TestApp;
use ::audit::{Actor, Event, change_system};
use futures_util::future::join_all;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_writers_at_once_leave_one_chain() {
    let app = TestApp::start_with(&[("CMMC_DATABASE__MAX_CONNECTIONS", "16")]).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let writers = (0..100).map(|number| {
        let platform = app.platform.clone();
        tokio::spawn(async move {
            change_system(&platform, Actor::anonymous(), system, move |door| {
                Box::pin(async move {
                    for part in 0..3 {
                        door.record(Event::new("test.write", "test", number).details(part));
                    }
                    Ok(door.revision)
                })
            })
            .await
        })
    });
    let revisions: BTreeSet<i64> =
        join_all(writers).await.into_iter().map(|done| done.expect("no panic").expect("a write")).collect();
    assert_eq!(revisions.len(), 100, "each writer had the door for itself");
    let found = admin.get(&format!("/systems/{system}/audit-events/verification")).await.expect(200);
    assert_eq!((found["intact"].as_bool(), found["rows"].as_i64()), (Some(true), Some(303)), "{found}");
    assert_eq!(app.count("SELECT COUNT(DISTINCT previous_hash) FROM audit_events WHERE action = 'test.write'").await, 300);
}
