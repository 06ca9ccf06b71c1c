//! Sessions: the row is the truth.

use super::{PASSWORD, cookie, setup_body, setup_token};
use crate::support::{Client, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use identity::cookies::{ACCESS, REFRESH};
use reqwest::Method;
use serde_json::json;

/// Cookies and CSRF token of a browser that has just set the installation up.
struct Browser {
    app: TestApp,
    access: String,
    refresh: String,
    csrf: String,
}

impl Browser {
    async fn signed_in() -> Self {
        let app = TestApp::start().await;
        let token = setup_token(&app).await;
        let answer = app.anonymous().post("/setup", &setup_body(&token)).await;
        let value = |name| cookie(&answer, name).expect("a cookie").0;
        let (access, refresh) = (value(ACCESS), value(REFRESH));
        let csrf = answer.expect(201)["csrf_token"].as_str().expect("a token").to_owned();
        Self { app, access, refresh, csrf }
    }

    fn with(&self, access: &str) -> Client {
        self.app.anonymous().with("cookie", format!("{ACCESS}={access}")).with("x-csrf-token", self.csrf.clone())
    }

    async fn refresh_with(&self, token: &str) -> crate::support::Answer {
        let client = self.app.anonymous().with("cookie", format!("{REFRESH}={token}"));
        Client::send(client.request(Method::POST, "/session/refresh")).await
    }
}

#[tokio::test]
async fn sign_out_ends_the_session_on_the_server_at_once() {
    let browser = Browser::signed_in().await;
    let client = browser.with(&browser.access);
    client.get("/me").await.expect(200);
    let answer = client.delete("/session").await;
    assert!(cookie(&answer, ACCESS).expect("a cookie").1.contains("Max-Age=0"));
    answer.expect(204);
    client.get("/me").await.problem(401, "unauthenticated");
    browser.refresh_with(&browser.refresh).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_refresh_rotates_and_a_used_token_ends_the_session() {
    let browser = Browser::signed_in().await;
    let first = browser.refresh_with(&browser.refresh).await;
    let (second, _) = cookie(&first, REFRESH).expect("a new token");
    let (access, _) = cookie(&first, ACCESS).expect("a new access token");
    first.expect(200);
    assert_ne!(second, browser.refresh);
    // Another tab that was a moment late gets an access token, and the rotation stays as it is.
    let late = browser.refresh_with(&browser.refresh).await;
    assert!(cookie(&late, REFRESH).is_none());
    late.expect(200);
    // Longer after, the old token can only be a stolen one, or its theft.
    browser.app.platform.clock.advance(Duration::seconds(31));
    browser.refresh_with(&browser.refresh).await.problem(401, "unauthenticated");
    browser.refresh_with(&second).await.problem(401, "unauthenticated");
    browser.with(&access).get("/me").await.problem(401, "unauthenticated");
    let ended = "SELECT COUNT(*) FROM audit_events WHERE action = 'session.end' AND details LIKE '%refresh_token_reused%'";
    assert_eq!(browser.app.count(ended).await, 1);
}

#[tokio::test]
async fn access_idle_and_absolute_times_hold() {
    let browser = Browser::signed_in().await;
    let clock = &browser.app.platform.clock;
    clock.advance(Duration::minutes(11));
    browser.with(&browser.access).get("/me").await.problem(401, "unauthenticated");
    let mut refresh = browser.refresh.clone();
    // 72 hours at the most, however often it is used: 12 hours at a time.
    for step in 1..=8 {
        clock.advance(Duration::hours(10));
        let answer = browser.refresh_with(&refresh).await;
        match cookie(&answer, REFRESH) {
            Some((token, _)) if step < 8 => refresh = token,
            _ => {
                assert_eq!(step, 8, "ended too early");
                answer.problem(401, "unauthenticated");
            }
        }
    }
    let other = Browser::signed_in().await;
    other.app.platform.clock.advance(Duration::hours(13));
    other.refresh_with(&other.refresh).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let browser = Browser::signed_in().await;
    let parts: Vec<&str> = browser.access.split('.').collect();
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).expect("base64")).expect("text");
    let other_user = claims.replace("\"sub\":\"", "\"sub\":\"0");
    for forged in [
        format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), parts[1]),
        format!("{}.{}.{}", encode(r#"{"alg":"HS384","typ":"JWT"}"#), parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], encode(&other_user), parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], encode("signature")),
        String::new(),
        "x".repeat(8000),
    ] {
        browser.with(&forged).get("/me").await.problem(401, "unauthenticated");
    }
    for refresh in ["", "x", "00000000-0000-7000-8000-000000000000.x"] {
        browser.refresh_with(refresh).await.problem(401, "unauthenticated");
    }
    browser.with(&browser.access).get("/me").await.expect(200);
}

#[tokio::test]
async fn a_bearer_header_is_no_way_around_the_session() {
    let browser = Browser::signed_in().await;
    let client = browser.with(&browser.access).with("authorization", "Bearer anything");
    client.get("/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_profile_is_changed_and_validated() {
    let browser = Browser::signed_in().await;
    let client = browser.with(&browser.access);
    let me = client.patch("/me", &json!({ "name": "Ana Ortega", "time_zone": "America/Chicago" })).await.expect(200);
    assert_eq!((me["name"].as_str(), me["time_zone"].as_str()), (Some("Ana Ortega"), Some("America/Chicago")));
    client.patch("/me", &json!({ "time_zone": "Mars/Olympus" })).await.problem(400, "invalid");
    client.patch("/me", &json!({ "admin": false })).await.problem(400, "invalid");
    let body = json!({ "email": "ana@example.com", "password": PASSWORD });
    assert_eq!(browser.app.anonymous().post("/session", &body).await.expect(200)["user"]["name"], "Ana Ortega");
}
