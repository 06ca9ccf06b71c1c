//! What is thrown away, and what is not.

use super::{Workplace, job, write};
use chrono::Duration;
use jobs::vacuum_database;
use serde_json::json;

#[tokio::test]
async fn what_has_served_its_time_goes() {
    let place = Workplace::start().await;
    let (app, platform) = (&place.app, &place.app.platform);
    place.enqueue().await;
    let done = place.enqueue().await;
    let payload = json!({ "kind": "task.assigned", "system": place.system, "task": place.task, "user": place.member.user_id() });
    jobs::run(platform, &job(done, "notify", &payload)).await.expect("done");
    let sql = "INSERT INTO idempotency_keys (user_id, key, request_hash, answer, created_at) VALUES ($1, 'k', '', '', $2)";
    write(&platform.db, sql, vec![place.admin.user_id().0.into(), platform.clock.now().into()]).await;
    // One session has ended, the other goes on: the tests' own live long.
    let sql = "UPDATE sessions SET expires_at = $2 WHERE user_id = $1";
    write(&platform.db, sql, vec![place.admin.user_id().0.into(), platform.clock.now().into()]).await;

    platform.clock.advance(Duration::hours(23));
    assert_eq!(vacuum_database(platform).await.expect("a vacuum"), 0);
    platform.clock.advance(Duration::hours(2));
    assert_eq!(vacuum_database(platform).await.expect("a vacuum"), 1, "the idempotency key");
    platform.clock.advance(Duration::days(7));
    assert_eq!(vacuum_database(platform).await.expect("a vacuum"), 1, "the done row");
    platform.clock.advance(Duration::days(40));
    assert_eq!(vacuum_database(platform).await.expect("a vacuum"), 1, "the dead session");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 1, "what waits stays");
    assert_eq!(place.told().await, 1, "notifications stay");
}

#[tokio::test]
async fn more_than_one_batch_goes() {
    let place = Workplace::start().await;
    let platform = &place.app.platform;
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                for _row in 0..2_500 {
                    platform::outbox::enqueue(tx, &clock, &rng, "notify", &json!({})).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("rows");
    write(&platform.db, "UPDATE outbox SET done_at = created_at", vec![]).await;
    platform.clock.advance(Duration::days(8));
    assert_eq!(vacuum_database(platform).await.expect("a vacuum"), 2_500);
}
