//! What happens is told, whoever else is told of it: nobody, where somebody works alone.

use super::Place;
use crate::evidence::PDF;
use crate::support::Client;
use chrono::Duration;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use shared_types::systems::Role;

/// Kind and text of each message, in the order of the texts: messages of one moment are in no order.
fn said(bodies: &[Value]) -> Vec<(&str, &str)> {
    let mut said: Vec<_> = bodies
        .iter()
        .map(|body| (body["type"].as_str().expect("a type"), body["data"]["text"].as_str().expect("a text")))
        .collect();
    said.sort_unstable();
    said
}

#[tokio::test]
async fn what_somebody_does_alone_is_told() {
    let kinds = ["task.assigned", "task.commented", "task.changed", "task.confirmed", "task.to_confirm", "task.deleted"];
    let place = Place::told_of(&kinds).await;
    let (admin, tasks) = (&place.admin, format!("/systems/{}/tasks", place.system));
    let made = admin.post(&tasks, &json!({ "title": "Own", "assignee": admin.user_id() })).await.expect(201);
    let one = format!("{tasks}/{}", made["id"].as_str().expect("an id"));
    admin.post(&format!("{one}/comments"), &json!({ "body": "Half\nof it" })).await.expect(201);
    for action in ["start", "submit", "confirm"] {
        admin.post(&format!("{one}/transitions"), &json!({ "action": action })).await.expect(200);
    }
    admin.with("if-match", "*").delete(&one).await.expect(204);
    // The task is gone by now: only its end can be told, and leads to what is there.
    let told = place.told().await;
    assert_eq!(said(&told), [("task.deleted", "TASK-1 was deleted: Own")]);
    assert_eq!(told[0]["data"]["url"], format!("{}/s/{}/tasks", place.app.url, place.system));
    assert_eq!(told[0]["data"]["object"], json!({ "kind": "task", "id": made["id"], "reference": "TASK-1" }));

    let made = admin.post(&tasks, &json!({ "title": "Own", "assignee": admin.user_id() })).await.expect(201);
    let one = format!("{tasks}/{}", made["id"].as_str().expect("an id"));
    admin.post(&format!("{one}/comments"), &json!({ "body": "Half\nof it" })).await.expect(201);
    for action in ["start", "submit", "confirm"] {
        admin.post(&format!("{one}/transitions"), &json!({ "action": action })).await.expect(200);
    }
    let told = place.told().await;
    assert_eq!(
        said(&told[1..]),
        [
            ("task.assigned", "TASK-2 was assigned: Own"),
            ("task.changed", "TASK-2 was changed: Own (started)"),
            ("task.commented", "TASK-2 has a new comment: Own. “Half of it”"),
            ("task.confirmed", "TASK-2 was confirmed: Own"),
            ("task.to_confirm", "TASK-2 waits for confirmation: Own"),
        ]
    );
    assert!(told.iter().all(|body| body["data"]["actor"] == json!({ "id": admin.user_id(), "name": "admin" })));
    assert_eq!(admin.get("/notifications").await.expect(200)["items"], json!([]), "nobody is told of what he does himself");
}

#[tokio::test]
async fn a_comment_that_mentions_the_only_one_who_is_told_is_a_comment() {
    let place = Place::told_of(&["task.commented", "task.sent_back", "task.changed", "task.assigned"]).await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("Turn on MFA", &dana).await;
    let one = format!("/systems/{}/tasks/TASK-1", place.system);
    let body = json!({ "body": format!("@[{}] how far?", dana.user_id()) });
    place.admin.post(&format!("{one}/comments"), &body).await.expect(201);
    dana.post(&format!("{one}/transitions"), &json!({ "action": "submit" })).await.expect(200);
    let back = json!({ "action": "send_back", "comment": "<b>Wrong</b> file" });
    place.admin.post(&format!("{one}/transitions"), &back).await.expect(200);
    assert_eq!(
        said(&place.told().await),
        [
            ("task.assigned", "TASK-1 was assigned: Turn on MFA"),
            ("task.commented", "TASK-1 has a new comment: Turn on MFA. “@… how far?”"),
            ("task.sent_back", "TASK-1 was sent back: Turn on MFA. “<b>Wrong</b> file”"),
        ]
    );
    let told = dana.get("/notifications").await.expect(200);
    let told: Vec<_> = told["items"].as_array().expect("items").iter().map(|one| (&one["text"], &one["actor"]["name"])).collect();
    let by = json!("admin");
    for text in [
        "TASK-1 has a comment that mentions you: Turn on MFA. “@… how far?”",
        "TASK-1 was sent back to you: Turn on MFA. “<b>Wrong</b> file”",
    ] {
        assert!(told.contains(&(&json!(text), &by)), "{told:?}");
    }
    // The name is that of the account, which may be forgotten.
    let sql = "SELECT COUNT(*) FROM notifications WHERE text LIKE '%admin%'";
    assert_eq!(place.app.count(sql).await, 0);
}

