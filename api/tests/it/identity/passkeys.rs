//! Passkeys: adding one, signing in and proving with it, losing it.

use super::PASSWORD;
use super::browser::{App, Browser};
use super::passkey_device::{Device, ORIGIN, encode};
use crate::support::{TestApp, nobody, pointers};
use chrono::Duration;
use serde_json::{Value, json};

/// An installation that is reached by a name.
pub async fn start() -> TestApp {
    start_with(&[]).await
}

pub async fn start_with(more: &[(&str, &str)]) -> TestApp {
    TestApp::start_with(&[&[("CMMC_PUBLIC_URL", ORIGIN)], more].concat()).await
}

pub async fn events(app: &TestApp, action: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
}

/// The subjects of the mails that went since.
async fn subjects(app: &TestApp) -> Vec<String> {
    app.new_mails().await.into_iter().map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn it_is_added_asked_for_at_sign_in_renamed_and_removed() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    assert_eq!(ana.get("/me/passkeys").await.expect(200), json!({ "items": [], "offered": true }));
    let options = ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    assert_eq!((&options["rp_id"], &options["user_name"]), (&json!("cmmc.example.com"), &json!("ana@example.com")));
    assert_eq!((&options["exclude"], &options["algorithms"][1]), (&json!([]), &json!(-7)));
    let mut device = Device::new();
    let body = device.create(&options, "Laptop");
    let added = ana.post("/me/passkeys", &body).await.expect(201);
    assert_eq!(
        (&added["passkey"]["name"], added["backup_codes"]["codes"].as_array().map(Vec::len)),
        (&json!("Laptop"), Some(10))
    );
    // The challenge was used up.
    ana.post("/me/passkeys", &body).await.problem(409, "conflict");
    let state = ana.get("/me/second-factor").await.expect(200);
    assert_eq!((state["enrolled_at"].is_string(), &state["app_since"]), (true, &Value::Null));
    assert_eq!((&state["passkeys"], &state["backup_codes_left"]), (&json!(1), &json!(10)));
    let mine = ana.get("/me").await.expect(200)["second_factor"].clone();
    assert_eq!((&mine["enrolled"], &mine["accepts"]), (&json!(true), &json!(["passkey", "backup_code"])));
    assert_eq!(subjects(&app).await, ["A passkey was added"]);
    // The next one is not to be made on the same authenticator, and brings no new codes.
    let again = ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    let transports = json!(["hybrid", "internal"]);
    assert_eq!(again["exclude"], json!([{ "id": encode(&device.id), "transports": transports }]));
    app.platform.clock.advance(Duration::seconds(1));
    let (_, second) = Device::enrol(&mut ana, "Key").await;
    assert_eq!(second["backup_codes"], Value::Null);

    let mut there = Browser::of(&app, "ana");
    assert_eq!(there.password(PASSWORD).await.expect(202)["accepts"], json!(["passkey", "backup_code"]));
    let options = there.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    assert_eq!((&options["rp_id"], options["allow"].as_array().map(Vec::len)), (&json!("cmmc.example.com"), Some(2)));
    let answer = device.get(&options);
    assert_eq!(there.post("/session/second-factor/passkey", &answer).await.expect(200)["user"]["name"], "ana");
    let items = there.get("/me/passkeys").await.expect(200)["items"].clone();
    assert_eq!((items[0]["last_used_at"].is_string(), &items[1]["last_used_at"]), (true, &Value::Null));

    let id = items[0]["id"].as_str().expect("an id");
    let path = format!("/me/passkeys/{id}");
    assert_eq!(there.patch(&path, &json!({ "name": "Work laptop" })).await.expect(200)["name"], "Work laptop");
    let empty = there.patch(&path, &json!({ "name": " " })).await.problem(400, "invalid");
    assert_eq!(pointers(&empty), ["/name"]);
    there.delete(&path).await.expect(204);
    there.delete(&path).await.problem(404, "not_found");
    there.delete(&format!("/me/passkeys/{}", items[1]["id"].as_str().expect("an id"))).await.expect(204);
    let state = there.get("/me/second-factor").await.expect(200);
    assert_eq!((&state["enrolled_at"], &state["backup_codes_left"]), (&Value::Null, &json!(0)));
    there.password(PASSWORD).await.expect(200);
    let actions = ["passkey.add", "passkey.rename", "passkey.remove", "second_factor.turn_off", "session.refused"];
    let counted = futures_util::future::join_all(actions.map(|action| events(&app, action))).await;
    assert_eq!(counted, [2, 1, 2, 1, 0]);
    let told = subjects(&app).await;
    assert_eq!(told.iter().filter(|subject| *subject == "A passkey was removed").count(), 2, "{told:?}");
    assert!(told.iter().any(|subject| subject == "Your second factor is off"), "{told:?}");
}

#[tokio::test]
async fn it_stands_beside_an_authenticator_app_and_backup_codes() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (phone, backup) = App::enrol(&mut ana, app.platform.clock.now()).await;
    let (mut device, added) = Device::enrol(&mut ana, "Key").await;
    assert_eq!(added["backup_codes"], Value::Null, "the codes that there are go on working");
    app.platform.clock.advance(Duration::minutes(1));
    let kinds = json!(["passkey", "totp", "backup_code"]);
    let mut there = Browser::of(&app, "ana");
    for way in 0..3 {
        assert_eq!(there.password(PASSWORD).await.expect(202)["accepts"], kinds);
        match way {
            0 => device.second_step(&mut there).await.expect(200),
            1 => there.code(&phone.code(app.platform.clock.now(), 0)).await.expect(200),
            _ => there.code(&backup[0]).await.expect(200),
        };
    }
    // Turning off takes all of it away.
    there.delete("/me/second-factor").await.expect(204);
    assert_eq!(there.get("/me/passkeys").await.expect(200)["items"], json!([]));
    there.password(PASSWORD).await.expect(200);
}

