//! Notifications are thrown away when they have served their time, and what they kept from happening again does not happen.

use super::{tell, tell_of, texts, unread};
use crate::support::TestApp;
use ::jobs::vacuum_database;
use chrono::Duration;
use notifications::jobs::evidence_freshness;
use notifications::{Notice, kinds};
use serde_json::json;
use shared_types::systems::Role;

const ALL: &str = "SELECT COUNT(*) FROM notifications";

#[tokio::test]
async fn what_was_read_goes_after_half_a_year_and_all_after_one() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.user("ana").await, app.user("ben").await);
    let hidden = json!({ "kinds": [{ "kind": "task.watching", "in_app": false, "email": "off" }] });
    ana.patch("/me/notification-preferences", &hidden).await.expect(200);
    tell_of(&app, "task.watching", ana.user_id(), None, "shown nowhere").await;
    for (kind, text) in [("task.assigned", "read"), ("evidence.expired", "read, and told once")] {
        let id = tell_of(&app, kind, ana.user_id(), None, text).await;
        ana.post(&format!("/notifications/{id}/read"), &json!({})).await.expect(204);
    }
    tell(&app, ana.user_id(), None, "unread").await;
    tell(&app, ben.user_id(), None, "of another").await;
    app.platform.clock.advance(Duration::days(180));
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count(ALL).await, 5, "on its last day it stays");
    let changes = "SELECT revision AS count FROM notification_heads h JOIN users u ON u.id = h.user_id WHERE u.name = 'ana'";
    let before = app.count(changes).await;
    app.platform.clock.advance(Duration::seconds(1));
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(texts(&ana.get("/notifications").await.expect(200)), ["unread", "read, and told once"]);
    assert_eq!((app.count(ALL).await, unread(&ben).await), (3, 1));
    assert_eq!(app.count(changes).await, before + 1, "streams look again");
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count(changes).await, before + 1, "and not without a reason");
    app.platform.clock.advance(Duration::days(185) - Duration::seconds(1));
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count(ALL).await, 3);
    app.platform.clock.advance(Duration::seconds(1));
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count(ALL).await, 0);
    assert_eq!(ana.get("/notifications/unread").await.expect(200), json!({ "unread": 0 }));
    // Their order goes on.
    tell(&app, ana.user_id(), None, "new").await;
    assert_eq!(texts(&ana.get("/notifications").await.expect(200)), ["new"]);
}

/// More than go at once, and more than are counted.
#[tokio::test]
async fn many_are_counted_up_to_a_hundred_and_go_in_batches() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    for (number, counted) in [(99, 99), (1, 100), (1_001, 100)] {
        let (platform, user) = (app.platform.clone(), ana.user_id());
        let written = app.platform.db.write(move |tx| {
            Box::pin(async move {
                for _notice in 0..number {
                    let (id, kind) = (Notice::id(&platform)?, kinds::find("task.assigned").expect("a kind"));
                    let (text, link, at) = ("One of many".to_owned(), "/x".to_owned(), platform.clock.now());
                    let unique_key = id.to_string();
                    let (actor, object) = (None, None);
                    notifications::tell(tx, Notice { id, user, system: None, kind, text, link, unique_key, at, actor, object })
                        .await?;
                }
                Ok(())
            })
        });
        written.await.expect("written");
        assert_eq!(ana.get("/notifications/unread").await.expect(200), json!({ "unread": counted }));
    }
    app.platform.clock.advance(Duration::days(366));
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count(ALL).await, 0);
}

#[tokio::test]
async fn evidence_that_is_still_expired_is_not_told_of_again_because_its_notice_was_read() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let ana = app.member(system, "ana", Role::Contributor).await;
    let reference =
        json!({ "name": "Policy", "uri": "https://files.example/policy", "sha256": "a".repeat(64), "custodian": "IT" });
    let metadata = json!({ "title": "Policy", "effective": "2026-01-01", "expires": "2026-11-20" });
    let body = json!({ "reference": reference, "metadata": metadata });
    ana.post(&format!("/systems/{system}/evidence/reference"), &body).await.expect(201);
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 1);
    ana.post("/notifications/read-all", &json!({})).await.expect(204);
    app.platform.clock.advance(Duration::days(300));
    vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE kind = 'evidence.expired'").await, 1);
}
