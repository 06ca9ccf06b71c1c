use super::Shop;
use crate::support::{TestApp, pointers};
use serde_json::{Value, json};
use shared_types::systems::Role;

fn step(action: &str) -> Value {
    json!({ "action": action })
}

#[tokio::test]
async fn a_task_goes_from_open_to_confirmed() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let started = shop.step(&shop.doer, &task, "start").await;
    assert_eq!((started["state"].as_str(), &started["actions"]), (Some("in_progress"), &json!(["submit"])));
    let submitted = shop.step(&shop.doer, &task, "submit").await;
    assert_eq!((submitted["state"].as_str(), &submitted["actions"]), (Some("pending_confirmation"), &json!([])));
    assert_eq!(submitted["submitted_by"]["name"], "doer");
    assert_eq!(shop.read(&shop.other, &task).await["actions"], json!(["confirm", "send_back"]));
    assert_eq!(shop.read(&shop.viewer, &task).await["actions"], json!([]));
    let done = shop.step(&shop.other, &task, "confirm").await;
    assert_eq!((done["state"].as_str(), done["confirmed_by"]["name"].as_str()), (Some("completed"), Some("other")));
    assert_eq!((done["self_confirmed"].as_bool(), done["completed_at"].as_str()), (Some(false), Some("2026-11-22T12:00:00Z")));
    assert_eq!((done["actions"].clone(), done["version"].as_i64()), (json!([]), Some(4)));
    for action in ["task.start", "task.submit", "task.confirm"] {
        assert_eq!(shop.audited(action).await, 1, "{action}");
    }
    // Without a reviewer everybody who may confirm it is told; the doer hears of the confirmation, the confirmer does not.
    assert_eq!((shop.told("task.to_confirm", &shop.other).await, shop.told("task.to_confirm", &shop.boss).await), (1, 1));
    assert_eq!((shop.told("task.to_confirm", &shop.doer).await, shop.told("task.to_confirm", &shop.viewer).await), (0, 0));
    assert_eq!((shop.told("task.confirmed", &shop.doer).await, shop.told("task.confirmed", &shop.other).await), (1, 0));
}

#[tokio::test]
async fn the_person_who_did_it_does_not_confirm_it() {
    let shop = Shop::open().await;
    let task = shop.submitted().await;
    let problem = shop.doer.post(&shop.one(&task, "/transitions"), &step("confirm")).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "The person who did the work can't confirm it. Somebody else has to.");
    // Nor does the assignee whose work a manager submitted.
    let task = shop.task().await;
    shop.step(&shop.boss, &task, "submit").await;
    for client in [&shop.doer, &shop.boss] {
        client.post(&shop.one(&task, "/transitions"), &step("confirm")).await.problem(409, "conflict");
    }
    // Nor by handing it to somebody else first.
    let version = shop.read(&shop.doer, &task).await["version"].clone();
    let hand_over = json!({ "assignee": shop.other.user_id() });
    shop.doer.if_match(&version).patch(&shop.one(&task, ""), &hand_over).await.problem(409, "conflict");
    shop.step(&shop.other, &task, "confirm").await;
}

#[tokio::test]
async fn the_reviewer_confirms_and_nobody_else() {
    let shop = Shop::open().await;
    let third = shop.app.member(shop.system, "third", Role::Contributor).await;
    let body = json!({ "title": "Reviewed", "assignee": shop.doer.user_id(), "reviewer": shop.other.user_id() });
    let task = shop.create(body).await;
    shop.step(&shop.doer, &task, "submit").await;
    assert_eq!((shop.told("task.to_confirm", &shop.other).await, shop.told("task.to_confirm", &third).await), (1, 0));
    for client in [&third, &shop.boss] {
        client.post(&shop.one(&task, "/transitions"), &step("confirm")).await.problem(403, "forbidden");
    }
    assert_eq!(shop.read(&shop.boss, &task).await["actions"], json!(["send_back"]));
    shop.step(&shop.other, &task, "confirm").await;

    // A reviewer who can't confirm any more binds nobody.
    let body = json!({ "title": "Reviewed", "assignee": shop.doer.user_id(), "reviewer": shop.other.user_id() });
    let task = shop.create(body).await;
    shop.step(&shop.doer, &task, "submit").await;
    let member = format!("/systems/{}/members/{}", shop.system, shop.other.user_id());
    shop.boss.with("if-match", "*").patch(&member, &json!({ "role": "viewer" })).await.expect(200);
    assert_eq!(shop.read(&third, &task).await["reviewer"]["name"], "other");
    shop.step(&third, &task, "confirm").await;
}

