//! Dangerous acts demand a fresh proof.

use super::PASSWORD;
use super::browser::{App, Browser, account};
use crate::support::{Client, TestApp, pointers};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

async fn forget_proofs(app: &TestApp) {
    let sql = "UPDATE sessions SET stepped_up_at = NULL";
    app.platform.db.write(move |tx| Box::pin(platform::db::execute(tx, sql, []))).await.expect("an update");
}

/// Time passes until the proof of the sign-in is too old; the session goes on.
async fn later(app: &TestApp, browser: &mut Browser) {
    app.platform.clock.advance(Duration::minutes(6));
    browser.post("/session/refresh", &json!({})).await.expect(200);
    app.platform.clock.advance(Duration::minutes(5));
    browser.post("/session/refresh", &json!({})).await.expect(200);
}

#[tokio::test]
async fn every_dangerous_operation_demands_it_of_everybody() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let document: Value = serde_json::to_value(cmmc_tracker::app::openapi()).expect("JSON");
    // What belongs to a system asks for it first: a system that is not there is told before the proof.
    let system = app.system(&admin, "Enclave").await.to_string();
    let fill = |part: &str| match part {
        "{system}" => system.clone(),
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    forget_proofs(&app).await;
    let mut walked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            if operation["x-step-up"] != true {
                continue;
            }
            walked += 1;
            let path = path.split('/').map(fill).collect::<Vec<_>>().join("/");
            let method: Method = method.to_uppercase().parse().expect("a method");
            // A bad body is not told before the proof.
            let answer = Client::send(admin.request(method.clone(), &path).json(&json!({ "no": "such field" }))).await;
            let problem = answer.problem(403, "step_up_required");
            assert!(problem["detail"].as_str().is_some_and(|words| words.contains("the password")), "{method} {path}: {problem}");
        }
    }
    assert!(walked >= 7, "{walked}");
}

#[tokio::test]
async fn without_a_second_factor_the_password_is_the_proof() {
    let app = TestApp::start().await;
    let mut admin = Browser::signed_in(&app, "admin", true).await;
    let policy = json!({ "required": false, "grace_days": 30 });
    admin.put("/second-factor-policy", &policy).await.expect(200);
    later(&app, &mut admin).await;
    admin.put("/second-factor-policy", &policy).await.problem(403, "step_up_required");
    let wrong = admin.post("/session/step-up", &json!({ "password": "wrong" })).await.problem(401, "bad_credentials");
    assert_eq!(pointers(&wrong), ["/password"]);
    for body in [json!({}), json!({ "code": "123456" })] {
        let missing = admin.post("/session/step-up", &body).await.problem(400, "invalid");
        assert_eq!(pointers(&missing), ["/password"]);
    }
    admin.put("/second-factor-policy", &policy).await.problem(403, "step_up_required");
    let until = admin.post("/session/step-up", &json!({ "password": PASSWORD })).await.expect(200);
    assert_eq!(until["until"], "2026-11-22T12:21:00Z");
    admin.put("/second-factor-policy", &policy).await.expect(200);
    // Another session of the same person has proved nothing.
    let mut other = Browser::of(&app, "admin");
    other.password(PASSWORD).await.expect(200);
    later(&app, &mut other).await;
    other.put("/second-factor-policy", &policy).await.problem(403, "step_up_required");
    let mut nobody = Browser::of(&app, "nobody");
    nobody.post("/session/step-up", &json!({ "password": PASSWORD })).await.problem(401, "unauthenticated");
    for (action, times) in [("session.step_up", 1), ("session.step_up_refused", 1)] {
        let rows = app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await;
        assert_eq!(rows, times, "{action}");
    }
}

#[tokio::test]
async fn with_a_second_factor_only_a_code_is_the_proof() {
    let app = TestApp::start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (phone, backup) = App::enrol(&mut ana, app.platform.clock.now()).await;
    later(&app, &mut ana).await;
    ana.delete("/me/second-factor").await.problem(403, "step_up_required");
    let missing = ana.post("/session/step-up", &json!({ "password": PASSWORD })).await.problem(400, "invalid");
    assert_eq!(pointers(&missing), ["/code"]);
    let code = phone.code(app.platform.clock.now(), 0);
    ana.post("/session/step-up", &json!({ "code": code })).await.expect(200);
    later(&app, &mut ana).await;
    let used = ana.post("/session/step-up", &json!({ "code": code })).await.problem(401, "bad_code");
    assert_eq!(pointers(&used), ["/code"]);
    ana.post("/session/step-up", &json!({ "code": backup[0] })).await.expect(200);
    ana.delete("/me/second-factor").await.expect(204);
}

#[tokio::test]
async fn failures_count_and_a_locked_account_proves_nothing() {
    let app = TestApp::start().await;
    account(&app, "ana", false).await;
    let mut ana = Browser::of(&app, "ana");
    for _ in 0..3 {
        ana.password("wrong").await.problem(401, "bad_credentials");
    }
    let mut here = Browser::of(&app, "ana");
    here.password(PASSWORD).await.expect(200);
    for _ in 0..5 {
        here.post("/session/step-up", &json!({ "password": "wrong" })).await.problem(401, "bad_credentials");
    }
    here.post("/session/step-up", &json!({ "password": PASSWORD })).await.problem(401, "bad_credentials");
    ana.password(PASSWORD).await.problem(401, "bad_credentials");
    here.get("/me").await.expect(200);
}
