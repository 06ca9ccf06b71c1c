//! The second factor: setting it up, signing in with it, losing it.

use super::PASSWORD;
use super::browser::{App, Browser, account};
use crate::support::{TestApp, nobody, pointers};
use chrono::Duration;
use identity::cookies::{ACCESS, REFRESH, SECOND_STEP};
use serde_json::{Value, json};

async fn events(app: &TestApp, action: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
}

/// Somebody with an authenticator app and backup codes, some minutes after it was set up.
async fn with_phone(app: &TestApp, name: &str) -> (Browser, App, Vec<String>) {
    let mut browser = Browser::signed_in(app, name, false).await;
    let (phone, backup) = App::enrol(&mut browser, app.platform.clock.now()).await;
    app.platform.clock.advance(Duration::minutes(5));
    (browser, phone, backup)
}

#[tokio::test]
async fn it_is_set_up_with_a_code_and_asked_for_from_then_on() {
    let app = TestApp::start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let none = json!({ "enrolled_at": null, "app_since": null, "passkeys": 0, "backup_codes_left": 0, "required": false });
    assert_eq!(ana.get("/me/second-factor").await.expect(200), none);
    ana.post("/me/second-factor/confirmation", &json!({ "code": "123456" })).await.problem(409, "conflict");

    let begun = ana.post("/me/second-factor/enrolment", &json!({})).await.expect(201);
    let key = begun["secret"].as_str().expect("a key").to_owned();
    assert_eq!(key.len(), 32);
    let uri = begun["uri"].as_str().expect("an address");
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(&key) && uri.contains("ana"), "{uri}");
    assert!(begun["qr"]["size"].as_u64().is_some_and(|size| size >= 21) && begun["qr"]["path"].as_str().is_some());
    assert_eq!(ana.get("/me/second-factor").await.expect(200), none, "nothing is set up before a code confirms it");

    let (phone, now) = (App::holding(&key), app.platform.clock.now());
    for wrong in ["000000", "", "not a code", &phone.code(now, 3)] {
        let problem = ana.post("/me/second-factor/confirmation", &json!({ "code": wrong })).await.problem(401, "bad_code");
        assert_eq!(pointers(&problem), ["/code"], "{wrong}");
    }
    let code = phone.code(now, 0);
    let done = ana.post("/me/second-factor/confirmation", &json!({ "code": code })).await.expect(200);
    assert_eq!(done["codes"].as_array().map(Vec::len), Some(10));
    let state = ana.get("/me/second-factor").await.expect(200);
    assert_eq!((state["enrolled_at"].is_string(), &state["backup_codes_left"]), (true, &json!(10)));
    assert_eq!(ana.get("/me").await.expect(200)["second_factor"]["enrolled"], true);

    let mut again = Browser::of(&app, "ana");
    let first = again.password(PASSWORD).await;
    let attributes = super::cookie(&first, SECOND_STEP).expect("a state").1;
    for wanted in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=300"] {
        assert!(attributes.contains(wanted), "{attributes}");
    }
    let needed = first.expect(202);
    assert_eq!(needed["accepts"], json!(["totp", "backup_code"]));
    assert!(needed["user"].is_null() && again.cookie(ACCESS).is_none() && again.cookie(REFRESH).is_none(), "{needed}");
    for path in ["/me", "/session", "/systems", "/me/second-factor"] {
        again.get(path).await.problem(401, "unauthenticated");
    }
    again.post("/session/refresh", &json!({})).await.problem(401, "unauthenticated");
    again.code(&code).await.problem(401, "bad_code");
    assert_eq!(again.code(&phone.code(now, 1)).await.expect(200)["user"]["name"], "ana");
    assert!(again.cookie(SECOND_STEP).is_none() && again.cookie(ACCESS).is_some());
    again.get("/me").await.expect(200);
    assert_eq!((events(&app, "second_factor.enrol").await, events(&app, "session.refused").await), (1, 1));
}

