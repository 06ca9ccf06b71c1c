use crate::support::{TestApp, pointers};
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;

fn column<'a>(page: &'a Value, field: &str) -> Vec<&'a Value> {
    page["items"].as_array().expect("items").iter().map(|item| &item[field]).collect()
}

#[tokio::test]
async fn rows_come_newest_first_with_names_in_words() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let reader = app.member(system, "reader", Role::Assessor).await;
    let page = reader.get(&format!("/systems/{system}/audit-events")).await.expect(200);
    assert_eq!(column(&page, "sequence"), [4, 3, 2, 1]);
    assert_eq!(column(&page, "action"), ["member.add", "member.add", "system.adopt_pack", "system.create"]);
    let added = &page["items"][0];
    assert_eq!((&added["object_kind"], &added["object_label"]), (&json!("user"), &json!("reader")));
    assert_eq!((&added["actor"], &added["details"]), (&Value::Null, &json!({ "role": "assessor" })));
    let created = &page["items"][3];
    assert_eq!(created["actor"], json!({ "id": admin.user_id(), "name": "admin" }));
    assert_eq!(created["object_label"], "Enclave");
    assert!(created["request_id"].is_string() && created["hash"].as_str().is_some_and(|hash| hash.len() == 64));
}

#[tokio::test]
async fn filters_and_pages() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    app.platform.clock.advance(Duration::days(1));
    let reader = app.member(system, "reader", Role::Assessor).await;
    let list = |query: String| {
        let reader = reader.clone();
        async move { reader.get(&format!("/systems/{system}/audit-events?{query}")).await.expect(200) }
    };
    let me = admin.user_id();
    for (query, expected) in [
        ("action=member.add".to_owned(), vec![4, 3]),
        ("action=system.".to_owned(), vec![2, 1]),
        ("action=system.create,member.".to_owned(), vec![4, 3, 1]),
        ("action=member".to_owned(), vec![]),
        ("object_kind=user".to_owned(), vec![4, 3]),
        ("object_kind=user,system".to_owned(), vec![4, 3, 2, 1]),
        (format!("object_id={me}"), vec![3]),
        (format!("actor={me}"), vec![3, 2, 1]),
        ("actor=none".to_owned(), vec![4]),
        (format!("actor=none,{me}"), vec![4, 3, 2, 1]),
        ("actor=me".to_owned(), vec![]),
        ("from=2026-11-23".to_owned(), vec![4]),
        ("to=2026-11-22".to_owned(), vec![3, 2, 1]),
        ("from=2026-11-22T12:00:00Z&to=2026-11-22T12:00:00Z".to_owned(), vec![3, 2, 1]),
        ("from=2026-11-24".to_owned(), vec![]),
        ("action=%27%3B+DROP+TABLE+users".to_owned(), vec![]),
        ("action=%25".to_owned(), vec![]),
    ] {
        let page = list(query.clone()).await;
        assert_eq!(column(&page, "sequence"), expected, "{query}");
    }
    let first = list("limit=3".to_owned()).await;
    assert_eq!((column(&first, "sequence"), &first["page"]["prev"]), (vec![&json!(4), &json!(3), &json!(2)], &Value::Null));
    let second = list(format!("limit=3&cursor={}", first["page"]["next"].as_str().expect("a cursor"))).await;
    assert_eq!((column(&second, "sequence"), &second["page"]["next"]), (vec![&json!(1)], &Value::Null));
    let back = list(format!("limit=3&cursor={}", second["page"]["prev"].as_str().expect("a cursor"))).await;
    assert_eq!(column(&back, "sequence"), [4, 3, 2]);
    let cursor = first["page"]["next"].as_str().expect("a cursor");
    reader.get(&format!("/systems/{system}/audit-events?action=member.&cursor={cursor}")).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for (query, name) in
        [("actor=x", "actor"), ("from=yesterday", "from"), ("to=2026-02-30", "to"), ("limit=0", "limit"), ("what=1", "what")]
    {
        let problem = admin.get(&format!("/systems/{system}/audit-events?{query}")).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [name], "{query}");
        admin.get(&format!("/audit-events?{query}")).await.problem(400, "invalid");
    }
}

#[tokio::test]
async fn the_log_is_for_assessors_and_its_verification_for_managers() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (system, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let list = format!("/systems/{system}/audit-events");
    let verification = format!("{list}/verification");
    let manager = app.member(system, "manager", Role::Manager).await;
    let assessor = app.member(system, "assessor", Role::Assessor).await;
    let viewer = app.member(system, "viewer", Role::Viewer).await;
    let stranger = app.member(other, "stranger", Role::Manager).await;
    for path in [&list, &verification] {
        manager.get(path).await.expect(200);
        stranger.get(path).await.problem(404, "not_found");
        viewer.get(path).await.problem(403, "forbidden");
        app.anonymous().get(path).await.problem(401, "unauthenticated");
    }
    assessor.get(&list).await.expect(200);
    assessor.get(&verification).await.problem(403, "forbidden");
    for path in ["/audit-events", "/audit-events/verification"] {
        admin.get(path).await.expect(200);
        manager.get(path).await.problem(403, "forbidden");
        app.anonymous().get(path).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn an_unchanged_log_is_not_sent_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let path = format!("/systems/{system}/audit-events");
    let first = admin.get(&path).await;
    let tag = first.header("etag").expect("a tag").to_owned();
    let known = admin.with("if-none-match", tag);
    assert_eq!(known.get(&path).await.status.as_u16(), 304);
    app.member(system, "new", Role::Viewer).await;
    known.get(&path).await.expect(200);
}

#[tokio::test]
async fn one_systems_log_shows_no_words_of_another() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Secret project").await);
    // A row that names another system, as a fault might write it.
    ::audit::change_system(&app.platform, ::audit::Actor::anonymous(), mine, move |door| {
        Box::pin(async move {
            door.record(::audit::Event::new("system.odd", "system", other));
            Ok(())
        })
    })
    .await
    .expect("a row");
    let page = admin.get(&format!("/systems/{mine}/audit-events?action=system.odd")).await.expect(200);
    assert_eq!(page["items"][0]["object_label"], Value::Null);
}
