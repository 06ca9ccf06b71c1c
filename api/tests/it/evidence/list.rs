use super::{PDF, Scene, scene};
use crate::support::pointers;
use serde_json::{Value, json};

async fn titles(scene: &Scene, query: &str) -> Vec<String> {
    let page = scene.viewer.get(&scene.path(&format!("/evidence{query}"))).await.expect(200);
    page["items"].as_array().expect("items").iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
}

/// Four pieces, a minute apart, of every freshness.
async fn library() -> Scene {
    let scene = scene().await;
    for (title, expires, links) in [
        ("delta", json!("2026-11-21"), json!([{ "control": "AC.L2-3.1.1", "objective": "a" }])),
        ("alpha", json!("2026-12-22"), json!([{ "control": "AC.L2-3.1.1" }])),
        ("charlie 100%", json!("2026-12-23"), json!([])),
        ("bravo", Value::Null, json!([{ "control": "AC.L2-3.1.2" }])),
    ] {
        let metadata = json!({ "title": title, "effective": "2026-01-01", "expires": expires, "links": links });
        scene.upload("a.pdf", PDF, Some(metadata)).await.expect(201);
        scene.app.platform.clock.advance(chrono::Duration::minutes(1));
    }
    scene
}

#[tokio::test]
async fn filters_and_orders() {
    let scene = library().await;
    // What was never approved is no proof that ages.
    assert!(titles(&scene, "?freshness=expired,expiring,current").await.is_empty());
    for number in 1..=4 {
        scene.approve(&format!("EV-{number}")).await;
    }
    let me = scene.viewer.user_id();
    let ines = scene.contributor.user_id();
    for (query, expected) in [
        (String::new(), vec!["bravo", "charlie 100%", "alpha", "delta"]),
        ("?sort=created_at".into(), vec!["delta", "alpha", "charlie 100%", "bravo"]),
        ("?sort=title".into(), vec!["alpha", "bravo", "charlie 100%", "delta"]),
        ("?sort=-title".into(), vec!["delta", "charlie 100%", "bravo", "alpha"]),
        ("?sort=expires".into(), vec!["delta", "alpha", "charlie 100%", "bravo"]),
        ("?freshness=expired".into(), vec!["delta"]),
        ("?freshness=expiring".into(), vec!["alpha"]),
        ("?freshness=current".into(), vec!["bravo", "charlie 100%"]),
        ("?freshness=expired,expiring".into(), vec!["alpha", "delta"]),
        ("?control=AC.L2-3.1.1".into(), vec!["alpha", "delta"]),
        ("?control=AC.L2-3.1.1&objective=a".into(), vec!["delta"]),
        ("?control=AC.L2-3.1.99".into(), vec![]),
        ("?unlinked=true".into(), vec!["charlie 100%"]),
        ("?unlinked=false&sort=title".into(), vec!["alpha", "bravo", "delta"]),
        ("?owner=me".into(), vec![]),
        (format!("?owner={me},none"), vec![]),
        (format!("?owner={ines}&sort=title"), vec!["alpha", "bravo", "charlie 100%", "delta"]),
        ("?q=ALPHA".into(), vec!["alpha"]),
        ("?q=ev-3".into(), vec!["charlie 100%"]),
        ("?q=100%25".into(), vec!["charlie 100%"]),
        ("?q=%25%25%25".into(), vec![]),
        ("?q=_".into(), vec![]),
        ("?q=%27%20OR%201=1".into(), vec![]),
    ] {
        assert_eq!(titles(&scene, &query).await, expected, "{query}");
    }
    for (query, name) in [
        ("?sort=owner", "sort"),
        ("?sort=title;DROP", "sort"),
        ("?freshness=old", "freshness"),
        ("?owner=ines", "owner"),
        ("?objective=a", "objective"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?colour=red", "colour"),
        ("?q=a%00", "q"),
        ("?control=%00", "control"),
        ("?unlinked=maybe", "unlinked"),
    ] {
        let problem = scene.viewer.get(&scene.path(&format!("/evidence{query}"))).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [name], "{query}");
    }
    scene.foreigner.get(&scene.path("/evidence")).await.problem(404, "not_found");
    scene.app.anonymous().get(&scene.path("/evidence")).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn pages_lead_forth_and_back_in_every_order() {
    let scene = library().await;
    for sort in ["created_at", "-created_at", "title", "-title", "expires", "-expires"] {
        let all = titles(&scene, &format!("?sort={sort}")).await;
        let mut seen = Vec::new();
        let mut path = scene.path(&format!("/evidence?sort={sort}&limit=3"));
        let mut first = Value::Null;
        loop {
            let page = scene.viewer.get(&path).await.expect(200);
            if first.is_null() {
                first = page["items"].clone();
            }
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
            let Some(next) = page["page"]["next"].as_str() else {
                let prev = page["page"]["prev"].as_str().expect("a way back");
                let back =
                    scene.viewer.get(&scene.path(&format!("/evidence?sort={sort}&limit=3&cursor={prev}"))).await.expect(200);
                assert_eq!(back["items"], first, "{sort}");
                break;
            };
            path = scene.path(&format!("/evidence?sort={sort}&limit=3&cursor={next}"));
        }
        assert_eq!(seen, all, "{sort}");
    }
    let page = scene.viewer.get(&scene.path("/evidence?limit=1")).await.expect(200);
    let next = page["page"]["next"].as_str().unwrap();
    scene.viewer.get(&scene.path(&format!("/evidence?limit=1&sort=title&cursor={next}"))).await.problem(400, "bad_cursor");
    scene.viewer.get(&scene.path("/evidence?cursor=x")).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again_until_tomorrow() {
    let scene = library().await;
    let path = scene.path("/evidence");
    let tag = scene.viewer.get(&path).await.header("etag").unwrap().to_owned();
    let again = scene.viewer.with("if-none-match", &tag);
    assert_eq!(again.get(&path).await.status, 304);
    scene.app.platform.clock.advance(chrono::Duration::hours(1));
    assert_eq!(again.get(&path).await.status, 304);
    scene.upload("a.pdf", PDF, None).await.expect(201);
    assert_eq!(again.get(&path).await.status, 200);
    // One object: what does not age is unchanged, what ages is looked at anew.
    let one = |number: &str| (scene.path(&format!("/evidence/{number}")), scene.viewer.with("if-none-match", "\"1\""));
    let (path, client) = one("EV-4");
    assert_eq!(client.get(&path).await.status, 304);
    let (path, client) = one("EV-1");
    assert_eq!(client.get(&path).await.status, 200);
}
