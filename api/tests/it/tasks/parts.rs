//! Backup, estimate, checklist, watchers, further controls.

use super::{NOBODY, Shop};
use crate::support::pointers;
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn a_backup_stands_in_and_then_cannot_confirm() {
    let shop = Shop::open().await;
    let third = shop.app.member(shop.system, "third", Role::Contributor).await;
    let body = json!({
        "title": "Rotate the keys", "assignee": shop.doer.user_id(), "backup": shop.other.user_id(), "reviewer": third.user_id(),
        "estimate_hours": 6, "checklist": ["Find them", "Rotate them"],
    });
    let task = shop.create(body).await;
    assert_eq!((task["backup"]["name"].as_str(), task["estimate_hours"].as_i64()), (Some("other"), Some(6)));
    assert_eq!(task["created_by"]["id"], json!(shop.boss.user_id()));
    assert_eq!(task["checklist"][1]["text"], "Rotate them");
    assert_eq!((shop.told("task.backup", &shop.other).await, shop.told("task.assigned", &shop.doer).await), (1, 1));
    assert_eq!(shop.read(&third, &task).await["actions"], json!(["start"]));
    let submitted = shop.step(&shop.other, &task, "submit").await;
    assert_eq!(submitted["submitted_by"]["name"], "other");
    for own in [&shop.other, &shop.doer] {
        own.post(&shop.one(&task, "/transitions"), &json!({ "action": "confirm" })).await.problem(409, "conflict");
    }
    shop.step(&third, &task, "confirm").await;
}