#[tokio::test]
async fn alone_one_confirms_oneself_and_it_is_marked() {
    let app = TestApp::start().await;
    let boss = app.admin().await;
    let system = app.system(&boss, "Alone").await;
    app.member(system, "reader", Role::Assessor).await;
    let tasks = format!("/systems/{system}/tasks");
    let task = boss.post(&tasks, &json!({ "title": "Mine", "assignee": boss.user_id() })).await.expect(201);
    let transitions = format!("{tasks}/{}/transitions", task["number"].as_str().expect("a number"));
    let submitted = boss.post(&transitions, &step("submit")).await.expect(200);
    assert_eq!(submitted["actions"], json!(["confirm", "send_back"]));

    // As soon as somebody else could, it takes somebody else.
    let colleague = app.member(system, "colleague", Role::Contributor).await;
    boss.post(&transitions, &step("confirm")).await.problem(409, "conflict");
    let member = format!("/systems/{system}/members/{}", colleague.user_id());
    boss.with("if-match", "*").delete(&member).await.expect(204);

    let done = boss.post(&transitions, &step("confirm")).await.expect(200);
    assert_eq!(
        (done["self_confirmed"].as_bool(), done["confirmed_by"]["id"].as_str()),
        (Some(true), submitted["submitted_by"]["id"].as_str())
    );
    let sql = "SELECT COUNT(*) FROM audit_events WHERE action = 'task.self_confirm' AND details LIKE '%\"self_confirmed\":true%'";
    assert_eq!(app.count(sql).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'task.confirm'").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'notify'").await, 0);

    // Reopened it was never confirmed; the log knows better.
    let reopened = boss.post(&transitions, &json!({ "action": "reopen", "comment": "Too early." })).await.expect(200);
    assert_eq!((reopened["state"].as_str(), reopened["self_confirmed"].as_bool()), (Some("open"), Some(false)));
    for field in ["submitted_by", "confirmed_by", "completed_at"] {
        assert_eq!(reopened[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn sending_back_and_reopening_say_why() {
    let shop = Shop::open().await;
    let task = shop.submitted().await;
    let path = shop.one(&task, "/transitions");
    for body in
        [step("send_back"), json!({ "action": "send_back", "comment": null }), json!({ "action": "send_back", "comment": " " })]
    {
        let problem = shop.other.post(&path, &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/comment"], "{body}");
    }
    shop.doer.post(&path, &json!({ "action": "send_back", "comment": "I want it back" })).await.problem(409, "conflict");
    let back = shop.other.post(&path, &json!({ "action": "send_back", "comment": "Rule 7 is missing." })).await.expect(200);
    assert_eq!(
        (back["state"].as_str(), &back["submitted_by"], back["comment_count"].as_i64()),
        (Some("in_progress"), &Value::Null, Some(1))
    );
    assert_eq!(shop.told("task.sent_back", &shop.doer).await, 1);

    shop.step(&shop.doer, &task, "submit").await;
    shop.step(&shop.other, &task, "confirm").await;
    let problem = shop.boss.post(&path, &step("reopen")).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/comment"]);
    shop.doer.post(&path, &json!({ "action": "reopen", "comment": "x" })).await.problem(403, "forbidden");
    let open = shop.boss.post(&path, &json!({ "action": "reopen", "comment": "The rules changed." })).await.expect(200);
    assert_eq!((open["state"].as_str(), &open["confirmed_by"]), (Some("open"), &Value::Null));
    assert_eq!((shop.audited("task.send_back").await, shop.audited("task.reopen").await), (1, 1));
    let comments = shop.viewer.get(&shop.one(&task, "/comments")).await.expect(200);
    let said = comments["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|c| (c["action"].as_str(), c["body"].as_str()))
        .collect::<Vec<_>>();
    assert_eq!(said, [(Some("send_back"), Some("Rule 7 is missing.")), (Some("reopen"), Some("The rules changed."))]);
}

#[tokio::test]
async fn steps_that_do_not_begin_here_are_refused_and_change_nothing() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "/transitions");
    for action in ["confirm", "send_back", "reopen"] {
        let problem = shop.boss.post(&path, &json!({ "action": action, "comment": "x" })).await.problem(409, "conflict");
        assert_eq!(problem["detail"], "The task is open: this step does not begin there.");
    }
    shop.other.post(&path, &step("submit")).await.problem(403, "forbidden");
    for (body, pointer) in [
        (json!({}), "/action"),
        (json!({ "action": "finish" }), "/action"),
        (json!({ "action": "start", "state": "completed" }), "/state"),
        (json!({ "action": "start", "comment": "x".repeat(4001) }), "/comment"),
    ] {
        assert_eq!(pointers(&shop.boss.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    assert_eq!(shop.read(&shop.boss, &task).await["version"], 1);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM task_comments").await, 0);
}

#[tokio::test]
async fn of_two_steps_at_once_exactly_one_wins() {
    let shop = Shop::open().await;
    for _ in 0..5 {
        let task = shop.submitted().await;
        let path = shop.one(&task, "/transitions");
        let (confirm, back) = (step("confirm"), json!({ "action": "send_back", "comment": "No." }));
        let (a, b, c) =
            tokio::join!(shop.other.post(&path, &confirm), shop.boss.post(&path, &back), shop.boss.post(&path, &confirm));
        let mut answers = [a.status.as_u16(), b.status.as_u16(), c.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409]);
        let now = shop.read(&shop.boss, &task).await;
        assert_eq!(now["version"], 3);
        let back = i64::from(now["state"] == "in_progress");
        assert_eq!(now["comment_count"], back, "a refused step leaves no comment");
    }
}
