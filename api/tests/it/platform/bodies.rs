//! Bodies that nobody should send.

use crate::support::{Client, TestApp};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn what_is_not_a_json_body_gets_a_precise_problem() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let post = |body: Vec<u8>, content_type: &'static str| {
        Client::send(admin.request(Method::POST, "/systems").header("content-type", content_type).body(body))
    };
    let json = "application/json";
    post(b"{".to_vec(), json).await.problem(400, "malformed");
    post(b"{\"name\":\"n\",\"organization\":\"o\",\"pack\":\"cmmc-level-1\"} trailing".to_vec(), json)
        .await
        .problem(400, "malformed");
    post(vec![], json).await.problem(400, "malformed");
    post(b"{\"name\": \"\xff\xfe\"}".to_vec(), json).await.problem(400, "malformed");
    post("[".repeat(100_000).into_bytes(), json).await.problem(400, "malformed");
    post(b"null".to_vec(), json).await.problem(400, "malformed");
    post(b"[\"n\",\"o\",\"cmmc-level-1\"]".to_vec(), json).await.problem(400, "malformed");
    post(b"{\"name\":\"a\",\"name\":\"b\",\"organization\":\"o\",\"pack\":\"p\"}".to_vec(), json).await.problem(400, "invalid");
    post(b"{\"name\":1e999,\"organization\":\"o\",\"pack\":\"p\"}".to_vec(), json).await.problem(400, "malformed");
    post(b"name=a".to_vec(), "application/x-www-form-urlencoded").await.problem(415, "unsupported_type");
    post(b"{}".to_vec(), "text/plain").await.problem(415, "unsupported_type");
    post(vec![b' '; 1024 * 1024 + 1], json).await.problem(413, "too_large");
}

#[tokio::test]
async fn stored_text_is_given_back_as_it_was() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let name = "<script>alert(1)</script> 'quoted' \"twice\"; DROP TABLE systems;-- Łódź 🛡";
    let body = json!({ "name": name, "organization": "%_\\", "pack": "cmmc-level-1" });
    let system = admin.post("/systems", &body).await.expect(201);
    assert_eq!(system["name"], name);
    let listed = admin.get("/systems?q=%F0%9F%9B%A1").await.expect(200);
    assert_eq!(listed["items"][0]["name"], name);
    // LIKE's own characters find nothing by themselves: they are taken out, and an empty rest matches all.
    assert_eq!(admin.get("/systems?q=zzz%25").await.expect(200)["items"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.get("/nothing").await.problem(404, "not_found");
    let answer = Client::send(admin.request(Method::PUT, "/systems")).await;
    assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
    answer.problem(405, "method_not_allowed");
    let answer = Client::send(admin.request(Method::DELETE, "/healthz")).await;
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    answer.problem(405, "method_not_allowed");
    let id = app.anonymous().with("x-request-id", "my-id-1").get("/healthz").await;
    assert_eq!(id.header("x-request-id"), Some("my-id-1"));
    let bad = app.anonymous().with("x-request-id", "a b").get("/healthz").await;
    assert_ne!(bad.header("x-request-id"), Some("a b"));
}

#[tokio::test]
async fn an_idempotency_key_answers_as_the_first_time() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = |name: &str| json!({ "name": name, "organization": "o", "pack": "cmmc-level-1" });
    let keyed = admin.with("idempotency-key", "key-1");
    let (first, second) = (body("A"), body("A"));
    let (a, b) = tokio::join!(keyed.post("/systems", &first), keyed.post("/systems", &second));
    let first = a.expect(201);
    assert_eq!(b.expect(201)["id"], first["id"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM systems").await, 1);
    keyed.post("/systems", &body("B")).await.problem(422, "idempotency_mismatch");
    admin.with("idempotency-key", "x".repeat(256)).post("/systems", &body("C")).await.problem(400, "invalid");
}
