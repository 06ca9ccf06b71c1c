//! Rate limits, bucket by bucket, counted in the process.

use crate::support::{Answer, Client, TestApp};
use chrono::Duration;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use shared_types::systems::Role;

const TRUSTED: (&str, &str) = ("CMMC_TRUSTED_PROXIES", "127.0.0.0/8");

/// An attempt to sign in with an address that nobody has.
async fn attempt(client: &Client, email: &str) -> Answer {
    client.post("/session", &json!({ "email": email, "password": "wrong" })).await
}

/// What an answer says of its counts: limit, remaining, reset, policy.
fn told(answer: &Answer) -> [Option<&str>; 4] {
    ["limit", "remaining", "reset", "policy"].map(|name| answer.header(&format!("ratelimit-{name}")))
}

#[tokio::test]
async fn attempts_are_limited_by_address() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__SIGN_IN_PER_MINUTE", "3")]).await;
    for remaining in ["2", "1", "0"] {
        let answer = attempt(&app.anonymous(), &format!("nobody{remaining}@example.com")).await;
        assert_eq!(told(&answer)[..2], [Some("3"), Some(remaining)]);
        answer.problem(401, "bad_credentials");
    }
    // What a client says of itself does not count where its peer is no trusted proxy.
    let refused = attempt(&app.anonymous().with("x-forwarded-for", "192.0.2.7"), "other@example.com").await;
    assert_eq!(refused.header("retry-after"), Some("20"));
    assert_eq!(told(&refused), [Some("3"), Some("0"), Some("20"), Some("3;w=60")]);
    assert!(refused.header("x-request-id").is_some() && refused.header("content-security-policy").is_some());
    let problem = refused.problem(429, "too_many_requests");
    assert_eq!(problem["detail"], "Too many attempts from this address. Try again in 20 s.");
    // The links that take a password count with them.
    let body = json!({ "token": "x", "password": "violet harbor nine lanterns" });
    app.anonymous().post("/invitations/accept", &body).await.problem(429, "too_many_requests");
    app.platform.clock.advance(Duration::seconds(20));
    app.anonymous().post("/invitations/accept", &body).await.problem(401, "bad_token");
    attempt(&app.anonymous(), "nobody@example.com").await.problem(429, "too_many_requests");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_clients_address_counts() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__SIGN_IN_PER_MINUTE", "1"), TRUSTED]).await;
    let from = |addresses: &str| app.anonymous().with("x-forwarded-for", addresses);
    for (addresses, status) in [
        ("192.0.2.1", 401),
        ("192.0.2.2", 401),
        ("192.0.2.2", 429),
        // What the client itself wrote stands before what the proxy appended, and does not count.
        ("192.0.2.99, 192.0.2.1", 429),
        // One customer's network is one client.
        ("2001:db8:7:1::1", 401),
        ("2001:db8:7:1:9::2", 429),
        ("2001:db8:7:2::1", 401),
    ] {
        assert_eq!(attempt(&from(addresses), "nobody@example.com").await.status, status, "{addresses}");
    }
}

#[tokio::test]
async fn attempts_are_limited_by_account_whether_it_exists_or_not() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__SIGN_IN_ACCOUNT_PER_MINUTE", "2"), TRUSTED]).await;
    app.user("ana").await;
    let mut refusals: Vec<Value> = Vec::new();
    for email in ["ana@example.com", "nobody@example.com"] {
        for n in 1..=3 {
            // From everywhere, and however it is written.
            let client = app.anonymous().with("x-forwarded-for", format!("192.0.2.{n}"));
            let answer = attempt(&client, &email.replace('a', if n == 2 { "A" } else { "a" })).await;
            if n < 3 {
                assert_eq!(told(&answer)[0], Some("10000000"), "an account's count is nobody else's business");
                answer.problem(401, "bad_credentials");
                continue;
            }
            let mut problem = answer.problem(429, "too_many_requests");
            problem["request_id"] = Value::Null;
            refusals.push(problem);
        }
    }
    assert_eq!(refusals[0], refusals[1]);
    assert_eq!(refusals[0]["detail"], "Too many attempts with this e-mail address. Try again in 30 s.");
    attempt(&app.anonymous(), "ben@example.com").await.problem(401, "bad_credentials");
}

#[tokio::test]
async fn renewals_of_sessions_are_limited() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__REFRESH_PER_MINUTE", "2")]).await;
    let refresh = || Client::send(app.anonymous().request(Method::POST, "/session/refresh"));
    for _within in 0..2 {
        refresh().await.problem(401, "unauthenticated");
    }
    let refused = refresh().await;
    assert_eq!(refused.header("retry-after"), Some("30"));
    refused.problem(429, "too_many_requests");
}

#[tokio::test]
async fn uploads_are_limited_by_person() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__UPLOAD_CREATE_PER_MINUTE", "2")]).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let ines = app.member(system, "ines", Role::Contributor).await;
    let begin = |client: &Client| {
        let client =
            client.with("tus-resumable", "1.0.0").with("upload-length", "5").with("upload-metadata", "filename YS50eHQ=");
        Client::send(client.request(Method::POST, &format!("/systems/{system}/uploads")))
    };
    let direct = || {
        let form = Form::new().part("file", Part::bytes(b"hello".as_slice()).file_name("a.txt"));
        Client::send(ines.request(Method::POST, &format!("/systems/{system}/evidence")).multipart(form))
    };
    begin(&ines).await.expect(201);
    direct().await.expect(201);
    let refused = begin(&ines).await;
    assert_eq!((refused.header("retry-after"), refused.header("tus-resumable")), (Some("30"), Some("1.0.0")));
    refused.problem(429, "too_many_requests");
    direct().await.problem(429, "too_many_requests");
    begin(&admin).await.expect(201);
}

#[tokio::test]
async fn everything_is_limited_by_address_but_health_and_pages() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__OTHER_PER_MINUTE", "3")]).await;
    let admin = app.admin().await;
    let first = admin.get("/me").await;
    assert_eq!(told(&first), [Some("3"), Some("2"), Some("20"), Some("3;w=60")]);
    first.expect(200);
    app.anonymous().get("/me").await.problem(401, "unauthenticated");
    admin.get("/no-such-thing").await.problem(404, "not_found");
    admin.get("/me").await.problem(429, "too_many_requests");
    admin.post("/systems", &json!({})).await.problem(429, "too_many_requests");
    for path in ["/healthz", "/readyz"] {
        let answer = admin.get(path).await;
        assert_eq!(told(&answer), [None; 4]);
        answer.expect(200);
    }
    app.platform.clock.advance(Duration::minutes(1));
    admin.get("/me").await.expect(200);
}
