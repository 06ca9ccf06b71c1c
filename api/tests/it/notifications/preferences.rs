//! What each person wants to be told, and how.

use super::{tell_of, texts};
use crate::support::{TestApp, pointers};
use serde_json::{Value, json};

fn kind<'a>(preferences: &'a Value, name: &str) -> &'a Value {
    preferences["kinds"].as_array().expect("kinds").iter().find(|kind| kind["kind"] == name).expect("the kind")
}

#[tokio::test]
async fn everybody_begins_with_the_usual_and_chooses() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.user("ana").await, app.user("ben").await);
    let usual = ana.get("/me/notification-preferences").await.expect(200);
    assert_eq!((&usual["digest_hour"], &usual["time_zone"]), (&json!(7), &Value::Null));
    let assigned = json!({ "kind": "task.assigned", "group": "Tasks", "label": "A task is assigned to you", "mandatory": false,
                           "in_app": true, "email": "immediate" });
    assert_eq!(kind(&usual, "task.assigned"), &assigned);
    assert_eq!(kind(&usual, "security.password")["mandatory"], true);

    let chosen = json!({ "digest_hour": 17, "time_zone": "Europe/Berlin",
        "kinds": [{ "kind": "task.assigned", "in_app": false, "email": "digest" }] });
    let changed = ana.patch("/me/notification-preferences", &chosen).await.expect(200);
    assert_eq!((&changed["digest_hour"], &changed["time_zone"]), (&json!(17), &json!("Europe/Berlin")));
    assert_eq!(kind(&changed, "task.assigned")["email"], "digest");
    assert_eq!(ana.get("/me/notification-preferences").await.expect(200), changed);
    assert_eq!(ana.get("/me").await.expect(200)["time_zone"], "Europe/Berlin");
    assert_eq!(ben.get("/me/notification-preferences").await.expect(200), usual, "it is her own choice");
    // The zone of a profile stands: a browser elsewhere does not move it.
    let again = ana.patch("/me/notification-preferences", &json!({ "time_zone": "Asia/Tokyo" })).await.expect(200);
    assert_eq!(again, changed);
    let recorded = "SELECT COUNT(*) FROM audit_events WHERE action = 'user.update_notifications'";
    assert_eq!(app.count(recorded).await, 2);
}

#[tokio::test]
async fn what_is_off_in_the_product_is_not_shown_and_counted_nowhere() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    let chosen = json!({ "kinds": [{ "kind": "task.confirmed", "in_app": false, "email": "off" }] });
    ana.patch("/me/notification-preferences", &chosen).await.expect(200);
    let hidden = tell_of(&app, "task.confirmed", ana.user_id(), None, "confirmed").await;
    tell_of(&app, "task.assigned", ana.user_id(), None, "assigned").await;
    assert_eq!(texts(&ana.get("/notifications").await.expect(200)), ["assigned"]);
    assert_eq!(ana.get("/notifications/unread").await.expect(200), json!({ "unread": 1 }));
    assert_eq!(ana.get("/me").await.expect(200)["unread_notifications"], 1);
    ana.post(&format!("/notifications/{hidden}/read"), &json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_field() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    let set = |kind: &str, in_app: bool, email: &str| json!({ "kind": kind, "in_app": in_app, "email": email });
    for (body, pointer) in [
        (json!({ "digest_hour": 24 }), "/digest_hour"),
        (json!({ "digest_hour": -1 }), "/digest_hour"),
        (json!({ "time_zone": "Mars/Olympus" }), "/time_zone"),
        (json!({ "kinds": [set("task.exploded", true, "off")] }), "/kinds/0/kind"),
        (json!({ "kinds": [set("task.assigned", true, "off"), set("task.assigned", true, "off")] }), "/kinds/1/kind"),
        (json!({ "kinds": [set("security.lock", false, "immediate")] }), "/kinds/0/kind"),
        (json!({ "kinds": [set("evidence.infected", true, "off")] }), "/kinds/0/kind"),
        (json!({ "kinds": [set("task.assigned", true, "hourly")] }), "/kinds/0/email"),
        (json!({ "colour": "red" }), "/colour"),
    ] {
        let problem = ana.patch("/me/notification-preferences", &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{body}");
    }
    app.anonymous().get("/me/notification-preferences").await.problem(401, "unauthenticated");
    app.anonymous().patch("/me/notification-preferences", &json!({})).await.problem(401, "unauthenticated");
    assert_eq!(app.count("SELECT COUNT(*) FROM notification_preferences").await, 0);
}
