//! API tokens: shown once, hashed, ended by time or hand, and no way around what guards a session. What each scope reaches is in
//! the authorization matrix.

use super::PASSWORD;
use crate::support::{Client, TestApp, pointers};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::systems::Role;

fn request(scopes: &[&str]) -> Value {
    json!({ "name": "Nightly export", "scopes": scopes, "expires_in_days": 30 })
}

async fn made(person: &Client, body: &Value) -> (Client, Value) {
    let made = person.post("/me/tokens", body).await.expect(201);
    (person.bearer(made["token"].as_str().expect("a token")), made)
}

#[tokio::test]
async fn a_token_is_shown_once_and_stored_as_a_hash() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (program, made) = made(&admin, &request(&["read", "audit:read", "read"])).await;
    let token = made["token"].as_str().expect("a token");
    assert!(token.starts_with("cmmc_") && token.len() == 61, "{token}");
    assert_eq!(made["details"]["scopes"], json!(["read", "audit:read"]));
    assert_eq!(program.get("/me").await.expect(200)["name"], "admin");
    let listed = admin.get("/me/tokens").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert!(!listed.to_string().contains(token), "the token is shown again");
    assert!(token.starts_with(listed["items"][0]["begins_with"].as_str().expect("its beginning")));
    let secret = &token[18..];
    for (table, column) in [("api_tokens", "hash"), ("api_tokens", "lookup"), ("audit_events", "details")] {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{secret}%'");
        assert_eq!(app.count(&sql).await, 0, "{table}.{column} holds the token");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'token.create'").await, 1);
}

#[tokio::test]
async fn expiry_is_required_and_bounded_and_faults_are_named() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let stranger = app.user("stranger").await;
    let changed = |field: &str, value: Value| {
        let mut body = request(&["read"]);
        body[field] = value;
        body
    };
    let mut endless = request(&["read"]);
    endless.as_object_mut().expect("an object").remove("expires_in_days");
    for (body, pointer) in [
        (endless, "/expires_in_days"),
        (changed("expires_in_days", json!(0)), "/expires_in_days"),
        (changed("expires_in_days", json!(366)), "/expires_in_days"),
        (changed("scopes", json!([])), "/scopes"),
        (changed("scopes", json!(["everything"])), "/scopes/0"),
        (changed("name", json!("")), "/name"),
        (changed("system", json!(system)), "/system"),
        (changed("user", json!("me")), "/user"),
    ] {
        assert_eq!(pointers(&stranger.post("/me/tokens", &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    app.anonymous().post("/me/tokens", &request(&["read"])).await.problem(401, "unauthenticated");
    admin.post("/me/tokens", &changed("expires_in_days", json!(365))).await.expect(201);
}

#[tokio::test]
async fn a_token_ends_by_time_by_hand_and_with_its_person() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ana = app.user("ana").await;
    let (short, _) = made(&ana, &json!({ "name": "a", "scopes": ["read"], "expires_in_days": 1 })).await;
    let (long, details) = made(&ana, &request(&["read"])).await;
    short.get("/me").await.expect(200);
    app.platform.clock.advance(Duration::days(1));
    let refused = short.get("/me").await;
    assert!(refused.header("www-authenticate").is_some_and(|text| text.contains("invalid_token")));
    refused.problem(401, "unauthenticated");
    let listed = ana.get("/me/tokens").await.expect(200);
    let expired: Vec<&Value> =
        listed["items"].as_array().expect("items").iter().filter(|token| token["expired"] == true).collect();
    assert_eq!((expired.len(), &expired[0]["name"]), (1, &json!("a")));
    let path = format!("/me/tokens/{}", details["details"]["id"].as_str().expect("an id"));
    admin.delete(&path).await.problem(404, "not_found");
    long.get("/me").await.expect(200);
    ana.delete(&path).await.expect(204);
    long.get("/me").await.problem(401, "unauthenticated");
    ana.delete(&path).await.problem(404, "not_found");
    let (last, _) = made(&ana, &request(&["read"])).await;
    admin.post(&format!("/users/{}/changes", ana.user_id()), &json!({ "action": "deactivate" })).await.expect(200);
    last.get("/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_works_without_a_cookie_and_csrf_token_and_never_beside_a_cookie() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (program, made) = made(&admin, &request(&["admin", "read"])).await;
    let body = json!({ "name": "By a program", "organization": "Harlan Precision LLC", "pack": "cmmc-level-2" });
    program.post("/systems", &body).await.expect(201);
    // A program may send any Origin that it likes: it is no browser, nothing is sent without its knowing.
    program.with("origin", "https://tool.example").post("/systems", &body).await.expect(201);
    let token = made["token"].as_str().expect("a token");
    let both = admin.with("authorization", format!("Bearer {token}"));
    both.get("/me").await.problem(401, "unauthenticated");
    // With a cookie there may be a browser: everything that guards against foreign pages holds again.
    both.post("/systems", &body).await.problem(403, "csrf");
    both.with("x-csrf-token", admin.session().csrf.clone()).post("/systems", &body).await.problem(401, "unauthenticated");
    let some_cookie = program.with("cookie", "theme=dark");
    some_cookie.post("/systems", &body).await.problem(403, "csrf");
    // A header that is no bearer token does not switch the check off.
    let basic = app.anonymous().with("authorization", "Basic YTpi");
    basic.post("/session", &json!({ "email": "a@example.com", "password": PASSWORD })).await.problem(403, "csrf");
}

#[tokio::test]
async fn each_token_has_a_rate_of_its_own() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__TOKEN_PER_MINUTE", "3")]).await;
    let admin = app.admin().await;
    let ((one, _), (other, _)) = (made(&admin, &request(&["read"])).await, made(&admin, &request(&["read"])).await);
    for _ in 0..3 {
        one.get("/me").await.expect(200);
    }
    let refused = one.get("/me").await;
    assert!(refused.header("retry-after").is_some());
    refused.problem(429, "too_many_requests");
    other.get("/me").await.expect(200);
}

#[tokio::test]
async fn wrong_tokens_are_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, made) = made(&admin, &request(&["read"])).await;
    let token = made["token"].as_str().expect("a token").to_owned();
    let mut other_secret = token.clone();
    other_secret.replace_range(18.., &"A".repeat(43));
    for wrong in ["", "cmmc_", "anything", &token[..60], &other_secret, &token.to_uppercase(), &format!("{token} ")[1..]] {
        app.anonymous().bearer(wrong).get("/me").await.problem(401, "unauthenticated");
    }
    for scheme in ["bearer", "BEARER"] {
        app.anonymous().with("authorization", format!("{scheme} {token}")).get("/me").await.expect(200);
    }
    // Never in an address.
    Client::send(app.anonymous().request(Method::GET, &format!("/me?access_token={token}")))
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn last_use_is_written_at_most_once_a_minute() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (program, _) = made(&admin, &request(&["read"])).await;
    let used = async || admin.get("/me/tokens").await.expect(200)["items"][0]["last_used_at"].clone();
    assert_eq!(used().await, Value::Null);
    program.get("/me").await.expect(200);
    let first = used().await;
    assert_eq!(first, "2026-11-22T12:00:00Z");
    app.platform.clock.advance(Duration::seconds(59));
    program.get("/me").await.expect(200);
    assert_eq!(used().await, first);
    app.platform.clock.advance(Duration::seconds(1));
    program.get("/me").await.expect(200);
    assert_eq!(used().await, "2026-11-22T12:01:00Z");
}

