//! HEAD: the GET of the same path without its body.

use crate::evidence::scene;
use crate::support::{Answer, Client, TestApp};
use reqwest::Method;
use serde_json::json;

async fn head(who: &Client, path: &str) -> Answer {
    let answer = Client::send(who.request(Method::HEAD, path)).await;
    assert!(answer.bytes.is_empty(), "HEAD {path} has a body");
    answer
}

/// Asks both ways, and compares all that an answer says of itself.
async fn the_same(who: &Client, path: &str, status: u16) -> Answer {
    let (get, head) = (who.get(path).await, head(who, path).await);
    assert_eq!((get.status.as_u16(), head.status.as_u16()), (status, status), "{path}");
    for name in ["content-type", "content-length", "etag", "cache-control", "location", "allow", "content-security-policy"] {
        assert_eq!(head.header(name), get.header(name), "{name} of {path}");
    }
    assert!(!get.bytes.is_empty() || status == 304, "{path} has nothing to leave out");
    head
}

#[tokio::test]
async fn a_head_is_answered_as_its_get() {
    let scene = scene().await;
    let (anonymous, viewer) = (scene.app.anonymous(), &scene.viewer);
    the_same(&anonymous, "/healthz", 200).await;
    the_same(&anonymous, "/readyz", 200).await;
    let list = the_same(viewer, &scene.path("/controls?limit=5"), 200).await;
    let tag = list.header("etag").expect("a tag").to_owned();
    assert_eq!(head(&viewer.with("if-none-match", tag), &scene.path("/controls?limit=5")).await.status, 304);
    let made = scene.contributor.post("/me/calendar-feeds", &json!({ "system": scene.system })).await.expect(201);
    let feed = made["url"].as_str().expect("an address").split_once("/api/v1").expect("the API").1.to_owned();
    the_same(&anonymous, &feed, 200).await;
    // A file, by its own operation and by that of its GET.
    scene.upload("a.txt", b"All sessions are logged.\n", None).await.expect(201);
    let versions = scene.viewer.get(&scene.path("/evidence/EV-1/versions")).await.expect(200);
    let file = versions[0]["files"][0]["id"].as_str().expect("a file").to_owned();
    for path in [scene.path("/evidence/EV-1/file"), scene.path(&format!("/evidence/EV-1/files/{file}"))] {
        let asked = the_same(&scene.contributor, &path, 200).await;
        assert_eq!(asked.header("content-length"), Some("25"), "{path}");
    }
}

#[tokio::test]
async fn a_head_is_refused_as_its_get() {
    let scene = scene().await;
    let (anonymous, foreigner) = (scene.app.anonymous(), &scene.foreigner);
    let tasks = scene.path("/tasks");
    the_same(&anonymous, &tasks, 401).await;
    the_same(foreigner, &tasks, 404).await;
    the_same(&scene.viewer, &format!("{tasks}?colour=red"), 400).await;
    the_same(&anonymous, "/calendar-feeds/nobody-knows-this.ics", 404).await;
    the_same(&anonymous, "/nothing", 404).await;
    // What has no GET has no HEAD.
    let answer = head(&scene.contributor, "/session/refresh").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn a_head_of_what_has_no_end_ends() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    let answer = head(&ana, "/notifications/stream").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("text/event-stream")));
    ana.get("/me").await.expect(200);
}
