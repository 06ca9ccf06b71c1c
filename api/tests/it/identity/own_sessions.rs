//! The list of sessions, and everything that ends them at once.

use super::{PASSWORD, cookie, setup_body, setup_token};
use crate::support::{Beside, Client, Process, TestApp};
use identity::cookies::ACCESS;
use serde_json::{Value, json};
use shared_types::systems::Role;

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A browser that signs in with the password.
async fn browser(app: &TestApp, user_agent: &str) -> Client {
    let body = json!({ "email": "ana@example.com", "password": PASSWORD });
    let answer = app.anonymous().with("user-agent", user_agent).post("/session", &body).await;
    let access = cookie(&answer, ACCESS).expect("a cookie").0;
    let csrf = answer.expect(200)["csrf_token"].as_str().expect("a token").to_owned();
    app.anonymous().with("cookie", format!("{ACCESS}={access}")).with("x-csrf-token", csrf)
}

async fn set_up() -> TestApp {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    app.anonymous().post("/setup", &setup_body(&token)).await.expect(201);
    app
}

#[tokio::test]
async fn one_sees_and_ends_the_own_sessions() {
    let app = set_up().await;
    let (here, there) = (browser(&app, FIREFOX).await, browser(&app, "curl/8").await);
    let list = here.get("/me/sessions").await.expect(200);
    let items = list["items"].as_array().expect("items");
    // The one of the set-up page lives, too.
    assert_eq!(items.len(), 3, "{list}");
    let own: Vec<&Value> = items.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(own.len(), 1);
    assert_eq!((&own[0]["device"], &own[0]["address"]), (&json!("Firefox on Windows"), &json!("127.0.0.1")));
    let other = items.iter().find(|session| session["device"] == "curl").expect("the other")["id"].as_str().expect("an id");
    there.get("/me").await.expect(200);
    here.delete(&format!("/me/sessions/{other}")).await.expect(204);
    there.get("/me").await.problem(401, "unauthenticated");
    here.delete(&format!("/me/sessions/{other}")).await.problem(404, "not_found");
    let third = browser(&app, FIREFOX).await;
    here.delete("/me/sessions").await.expect(204);
    third.get("/me").await.problem(401, "unauthenticated");
    here.get("/me").await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'session.end'").await, 3);
}

#[tokio::test]
async fn nobody_else_ends_them_but_an_administrator() {
    let app = TestApp::start().await;
    let (admin, ana, luis) = (app.admin().await, app.user("ana").await, app.user("luis").await);
    let id = |list: &Value| list["items"][0]["id"].as_str().expect("an id").to_owned();
    let anas = id(&ana.get("/me/sessions").await.expect(200));
    luis.delete(&format!("/me/sessions/{anas}")).await.problem(404, "not_found");
    let path = format!("/users/{}/sessions", ana.user_id());
    luis.get(&path).await.problem(403, "forbidden");
    luis.delete(&path).await.problem(403, "forbidden");
    luis.delete(&format!("{path}/{anas}")).await.problem(403, "forbidden");
    app.anonymous().get("/me/sessions").await.problem(401, "unauthenticated");
    app.anonymous().delete("/me/sessions").await.problem(401, "unauthenticated");
    assert_eq!(id(&admin.get(&path).await.expect(200)), anas);
    // The id of another person's session is not found below this one.
    admin.delete(&format!("/users/{}/sessions/{anas}", luis.user_id())).await.problem(404, "not_found");
    admin.get("/users/00000000-0000-7000-8000-000000000000/sessions").await.problem(404, "not_found");
    admin.delete("/users/00000000-0000-7000-8000-000000000000/sessions").await.problem(404, "not_found");
    admin.delete(&format!("{path}/{anas}")).await.expect(204);
    ana.get("/me").await.problem(401, "unauthenticated");
    admin.delete(&format!("/users/{}/sessions", luis.user_id())).await.expect(204);
    luis.get("/me").await.problem(401, "unauthenticated");
    // One's own of this moment stays.
    admin.delete(&format!("/users/{}/sessions", admin.user_id())).await.expect(204);
    admin.get("/me").await.expect(200);
}

/// The role in a system is read with every request: what was taken is gone with the next one, and the session stays, because a
/// manager of one system must not end what somebody does in another. The installation's own role ends the sessions.
#[tokio::test]
async fn a_changed_role_counts_at_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let ana = app.member(system, "ana", Role::Contributor).await;
    let task = json!({ "title": "One" });
    ana.post(&format!("/systems/{system}/tasks"), &task).await.expect(201);
    let path = format!("/systems/{system}/members/{}", ana.user_id());
    admin.if_match(&json!(1)).patch(&path, &json!({ "role": "viewer" })).await.expect(200);
    ana.post(&format!("/systems/{system}/tasks"), &task).await.problem(403, "forbidden");
    ana.get("/me").await.expect(200);
    admin.post(&format!("/users/{}/changes", ana.user_id()), &json!({ "action": "grant_admin" })).await.expect(200);
    ana.get("/me").await.problem(401, "unauthenticated");
}

/// Two processes over one database (and one Redis, where there is one): what ends on one is over on the other with the next request.
#[tokio::test]
async fn a_session_that_ends_on_one_instance_is_over_on_the_other() {
    let Some(redis) = std::env::var("CMMC_TEST_REDIS_URL").ok().filter(|url| !url.is_empty()) else { return };
    if !std::env::var("CMMC_TEST_POSTGRES_URL").is_ok_and(|url| !url.is_empty()) {
        // One SQLite file belongs to one process.
        return;
    }
    let prefix = format!("cmmc-two-{}", std::process::id());
    let settings =
        [("CMMC_JOBS__BACKEND", "redis"), ("CMMC_JOBS__REDIS_URL", redis.as_str()), ("CMMC_JOBS__REDIS_PREFIX", prefix.as_str())];
    let first = Process::start_with(&settings).await;
    let here = first.set_up().await;
    let second = Beside::start(&first);
    let there = here.at(second.url());
    there.get("/me").await.expect(200);
    let user = here.user_id();
    let invited = here.post("/users", &json!({ "email": "luis@example.com", "name": "Luis" })).await.expect(201);
    let token = invited["link"].as_str().and_then(|link| link.split_once("token=")).expect("a link").1;
    let accept = json!({ "token": token, "password": "violet harbor nine lanterns" });
    let anyone = Client::new(reqwest::Client::new(), second.url(), None);
    let luis_here = first.session_of(&anyone.post("/invitations/accept", &accept).await);
    let luis = luis_here.at(second.url());
    luis_here.get("/me").await.expect(200);
    let made = luis.post("/me/tokens", &json!({ "name": "t", "scopes": ["read"], "expires_in_days": 1 })).await.expect(201);
    let program = luis.bearer(made["token"].as_str().expect("a token"));
    program.get("/me").await.expect(200);
    let path = format!("/users/{}/changes", luis.user_id());
    here.post(&path, &json!({ "action": "deactivate" })).await.expect(200);
    luis.get("/me").await.problem(401, "unauthenticated");
    luis_here.get("/me").await.problem(401, "unauthenticated");
    program.get("/me").await.problem(401, "unauthenticated");
    there.delete("/session").await.expect(204);
    here.get("/me").await.problem(401, "unauthenticated");
    let again = first.sign_in().await;
    assert_eq!(again.user_id(), user);
    let sessions = again.at(second.url()).get("/me/sessions").await.expect(200);
    let own = sessions["items"][0]["id"].as_str().expect("an id");
    again.at(second.url()).delete(&format!("/me/sessions/{own}")).await.expect(204);
    again.get("/me").await.problem(401, "unauthenticated");
}