#[tokio::test]
async fn nobody_has_two_parts_and_estimates_have_bounds() {
    let shop = Shop::open().await;
    let (doer, other, viewer) = (shop.doer.user_id(), shop.other.user_id(), shop.viewer.user_id());
    for (body, pointer) in [
        (json!({ "title": "x", "assignee": doer, "backup": doer }), "/backup"),
        (json!({ "title": "x", "backup": doer, "reviewer": doer }), "/backup"),
        (json!({ "title": "x", "backup": viewer }), "/backup"),
        (json!({ "title": "x", "backup": NOBODY }), "/backup"),
        (json!({ "title": "x", "estimate_hours": 0 }), "/estimate_hours"),
        (json!({ "title": "x", "estimate_hours": 1001 }), "/estimate_hours"),
        (json!({ "title": "x", "estimate_hours": -1 }), "/estimate_hours"),
        (json!({ "title": "x", "estimate_hours": 1e9 }), "/estimate_hours"),
        (json!({ "title": "x", "checklist": vec!["x"; 51] }), "/checklist"),
        (json!({ "title": "x", "checklist": ["ok", ""] }), "/checklist/1"),
    ] {
        let problem = shop.boss.post(&shop.path(""), &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{body}");
    }
    let task = shop.create(json!({ "title": "x", "assignee": doer, "backup": other })).await;
    let path = shop.one(&task, "");
    for (body, pointer) in [
        (json!({ "backup": doer }), "/backup"),
        (json!({ "assignee": other }), "/assignee"),
        (json!({ "reviewer": other }), "/reviewer"),
        (json!({ "estimate_hours": 1001 }), "/estimate_hours"),
    ] {
        let problem = shop.boss.if_match(&json!(1)).patch(&path, &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{body}");
    }
    let changed =
        shop.boss.if_match(&json!(1)).patch(&path, &json!({ "backup": null, "estimate_hours": 1000 })).await.expect(200);
    assert_eq!((&changed["backup"], changed["estimate_hours"].as_i64()), (&Value::Null, Some(1000)));
    // Two who change places at once.
    let swapped = json!({ "assignee": other, "backup": doer, "estimate_hours": null });
    let changed = shop.boss.if_match(&json!(2)).patch(&path, &swapped).await.expect(200);
    assert_eq!((changed["assignee"]["name"].as_str(), changed["backup"]["name"].as_str()), (Some("other"), Some("doer")));
    assert_eq!(changed["estimate_hours"], Value::Null);
}

fn texts(task: &Value) -> Vec<(&str, bool)> {
    let item = |item: &'_ Value| item["done"].as_bool().expect("done");
    let items = task["checklist"].as_array().expect("items");
    items.iter().map(|one| (one["text"].as_str().expect("a text"), item(one))).collect()
}

#[tokio::test]
async fn a_checklist_is_added_to_ticked_moved_and_cut() {
    let shop = Shop::open().await;
    let task = shop.create(json!({ "title": "x", "checklist": ["a", "b", "c"] })).await;
    let path = shop.one(&task, "/checklist");
    let id = |n: usize| task["checklist"][n]["id"].clone();
    // Moved, ticked, renamed, removed and added at once.
    let items = json!({ "items": [
        { "id": id(2), "text": "c", "done": true }, { "id": id(0), "text": "A" }, { "text": "d" },
    ] });
    shop.doer.put(&path, &items).await.problem(428, "precondition_required");
    shop.doer.if_match(&json!(7)).put(&path, &items).await.problem(412, "stale");
    let changed = shop.doer.if_match(&json!(1)).put(&path, &items).await.expect(200);
    assert_eq!(texts(&changed), [("c", true), ("A", false), ("d", false)]);
    assert_eq!((changed["checklist"][1]["id"].clone(), changed["version"].as_i64()), (id(0), Some(2)));
    assert_eq!(shop.read(&shop.viewer, &task).await["checklist"], changed["checklist"]);
    let like = format!(
        "%\"added\":[{}],\"done\":[{}],\"moved\":true,\"removed\":[{}],\"renamed\":[{}],\"undone\":[]%",
        changed["checklist"][2]["id"],
        id(2),
        id(1),
        id(0)
    );
    let sql = format!("SELECT COUNT(*) FROM audit_events WHERE action = 'task.checklist' AND details LIKE '{like}'");
    assert_eq!(shop.app.count(&sql).await, 1);
    // The same again is no change.
    let same = json!({ "items": changed["checklist"] });
    assert_eq!(shop.doer.if_match(&json!(2)).put(&path, &same).await.expect(200)["version"], 2);
    for (items, pointer) in [
        (json!([{ "id": NOBODY, "text": "x" }]), "/items/0/id"),
        (json!([{ "id": id(0), "text": "x" }, { "id": id(0), "text": "y" }]), "/items/1/id"),
        (json!([{ "text": "" }]), "/items/0/text"),
        (json!([{ "text": "x".repeat(201) }]), "/items/0/text"),
        (Value::Array(vec![json!({ "text": "x" }); 51]), "/items"),
        (json!([{ "text": "x", "by": 1 }]), "/items/0/by"),
    ] {
        let problem = shop.doer.if_match(&json!(2)).put(&path, &json!({ "items": items })).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer]);
    }
    shop.viewer.if_match(&json!(2)).put(&path, &same).await.problem(403, "forbidden");
    let emptied = shop.doer.if_match(&json!(2)).put(&path, &json!({ "items": [] })).await.expect(200);
    assert_eq!(emptied["checklist"], json!([]));
    shop.step(&shop.doer, &task, "submit").await;
    shop.step(&shop.other, &task, "confirm").await;
    shop.doer.with("if-match", "*").put(&path, &json!({ "items": [] })).await.problem(409, "conflict");
}

