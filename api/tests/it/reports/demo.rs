use crate::support::TestApp;
use cmmc_tracker::seed::{Seeded, demo};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TABLES: [&str; 12] = [
    "users",
    "systems",
    "members",
    "controls",
    "objective_findings",
    "tasks",
    "task_comments",
    "evidence",
    "evidence_links",
    "score_points",
    "audit_events",
    "sessions",
];

async fn counts(app: &TestApp) -> BTreeMap<&'static str, i64> {
    let mut counts = BTreeMap::new();
    for table in TABLES {
        counts.insert(table, app.count(&format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counts
}

fn system(systems: &Value, level: i64) -> &Value {
    let found = systems["items"].as_array().expect("systems").iter().find(|system| system["level"] == level);
    found.expect("a system of this level")
}

#[tokio::test]
async fn the_demonstration_is_believable_and_loaded_once() {
    let app = TestApp::start().await;
    assert_eq!(demo(&app.platform).await.expect("the demonstration"), Seeded::Now);
    let first = counts(&app).await;
    assert_eq!((first["users"], first["systems"], first["tasks"]), (12, 2, 42));
    assert!(first["evidence"] >= 30, "{first:?}");
    assert_eq!(demo(&app.platform).await.expect("the demonstration"), Seeded::Before);
    assert_eq!(counts(&app).await, first, "a second time changes nothing");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE password_hash IS NOT NULL").await, 0, "no default credential");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL").await, 0, "nobody is left signed in");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE last_sign_in_at IS NOT NULL").await, 0, "nobody has been here yet");
    let state = app.anonymous().get("/setup").await.expect(200);
    let features = json!(["api_tokens", "passkeys", "mailed_invitations", "mailed_password_resets", "calendar_feeds"]);
    assert_eq!(state, json!({ "required": true, "demo": true, "mail": false, "features": features }));

    let admin = app.admin().await;
    let systems = admin.get("/systems").await.expect(200);
    assert!(systems["items"].as_array().unwrap().iter().all(|system| system["demo"] == true), "{systems}");
    let enclave = system(&systems, 2);
    let id = enclave["id"].as_str().expect("an id");
    let dashboard = admin.get(&format!("/systems/{id}/dashboard")).await.expect(200);
    let score = &dashboard["score"];
    let value = score["value"].as_i64().expect("a score");
    assert!((60..=69).contains(&value), "{value}");
    assert_eq!((&score["state"], &score["best"]), (&json!("provisional"), &json!(value + 9)));
    let tasks = &dashboard["tasks"];
    for state in ["open", "in_progress", "pending_confirmation", "completed", "overdue"] {
        assert!(tasks[state].as_i64().is_some_and(|count| count >= 3), "{state}: {tasks}");
    }
    for freshness in ["current", "expiring", "expired"] {
        assert!(dashboard["evidence"][freshness].as_i64().is_some_and(|count| count >= 2), "{}", dashboard["evidence"]);
    }
    let history: Vec<i64> = dashboard["history"].as_array().unwrap().iter().filter_map(|p| p["value"].as_i64()).collect();
    assert!(history.len() >= 12 && history[0] < -150 && history.last() == Some(&value), "{history:?}");
    assert!(app.count("SELECT COUNT(*) FROM controls WHERE narrative <> ''").await >= 35);
    let last = dashboard["history"].as_array().and_then(|points| points.last()).expect("a point");
    assert!(last["at"].as_str().is_some_and(|at| at < "2026-11-22"), "nothing lies in the future: {last}");

    let business = system(&systems, 1);
    let score = admin.get(&format!("/systems/{}/score", business["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&score["state"], &score["counts"]["not_assessed"]), (&json!("not_scored"), &json!(1)));
    for path in [format!("/systems/{id}/audit-events/verification"), "/audit-events/verification".to_owned()] {
        assert_eq!(admin.get(&path).await.expect(200)["intact"], true, "{path}");
    }
}

#[tokio::test]
async fn it_keeps_away_from_real_systems() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.system(&admin, "Real").await;
    let before = counts(&app).await;
    let error = demo(&app.platform).await.expect_err("a refusal");
    assert_eq!(error.code().as_str(), "conflict");
    assert_eq!(counts(&app).await, before);
    assert_eq!(app.anonymous().get("/setup").await.expect(200)["demo"], false);
}
