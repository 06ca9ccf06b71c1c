//! The list: pages, filters, orders.

use crate::support::{Client, TestApp, pointers};
use serde_json::Value;
use shared_types::SystemId;
use shared_types::systems::Role;

/// The references of all pages, walked forwards.
async fn references(client: &Client, system: SystemId, query: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/systems/{system}/controls?limit=7&{query}{cursor}")).await.expect(200);
        all.extend(items(&page));
        match page["page"]["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn items(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|row| row["reference"].as_str().expect("a reference").to_owned()).collect()
}

#[tokio::test]
async fn all_requirements_stand_on_one_page_in_the_packs_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    app.system(&admin, "Another").await;
    let answer = admin.get(&format!("/systems/{system}/controls?limit=200")).await;
    let tag = answer.header("etag").expect("a tag").to_owned();
    let page = answer.expect(200);
    let all = items(&page);
    let expected: Vec<String> = rules::pack("cmmc-level-2").unwrap().requirements().map(|r| r.id.clone()).collect();
    assert_eq!(all, expected);
    assert_eq!((page["page"]["total"].as_u64(), page["page"]["next"].as_str()), (Some(110), None));
    let first = &page["items"][0];
    assert_eq!(
        (first["finding"].as_str(), first["progress"].as_str(), first["points"].as_u64(), first["custom"].as_bool()),
        (Some("not_assessed"), Some("not_started"), Some(5), Some(false))
    );
    assert_eq!(references(&admin, system, "").await, expected);
    let path = format!("/systems/{system}/controls?limit=200");
    assert_eq!(admin.with("if-none-match", tag).get(&path).await.status, 304);
}

#[tokio::test]
async fn pages_lead_forth_and_back_in_every_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for sort in ["position", "-position", "reference", "-reference", "finding", "-finding", "next_review", "-next_review"] {
        let whole = items(&admin.get(&format!("/systems/{system}/controls?limit=200&sort={sort}")).await.expect(200));
        assert_eq!(references(&admin, system, &format!("sort={sort}")).await, whole, "{sort}");
        let path =
            |cursor: &Value| format!("/systems/{system}/controls?limit=40&sort={sort}&cursor={}", cursor.as_str().unwrap());
        let first = admin.get(&format!("/systems/{system}/controls?limit=40&sort={sort}")).await.expect(200);
        let second = admin.get(&path(&first["page"]["next"])).await.expect(200);
        let back = admin.get(&path(&second["page"]["prev"])).await.expect(200);
        assert_eq!((items(&back), &back["page"]["prev"]), (items(&first), &Value::Null), "{sort}");
        assert_eq!(second["page"]["total"], 110);
    }
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for (query, pointer) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("family=ZZ", "family"),
        ("finding=good", "finding"),
        ("progress=done", "progress"),
        ("owner=ana", "owner"),
        ("has_evidence=2", "has_evidence"),
        ("points=4", "points"),
        ("poam=perhaps", "poam"),
        ("custom=x", "custom"),
        ("sort=title", "sort"),
        ("sort=position;drop table controls", "sort"),
        ("q=%00", "q"),
        ("nothing=1", "nothing"),
    ] {
        let problem = admin.get(&format!("/systems/{system}/controls?{query}")).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{query}");
    }
    let long = "x".repeat(201);
    admin.get(&format!("/systems/{system}/controls?q={long}")).await.problem(400, "invalid");
    let page = admin.get(&format!("/systems/{system}/controls?limit=1")).await.expect(200);
    let next = page["page"]["next"].as_str().unwrap();
    for query in [format!("sort=-position&cursor={next}"), format!("family=AC&cursor={next}"), "cursor=%00".to_owned()] {
        admin.get(&format!("/systems/{system}/controls?{query}")).await.problem(400, "bad_cursor");
    }
}

#[tokio::test]
async fn only_members_see_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let stranger = app.member(other, "stranger", Role::Manager).await;
    let viewer = app.member(mine, "viewer", Role::Viewer).await;
    for path in ["controls", "score", "score/history"] {
        let path = format!("/systems/{mine}/{path}");
        app.anonymous().get(&path).await.problem(401, "unauthenticated");
        stranger.get(&path).await.problem(404, "not_found");
        viewer.get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn text_and_rule_filters_select() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let count = async |query: &str| {
        let page = admin.get(&format!("/systems/{system}/controls?limit=200&{query}")).await.expect(200);
        let rows = page["items"].as_array().unwrap().len();
        assert_eq!(page["page"]["total"].as_u64(), Some(rows as u64), "{query}");
        rows
    };
    for (query, expected) in [
        ("family=AC", 22),
        ("family=AC,SC", 38),
        ("family=CUSTOM", 0),
        ("family=", 0),
        ("points=5", 44),
        ("points=3", 14),
        ("points=1", 51),
        ("points=0", 1),
        ("points=0,1,3,5", 110),
        ("poam=never", 63),
        ("poam=at_partial_points", 1),
        ("poam=eligible", 46),
        ("finding=not_assessed", 110),
        ("finding=met,not_met,not_applicable", 0),
        ("progress=not_started", 110),
        ("progress=in_progress,compliant,non_compliant", 0),
        ("owner=me", 0),
        ("owner=none", 110),
        ("owner=none,me", 110),
        ("has_evidence=true", 0),
        ("has_evidence=false", 110),
        ("custom=true", 0),
        ("custom=false", 110),
        ("q=AC.L2-3.1.20", 1),
        ("q=%25", 0),
        ("q=_", 0),
        ("q=%5C", 0),
        ("q=AC.L2&points=5&poam=never", 7),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
}

/// A cursor is only text: one that was made up is refused, and never reaches the database as it is.
#[tokio::test]
async fn a_forged_cursor_is_refused() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for (sort, keys) in [
        ("reference", [r#"{"t":"a\u0000b"}"#, r#"{"n":1}"#, r#"{"d":"2026-01-01"}"#]),
        ("finding", [r#"{"t":"x"}"#, r#"{"n":99999999999}"#, "null"]),
        ("next_review", [r#"{"t":"2026-01-01"}"#, r#"{"d":"2026-13-01"}"#, r#"{"d":1}"#]),
    ] {
        let path = format!("/systems/{system}/controls?limit=1&sort={sort}");
        let page = admin.get(&path).await.expect(200);
        let bytes = URL_SAFE_NO_PAD.decode(page["page"]["next"].as_str().unwrap()).unwrap();
        let real: Value = serde_json::from_slice(&bytes).unwrap();
        for key in keys {
            let text = real.to_string().replace(&real["k"][0].to_string(), key);
            let forged = URL_SAFE_NO_PAD.encode(text);
            admin.get(&format!("{path}&cursor={forged}")).await.problem(400, "bad_cursor");
        }
    }
}
