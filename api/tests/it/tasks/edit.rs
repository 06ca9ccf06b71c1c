use super::NOBODY;
use super::Shop;
use crate::support::pointers;
use serde_json::{Value, json};

#[tokio::test]
async fn a_change_touches_what_it_names() {
    let shop = Shop::open().await;
    let body = json!({ "title": "Old", "description": "d", "assignee": shop.doer.user_id(), "due": "2026-12-01" });
    let task = shop.create(body).await;
    let path = shop.one(&task, "");
    let change = json!({ "title": "New", "due": null, "priority": "low", "assignee": shop.other.user_id(), "reviewer": shop.doer.user_id() });
    let answer = shop.doer.if_match(&task["version"]).patch(&path, &change).await;
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let new = answer.expect(200);
    assert_eq!((new["title"].as_str(), new["description"].as_str(), &new["due"]), (Some("New"), Some("d"), &Value::Null));
    assert_eq!((new["assignee"]["name"].as_str(), new["reviewer"]["name"].as_str()), (Some("other"), Some("doer")));
    assert_eq!(shop.read(&shop.boss, &task).await["title"], "New");
    assert_eq!(shop.told("task.assigned", &shop.other).await, 1);
    let sql = "SELECT COUNT(*) FROM audit_events WHERE action = 'task.update' AND details LIKE '%\"title\":{\"new\":\"New\",\"old\":\"Old\"}%' \
               AND details NOT LIKE '%description%'";
    assert_eq!(shop.app.count(sql).await, 1);
    // The text is found under its new words.
    assert_eq!(shop.numbers(&shop.boss, "?q=new").await, ["TASK-1"]);
    assert_eq!(shop.numbers(&shop.boss, "?q=old").await, Vec::<String>::new());
    // What changes nothing is no version and no audit row.
    let same = shop.doer.if_match(&new["version"]).patch(&path, &json!({ "title": "New", "description": "d" })).await.expect(200);
    assert_eq!((same["version"].as_i64(), shop.audited("task.update").await), (Some(2), 1));
    let cleared = shop
        .doer
        .if_match(&new["version"])
        .patch(&path, &json!({ "description": null, "assignee": null, "reviewer": null }))
        .await;
    let cleared = cleared.expect(200);
    assert_eq!((&cleared["description"], &cleared["assignee"], &cleared["reviewer"]), (&Value::Null, &Value::Null, &Value::Null));
}

#[tokio::test]
async fn refusals_of_a_change() {
    let shop = Shop::open().await;
    let body = json!({ "title": "t", "assignee": shop.doer.user_id(), "reviewer": shop.other.user_id() });
    let task = shop.create(body).await;
    let path = shop.one(&task, "");
    shop.doer.patch(&path, &json!({ "title": "x" })).await.problem(428, "precondition_required");
    shop.doer.if_match(&json!(7)).patch(&path, &json!({ "title": "x" })).await.problem(412, "stale");
    shop.viewer.if_match(&json!(1)).patch(&path, &json!({ "title": "x" })).await.problem(403, "forbidden");
    for (body, pointer) in [
        (json!({ "title": null }), None),
        (json!({ "title": "" }), Some("/title")),
        (json!({ "state": "completed" }), Some("/state")),
        (json!({ "control": "AC.L2-3.1.1" }), Some("/control")),
        (json!({ "priority": "x" }), Some("/priority")),
        (json!({ "due": "2026-02-30" }), Some("/due")),
        (json!({ "due": "9999-01-01" }), Some("/due")),
        (json!({ "assignee": shop.viewer.user_id() }), Some("/assignee")),
        (json!({ "assignee": NOBODY }), Some("/assignee")),
        (json!({ "reviewer": NOBODY }), Some("/reviewer")),
        (json!({ "assignee": shop.other.user_id() }), Some("/assignee")),
        (json!({ "reviewer": shop.doer.user_id() }), Some("/reviewer")),
    ] {
        let answer = shop.doer.if_match(&json!(1)).patch(&path, &body).await;
        match pointer {
            Some(pointer) => assert_eq!(pointers(&answer.problem(400, "invalid")), [pointer], "{body}"),
            // A null title is no title: nothing changes.
            None => assert_eq!(answer.expect(200)["version"], 1),
        }
    }
    shop.step(&shop.doer, &task, "submit").await;
    shop.step(&shop.other, &task, "confirm").await;
    let problem = shop.boss.if_match(&json!(3)).patch(&path, &json!({ "title": "x" })).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "A completed task can't be changed. Reopen it first.");
}

#[tokio::test]
async fn two_editors_lose_nothing() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "");
    let (a, b) = (shop.doer.if_match(&json!(1)), shop.other.if_match(&json!(1)));
    let (title, due) = (json!({ "title": "A" }), json!({ "due": "2027-01-01" }));
    let (a, b) = tokio::join!(a.patch(&path, &title), b.patch(&path, &due));
    let mut answers = [a.status.as_u16(), b.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
}

#[tokio::test]
async fn another_reviewer_may_be_named_while_it_waits() {
    let shop = Shop::open().await;
    let task = shop.submitted().await;
    let change = json!({ "reviewer": shop.other.user_id() });
    shop.boss.if_match(&task["version"]).patch(&shop.one(&task, ""), &change).await.expect(200);
    assert_eq!(shop.told("task.to_confirm", &shop.other).await, 2, "when it was submitted without a reviewer, and now");
}

#[tokio::test]
async fn a_deleted_task_is_gone_and_its_number_with_it() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "");
    shop.boss.delete(&path).await.problem(428, "precondition_required");
    shop.boss.if_match(&json!(2)).delete(&path).await.problem(412, "stale");
    shop.doer.if_match(&json!(1)).delete(&path).await.problem(403, "forbidden");
    shop.boss.if_match(&json!(1)).delete(&path).await.expect(204);
    assert_eq!(shop.audited("task.delete").await, 1);
    for path in [path.clone(), shop.path("/TASK-1"), shop.one(&task, "/comments")] {
        shop.boss.get(&path).await.problem(404, "not_found");
    }
    shop.boss.if_match(&json!(1)).delete(&path).await.problem(404, "not_found");
    shop.boss.if_match(&json!(2)).patch(&path, &json!({ "title": "x" })).await.problem(404, "not_found");
    shop.doer.post(&shop.one(&task, "/transitions"), &json!({ "action": "start" })).await.problem(404, "not_found");
    shop.doer.post(&shop.one(&task, "/comments"), &json!({ "body": "x" })).await.problem(404, "not_found");
    assert_eq!(shop.numbers(&shop.boss, "").await, Vec::<String>::new());
    assert_eq!(shop.task().await["number"], "TASK-2");
}
