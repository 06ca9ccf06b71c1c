//! Saved filters of the task list.

use super::{NOBODY, Shop};
use crate::support::pointers;
use serde_json::{Value, json};
use shared_types::systems::Role;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|filter| filter["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn filters_are_a_persons_own_until_they_are_shared() {
    let shop = Shop::open().await;
    let path = format!("/systems/{}/task-filters", shop.system);
    let query = "view=all&state=open,in_progress&assignee=me&sort=-due&q=50%25&layout=board&overdue=true&watching=false";
    let saved = shop.viewer.post(&path, &json!({ "name": "Mine", "query": format!("?{query}") })).await.expect(201);
    assert_eq!(
        (saved["query"].as_str(), saved["shared"].as_bool(), saved["changeable"].as_bool()),
        (Some(query), Some(false), Some(true))
    );
    let shared = json!({ "name": "Late", "query": "view=all&overdue=true", "shared": true });
    shop.viewer.post(&path, &shared).await.problem(403, "forbidden");
    let late = shop.doer.post(&path, &shared).await.expect(201);
    assert_eq!(names(&shop.viewer.get(&path).await.expect(200)), ["Late", "Mine"]);
    assert_eq!(names(&shop.other.get(&path).await.expect(200)), ["Late"]);
    let seen = shop.other.get(&path).await.expect(200);
    assert_eq!((seen[0]["changeable"].as_bool(), seen[0]["owner"]["name"].as_str()), (Some(false), Some("doer")));

    // What is another's is not there; what is shared is seen, and changed by its owner and by managers.
    let (mine, shared) =
        (format!("{path}/{}", saved["id"].as_str().expect("an id")), format!("{path}/{}", late["id"].as_str().expect("an id")));
    let body = json!({ "name": "Overdue", "query": "overdue=true", "shared": true });
    shop.doer.if_match(&json!(1)).put(&mine, &body).await.problem(404, "not_found");
    shop.boss.if_match(&json!(1)).delete(&mine).await.problem(404, "not_found");
    shop.other.if_match(&json!(1)).put(&shared, &body).await.problem(403, "forbidden");
    shop.other.if_match(&json!(1)).delete(&shared).await.problem(403, "forbidden");
    shop.doer.put(&shared, &body).await.problem(428, "precondition_required");
    let changed = shop.boss.if_match(&json!(1)).put(&shared, &body).await.expect(200);
    assert_eq!(
        (changed["name"].as_str(), changed["version"].as_i64(), changed["owner"]["name"].as_str()),
        (Some("Overdue"), Some(2), Some("doer"))
    );
    shop.doer.if_match(&json!(1)).put(&shared, &body).await.problem(412, "stale");
    shop.doer.if_match(&json!(2)).delete(&shared).await.expect(204);
    assert_eq!(names(&shop.viewer.get(&path).await.expect(200)), ["Mine"]);
    assert_eq!((shop.audited("task_filter.create").await, shop.audited("task_filter.delete").await), (2, 1));
}

#[tokio::test]
async fn what_the_list_would_refuse_is_not_kept() {
    let shop = Shop::open().await;
    let path = format!("/systems/{}/task-filters", shop.system);
    for query in [
        "state=done",
        "sort=title",
        "view=yours",
        "layout=grid",
        "color=red",
        "cursor=abc",
        "limit=5",
        "overdue=maybe",
        "assignee=you",
        "priority=1",
        "a b",
        "state=open#x",
        "state=open&state=open",
        "\u{e9}=1",
    ] {
        let problem = shop.doer.post(&path, &json!({ "name": "x", "query": query })).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/query"], "{query}");
    }
    for (body, pointer) in [
        (json!({ "query": "" }), "/name"),
        (json!({ "name": "", "query": "" }), "/name"),
        (json!({ "name": "x".repeat(201), "query": "" }), "/name"),
        (json!({ "name": "x", "query": format!("q={}", "x".repeat(1000)) }), "/query"),
        (json!({ "name": "x", "query": "", "owner": NOBODY }), "/owner"),
    ] {
        assert_eq!(pointers(&shop.doer.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    shop.doer.post(&path, &json!({ "name": "All", "query": "" })).await.expect(201);
    shop.doer.post(&path, &json!({ "name": "All", "query": "view=all" })).await.problem(409, "taken");
    shop.other.post(&path, &json!({ "name": "All", "query": "" })).await.expect(201);
    let second = shop.doer.post(&path, &json!({ "name": "Second", "query": "" })).await.expect(201);
    let one = format!("{path}/{}", second["id"].as_str().expect("an id"));
    shop.doer.if_match(&json!(1)).put(&one, &json!({ "name": "All", "query": "" })).await.problem(409, "taken");
    for n in 0..48 {
        shop.doer.post(&path, &json!({ "name": format!("f{n}"), "query": "" })).await.expect(201);
    }
    shop.doer.post(&path, &json!({ "name": "one too many", "query": "" })).await.problem(409, "conflict");
}

#[tokio::test]
async fn strangers_see_no_filter() {
    let shop = Shop::open().await;
    let path = format!("/systems/{}/task-filters", shop.system);
    let made = shop.doer.post(&path, &json!({ "name": "x", "query": "", "shared": true })).await.expect(201);
    let elsewhere = shop.app.system(&shop.boss, "Other").await;
    let stranger = shop.app.member(elsewhere, "stranger", Role::Manager).await;
    stranger.get(&path).await.problem(404, "not_found");
    shop.app.anonymous().get(&path).await.problem(401, "unauthenticated");
    let theirs = format!("/systems/{elsewhere}/task-filters/{}", made["id"].as_str().expect("an id"));
    stranger.if_match(&json!(1)).delete(&theirs).await.problem(404, "not_found");
    assert_eq!(stranger.get(&format!("/systems/{elsewhere}/task-filters")).await.expect(200), json!([]));
}