#[tokio::test]
async fn an_edit_and_an_import_are_told_once_with_what_they_changed() {
    let place = Place::told_of(&["task.changed", "task.assigned", "task.imported"]).await;
    let tasks = format!("/systems/{}/tasks", place.system);
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let made = place.admin.post(&tasks, &json!({ "title": "Rotate keys", "due": "2026-12-09" })).await.expect(201);
    let one = format!("{tasks}/{}", made["id"].as_str().expect("an id"));
    let edit = json!({ "assignee": dana.user_id(), "due": "2026-12-16" });
    place.admin.if_match(&made["version"]).patch(&one, &edit).await.expect(200);
    // Nothing is changed, and nothing told.
    place.admin.with("if-match", "*").patch(&one, &edit).await.expect(200);
    let csv = "title,assignee\nOne,dana@example.com\nTwo,\n";
    let import = place.admin.request(Method::POST, &format!("{tasks}/import")).header("content-type", "text/csv").body(csv);
    Client::send(import).await.expect(201);
    assert_eq!(
        said(&place.told().await),
        [
            ("task.assigned", "TASK-1 was assigned: Rotate keys"),
            ("task.changed", "TASK-1 was changed: Rotate keys (due date moved to 16 Dec 2026)"),
            ("task.imported", "TASK-2 was imported: One (first of 2)"),
        ]
    );
}

#[tokio::test]
async fn what_is_due_in_a_system_is_told_once_a_day_whoever_does_it() {
    let place = Place::told_of(&["task.deadlines"]).await;
    let tasks = format!("/systems/{}/tasks", place.system);
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let body = json!({ "title": "Dana's", "due": "2026-11-21", "assignee": dana.user_id() });
    place.admin.post(&tasks, &body).await.expect(201);
    place.admin.post(&tasks, &json!({ "title": "Nobody's", "due": "2026-11-23" })).await.expect(201);
    place.admin.post(&tasks, &json!({ "title": "Far", "due": "2027-11-23" })).await.expect(201);
    notifications::jobs::task_deadlines(&place.app.platform).await.expect("a look");
    let words = "1 task overdue, 1 due soon: TASK-1 Dana's (1 day overdue); TASK-2 Nobody's (due tomorrow)";
    let told = place.told().await;
    assert_eq!(said(&told), [("task.deadlines", words)]);
    assert_eq!((&told[0]["data"]["object"], &told[0]["data"]["actor"]), (&Value::Null, &Value::Null));
    // The same day again, as after an interrupted look, tells nothing; the next day does.
    place.app.count("SELECT COUNT(*) FROM job_runs").await;
    let forget = "DELETE FROM job_runs WHERE name LIKE 'task_deadlines:%'";
    let write = place.app.platform.db.write(move |tx| Box::pin(async move { platform::db::execute(tx, forget, []).await }));
    assert_eq!(write.await.expect("a write"), 1);
    notifications::jobs::task_deadlines(&place.app.platform).await.expect("a look");
    assert_eq!(place.told().await.len(), 1);
    place.app.platform.clock.advance(Duration::days(1));
    notifications::jobs::task_deadlines(&place.app.platform).await.expect("a look");
    assert_eq!(place.told().await.len(), 2);
}

#[tokio::test]
async fn what_a_lone_manager_does_with_evidence_is_told() {
    let place = Place::told_of(&["evidence.to_review", "evidence.approved"]).await;
    let (path, admin) = (format!("/systems/{}/evidence", place.system), &place.admin);
    let form = Form::new().part("file", Part::bytes(PDF.to_vec()).file_name("a.pdf"));
    Client::send(admin.request(Method::POST, &path).multipart(form)).await.expect(201);
    for action in ["submit", "approve"] {
        let review = json!({ "action": action, "version": 1, "comment": "It is what it says" });
        admin.with("if-match", "*").post(&format!("{path}/EV-1/reviews"), &review).await.expect(200);
    }
    let told = place.told().await;
    assert_eq!(
        said(&told),
        [
            ("evidence.approved", "EV-1 was approved: a.pdf. “It is what it says”"),
            ("evidence.to_review", "EV-1 waits for review: a.pdf. “It is what it says”"),
        ]
    );
    assert_eq!(told[0]["data"]["object"]["reference"], "EV-1");
    assert_eq!(told[0]["data"]["object"]["kind"], "evidence");
}