#[tokio::test]
async fn the_first_one_ends_the_other_sessions_and_a_further_one_none() {
    let app = TestApp::start_with(&[("CMMC_PUBLIC_URL", super::passkey_device::ORIGIN)]).await;
    for way in ["app", "passkey"] {
        let mut here = Browser::signed_in(&app, way, false).await;
        let mut there = Browser::of(&app, way);
        there.password(PASSWORD).await.expect(200);
        let passkey = async |browser: &mut Browser| super::passkey_device::Device::enrol(browser, "Key").await;
        if way == "app" {
            App::enrol(&mut here, app.platform.clock.now()).await;
        } else {
            passkey(&mut here).await;
        }
        there.get("/me").await.problem(401, "unauthenticated");
        there.post("/session/refresh", &json!({})).await.problem(401, "unauthenticated");
        here.get("/me").await.expect(200);
        let mut device = passkey(&mut here).await.0;
        there.password(PASSWORD).await.expect(202);
        device.second_step(&mut there).await.expect(200);
        passkey(&mut here).await;
        there.get("/me").await.expect(200);
    }
    let ended = "SELECT COUNT(*) FROM audit_events WHERE action = 'session.end' AND details LIKE '%second_factor_set_up%'";
    assert_eq!(app.count(ended).await, 2);
}

#[tokio::test]
async fn a_code_counts_one_step_around_now_and_never_again() {
    let app = TestApp::start().await;
    let (_, phone, _) = with_phone(&app, "ana").await;
    let now = app.platform.clock.now();
    let mut ana = Browser::of(&app, "ana");
    // An earlier code than the last used one is refused even where it was never used itself.
    for (steps, good) in [(-2, false), (-1, true), (-1, false), (2, false), (1, true), (0, false), (1, false)] {
        ana.password(PASSWORD).await.expect(202);
        let answer = ana.code(&phone.code(now, steps)).await;
        assert_eq!(answer.status.as_u16(), if good { 200 } else { 401 }, "{steps}");
    }
}

#[tokio::test]
async fn of_many_who_use_one_code_at_once_one_gets_in() {
    let app = TestApp::start_on(4, &[("CMMC_LOCKOUT__FAILURES", "1000")]).await;
    let (_, phone, backup) = with_phone(&app, "ana").await;
    for code in [phone.code(app.platform.clock.now(), 0), backup[3].clone()] {
        let mut browsers = Vec::new();
        for _ in 0..8 {
            let mut browser = Browser::of(&app, "ana");
            browser.password(PASSWORD).await.expect(202);
            browsers.push(browser);
        }
        let tries = browsers.into_iter().map(|mut browser| {
            let code = code.clone();
            async move { browser.code(&code).await.status.as_u16() }
        });
        let statuses = futures_util::future::join_all(tries).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    }
}

#[tokio::test]
async fn the_state_of_the_second_step_is_short_lived_and_opens_nothing_twice() {
    let app = TestApp::start().await;
    let (_, phone, backup) = with_phone(&app, "ana").await;
    let mut ana = Browser::of(&app, "ana");
    ana.password(PASSWORD).await.expect(202);
    let kept = ana.clone();
    app.platform.clock.advance(Duration::minutes(5));
    ana.code(&phone.code(app.platform.clock.now(), 0)).await.problem(401, "unauthenticated");
    ana.password(PASSWORD).await.expect(202);
    let mut twice = ana.clone();
    ana.code(&phone.code(app.platform.clock.now(), 0)).await.expect(200);
    twice.code(&backup[0]).await.problem(401, "unauthenticated");
    kept.clone().code(&backup[0]).await.problem(401, "unauthenticated");
    Browser::of(&app, "ana").code(&backup[0]).await.problem(401, "unauthenticated");
    assert_eq!(app.count("SELECT COUNT(*) FROM second_steps").await, 0);
}

#[tokio::test]
async fn backup_codes_work_once_and_are_made_anew() {
    let app = TestApp::start().await;
    let (mut here, _, backup) = with_phone(&app, "ana").await;
    let mut ana = Browser::of(&app, "ana");
    ana.password(PASSWORD).await.expect(202);
    ana.code(&backup[0].to_uppercase().replace('-', " ")).await.expect(200);
    ana.password(PASSWORD).await.expect(202);
    ana.code(&backup[0]).await.problem(401, "bad_code");
    assert_eq!(here.get("/me/second-factor").await.expect(200)["backup_codes_left"], 9);
    let fresh = here.post("/me/second-factor/backup-codes", &json!({})).await.expect(200);
    ana.code(&backup[1]).await.problem(401, "bad_code");
    ana.code(fresh["codes"][0].as_str().expect("a code")).await.expect(200);
    // Another's code is nothing here.
    let (_, _, theirs) = with_phone(&app, "ben").await;
    ana.password(PASSWORD).await.expect(202);
    ana.code(&theirs[0]).await.problem(401, "bad_code");
    let rows = ["second_factor.use_backup_code", "second_factor.renew_backup_codes"].map(|action| events(&app, action));
    assert_eq!(futures_util::future::join_all(rows).await, [2, 1]);
}

