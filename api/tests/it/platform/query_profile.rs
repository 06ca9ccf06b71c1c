//! How often the database is asked what.

use crate::support::TestApp;
use serde_json::{Value, json};

fn of<'p>(profile: &'p Value, name: &str) -> &'p Value {
    let items = profile["items"].as_array().expect("rows");
    items.iter().find(|item| item["name"] == name).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn statements_are_counted_under_the_names_of_what_they_are_for() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let before = admin.get("/query-profile").await.expect(200);
    assert_eq!((&before["since"], &before["slow_ms"]), (&json!("2026-11-22T12:00:00Z"), &json!(100)));
    for _ in 0..3 {
        admin.get(&format!("/systems/{system}/tasks")).await.expect(200);
    }
    admin.post(&format!("/systems/{system}/tasks"), &json!({ "title": "Patch" })).await.expect(201);
    let profile = admin.get("/query-profile").await.expect(200);
    let count = |profile: &Value, name: &str| of(profile, name)["count"].as_u64().unwrap_or(0);
    // Reads, of which what is remembered asks the database nothing, and what the writing task does in their stead.
    assert!(count(&profile, "list_tasks") >= 1, "{profile}");
    assert!(count(&profile, "create_task") >= 1, "{profile}");
    assert!(count(&profile, "session") > count(&before, "session"), "{profile}");
    assert!(count(&profile, "write door") > count(&before, "write door") && count(&profile, "audit log") > 0, "{profile}");
    for item in profile["items"].as_array().expect("rows") {
        let time = |name: &str| item[name].as_u64().expect("a time");
        assert!(
            time("min_us") <= time("avg_us") && time("avg_us") <= time("max_us") && time("max_us") <= time("total_us"),
            "{item}"
        );
        let name = item["name"].as_str().expect("a name");
        assert!(!name.contains("SELECT") && !name.contains('/'), "{name} is no text of a statement or a path");
    }
    app.user("ana").await.get("/query-profile").await.problem(403, "forbidden");
    app.anonymous().get("/query-profile").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_bound_is_a_setting() {
    let app = TestApp::start_with(&[("CMMC_DATABASE__SLOW_QUERY_MS", "250")]).await;
    assert_eq!(app.admin().await.get("/query-profile").await.expect(200)["slow_ms"], 250);
    assert!(platform::settings::load(None, [("CMMC_DATABASE__SLOW_QUERY_MS".to_owned(), "0".to_owned())].into_iter()).is_err());
}
