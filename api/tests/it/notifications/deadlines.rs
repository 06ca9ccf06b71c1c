//! The daily deadline notice.

use super::texts;
use crate::support::{Client, TestApp};
use chrono::Duration;
use notifications::jobs::task_deadlines;
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;

async fn task(who: &Client, system: SystemId, title: &str, due: &str, assignee: &Client, reviewer: &Client) -> Value {
    let body = json!({ "title": title, "due": due, "assignee": assignee.user_id(), "reviewer": reviewer.user_id() });
    who.post(&format!("/systems/{system}/tasks"), &body).await.expect(201)
}

async fn told(who: &Client) -> Vec<String> {
    let page = who.get("/notifications?kind=task.deadlines").await.expect(200);
    texts(&page).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn each_person_is_told_once_a_day_of_all_that_is_due() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let (ana, ben) = (app.member(system, "ana", Role::Contributor).await, app.member(system, "ben", Role::Contributor).await);
    // It is 2026-11-22, noon.
    task(&admin, system, "Late", "2026-11-20", &ana, &ben).await;
    task(&admin, system, "Today", "2026-11-22", &ana, &admin).await;
    task(&admin, system, "Soon", "2026-11-25", &ana, &admin).await;
    task(&admin, system, "Later", "2026-11-26", &ana, &admin).await;
    let looks = futures_util::future::join_all((0..3).map(|_look| task_deadlines(&app.platform))).await;
    assert_eq!(looks.into_iter().map(|look| look.expect("a look")).sum::<u64>(), 3, "each once, though three look at once");
    let expected =
        "1 task overdue, 2 due soon: TASK-1 Late (2 days overdue); TASK-2 Today (due today); TASK-3 Soon (due in 3 days)";
    assert_eq!(told(&ana).await, [expected]);
    assert_eq!(told(&ben).await, ["1 task overdue: TASK-1 Late (2 days overdue)"], "who confirms is told too");
    assert_eq!(told(&admin).await, ["2 tasks due soon: TASK-2 Today (due today); TASK-3 Soon (due in 3 days)"]);
    let link = format!("/s/{system}/tasks");
    assert_eq!(ana.get("/notifications?kind=task.deadlines").await.expect(200)["items"][0]["link"], link);

    // Nothing more that day; the next day the next notice, and days that were missed make one.
    app.platform.clock.advance(Duration::hours(5));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 0);
    app.platform.clock.advance(Duration::days(1));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 3);
    app.platform.clock.advance(Duration::days(9));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 3);
    assert_eq!(told(&ben).await.len(), 3);
    // A clock that went back tells nobody twice.
    app.platform.clock.advance(Duration::days(-9));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 0, "they were told that day");
    app.platform.clock.advance(Duration::days(4));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 3, "a day that was missed");
    app.platform.clock.advance(Duration::days(5));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 0);
}

#[tokio::test]
async fn what_is_done_deleted_or_of_another_zones_tomorrow_is_not_told() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body =
        json!({ "name": "Kiritimati", "organization": "Harlan", "pack": "cmmc-level-1", "time_zone": "Pacific/Kiritimati" });
    let made = admin.post("/systems", &body).await.expect(201);
    let system: SystemId = serde_json::from_value(made["id"].clone()).expect("an id");
    let ana = app.member(system, "ana", Role::Contributor).await;
    let deleted = task(&admin, system, "Deleted", "2026-11-20", &ana, &admin).await;
    let path = format!("/systems/{system}/tasks/{}", deleted["number"].as_str().expect("a number"));
    admin.if_match(&deleted["version"]).delete(&path).await.expect(204);
    task(&admin, system, "Open", "2026-11-23", &ana, &admin).await;
    let done = task(&admin, system, "Done", "2026-11-01", &ana, &admin).await;
    let id = done["id"].as_str().expect("an id").to_owned();
    let write = app.platform.db.write(move |tx| {
        Box::pin(async move {
            let sql = "UPDATE tasks SET state = 'completed' WHERE id = $1";
            platform::db::execute(tx, sql, [id.parse::<uuid::Uuid>().expect("an id").into()]).await
        })
    });
    write.await.expect("completed");
    // 02:00 on the 23rd there: before six nothing is looked at.
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 0);
    app.platform.clock.advance(Duration::hours(5));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 2);
    assert_eq!(told(&ana).await, ["1 task due soon: TASK-2 Open (due today)"]);
}

#[tokio::test]
async fn who_stands_in_is_told_too() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let (ana, ben) = (app.member(system, "ana", Role::Contributor).await, app.member(system, "ben", Role::Contributor).await);
    let body = json!({ "title": "Rotate", "due": "2026-11-23", "assignee": ana.user_id(), "backup": ben.user_id() });
    admin.post(&format!("/systems/{system}/tasks"), &body).await.expect(201);
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 2);
    assert_eq!(told(&ben).await, ["1 task due soon: TASK-1 Rotate (due tomorrow)"]);
}