#[tokio::test]
async fn nothing_readable_lies_in_the_database() {
    let app = TestApp::start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let begun = ana.post("/me/second-factor/enrolment", &json!({})).await.expect(201);
    let key = begun["secret"].as_str().expect("a key");
    let code = App::holding(key).code(app.platform.clock.now(), 0);
    let done = ana.post("/me/second-factor/confirmation", &json!({ "code": code })).await.expect(200);
    let plain = done["codes"][0].as_str().expect("a code").replace('-', "");
    let sql = format!("SELECT COUNT(*) FROM second_factors WHERE sealed_secret LIKE '%{key}%' OR sealed_secret IS NULL");
    assert_eq!(app.count(&sql).await, 0);
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM backup_codes WHERE hash LIKE '%{plain}%'")).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM backup_codes WHERE LENGTH(hash) = 64").await, 10);
    let said = format!("SELECT COUNT(*) FROM audit_events WHERE details LIKE '%{key}%' OR details LIKE '%{plain}%'");
    assert_eq!(app.count(&said).await, 0);
    // A secret that was put into another's row opens nothing there: it is bound to its user.
    let (_, _, _) = with_phone(&app, "ben").await;
    let steal = "UPDATE second_factors SET sealed_secret = (SELECT s.sealed_secret FROM second_factors s JOIN users u ON u.id = s.user_id \
                 WHERE u.name = 'ana') WHERE user_id = (SELECT id FROM users WHERE name = 'ben')";
    app.platform.db.write(move |tx| Box::pin(platform::db::execute(tx, steal, []))).await.expect("an update");
    let mut thief = Browser::of(&app, "ben");
    thief.password(PASSWORD).await.expect(202);
    thief.code(&App::holding(key).code(app.platform.clock.now(), 0)).await.problem(500, "internal");
}

#[tokio::test]
async fn wrong_codes_and_wrong_passwords_count_together() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, phone, backup) = with_phone(&app, "ana").await;
    let mut ana = Browser::of(&app, "ana");
    ana.password("wrong").await.problem(401, "bad_credentials");
    ana.password("wrong").await.problem(401, "bad_credentials");
    // The right password alone forgives nothing.
    ana.password(PASSWORD).await.expect(202);
    for _ in 0..3 {
        ana.code("000000").await.problem(401, "bad_code");
    }
    let lock = admin.get("/users?locked=true").await.expect(200)["items"][0]["lock"].clone();
    assert_eq!((&lock["cause"], &lock["failures"]), (&json!("second_factor"), &json!(5)));
    ana.code(&phone.code(app.platform.clock.now(), 0)).await.problem(401, "bad_code");
    ana.code(&backup[0]).await.problem(401, "bad_code");
    ana.password(PASSWORD).await.problem(401, "bad_credentials");
    app.platform.clock.advance(Duration::minutes(15));
    // What was typed while it was locked is not used up.
    ana.password(PASSWORD).await.expect(202);
    ana.code(&backup[0]).await.expect(200);
}