#[tokio::test]
async fn of_two_who_tick_at_once_one_is_told() {
    let shop = Shop::open().await;
    let task = shop.create(json!({ "title": "x", "checklist": ["a"] })).await;
    let path = shop.one(&task, "/checklist");
    let ticked = json!({ "items": [{ "id": task["checklist"][0]["id"], "text": "a", "done": true }] });
    let emptied = json!({ "items": [] });
    let (doer, other) = (shop.doer.if_match(&json!(1)), shop.other.if_match(&json!(1)));
    let (a, b) = tokio::join!(doer.put(&path, &ticked), other.put(&path, &emptied));
    let mut answers = [a.status.as_u16(), b.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
}

#[tokio::test]
async fn watchers_are_told_of_comments_and_steps() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let watch = |who: &crate::support::Client| shop.one(&task, &format!("/watchers/{}", who.user_id()));
    let none = json!({});
    let seen = shop.viewer.put(&watch(&shop.viewer), &none).await.expect(200);
    assert_eq!((seen["watching"].as_bool(), seen["watcher_count"].as_i64()), (Some(true), Some(1)));
    assert_eq!(seen["version"], task["version"], "work in progress on the task stays good");
    shop.viewer.put(&watch(&shop.viewer), &none).await.expect(200);
    assert_eq!(shop.audited("task.watch").await, 1, "twice is once");
    shop.viewer.put(&watch(&shop.other), &none).await.problem(403, "forbidden");
    shop.doer.put(&watch(&shop.other), &none).await.expect(200);
    assert_eq!((shop.told("task.watching", &shop.other).await, shop.told("task.watching", &shop.viewer).await), (1, 0));
    shop.doer.put(&shop.one(&task, &format!("/watchers/{NOBODY}")), &none).await.problem(404, "not_found");
    let stranger = shop.app.user("stranger").await;
    shop.doer.put(&watch(&stranger), &none).await.problem(404, "not_found");
    stranger.put(&watch(&stranger), &none).await.problem(404, "not_found");
    let watchers = shop.viewer.get(&shop.one(&task, "/watchers")).await.expect(200);
    let names: Vec<_> = watchers.as_array().expect("people").iter().map(|person| person["name"].as_str()).collect();
    assert_eq!(names, [Some("other"), Some("viewer")]);
    assert_eq!(shop.numbers(&shop.viewer, "?watching=true").await, ["TASK-1"]);
    assert_eq!(shop.numbers(&shop.doer, "?watching=true").await, Vec::<String>::new());
    assert_eq!(shop.numbers(&shop.doer, "?watching=false").await, ["TASK-1"]);

    shop.boss.post(&shop.one(&task, "/comments"), &json!({ "body": "How far?" })).await.expect(201);
    shop.step(&shop.doer, &task, "start").await;
    for who in [&shop.viewer, &shop.other] {
        assert_eq!((shop.told("task.commented", who).await, shop.told("task.changed", who).await), (1, 1));
    }
    // The assignee is told of the comment, and not of the step that he took; the one who writes is told nothing.
    assert_eq!((shop.told("task.commented", &shop.doer).await, shop.told("task.changed", &shop.doer).await), (1, 0));
    assert_eq!(shop.told("task.commented", &shop.boss).await, 0);
    // Who is asked to confirm is not told a second time that something happened.
    shop.step(&shop.doer, &task, "submit").await;
    assert_eq!((shop.told("task.to_confirm", &shop.other).await, shop.told("task.changed", &shop.other).await), (1, 1));
    assert_eq!(shop.told("task.changed", &shop.viewer).await, 2);

    let gone = shop.viewer.delete(&watch(&shop.viewer)).await.expect(200);
    assert_eq!((gone["watching"].as_bool(), gone["watcher_count"].as_i64()), (Some(false), Some(1)));
    shop.viewer.delete(&watch(&shop.other)).await.problem(403, "forbidden");
    assert_eq!((shop.audited("task.watch").await, shop.audited("task.unwatch").await), (2, 1));
}

