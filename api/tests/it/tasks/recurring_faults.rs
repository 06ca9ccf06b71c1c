//! What can't be made stops nothing else.

use super::Shop;
use ::tasks::make_recurring_tasks;
use chrono::Duration;
use sea_orm::Value as Stored;
use serde_json::json;
use shared_types::SystemId;

/// Writes what no operation would.
async fn break_it(shop: &Shop, sql: &'static str, values: Vec<Stored>) {
    let write = shop.app.platform.db.write(move |tx| Box::pin(async move { platform::db::execute(tx, sql, values).await }));
    assert_eq!(write.await.expect("a change"), 1);
}

async fn daily(shop: &Shop, system: SystemId, title: &str) {
    let body = json!({ "title": title, "rule": "FREQ=DAILY", "lead_days": 0 });
    shop.boss.post(&format!("/systems/{system}/task-templates"), &body).await.expect(201);
}

async fn made(shop: &Shop, title: &str) -> i64 {
    shop.app.count(&format!("SELECT COUNT(*) FROM tasks WHERE title = '{title}'")).await
}

#[tokio::test]
async fn one_broken_template_leaves_the_others() {
    let shop = Shop::open().await;
    for title in ["A", "B", "C"] {
        daily(&shop, shop.system, title).await;
    }
    break_it(&shop, "UPDATE task_templates SET rule = 'FREQ=NEVER' WHERE title = $1", vec!["A".into()]).await;
    break_it(&shop, "UPDATE task_templates SET checklist = 'no list' WHERE title = $1", vec!["B".into()]).await;
    shop.app.platform.clock.advance(Duration::days(1));
    assert_eq!(make_recurring_tasks(&shop.app.platform).await.expect("a run"), 1);
    assert_eq!((made(&shop, "A").await, made(&shop, "B").await, made(&shop, "C").await), (1, 1, 2));
    // Put right, it makes up for what it owes, on the next day that is looked at.
    break_it(&shop, "UPDATE task_templates SET rule = 'FREQ=DAILY' WHERE title = $1", vec!["A".into()]).await;
    shop.app.platform.clock.advance(Duration::days(1));
    assert_eq!(make_recurring_tasks(&shop.app.platform).await.expect("a run"), 3);
    assert_eq!(made(&shop, "A").await, 3);
}

#[tokio::test]
async fn one_broken_system_leaves_the_others() {
    let shop = Shop::open().await;
    let mut systems = [shop.system, shop.app.system(&shop.boss, "Second").await, shop.app.system(&shop.boss, "Third").await];
    systems.sort_unstable();
    for (system, title) in systems.iter().zip(["A", "B", "C"]) {
        daily(&shop, *system, title).await;
    }
    // It has no number left to give.
    let last = "UPDATE systems SET last_task_number = $1 WHERE id = $2";
    break_it(&shop, last, vec![i32::MAX.into(), systems[0].0.into()]).await;
    shop.app.platform.clock.advance(Duration::days(1));
    make_recurring_tasks(&shop.app.platform).await.expect_err("a run that says that something is wrong");
    assert_eq!((made(&shop, "A").await, made(&shop, "B").await, made(&shop, "C").await), (1, 2, 2));
    // It is tried again within the day; the others are done with it.
    break_it(&shop, last, vec![1.into(), systems[0].0.into()]).await;
    assert_eq!(make_recurring_tasks(&shop.app.platform).await.expect("a run"), 1);
    assert_eq!((made(&shop, "A").await, made(&shop, "B").await, made(&shop, "C").await), (2, 2, 2));
}
