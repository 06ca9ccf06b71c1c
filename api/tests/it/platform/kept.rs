//! What is remembered between requests is only what is still so.

use crate::support::{Client, Process, TestApp, TestDatabase};
use serde_json::json;
use shared_types::systems::Role;

/// How many statements a request takes.
async fn taken(app: &TestApp, client: &Client, path: &str) -> u64 {
    let before = app.platform.db.read_statements();
    client.get(path).await.expect(200);
    app.platform.db.read_statements() - before
}

#[tokio::test]
async fn a_list_is_built_once_until_something_changes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let list = format!("/systems/{system}/controls?limit=200");
    let first = admin.get(&list).await.expect(200);
    assert_eq!(taken(&app, &admin, &list).await, TestDatabase::asked_each_time());
    assert_eq!(admin.get(&list).await.expect(200), first);
    let objective = format!("/systems/{system}/controls/AC.L2-3.1.1/objectives/a");
    admin.with("if-match", "*").put(&objective, &json!({ "finding": "met" })).await.expect(200);
    let second = admin.get(&list).await.expect(200);
    assert_eq!(second["items"][0]["objectives"]["met"], 1);
    assert_ne!(second, first);
}

#[tokio::test]
async fn a_kept_list_is_nobody_elses() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let (list, dashboard) = (format!("/systems/{system}/tasks?assignee=me"), format!("/systems/{system}/dashboard"));
    let (mara, olu) = (app.member(system, "mara", Role::Contributor).await, app.member(system, "olu", Role::Viewer).await);
    let task = json!({ "title": "Write the plan", "assignee": mara.user_id(), "reviewer": admin.user_id() });
    admin.post(&format!("/systems/{system}/tasks"), &task).await.expect(201);
    let stranger = app.user("stranger").await;
    for _again in 0..2 {
        assert_eq!(mara.get(&list).await.expect(200)["items"][0]["title"], "Write the plan");
        assert_eq!(olu.get(&list).await.expect(200)["items"], json!([]));
        assert_eq!(mara.get(&dashboard).await.expect(200)["my_tasks"][0]["number"], "TASK-1");
        assert_eq!(olu.get(&dashboard).await.expect(200)["my_tasks"], json!([]));
        stranger.get(&dashboard).await.problem(404, "not_found");
        app.anonymous().get(&dashboard).await.problem(401, "unauthenticated");
    }
    // Who is a member no more gets nothing, kept or not.
    let member = format!("/systems/{system}/members/{}", olu.user_id().0);
    admin.with("if-match", "*").delete(&member).await.expect(204);
    olu.get(&dashboard).await.problem(404, "not_found");
}

#[tokio::test]
async fn one_sqlite_file_has_one_service() {
    if TestDatabase::asked_each_time() > 0 {
        return;
    }
    let process = Process::start().await;
    // They would not see each other's changes.
    let complaint = process.refused(&["serve"]);
    assert!(complaint.contains("another process serves this database"), "{complaint}");
}