#[tokio::test]
async fn a_task_is_about_several_controls_and_objectives() {
    let shop = Shop::open().await;
    let task = shop.create(json!({ "title": "x", "control": "AC.L2-3.1.1" })).await;
    let path = shop.one(&task, "/links");
    for (body, count) in [
        (json!({ "control": "AC.L2-3.1.2" }), 1),
        (json!({ "control": "3.1.2", "objective": "b" }), 2),
        (json!({ "control": "AC.L2-3.1.1", "objective": "a" }), 3),
    ] {
        assert_eq!(shop.doer.post(&path, &body).await.expect(201)["link_count"], count, "{body}");
    }
    for (body, code, pointer) in [
        (json!({ "control": "AC.L2-3.1.2" }), "taken", "/control"),
        (json!({ "control": "AC.L2-3.1.1" }), "taken", "/control"),
        (json!({ "control": "AC.L2-3.1.2", "objective": "b" }), "taken", "/control"),
        (json!({ "control": "AC.L2-9.9.9" }), "invalid", "/control"),
        (json!({ "control": "AC.L2-3.1.2", "objective": "z" }), "invalid", "/objective"),
        (json!({ "control": "AC.L2-3.1.2", "objective": "" }), "invalid", "/objective"),
        (json!({ "control": "AC.L2-3.1.2", "objective": "a\u{0}" }), "invalid", "/objective"),
        (json!({ "control": "' OR 1=1 --" }), "invalid", "/control"),
    ] {
        let status = if code == "taken" { 409 } else { 400 };
        assert_eq!(pointers(&shop.doer.post(&path, &body).await.problem(status, code)), [pointer], "{body}");
    }
    let links = shop.viewer.get(&path).await.expect(200);
    let shown: Vec<_> =
        links.as_array().expect("links").iter().map(|link| (link["reference"].as_str(), link["objective"].as_str())).collect();
    let (first, second) = (Some("AC.L2-3.1.1"), Some("AC.L2-3.1.2"));
    assert_eq!(shown, [(first, Some("a")), (second, None), (second, Some("b"))]);
    shop.viewer.post(&path, &json!({ "control": "AC.L2-3.1.3" })).await.problem(403, "forbidden");

    // It stands with each of them, and is one open task of each.
    assert_eq!(shop.numbers(&shop.viewer, "?control=AC.L2-3.1.2").await, ["TASK-1"]);
    let open = |control: Value| control["control"]["open_tasks"].as_i64();
    let control = |name: &str| format!("/systems/{}/controls/{name}", shop.system);
    for name in ["AC.L2-3.1.1", "AC.L2-3.1.2"] {
        assert_eq!(open(shop.viewer.get(&control(name)).await.expect(200)), Some(1), "{name}");
    }
    let progress = |page: Value| page["items"].as_array().expect("items").len();
    let begun = format!("/systems/{}/controls?progress=not_started&q=3.1.2", shop.system);
    let before = progress(shop.viewer.get(&begun).await.expect(200));
    let third = links[1]["id"].as_str().expect("an id").to_owned();
    shop.doer.delete(&format!("{path}/{NOBODY}")).await.problem(404, "not_found");
    shop.viewer.delete(&format!("{path}/{third}")).await.problem(403, "forbidden");
    shop.doer.delete(&format!("{path}/{third}")).await.expect(204);
    shop.doer.delete(&format!("{path}/{third}")).await.problem(404, "not_found");
    shop.doer.delete(&format!("{path}/{}", links[2]["id"].as_str().expect("an id"))).await.expect(204);
    assert_eq!(open(shop.viewer.get(&control("AC.L2-3.1.2")).await.expect(200)), Some(0));
    assert_eq!(progress(shop.viewer.get(&begun).await.expect(200)), before + 1, "nothing is begun there any more");
    assert_eq!((shop.audited("task.link").await, shop.audited("task.unlink").await), (3, 2));
}

#[tokio::test]
async fn a_task_has_room_for_a_hundred_watchers() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let watch = |who: &crate::support::Client| shop.one(&task, &format!("/watchers/{}", who.user_id()));
    let none = json!({});
    for n in 0..99 {
        let who = shop.app.member(shop.system, &format!("watcher-{n}"), Role::Viewer).await;
        who.put(&watch(&who), &none).await.expect(200);
    }
    shop.doer.put(&watch(&shop.doer), &none).await.expect(200);
    // Full: for others by one who watches, for oneself, one by one and with many. Who watches already may say so again.
    shop.doer.put(&watch(&shop.other), &none).await.problem(409, "conflict");
    shop.other.put(&watch(&shop.other), &none).await.problem(409, "conflict");
    let bulk =
        json!({ "items": [{ "task": "TASK-1", "version": task["version"] }], "change": { "watch": true, "priority": "low" } });
    let answer = shop.other.post(&shop.path("/bulk"), &bulk).await.expect(200);
    assert_eq!(answer["items"][0]["status"], 409);
    assert_eq!(shop.other.get(&shop.one(&task, "")).await.expect(200)["priority"], "normal", "whole or not");
    shop.other.put(&watch(&shop.doer), &none).await.expect(200);
    assert_eq!(shop.doer.post(&shop.path("/bulk"), &bulk).await.expect(200)["items"][0]["status"], 200);
}

#[tokio::test]
async fn an_administrator_who_is_no_member_would_be_told_nothing() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let admin = shop.app.person("outside", true).await;
    admin.put(&shop.one(&task, &format!("/watchers/{}", admin.user_id())), &json!({})).await.problem(409, "conflict");
    let bulk = json!({ "items": [{ "task": "TASK-1", "version": task["version"] }], "change": { "watch": true } });
    admin.post(&shop.path("/bulk"), &bulk).await.problem(409, "conflict");
}
