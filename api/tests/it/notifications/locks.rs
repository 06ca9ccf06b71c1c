//! Who changes several notifications of a person, and in which order the locks are taken. Where the database has no locks of rows one writes
//! at a time.

use super::tell;
use crate::support::{TestApp, eventually};
use chrono::Duration;
use notifications::jobs::notification_mails;
use platform::db::{Target, single_connection};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;
use shared_types::UserId;

/// Who waits for a lock.
const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// Somebody else has the lock of a person. The work waits for it, and holds nothing yet of what that other changes next.
async fn waits_for_the_person(app: &TestApp, holder: &DatabaseConnection, user: UserId, work: impl Future<Output = ()>) {
    let held = async {
        holder
            .execute_unprepared(&format!("BEGIN; UPDATE notification_heads SET revision = revision WHERE user_id = '{user}'"))
            .await
            .expect("the person's lock");
        eventually("it waits", 20, async || app.count(WAITING).await == 1).await;
        let rows = format!("UPDATE notifications SET read_at = read_at WHERE user_id = '{user}'");
        holder.execute_unprepared(&rows).await.expect("nobody has the rows");
        holder.execute_unprepared("COMMIT").await.expect("let go");
    };
    let work = async {
        eventually("the person's lock is held", 20, async || app.count(HELD).await == 1).await;
        work.await;
    };
    futures_util::future::join(held, work).await;
}

/// Whether somebody is within a transaction that has changed something.
const HELD: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' \
                    AND query LIKE 'BEGIN; UPDATE notification_heads%'";

/// Before the person was locked first, reading took the rows and then the person, and mails the rows alone: what somebody else changed
/// meanwhile ended in a deadlock, or nobody waited.
#[tokio::test]
async fn whoever_changes_notifications_takes_the_lock_of_their_person_first() {
    let app = TestApp::start().await;
    let target = app.platform.settings.database();
    let Target::Postgres { .. } = &target else { return };
    let holder = single_connection(&target).await.expect("a connection");
    let ana = app.user("ana").await;
    let user = ana.user_id();
    let one = tell(&app, user, None, "one").await;
    tell(&app, user, None, "two").await;
    app.platform.clock.advance(Duration::minutes(2));
    waits_for_the_person(&app, &holder, user, async {
        assert_eq!(notification_mails(&app.platform).await.expect("a look"), 1);
    })
    .await;
    waits_for_the_person(&app, &holder, user, app.run_jobs()).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE email = 'sent'").await, 2);
    waits_for_the_person(&app, &holder, user, async {
        ana.post(&format!("/notifications/{one}/read"), &json!({})).await.expect(204);
    })
    .await;
    waits_for_the_person(&app, &holder, user, async {
        ana.post("/notifications/read-all", &json!({})).await.expect(204);
    })
    .await;
    assert_eq!(super::unread(&ana).await, 0);
    holder.close().await.expect("closed");
}
