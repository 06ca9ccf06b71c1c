//! Who keeps a membership but whose account is deactivated neither works nor confirms, and stands in nobody's way.

use super::{Shop, import};
use ::tasks::make_recurring_tasks;
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn a_reviewer_who_is_gone_binds_nobody() {
    let shop = Shop::open().await;
    let third = shop.app.member(shop.system, "third", Role::Contributor).await;
    let reviewed = json!({ "title": "Reviewed", "assignee": shop.doer.user_id(), "reviewer": shop.other.user_id() });
    let task = shop.create(reviewed.clone()).await;
    shop.step(&shop.doer, &task, "submit").await;
    let confirm = json!({ "action": "confirm" });
    third.post(&shop.one(&task, "/transitions"), &confirm).await.problem(403, "forbidden");
    let waiting = shop.path("?to_confirm=true");
    let before = third.get(&waiting).await;
    let tag = before.header("etag").expect("a tag").to_owned();
    assert_eq!(super::numbers(&before.expect(200)), Vec::<String>::new());

    shop.account(&shop.other, "deactivate").await;
    let now = third.with("if-none-match", tag).get(&waiting).await.expect(200);
    assert_eq!(super::numbers(&now), ["TASK-1"], "what may be done has changed, and with it the tag");
    let read = shop.read(&third, &task).await;
    assert_eq!((read["reviewer"]["name"].as_str(), &read["actions"]), (Some("other"), &json!(["confirm", "send_back"])));
    let dashboard = third.get(&format!("/systems/{}/dashboard", shop.system)).await.expect(200);
    assert!(dashboard.to_string().contains("Reviewed"), "the dashboard says the same: {dashboard}");

    // Whoever comes back is asked again, and only that person.
    let tag = third.get(&waiting).await.header("etag").expect("a tag").to_owned();
    shop.account(&shop.other, "reactivate").await;
    assert_eq!(super::numbers(&third.with("if-none-match", tag).get(&waiting).await.expect(200)), Vec::<String>::new());
    third.post(&shop.one(&task, "/transitions"), &confirm).await.problem(403, "forbidden");
    shop.account(&shop.other, "deactivate").await;
    shop.step(&third, &task, "confirm").await;

    // All who can confirm are told when such a task is submitted; the one who can't is not.
    shop.account(&shop.other, "reactivate").await;
    let task = shop.create(reviewed).await;
    shop.account(&shop.other, "deactivate").await;
    let told = shop.told("task.to_confirm", &shop.other).await;
    shop.step(&shop.doer, &task, "submit").await;
    assert_eq!((shop.told("task.to_confirm", &third).await, shop.told("task.to_confirm", &shop.boss).await), (1, 1));
    assert_eq!(shop.told("task.to_confirm", &shop.other).await, told);
}

#[tokio::test]
async fn who_is_left_alone_confirms_alone() {
    let shop = Shop::open().await;
    let task = shop.create(json!({ "title": "Mine", "assignee": shop.boss.user_id() })).await;
    shop.step(&shop.boss, &task, "submit").await;
    let (path, confirm) = (shop.one(&task, "/transitions"), json!({ "action": "confirm" }));
    shop.account(&shop.doer, "deactivate").await;
    shop.boss.post(&path, &confirm).await.problem(409, "conflict");
    shop.account(&shop.other, "deactivate").await;
    assert_eq!(shop.read(&shop.boss, &task).await["actions"], json!(["confirm", "send_back"]));
    let done = shop.boss.post(&path, &confirm).await.expect(200);
    assert_eq!(done["self_confirmed"], true);
    assert_eq!(shop.audited("task.self_confirm").await, 1);
}

#[tokio::test]
async fn nobody_who_is_gone_is_given_work() {
    let shop = Shop::open().await;
    let given = json!({
        "title": "Daily", "rule": "FREQ=DAILY", "lead_days": 0, "assignee": shop.other.user_id(), "reviewer": shop.doer.user_id(),
    });
    shop.boss.post(&format!("/systems/{}/task-templates", shop.system), &given).await.expect(201);
    let by_hand = shop.create(json!({ "title": "x", "assignee": shop.other.user_id() })).await;
    let address = {
        #[derive(sea_orm::FromQueryResult)]
        struct Found {
            email: String,
        }
        let sql = "SELECT email FROM users WHERE name = 'other'";
        shop.app.platform.db.row::<Found>(sql, []).await.expect("a query").expect("a user").email
    };
    shop.account(&shop.other, "deactivate").await;

    for part in ["assignee", "backup", "reviewer"] {
        let body = json!({ "title": "x", part: shop.other.user_id() });
        let problem = shop.boss.post(&shop.path(""), &body).await.problem(400, "invalid");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(format!("/{part}")), &json!("not_found"))
        );
    }
    let problem = shop.boss.post(&format!("/systems/{}/task-templates", shop.system), &given).await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/assignee");
    let csv = format!("title,assignee\nOf a file,{address}\n");
    let seen = import::send(&shop.boss, &shop.path("/import/preview"), &csv).await.expect(200);
    assert_eq!((&seen["invalid"], &seen["shown"][0]["errors"][0]["pointer"]), (&json!(1), &json!("/assignee")));

    // What the person has stays, and can be changed otherwise.
    let version = by_hand["version"].clone();
    let changed = shop.boss.if_match(&version).patch(&shop.one(&by_hand, ""), &json!({ "title": "y" })).await.expect(200);
    assert_eq!((changed["title"].as_str(), changed["assignee"]["name"].as_str()), (Some("y"), Some("other")));
    // What a template makes from now on waits for somebody.
    shop.app.platform.clock.advance(Duration::days(1));
    assert_eq!(make_recurring_tasks(&shop.app.platform).await.expect("a run"), 1);
    let sql = "SELECT COUNT(*) FROM tasks WHERE occurrence = '2026-11-23' AND assignee_id IS NULL AND reviewer_id IS NOT NULL";
    assert_eq!(shop.app.count(sql).await, 1);
    let members = shop.boss.get(&format!("/systems/{}/members", shop.system)).await.expect(200);
    let closed: Vec<&Value> = members["items"].as_array().expect("members").iter().filter(|one| one["closed"] == true).collect();
    assert_eq!((closed.len(), closed.first().map(|one| &one["name"])), (1, Some(&json!("other"))));
}