#[tokio::test]
async fn backup_codes_work_for_somebody_who_has_passkeys_only() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (_, added) = Device::enrol(&mut ana, "Key").await;
    let mut there = Browser::of(&app, "ana");
    there.password(PASSWORD).await.expect(202);
    there.code("123456").await.problem(401, "bad_code");
    there.code(added["backup_codes"]["codes"][3].as_str().expect("a code")).await.expect(200);
    assert_eq!(there.get("/me/second-factor").await.expect(200)["backup_codes_left"], 9);
    assert_eq!(
        there.post("/me/second-factor/backup-codes", &json!({})).await.expect(200)["codes"][9].as_str().map(str::len),
        Some(11)
    );
}

#[tokio::test]
async fn it_proves_again_before_a_dangerous_act() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut ana, "Key").await;
    for _ in 0..2 {
        app.platform.clock.advance(Duration::minutes(6));
        ana.post("/session/refresh", &json!({})).await.expect(200);
    }
    ana.post("/me/passkeys/challenge", &json!({})).await.problem(403, "step_up_required");
    let missing = ana.post("/session/step-up", &json!({ "password": PASSWORD })).await.problem(400, "invalid");
    assert_eq!(pointers(&missing), ["/code"], "the password alone proves nothing any more");
    let options = ana.post("/session/step-up/passkey-challenge", &json!({})).await.expect(201);
    let answer = device.get(&options);
    assert_eq!(ana.post("/session/step-up/passkey", &answer).await.expect(200)["until"], "2026-11-22T12:22:00Z");
    ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    ana.post("/session/step-up/passkey", &answer).await.problem(401, "bad_passkey");
    assert_eq!((events(&app, "session.step_up").await, events(&app, "session.step_up_refused").await), (1, 1));
}

#[tokio::test]
async fn synced_passkeys_that_do_not_count_are_taken() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut ana, "Phone").await;
    device.counts = false;
    let mut there = Browser::of(&app, "ana");
    for _ in 0..3 {
        there.password(PASSWORD).await.expect(202);
        device.second_step(&mut there).await.expect(200);
    }
}

#[tokio::test]
async fn a_demand_is_met_by_a_passkey_and_its_last_one_stays() {
    let app = start().await;
    let admin = app.admin().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    admin.put("/second-factor-policy", &json!({ "required": true, "grace_days": 0 })).await.expect(200);
    ana.get("/systems").await.problem(403, "second_factor_required");
    let (_, added) = Device::enrol(&mut ana, "Key").await;
    ana.get("/systems").await.expect(200);
    let path = format!("/me/passkeys/{}", added["passkey"]["id"].as_str().expect("an id"));
    ana.delete(&path).await.problem(409, "conflict");
    assert_eq!(ana.get("/me/passkeys").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
    Device::enrol(&mut ana, "Other").await;
    ana.delete(&path).await.expect(204);
    ana.delete("/me/second-factor").await.problem(409, "conflict");
}

#[tokio::test]
async fn an_administrators_reset_takes_passkeys_away_too() {
    let app = start().await;
    let admin = app.admin().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    Device::enrol(&mut ana, "Key").await;
    let found = admin.get("/users?second_factor=true").await.expect(200)["items"][0].clone();
    assert_eq!((&found["name"], &found["second_factor"]), (&json!("ana"), &json!(true)));
    let mut waiting = Browser::of(&app, "ana");
    waiting.password(PASSWORD).await.expect(202);
    waiting.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    let user = found["id"].as_str().expect("an id");
    assert_eq!(admin.delete(&format!("/users/{user}/second-factor")).await.expect(200)["second_factor"], false);
    for table in ["passkeys", "passkey_ceremonies", "backup_codes", "second_steps"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    ana.get("/me").await.problem(401, "unauthenticated");
    waiting.password(PASSWORD).await.expect(200);
}

#[tokio::test]
async fn nobody_sees_or_touches_anothers() {
    let app = start().await;
    let (mut ana, mut ben) = (Browser::signed_in(&app, "ana", false).await, Browser::signed_in(&app, "ben", false).await);
    let (_, added) = Device::enrol(&mut ana, "Key").await;
    assert_eq!(ben.get("/me/passkeys").await.expect(200)["items"], json!([]));
    for id in [added["passkey"]["id"].as_str().expect("an id").to_owned(), nobody().to_string()] {
        ben.patch(&format!("/me/passkeys/{id}"), &json!({ "name": "Mine" })).await.problem(404, "not_found");
        ben.delete(&format!("/me/passkeys/{id}")).await.problem(404, "not_found");
    }
    for path in ["/me/passkeys/challenge", "/me/passkeys", "/session/step-up/passkey-challenge"] {
        Browser::of(&app, "nobody").post(path, &json!({})).await.problem(401, "unauthenticated");
    }
    ben.post("/session/step-up/passkey-challenge", &json!({})).await.problem(409, "conflict");
}

#[tokio::test]
async fn there_is_a_bound_and_an_address_by_number_offers_none() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    for n in 0..20 {
        Device::enrol(&mut ana, &format!("Key {n}")).await;
    }
    ana.post("/me/passkeys/challenge", &json!({})).await.problem(409, "conflict");

    let plain = TestApp::start().await;
    let mut ben = Browser::signed_in(&plain, "ben", false).await;
    assert_eq!(ben.get("/me/passkeys").await.expect(200)["offered"], false);
    let problem = ben.post("/me/passkeys/challenge", &json!({})).await.problem(409, "conflict");
    assert!(problem["detail"].as_str().is_some_and(|words| words.contains("public_url")), "{problem}");
}
