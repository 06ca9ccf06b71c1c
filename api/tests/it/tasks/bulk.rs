//! Many tasks at once, each answered by itself.

use super::{NOBODY, Shop};
use crate::support::pointers;
use serde_json::{Value, json};
use shared_types::systems::Role;

fn statuses(answer: &Value) -> Vec<i64> {
    answer["items"].as_array().expect("items").iter().map(|item| item["status"].as_i64().expect("a status")).collect()
}

#[tokio::test]
async fn each_task_is_changed_or_told_why_not() {
    let shop = Shop::open().await;
    let path = shop.path("/bulk");
    for n in 1..=4 {
        shop.create(json!({ "title": format!("Task {n}"), "assignee": shop.doer.user_id() })).await;
    }
    shop.step(&shop.doer, &json!({ "id": shop.boss.get(&shop.path("/TASK-3")).await.expect(200)["id"] }), "submit").await;
    let elsewhere = shop.app.system(&shop.boss, "Other").await;
    let foreign = shop.boss.post(&format!("/systems/{elsewhere}/tasks"), &json!({ "title": "x" })).await.expect(201);
    let item = |task: &str, version: i64| json!({ "task": task, "version": version });
    let body = json!({
        "items": [
            item("TASK-1", 1), item("TASK-2", 7), item("TASK-3", 2), item("TASK-99", 1), item("nonsense", 1),
            item(foreign["id"].as_str().expect("an id"), 1), item("TASK-4", 1), item("TASK-4", 2),
        ],
        "change": { "assignee": shop.other.user_id(), "due": "2026-12-24", "priority": "high", "watch": true },
    });
    let answer = shop.boss.post(&path, &body).await.expect(200);
    // Changed; stale; who did it stands; not there; no name of a task; another system's; changed; twice.
    assert_eq!(statuses(&answer), [200, 412, 409, 404, 404, 404, 200, 409]);
    assert_eq!((answer["applied"].as_i64(), answer["items"][0]["version"].as_i64()), (Some(2), Some(2)));
    assert_eq!(answer["items"][2]["detail"], "The task waits for confirmation: who did it stands. Send it back first.");
    let first = shop.boss.get(&shop.path("/TASK-1")).await.expect(200);
    assert_eq!((first["assignee"]["name"].as_str(), first["due"].as_str()), (Some("other"), Some("2026-12-24")));
    assert_eq!(
        (first["priority"].as_str(), first["watching"].as_bool(), first["version"].as_i64()),
        (Some("high"), Some(true), Some(2)),
        "watching leaves the version"
    );
    let third = shop.boss.get(&shop.path("/TASK-3")).await.expect(200);
    assert_eq!(
        (third["priority"].as_str(), third["due"].as_str(), third["version"].as_i64()),
        (Some("normal"), None, Some(2)),
        "whole or not"
    );
    assert_eq!((shop.audited("task.update").await, shop.audited("task.watch").await), (2, 2));
    assert_eq!(shop.told("task.assigned", &shop.other).await, 2);
}

#[tokio::test]
async fn a_step_is_taken_where_the_rules_allow_it() {
    let shop = Shop::open().await;
    let path = shop.path("/bulk");
    for assignee in [&shop.doer, &shop.doer, &shop.other] {
        let task = shop.create(json!({ "title": "x", "assignee": assignee.user_id() })).await;
        shop.step(assignee, &task, "submit").await;
    }
    let items =
        json!([{ "task": "TASK-1", "version": 2 }, { "task": "TASK-2", "version": 2 }, { "task": "TASK-3", "version": 2 }]);
    let confirm = json!({ "items": items, "change": { "action": "confirm" } });
    let answer = shop.other.post(&path, &confirm).await.expect(200);
    assert_eq!(statuses(&answer), [200, 200, 409], "nobody confirms his own work, in bulk either");
    assert_eq!(answer["items"][2]["code"], "conflict");
    let reopen =
        json!({ "items": [{ "task": "TASK-1", "version": 3 }], "change": { "action": "reopen", "comment": "Not done." } });
    assert_eq!(statuses(&shop.doer.post(&path, &reopen).await.expect(200)), [403]);
    assert_eq!(statuses(&shop.boss.post(&path, &reopen).await.expect(200)), [200]);
    let comments = shop.boss.get(&shop.path("/TASK-1/comments")).await.expect(200);
    assert_eq!(
        (comments["items"][0]["body"].as_str(), comments["items"][0]["action"].as_str()),
        (Some("Not done."), Some("reopen"))
    );
    // A comment that mentions nobody of the system takes no step of any task.
    let back = json!({ "items": [{ "task": "TASK-3", "version": 2 }], "change": { "action": "send_back", "comment": format!("@[{NOBODY}]") } });
    let problem = shop.boss.post(&path, &back).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/change/comment"]);
    assert_eq!(shop.boss.get(&shop.path("/TASK-3")).await.expect(200)["state"], "pending_confirmation");
}

