//! What the product tells a person: the list and its read marks, preferences, the stream, e-mails. Who is told what: `jobs` and here.

mod daily;
mod deadlines;
mod list;
mod locks;
mod mails;
mod preferences;
mod purge;
mod security;
mod stream;
mod unsubscribe;

use crate::support::{Client, TestApp, pointers};
use chrono::Duration;
use notifications::{Notice, kinds};
use serde_json::{Value, json};
use shared_types::systems::Role;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// Writes a notification, as the job does it.
async fn tell(app: &TestApp, user: UserId, system: Option<SystemId>, text: &str) -> Uuid {
    tell_of(app, "task.assigned", user, system, text).await
}

/// The same of another kind.
async fn tell_of(app: &TestApp, kind: &str, user: UserId, system: Option<SystemId>, text: &str) -> Uuid {
    let id = Notice::id(&app.platform).expect("an id");
    let kind = kinds::find(kind).expect("a kind");
    let (text, link, at) = (text.to_owned(), "/x".to_owned(), app.platform.clock.now());
    let (unique_key, actor, object) = (id.to_string(), None, None);
    let notice = Notice { id, user, system, kind, text, link, unique_key, at, actor, object };
    let written = app.platform.db.write(move |tx| Box::pin(notifications::tell(tx, notice))).await;
    assert!(written.expect("written"), "told before");
    app.platform.live.wake([user]).await;
    id
}

fn texts(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().map(|item| item["text"].as_str().expect("a text")).collect()
}

async fn unread(who: &Client) -> usize {
    let page = who.get("/notifications").await.expect(200);
    page["items"].as_array().expect("items").iter().filter(|item| item["read_at"].is_null()).count()
}

#[tokio::test]
async fn the_newest_come_first_and_page_forth_and_back() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.user("ana").await, app.user("ben").await);
    for text in ["one", "two", "three", "four", "five"] {
        tell(&app, ana.user_id(), None, text).await;
        app.platform.clock.advance(Duration::seconds(1));
    }
    tell(&app, ben.user_id(), None, "not yours").await;
    let all = ana.get("/notifications").await.expect(200);
    assert_eq!(texts(&all), ["five", "four", "three", "two", "one"]);
    let first = &all["items"][0];
    assert_eq!(
        (first["kind"].as_str(), first["link"].as_str(), &first["system"]),
        (Some("task.assigned"), Some("/x"), &Value::Null)
    );
    let page = ana.get("/notifications?limit=2").await.expect(200);
    let next = page["page"]["next"].as_str().expect("a cursor");
    let second = ana.get(&format!("/notifications?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(texts(&second), ["three", "two"]);
    let prev = second["page"]["prev"].as_str().expect("a cursor");
    assert_eq!(texts(&ana.get(&format!("/notifications?limit=2&cursor={prev}")).await.expect(200)), ["five", "four"]);
    ana.get("/notifications?cursor=x").await.problem(400, "bad_cursor");
    assert_eq!(pointers(&ana.get("/notifications?limit=0").await.problem(400, "invalid")), ["limit"]);
    assert_eq!(pointers(&ana.get("/notifications?q=one").await.problem(400, "invalid")), ["q"]);
    app.anonymous().get("/notifications").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn reading_marks_only_ones_own() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.user("ana").await, app.user("ben").await);
    let mine = tell(&app, ana.user_id(), None, "mine").await;
    tell(&app, ana.user_id(), None, "mine too").await;
    let theirs = tell(&app, ben.user_id(), None, "theirs").await;
    let tag = ana.get("/notifications").await.header("etag").expect("a tag").to_owned();
    let conditional = ana.with("if-none-match", tag);
    assert_eq!(conditional.get("/notifications").await.status, 304);

    let read = |id: &str| format!("/notifications/{id}/read");
    ana.post(&read(&mine.to_string()), &json!({})).await.expect(204);
    let once = conditional.get("/notifications").await.expect(200);
    assert_eq!(unread(&ana).await, 1);
    // The first time stands.
    app.platform.clock.advance(Duration::seconds(9));
    ana.post(&read(&mine.to_string()), &json!({})).await.expect(204);
    assert_eq!(ana.get("/notifications").await.expect(200), once);

    for id in [theirs.to_string(), "00000000-0000-7000-8000-000000000000".to_owned(), "nonsense".to_owned()] {
        ana.post(&read(&id), &json!({})).await.problem(404, "not_found");
    }
    ana.post("/notifications/read-all", &json!({})).await.expect(204);
    assert_eq!((unread(&ana).await, unread(&ben).await), (0, 1));
    ana.post("/notifications/read-all", &json!({})).await.expect(204);
    for path in [read(&mine.to_string()), "/notifications/read-all".to_owned()] {
        app.anonymous().post(&path, &json!({})).await.problem(401, "unauthenticated");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE object_kind = 'notification'").await, 0);
}

#[tokio::test]
async fn who_has_left_a_system_hears_no_more_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let ana = app.member(system, "ana", Role::Contributor).await;
    let id = tell(&app, ana.user_id(), Some(system), "of the system").await;
    tell(&app, ana.user_id(), None, "of the installation").await;
    assert_eq!(unread(&ana).await, 2);
    let member = format!("/systems/{system}/members/{}", ana.user_id());
    admin.with("if-match", "*").delete(&member).await.expect(204);
    assert_eq!(texts(&ana.get("/notifications").await.expect(200)), ["of the installation"]);
    ana.post(&format!("/notifications/{id}/read"), &json!({})).await.problem(404, "not_found");
    ana.post("/notifications/read-all", &json!({})).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE read_at IS NULL").await, 1);
    // An administrator sees every system, member or not.
    tell(&app, admin.user_id(), Some(system), "to the administrator").await;
    assert_eq!(unread(&admin).await, 1);
}
