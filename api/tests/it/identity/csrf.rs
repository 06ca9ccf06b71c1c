//! A change must come from the product's own pages: walked over every operation of the document that is not a GET.

use crate::support::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

/// Every operation that can change something: method, path with the places filled, template.
fn changes() -> Vec<(Method, String)> {
    let document: Value = serde_json::to_value(cmmc_tracker::app::openapi()).expect("JSON");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                let filled =
                    path.split('/').map(|part| if part.starts_with('{') { "00000000-0000-7000-8000-000000000000" } else { part });
                found.push((method.to_uppercase().parse().expect("a method"), filled.collect::<Vec<_>>().join("/")));
            }
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

#[tokio::test]
async fn every_change_is_refused_without_the_token_or_from_another_site() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (method, path) in changes() {
        let send = |client: Client| Client::send(client.request(method.clone(), &path).json(&json!({})));
        send(admin.with("x-csrf-token", "")).await.problem(403, "csrf");
        send(admin.with("origin", "https://evil.example")).await.problem(403, "csrf");
        send(admin.with("origin", "null")).await.problem(403, "csrf");
        send(admin.with("sec-fetch-site", "cross-site")).await.problem(403, "csrf");
        send(admin.with("sec-fetch-site", "same-site")).await.problem(403, "csrf");
        let own = send(admin.with("origin", app.url.clone()).with("sec-fetch-site", "same-origin")).await;
        assert_ne!(own.status.as_u16(), 403, "{method} {path} refuses its own origin");
    }
}

#[tokio::test]
async fn a_session_takes_its_own_token_only() {
    let app = TestApp::start().await;
    let (admin, other) = (app.admin().await, app.user("other").await);
    let foreign = other.session().csrf.clone();
    admin.with("x-csrf-token", foreign).patch("/me", &json!({ "name": "x" })).await.problem(403, "csrf");
    admin.patch("/me", &json!({ "name": "x" })).await.expect(200);
}

#[tokio::test]
async fn nobody_is_invited_by_cors() {
    let app = TestApp::start().await;
    let request = app.anonymous().with("origin", "https://evil.example").with("access-control-request-method", "POST");
    let answer = Client::send(request.request(Method::OPTIONS, "/session")).await;
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for path in ["/me", "/no-such", "/healthz", "/api/openapi.json", "/api/docs/"] {
        let answer = admin.get(path).await;
        for name in ["x-content-type-options", "content-security-policy", "referrer-policy", "permissions-policy", "x-request-id"]
        {
            assert!(answer.header(name).is_some(), "{path} lacks {name}");
        }
        assert!(
            answer.header("content-security-policy").is_some_and(|policy| policy.contains("frame-ancestors 'none'")),
            "{path}"
        );
    }
}