#[tokio::test]
async fn refusals_of_a_bulk_change() {
    let shop = Shop::open().await;
    shop.task().await;
    let path = shop.path("/bulk");
    let one = json!([{ "task": "TASK-1", "version": 1 }]);
    let many: Vec<Value> = (0..201).map(|_| json!({ "task": "TASK-1", "version": 1 })).collect();
    for (items, change, pointer) in [
        (json!([]), json!({ "priority": "low" }), "/items"),
        (json!(many), json!({ "priority": "low" }), "/items"),
        (one.clone(), json!({}), "/change"),
        (one.clone(), json!({ "comment": "x" }), "/change/comment"),
        (one.clone(), json!({ "action": "send_back" }), "/change/comment"),
        (one.clone(), json!({ "action": "start", "priority": "low" }), "/change/action"),
        (one.clone(), json!({ "action": "finish" }), "/change/action"),
        (one.clone(), json!({ "title": "x" }), "/change/title"),
        (json!([{ "task": "TASK-1" }]), json!({ "priority": "low" }), "/items/0/version"),
    ] {
        let problem = shop.boss.post(&path, &json!({ "items": items, "change": change })).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{change}");
    }
    let body = json!({ "items": one, "change": { "priority": "low" } });
    shop.viewer.post(&path, &body).await.problem(403, "forbidden");
    shop.app.user("stranger").await.post(&path, &body).await.problem(404, "not_found");
    // A field that is at fault for every task is said of every task.
    let bad = json!({ "items": one, "change": { "assignee": NOBODY } });
    let answer = shop.boss.post(&path, &bad).await.expect(200);
    assert_eq!((statuses(&answer), answer["applied"].as_i64()), (vec![400], Some(0)));
    let keyed = shop.boss.with("idempotency-key", "bulk");
    let first = keyed.post(&path, &body).await.expect(200);
    assert_eq!(keyed.post(&path, &body).await.expect(200), first, "and not stale the second time");
    assert_eq!(shop.audited("task.update").await, 1);
}

#[tokio::test]
async fn two_hundred_tasks_in_one_change() {
    let shop = Shop::open().await;
    let lines: Vec<String> = (0..200).map(|n| format!("Task {n}")).collect();
    let csv = format!("title\n{}\n", lines.join("\n"));
    super::import::send(&shop.boss, &shop.path("/import"), &csv).await.expect(201);
    let items: Vec<Value> = (1..=200).map(|n| json!({ "task": format!("TASK-{n}"), "version": 1 })).collect();
    let body = json!({ "items": items, "change": { "assignee": shop.doer.user_id(), "priority": "urgent" } });
    let answer = shop.boss.post(&shop.path("/bulk"), &body).await.expect(200);
    assert_eq!(answer["applied"], 200);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks WHERE priority = 'urgent' AND version = 2").await, 200);
}

#[tokio::test]
async fn whom_a_comment_on_many_tasks_mentions_is_told_once() {
    let shop = Shop::open().await;
    for _task in 0..3 {
        let task = shop.create(json!({ "title": "x", "assignee": shop.doer.user_id() })).await;
        shop.step(&shop.doer, &task, "submit").await;
    }
    let items: Vec<Value> = (1..=3).map(|n| json!({ "task": format!("TASK-{n}"), "version": 2 })).collect();
    let comment = format!("Ask @[{}] first.", shop.viewer.user_id());
    let back = json!({ "items": items, "change": { "action": "send_back", "comment": comment } });
    assert_eq!(statuses(&shop.boss.post(&shop.path("/bulk"), &back).await.expect(200)), [200; 3]);
    assert_eq!(shop.told("task.mentioned", &shop.viewer).await, 1);
    assert_eq!(shop.told("task.sent_back", &shop.doer).await, 3);
}

/// Submits tasks and says how many statements it took, the session and the log aside.
async fn submitted(shop: &Shop, numbers: std::ops::RangeInclusive<i64>) -> u64 {
    let of = |profile: &Value| {
        let items = profile["items"].as_array().expect("rows");
        let row = items.iter().find(|item| item["name"] == "bulk_change_tasks");
        row.map_or(0, |row| row["count"].as_u64().expect("a count"))
    };
    let before = of(&shop.boss.get("/query-profile").await.expect(200));
    // Three links raised the version of the third.
    let version = |n: i64| if n == 3 { 4 } else { 1 };
    let items: Vec<Value> = numbers.map(|n| json!({ "task": format!("TASK-{n}"), "version": version(n) })).collect();
    let count = items.len();
    let body = json!({ "items": items, "change": { "action": "submit" } });
    assert_eq!(statuses(&shop.boss.post(&shop.path("/bulk"), &body).await.expect(200)), vec![200; count]);
    of(&shop.boss.get("/query-profile").await.expect(200)) - before
}

#[tokio::test]
async fn statements_do_not_grow_with_people_and_links() {
    let shop = Shop::open().await;
    for n in 1..=4 {
        shop.create(json!({ "title": format!("Task {n}"), "control": "AC.L2-3.1.1" })).await;
    }
    // Once before, because what is remembered of the first request is not asked again.
    submitted(&shop, 1..=1).await;
    let few = submitted(&shop, 2..=2).await;
    for n in 0..20 {
        let person = shop.app.member(shop.system, &format!("person-{n}"), Role::Contributor).await;
        let watchers = format!("/TASK-3/watchers/{}", person.user_id());
        shop.boss.put(&shop.path(&watchers), &json!({})).await.expect(200);
    }
    for control in ["AC.L2-3.1.2", "AC.L2-3.1.3", "AC.L2-3.1.4"] {
        shop.boss.post(&shop.path("/TASK-3/links"), &json!({ "control": control })).await.expect(201);
    }
    let told = "SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND payload LIKE '%task.to_confirm%'";
    let before = shop.app.count(told).await;
    assert_eq!(submitted(&shop, 3..=3).await, few, "22 people are told, and four controls have been begun with");
    assert_eq!(shop.app.count(told).await - before, 22);
    let touched = "SELECT COUNT(*) FROM controls WHERE touched";
    assert_eq!(shop.app.count(touched).await, 4);
}
