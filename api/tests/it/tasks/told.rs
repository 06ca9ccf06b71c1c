//! Who is told of an edit and of a deletion, and what.

use super::Shop;
use crate::support::Client;
use serde_json::json;

impl Shop {
    /// Kind and text of what somebody was told, newest first.
    async fn texts(&self, who: &Client) -> Vec<(String, String)> {
        self.app.run_jobs().await;
        let page = who.get("/notifications").await.expect(200);
        let word = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        page["items"].as_array().expect("items").iter().map(|item| (word(&item["kind"]), word(&item["text"]))).collect()
    }
}

fn one(kind: &str, text: &str) -> (String, String) {
    (kind.to_owned(), text.to_owned())
}

#[tokio::test]
async fn an_edit_is_told_to_all_who_have_a_part_and_says_what_changed() {
    let shop = Shop::open().await;
    let third = shop.app.member(shop.system, "third", shared_types::systems::Role::Contributor).await;
    let body = json!({ "title": "Rotate keys", "due": "2026-12-09", "assignee": shop.doer.user_id(), "reviewer": shop.other.user_id(),
                       "backup": third.user_id() });
    let task = shop.create(body).await;
    shop.viewer.put(&shop.one(&task, &format!("/watchers/{}", shop.viewer.user_id())), &json!({})).await.expect(200);
    shop.app.run_jobs().await;
    let path = shop.one(&task, "");
    // As the calendar does it: the date alone.
    let moved = shop.boss.if_match(&task["version"]).patch(&path, &json!({ "due": "2026-12-16" })).await.expect(200);
    let told = one("task.changed", "TASK-1 was changed: Rotate keys (due date moved to 16 Dec 2026)");
    for who in [&shop.doer, &shop.other, &shop.viewer, &third] {
        assert_eq!(shop.texts(who).await.first(), Some(&told));
    }
    assert!(shop.texts(&shop.boss).await.is_empty(), "not who does it");
    // What changes nothing is told to nobody.
    shop.boss.if_match(&moved["version"]).patch(&path, &json!({ "due": "2026-12-16" })).await.expect(200);
    assert_eq!(shop.told("task.changed", &shop.viewer).await, 1);
    // Who gets it is told that, and not a second time; who had it is told that it changed.
    let body = json!({ "assignee": third.user_id(), "backup": null, "title": "Rotate all keys", "priority": "high" });
    shop.boss.if_match(&moved["version"]).patch(&path, &body).await.expect(200);
    assert_eq!((shop.told("task.assigned", &third).await, shop.told("task.changed", &third).await), (1, 1));
    let words = "TASK-1 was changed: Rotate all keys (was called “Rotate keys”; another assignee; no backup any more; priority is now high)";
    for who in [&shop.doer, &shop.other, &shop.viewer] {
        assert_eq!(shop.texts(who).await.first(), Some(&one("task.changed", words)));
    }
    // Many at once are told the same.
    let bulk = json!({ "items": [{ "task": "TASK-1", "version": 3 }], "change": { "due": null } });
    assert_eq!(shop.boss.post(&shop.path("/bulk"), &bulk).await.expect(200)["applied"], 1);
    assert_eq!(
        shop.texts(&third).await.first(),
        Some(&one("task.changed", "TASK-1 was changed: Rotate all keys (due date taken away)"))
    );
}

#[tokio::test]
async fn a_deletion_is_told_and_leads_to_what_is_there() {
    let shop = Shop::open().await;
    let task =
        shop.create(json!({ "title": "Rotate keys", "assignee": shop.doer.user_id(), "reviewer": shop.other.user_id() })).await;
    shop.viewer.put(&shop.one(&task, &format!("/watchers/{}", shop.viewer.user_id())), &json!({})).await.expect(200);
    shop.app.run_jobs().await;
    shop.boss.if_match(&task["version"]).delete(&shop.one(&task, "")).await.expect(204);
    for who in [&shop.doer, &shop.other, &shop.viewer] {
        assert_eq!(shop.texts(who).await.first(), Some(&one("task.deleted", "TASK-1 was deleted: Rotate keys")));
        let newest = who.get("/notifications?limit=1").await.expect(200)["items"][0].clone();
        assert_eq!((&newest["link"], &newest["actor"]["name"]), (&json!(format!("/s/{}/tasks", shop.system)), &json!("admin")));
    }
    assert!(shop.texts(&shop.boss).await.is_empty());
}
