//! The installation's policy: everybody needs a second factor, after some days of grace.

use super::PASSWORD;
use super::browser::{App, Browser};
use crate::support::{TestApp, pointers};
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn who_has_none_after_the_grace_may_only_set_one_up() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    assert_eq!(
        ana.get("/me").await.expect(200)["second_factor"],
        json!({ "enrolled": false, "accepts": [], "required_by": null, "overdue": false })
    );
    let policy = admin.put("/second-factor-policy", &json!({ "required": true, "grace_days": 3 })).await.expect(200);
    assert_eq!(policy, json!({ "required": true, "grace_days": 3, "since": "2026-11-22T12:00:00Z" }));
    assert_eq!(admin.get("/second-factor-policy").await.expect(200), policy);
    let me = ana.get("/me").await.expect(200);
    let wanted = json!({ "enrolled": false, "accepts": [], "required_by": "2026-11-25T12:00:00Z", "overdue": false });
    assert_eq!(me["second_factor"], wanted);
    ana.get("/systems").await.expect(200);

    app.platform.clock.advance(Duration::days(3));
    let mut ana = Browser::of(&app, "ana");
    assert_eq!(ana.password(PASSWORD).await.expect(200)["user"]["second_factor"]["overdue"], true);
    for path in ["/systems", "/notifications", "/rule-packs"] {
        ana.get(path).await.problem(403, "second_factor_required");
    }
    let system = "/systems/00000000-0000-7000-8000-000000000000";
    ana.get(system).await.problem(403, "second_factor_required");
    ana.post("/notifications/read-all", &json!({})).await.problem(403, "second_factor_required");
    for path in ["/me", "/session", "/me/second-factor"] {
        ana.get(path).await.expect(200);
    }
    App::enrol(&mut ana, app.platform.clock.now()).await;
    ana.get("/systems").await.expect(200);
    assert_eq!(ana.get("/me").await.expect(200)["second_factor"]["required_by"], Value::Null);
    ana.delete("/me/second-factor").await.problem(409, "conflict");
    ana.delete("/session").await.expect(204);
}

#[tokio::test]
async fn grace_begins_with_the_account_where_that_is_younger() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.put("/second-factor-policy", &json!({ "required": true, "grace_days": 7 })).await.expect(200);
    app.platform.clock.advance(Duration::days(5));
    let mut new = Browser::signed_in(&app, "new", false).await;
    let mine = new.get("/me").await.expect(200)["second_factor"].clone();
    assert_eq!(mine, json!({ "enrolled": false, "accepts": [], "required_by": "2026-12-04T12:00:00Z", "overdue": false }));
    // Changing the days does not begin the demand anew; taking it back and demanding again does.
    admin.put("/second-factor-policy", &json!({ "required": true, "grace_days": 30 })).await.expect(200);
    assert_eq!(admin.get("/second-factor-policy").await.expect(200)["since"], "2026-11-22T12:00:00Z");
    let off = admin.put("/second-factor-policy", &json!({ "required": false, "grace_days": 30 })).await.expect(200);
    assert_eq!(off["since"], Value::Null);
    let on = admin.put("/second-factor-policy", &json!({ "required": true, "grace_days": 30 })).await.expect(200);
    assert_eq!(on["since"], "2026-11-27T12:00:00Z");
    let rows = app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'installation.second_factor_policy'").await;
    assert_eq!(rows, 4);
}

#[tokio::test]
async fn the_policy_is_the_administrators() {
    let app = TestApp::start().await;
    let (admin, user) = (app.admin().await, app.user("user").await);
    let body = json!({ "required": true, "grace_days": 7 });
    {
        let client = &user;
        client.get("/second-factor-policy").await.problem(403, "forbidden");
        client.put("/second-factor-policy", &body).await.problem(403, "forbidden");
    }
    app.anonymous().get("/second-factor-policy").await.problem(401, "unauthenticated");
    app.anonymous().put("/second-factor-policy", &body).await.problem(401, "unauthenticated");
    for (body, pointer) in [
        (json!({ "required": true, "grace_days": 91 }), "/grace_days"),
        (json!({ "required": true, "grace_days": -1 }), "/grace_days"),
        (json!({ "required": true }), "/grace_days"),
        (json!({ "required": "yes", "grace_days": 7 }), "/required"),
        (json!({ "required": true, "grace_days": 7, "since": null }), "/since"),
    ] {
        let problem = admin.put("/second-factor-policy", &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer]);
    }
    assert_eq!(admin.get("/second-factor-policy").await.expect(200)["required"], false);
}
