use super::Shop;
use crate::support::{Answer, Client};
use serde_json::{Value, json};
use shared_types::systems::Role;

/// Every operation on tasks, with valid input.
async fn every_operation(who: &Client, tasks: &str, task: &str) -> Vec<(&'static str, Answer)> {
    let one = format!("{tasks}/{task}");
    let (transitions, comments) = (format!("{one}/transitions"), format!("{one}/comments"));
    let changing = who.with("if-match", "*");
    vec![
        ("list", who.get(tasks).await),
        ("get", who.get(&one).await),
        ("comments", who.get(&comments).await),
        ("comment", who.post(&comments, &json!({ "body": "x" })).await),
        ("update", changing.patch(&one, &json!({ "title": "y" })).await),
        ("transition", who.post(&transitions, &json!({ "action": "start" })).await),
        ("create", who.post(tasks, &json!({ "title": "x" })).await),
        ("checklist", changing.put(&format!("{one}/checklist"), &json!({ "items": [{ "text": "x" }] })).await),
        ("links", who.get(&format!("{one}/links")).await),
        ("watchers", who.get(&format!("{one}/watchers")).await),
        ("link", who.post(&format!("{one}/links"), &json!({ "control": "AC.L2-3.1.9" })).await),
        ("delete", changing.delete(&one).await),
    ]
}

async fn statuses(who: &Client, tasks: &str, task: &str) -> Vec<(&'static str, u16)> {
    every_operation(who, tasks, task).await.into_iter().map(|(name, answer)| (name, answer.status.as_u16())).collect()
}

fn all(reads: u16, writes: u16, delete: u16) -> Vec<(&'static str, u16)> {
    let mut expected: Vec<_> = ["list", "get", "comments"].into_iter().map(|name| (name, reads)).collect();
    expected.extend(["comment", "update", "transition"].into_iter().map(|name| (name, writes)));
    expected.extend([("create", writes), ("checklist", writes), ("links", reads), ("watchers", reads), ("link", writes)]);
    expected.push(("delete", delete));
    expected
}

#[tokio::test]
async fn each_role_does_what_it_may() {
    let shop = Shop::open().await;
    let task = shop.create(json!({ "title": "x" })).await;
    let id = task["id"].as_str().expect("an id");
    let stranger = shop.app.user("stranger").await;
    let assessor = shop.app.member(shop.system, "assessor", Role::Assessor).await;
    assert_eq!(statuses(&shop.app.anonymous(), &shop.path(""), id).await, all(401, 401, 401));
    assert_eq!(statuses(&stranger, &shop.path(""), id).await, all(404, 404, 404));
    assert_eq!(statuses(&shop.viewer, &shop.path(""), id).await, all(200, 403, 403));
    assert_eq!(statuses(&assessor, &shop.path(""), id).await, all(200, 403, 403));
    assert_eq!(shop.read(&shop.boss, &task).await, task, "nothing of that has changed it");
    let mut contributor = all(200, 200, 403);
    contributor[3].1 = 201;
    contributor[6].1 = 201;
    contributor[10].1 = 201;
    assert_eq!(statuses(&shop.doer, &shop.path(""), id).await, contributor);
    let manager = shop.app.member(shop.system, "manager", Role::Manager).await;
    let fresh = shop.create(json!({ "title": "y" })).await;
    contributor[11].1 = 204;
    assert_eq!(statuses(&manager, &shop.path(""), fresh["number"].as_str().expect("a number")).await, contributor);
}

#[tokio::test]
async fn another_systems_task_is_not_there() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let elsewhere = shop.app.system(&shop.boss, "Other").await;
    let stranger = shop.app.member(elsewhere, "stranger", Role::Manager).await;
    let tasks = format!("/systems/{elsewhere}/tasks");
    for name in [task["id"].as_str().expect("an id"), "TASK-1", "TASK-99", "nonsense"] {
        for (operation, answer) in every_operation(&stranger, &tasks, name).await {
            if operation != "list" && operation != "create" {
                answer.problem(404, "not_found");
            }
        }
        // The tasks that "create" makes are the other system's own, with its own numbers.
        for task in stranger.get(&tasks).await.expect(200)["items"].as_array().expect("items") {
            stranger.with("if-match", "*").delete(&format!("{tasks}/{}", task["id"].as_str().expect("an id"))).await.expect(204);
        }
    }
    // The administrator is in both, and still a task is only in its own.
    shop.boss.get(&format!("{tasks}/{}", task["id"].as_str().expect("an id"))).await.problem(404, "not_found");
    shop.boss.get(&format!("{tasks}/TASK-1/comments")).await.problem(404, "not_found");
    assert_eq!(shop.read(&shop.boss, &task).await, task);
}

#[tokio::test]
async fn an_archived_system_is_read_only() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    assert_ne!(shop.read(&shop.boss, &task).await["actions"], json!([]));
    shop.boss.post(&format!("/systems/{}/archive", shop.system), &Value::Null).await.expect(200);
    let id = task["id"].as_str().expect("an id");
    for (operation, answer) in every_operation(&shop.boss, &shop.path(""), id).await {
        if ["list", "get", "comments", "links", "watchers"].contains(&operation) {
            answer.expect(200);
        } else {
            answer.problem(409, "conflict");
        }
    }
    assert_eq!(shop.read(&shop.boss, &task).await["actions"], json!([]));
    assert_eq!(shop.numbers(&shop.boss, "?to_confirm=true").await, Vec::<String>::new());
}
