//! Sign-in, sessions, users.

mod administration;
pub mod browser;
mod csrf;
mod devices;
mod features;
mod lockout;
mod new_name;
mod own_sessions;
mod parallel_sign_in;
mod passkey_device;
mod passkeys;
mod passkeys_refused;
mod recovery;
mod recovery_timing;
mod second_factor;
mod second_factor_demand;
mod sessions;
mod step_up;
mod tokens;
mod users;

use crate::support::{Answer, TestApp, pointers};
use serde_json::{Value, json};

/// What is on until somebody turns it off.
const FEATURES: [&str; 5] = ["api_tokens", "passkeys", "mailed_invitations", "mailed_password_resets", "calendar_feeds"];

pub const PASSWORD: &str = "violet harbor nine lanterns";

/// The cookie of this name in an answer: its value and its attributes.
pub fn cookie(answer: &Answer, name: &str) -> Option<(String, String)> {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    all.filter_map(|line| line.split_once(';')).find_map(|(pair, attributes)| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| (value.to_owned(), attributes.to_owned()))
    })
}

/// The one-time token of the set-up link.
async fn setup_token(app: &TestApp) -> String {
    ::identity::issue_setup_token(&app.platform).await.expect("a token").expect("not set up yet")
}

fn setup_body(token: &str) -> Value {
    json!({ "token": token, "email": "ana@example.com", "name": "Ana", "password": PASSWORD })
}

#[tokio::test]
async fn the_setup_link_makes_the_first_administrator_once() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    assert_eq!(
        anyone.get("/setup").await.expect(200),
        json!({ "required": true, "demo": false, "mail": false, "features": FEATURES })
    );
    let token = setup_token(&app).await;
    anyone.post("/setup", &setup_body("wrong")).await.problem(401, "bad_token");
    let mut weak = setup_body(&token);
    weak["password"] = json!("short");
    let problem = anyone.post("/setup", &weak).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/password"]);

    let done = anyone.post("/setup", &setup_body(&token)).await;
    for name in [::identity::cookies::ACCESS, ::identity::cookies::REFRESH] {
        let (_, attributes) = cookie(&done, name).expect("the cookie");
        for wanted in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(attributes.contains(wanted), "{name}: {attributes}");
        }
        assert!(!attributes.contains("Domain"), "{name} must be a __Host- cookie");
    }
    let body = done.expect(201);
    assert_eq!(body["user"]["admin"], true);
    assert_eq!(anyone.get("/setup").await.expect(200)["required"], false);
    anyone.post("/setup", &setup_body(&token)).await.problem(401, "bad_token");
    assert!(::identity::issue_setup_token(&app.platform).await.expect("an answer").is_none());
}

#[tokio::test]
async fn a_newer_setup_link_replaces_the_one_before() {
    let app = TestApp::start().await;
    let (old, new) = (setup_token(&app).await, setup_token(&app).await);
    app.anonymous().post("/setup", &setup_body(&old)).await.problem(401, "bad_token");
    app.anonymous().post("/setup", &setup_body(&new)).await.expect(201);
}

#[tokio::test]
async fn of_two_who_use_the_setup_link_at_once_one_wins() {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    let attempt = |n: u32| {
        let (client, mut body) = (app.anonymous(), setup_body(&token));
        body["email"] = json!(format!("ana{n}@example.com"));
        async move { client.post("/setup", &body).await.status.as_u16() }
    };
    let (a, b, c) = tokio::join!(attempt(1), attempt(2), attempt(3));
    let mut statuses = [a, b, c];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401]);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
}

#[tokio::test]
async fn unknown_user_and_wrong_password_answer_alike_and_are_recorded() {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    let anyone = app.anonymous();
    anyone.post("/setup", &setup_body(&token)).await.expect(201);
    let attempt = |email: &str, password: &str| json!({ "email": email, "password": password });
    let mut answers = Vec::new();
    for body in [attempt("ana@example.com", "wrong"), attempt("nobody@example.com", PASSWORD), attempt("no address", PASSWORD)] {
        let mut problem = anyone.post("/session", &body).await.problem(401, "bad_credentials");
        problem["request_id"] = Value::Null;
        answers.push(problem);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'session.refused'").await, 3);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM audit_events WHERE details LIKE '%example.com%'").await,
        0,
        "addresses must not be in the log"
    );
    let good = anyone.post("/session", &attempt(" Ana@Example.com ", PASSWORD)).await;
    assert!(cookie(&good, ::identity::cookies::ACCESS).is_some());
    assert_eq!(good.expect(200)["user"]["email"], "ana@example.com");
}
