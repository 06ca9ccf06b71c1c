use crate::support::{Client, TestApp};
use serde_json::{Value, json};
use shared_types::systems::Role;

/// The newest row of a log.
async fn newest(reader: &Client, path: &str) -> Value {
    reader.get(&format!("{path}?limit=1")).await.expect(200)["items"][0].clone()
}

#[tokio::test]
async fn every_change_to_a_system_and_its_members_is_recorded() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let person = app.user("ana").await;
    let system = app.system(&admin, "Enclave").await;
    let (base, log) = (format!("/systems/{system}"), format!("/systems/{system}/audit-events"));
    let created = newest(&admin, "/audit-events").await;
    assert_eq!((&created["action"], &created["object_label"]), (&json!("system.create"), &json!("Enclave")));

    let known = admin.if_match(&admin.get(&base).await.expect(200)["version"]);
    known.patch(&base, &json!({ "ssp_version": "2.1" })).await.expect(200);
    let row = newest(&admin, &log).await;
    assert_eq!((&row["action"], &row["actor"]["name"]), (&json!("system.update"), &json!("admin")));
    assert_eq!(row["details"]["ssp_version"], json!({ "old": null, "new": "2.1" }));

    let member = json!({ "email": "ana@example.com", "role": "viewer" });
    let added = admin.post(&format!("{base}/members"), &member).await.expect(201);
    let row = newest(&admin, &log).await;
    assert_eq!(
        (&row["action"], &row["object_label"], &row["details"]["role"]),
        (&json!("member.add"), &json!("ana"), &json!("viewer"))
    );

    let path = format!("{base}/members/{}", person.user_id());
    let changed = admin.if_match(&added["version"]).patch(&path, &json!({ "role": "assessor" })).await.expect(200);
    let row = newest(&admin, &log).await;
    assert_eq!((&row["action"], &row["details"]), (&json!("member.set_role"), &json!({ "old": "viewer", "new": "assessor" })));

    admin.if_match(&changed["version"]).delete(&path).await.expect(204);
    assert_eq!(newest(&admin, &log).await["action"], "member.remove");
    for (step, action) in [("archive", "system.archive"), ("restore", "system.restore")] {
        admin.post(&format!("{base}/{step}"), &json!({})).await.expect(200);
        assert_eq!(newest(&admin, &log).await["action"], action);
    }
    assert_eq!(admin.get(&format!("{log}/verification")).await.expect(200)["intact"], true);
}

#[tokio::test]
async fn a_refused_change_leaves_no_row() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let viewer = app.member(system, "viewer", Role::Viewer).await;
    let rows = app.count("SELECT COUNT(*) FROM audit_events").await;
    viewer.if_match(&json!(1)).patch(&format!("/systems/{system}"), &json!({ "name": "x" })).await.problem(403, "forbidden");
    admin.if_match(&json!(9)).patch(&format!("/systems/{system}"), &json!({ "name": "x" })).await.problem(412, "stale");
    let unknown = json!({ "email": "nobody@example.com", "role": "viewer" });
    admin.post(&format!("/systems/{system}/members"), &unknown).await.problem(400, "invalid");
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events").await, rows);
}

#[tokio::test]
async fn every_change_to_the_installation_is_recorded() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let invited = admin.post("/users", &json!({ "email": "ana@example.com", "name": "Ana" })).await.expect(201);
    let token = invited["link"].as_str().and_then(|link| link.split_once("token=")).expect("a link").1;
    assert_eq!(newest(&admin, "/audit-events").await["action"], "user.invite");
    let password = "violet harbor nine lanterns";
    app.anonymous().post("/invitations/accept", &json!({ "token": token, "password": password })).await.expect(201);
    let wrong = json!({ "email": "ana@example.com", "password": "wrong" });
    app.anonymous().post("/session", &wrong).await.problem(401, "bad_credentials");
    let unknown = json!({ "email": "nobody@example.com", "password": "wrong" });
    app.anonymous().post("/session", &unknown).await.problem(401, "bad_credentials");
    admin.patch("/me", &json!({ "name": "Admin" })).await.expect(200);
    let page = admin.get("/audit-events").await.expect(200);
    let rows = page["items"].as_array().expect("items");
    let actions: Vec<&str> = rows.iter().rev().filter_map(|row| row["action"].as_str()).collect();
    let expected = [
        "user.create",
        "session.open",
        "user.create",
        "user.invite",
        "user.accept_invitation",
        "session.open",
        "session.refused",
        "session.refused",
        "user.update_profile",
    ];
    assert_eq!(actions, expected);
    // The address that was tried belongs to nobody, or to somebody who may want to be forgotten: only the id is kept.
    assert_eq!((&rows[2]["object_label"], &rows[1]["object_id"]), (&json!("Ana"), &Value::Null));
    assert!(!page.to_string().contains("@example.com"));
    assert_eq!(admin.get("/audit-events/verification").await.expect(200)["intact"], true);
    admin.delete("/session").await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'session.end'").await, 1);
}
