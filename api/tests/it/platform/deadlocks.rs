//! Transactions that PostgreSQL ends because two can't both go on: come back, not a fault of ours. On SQLite one writes at a time.

use crate::support::{TestApp, eventually};
use chrono::Duration;
use notifications::{Notice, kinds};
use platform::AppError;
use platform::db::{Target, single_connection};
use sea_orm::ConnectionTrait;
use serde_json::json;

/// Who waits for a lock.
const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

#[tokio::test]
async fn a_request_that_loses_a_deadlock_is_told_to_come_back() {
    let app = TestApp::start().await;
    let target = app.platform.settings.database();
    let Target::Postgres { .. } = &target else { return };
    let ana = app.user("ana").await;
    let id = Notice::id(&app.platform).expect("an id");
    let notice = Notice {
        id,
        user: ana.user_id(),
        system: None,
        kind: kinds::find("task.assigned").expect("a kind"),
        text: "TASK-1".to_owned(),
        link: "/x".to_owned(),
        unique_key: "one".to_owned(),
        at: app.platform.clock.now() - Duration::seconds(1),
        actor: None,
        object: None,
    };
    app.platform.db.write(move |tx| Box::pin(notifications::tell(tx, notice))).await.expect("told");
    // The other one: it has the notification, and asks for the lock of its person, which the request has. Whoever waited long enough looks
    // for a deadlock and ends itself: that is the request, unless it looked before there was one. Then once more.
    let other = single_connection(&target).await.expect("a connection");
    other.execute_unprepared("SET deadlock_timeout = '20s'").await.expect("a patient one");
    let (row, head) = (
        format!("BEGIN; UPDATE notifications SET text = text WHERE id = '{id}'"),
        format!("UPDATE notification_heads SET revision = revision WHERE user_id = '{}'", ana.user_id()),
    );
    for round in 0.. {
        assert!(round < 5, "the other one lost each time");
        other.execute_unprepared(&row).await.expect("the notification");
        let (reader, request) = (ana.clone(), json!({}));
        let request = tokio::spawn(async move { reader.post("/notifications/read-all", &request).await });
        eventually("the request waits", 20, async || app.count(WAITING).await == 1).await;
        let lost = other.execute_unprepared(&head).await.is_err();
        other.execute_unprepared(if lost { "ROLLBACK" } else { "COMMIT" }).await.expect("its end");
        let answer = request.await.expect("no panic");
        if lost {
            continue;
        }
        assert_eq!(answer.header("retry-after"), Some("2"));
        answer.problem(503, "unavailable");
        break;
    }
    ana.post("/notifications/read-all", &json!({})).await.expect(204);
    other.close().await.expect("closed");
}

#[tokio::test]
async fn a_transaction_that_cannot_be_put_into_an_order_is_to_be_made_again() {
    let app = TestApp::start().await;
    let target = app.platform.settings.database();
    let Target::Postgres { .. } = &target else { return };
    let (one, other) = (single_connection(&target).await.expect("one"), single_connection(&target).await.expect("another"));
    one.execute_unprepared("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT revision FROM installation").await.expect("a look");
    let change = "UPDATE installation SET revision = revision";
    other.execute_unprepared(change).await.expect("a change");
    let error = one.execute_unprepared(change).await.expect_err("what was looked at has changed");
    assert_eq!(AppError::from(error).code().as_str(), "unavailable");
    for connection in [one, other] {
        connection.close().await.expect("closed");
    }
}