#[tokio::test]
async fn a_token_bound_to_a_system_sees_nothing_else_and_loses_it_with_its_person() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let ana = app.member(mine, "ana", Role::Contributor).await;
    let mut body = request(&["read", "write"]);
    body["system"] = json!(mine);
    let (program, made) = made(&ana, &body).await;
    assert_eq!(made["details"]["system_name"], "Mine");
    program.get(&format!("/systems/{mine}")).await.expect(200);
    let control = json!({ "reference": "ORG-1", "title": "Own control", "family": "AC" });
    program.post(&format!("/systems/{mine}/tasks"), &json!({ "title": "By a program" })).await.expect(201);
    program.post(&format!("/systems/{other}/controls"), &control).await.problem(404, "not_found");
    for elsewhere in ["/me", "/systems", "/notifications", "/rule-packs", &format!("/systems/{other}")] {
        program.get(elsewhere).await.problem(404, "not_found");
    }
    program.get(&format!("/systems/{mine}/audit-events")).await.problem(403, "insufficient_scope");
    let member = admin.get(&format!("/systems/{mine}/members")).await.expect(200);
    let version =
        member["items"].as_array().and_then(|all| all.iter().find(|one| one["name"] == "ana")).expect("ana")["version"].clone();
    admin.if_match(&version).delete(&format!("/systems/{mine}/members/{}", ana.user_id())).await.expect(204);
    program.get(&format!("/systems/{mine}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_a_token_did_is_recorded_as_its_persons_with_the_token() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let (program, _) = made(&admin, &request(&["write"])).await;
    program.post(&format!("/systems/{system}/tasks"), &json!({ "title": "By a program" })).await.expect(201);
    let sql = "SELECT COUNT(*) FROM audit_events e JOIN audit_origins o ON o.event_id = e.id JOIN api_tokens t ON t.id = o.token_id \
               WHERE e.action = 'task.create' AND e.actor_id = t.user_id AND o.address IS NULL";
    assert_eq!(app.count(sql).await, 1);
}

#[tokio::test]
async fn administrators_see_and_revoke_somebodys() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ana = app.user("ana").await;
    let (program, made) = made(&ana, &request(&["read"])).await;
    let path = format!("/users/{}/tokens", ana.user_id());
    let listed = admin.get(&path).await.expect(200);
    assert_eq!((&listed["items"][0]["name"], listed["items"].as_array().map(Vec::len)), (&json!("Nightly export"), Some(1)));
    assert!(!listed.to_string().contains(made["token"].as_str().expect("a token")));
    app.new_mails().await;
    let one = format!("{path}/{}", made["details"]["id"].as_str().expect("an id"));
    for stranger in [app.user("ben").await, ana.clone()] {
        stranger.get(&path).await.problem(403, "forbidden");
        stranger.delete(&one).await.problem(403, "forbidden");
    }
    app.anonymous().delete(&one).await.problem(401, "unauthenticated");
    program.get("/me").await.expect(200);
    // Not as somebody else's.
    admin.delete(&one.replace(&ana.user_id().to_string(), &admin.user_id().to_string())).await.problem(404, "not_found");
    admin.delete(&one).await.expect(204);
    program.get("/me").await.problem(401, "unauthenticated");
    assert_eq!(admin.get(&path).await.expect(200)["items"], json!([]));
    admin.delete(&one).await.problem(404, "not_found");
    admin.get(&format!("/users/{}/tokens", crate::support::nobody())).await.problem(404, "not_found");
    let mails = app.new_mails().await;
    let told: Vec<_> = mails.iter().map(|mail| (mail.to.address.as_str(), mail.subject.as_str())).collect();
    assert_eq!(told, [("ana@example.com", "An API token was revoked")]);
    let row = &admin.get("/audit-events?action=token.revoke").await.expect(200)["items"][0];
    assert_eq!(row["actor"]["name"], "admin");
}