#[tokio::test]
async fn it_is_replaced_and_turned_off_by_its_owner() {
    let app = TestApp::start().await;
    let (mut here, old, backup) = with_phone(&app, "ana").await;
    let begun = here.post("/me/second-factor/enrolment", &json!({})).await.expect(201);
    let new = App::holding(begun["secret"].as_str().expect("a key"));
    let mut ana = Browser::of(&app, "ana");
    ana.password(PASSWORD).await.expect(202);
    ana.code(&new.code(app.platform.clock.now(), 0)).await.problem(401, "bad_code");
    ana.code(&old.code(app.platform.clock.now(), 0)).await.expect(200);
    let code = new.code(app.platform.clock.now(), 0);
    here.post("/me/second-factor/confirmation", &json!({ "code": code })).await.expect(200);
    app.platform.clock.advance(Duration::minutes(1));
    ana.password(PASSWORD).await.expect(202);
    ana.code(&old.code(app.platform.clock.now(), 0)).await.problem(401, "bad_code");
    ana.code(&backup[0]).await.problem(401, "bad_code");
    ana.code(&new.code(app.platform.clock.now(), 0)).await.expect(200);
    // One that was not confirmed in time is forgotten.
    let begun = ana.post("/me/second-factor/enrolment", &json!({})).await.expect(201);
    app.platform.clock.advance(Duration::minutes(15));
    ana.post("/session/refresh", &json!({})).await.expect(200);
    let late = App::holding(begun["secret"].as_str().expect("a key")).code(app.platform.clock.now(), 0);
    let proof = json!({ "code": new.code(app.platform.clock.now(), 0) });
    ana.post("/session/step-up", &proof).await.expect(200);
    ana.post("/me/second-factor/confirmation", &json!({ "code": late })).await.problem(409, "conflict");

    ana.delete("/me/second-factor").await.expect(204);
    ana.delete("/me/second-factor").await.problem(409, "conflict");
    ana.post("/me/second-factor/backup-codes", &json!({})).await.problem(409, "conflict");
    ana.password(PASSWORD).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM backup_codes").await, 0);
    assert_eq!(events(&app, "second_factor.turn_off").await, 1);
}

#[tokio::test]
async fn an_administrator_resets_it_and_the_persons_sessions_end() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mut here, _, _) = with_phone(&app, "ana").await;
    let users = admin.get("/users?second_factor=true").await.expect(200);
    let user = users["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!((users["items"].as_array().map(Vec::len), &users["items"][0]["second_factor"]), (Some(1), &Value::Bool(true)));
    assert_eq!(admin.get("/users?second_factor=false").await.expect(200)["items"][0]["name"], "admin");
    let path = format!("/users/{user}/second-factor");
    app.user("other").await.delete(&path).await.problem(403, "forbidden");
    app.anonymous().delete(&path).await.problem(401, "unauthenticated");
    let mut waiting = Browser::of(&app, "ana");
    waiting.password(PASSWORD).await.expect(202);

    assert_eq!(admin.delete(&path).await.expect(200)["second_factor"], false);
    here.get("/me").await.problem(401, "unauthenticated");
    here.post("/session/refresh", &json!({})).await.problem(401, "unauthenticated");
    waiting.code("000000").await.problem(401, "unauthenticated");
    waiting.password(PASSWORD).await.expect(200);
    admin.delete(&path).await.problem(409, "conflict");
    admin.delete(&format!("/users/{}/second-factor", nobody())).await.problem(404, "not_found");
    admin.delete(&format!("/users/{}/second-factor", admin.user_id())).await.problem(409, "conflict");
    let row = &admin.get("/audit-events?action=second_factor.reset").await.expect(200)["items"][0];
    assert_eq!((&row["actor"]["name"], &row["object_label"]), (&json!("admin"), &json!("ana")));
    let ended = "SELECT COUNT(*) FROM audit_events WHERE action = 'session.end' AND details LIKE '%second_factor_reset%'";
    assert_eq!(app.count(ended).await, 1);
}

#[tokio::test]
async fn the_second_step_takes_a_code_and_nothing_else() {
    let app = TestApp::start().await;
    account(&app, "ana", false).await;
    let mut ana = Browser::of(&app, "ana");
    for (body, pointer) in [(json!({}), "/code"), (json!({ "code": 123_456 }), "/code"), (json!({ "code": "1", "x": 1 }), "/x")] {
        assert_eq!(pointers(&ana.post("/session/second-factor", &body).await.problem(400, "invalid")), [pointer]);
    }
    let limited = TestApp::start_with(&[("CMMC_LIMITS__SIGN_IN_PER_MINUTE", "2")]).await;
    for _ in 0..2 {
        Browser::of(&limited, "ana").code("123456").await.problem(401, "unauthenticated");
    }
    Browser::of(&limited, "ana").code("123456").await.problem(429, "too_many_requests");
    // And by account, from wherever they come.
    let limited = TestApp::start_with(&[("CMMC_LIMITS__MFA_PER_MINUTE", "2")]).await;
    let (_, _, _) = with_phone(&limited, "ana").await;
    let mut ana = Browser::of(&limited, "ana");
    ana.password(PASSWORD).await.expect(202);
    for _ in 0..2 {
        ana.code("000000").await.problem(401, "bad_code");
    }
    ana.code("000000").await.problem(429, "too_many_requests");
}
