//! What administrators turn off and on, each with its effect; and the settings that they see.

use super::browser::{Browser, account};
use super::passkey_device::{Device, ORIGIN};
use super::{FEATURES, PASSWORD};
use crate::support::{Client, TestApp, token_in};
use serde_json::{Value, json};
use shared_types::systems::Role;

async fn turn(admin: &Client, feature: &str, enabled: bool) -> Value {
    admin.put(&format!("/features/{feature}"), &json!({ "enabled": enabled })).await.expect(200)
}

#[tokio::test]
async fn they_are_turned_by_administrators_and_recorded() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let all = admin.get("/features").await.expect(200);
    let names: Vec<&str> = all["items"].as_array().expect("rows").iter().filter_map(|item| item["feature"].as_str()).collect();
    assert_eq!(names, FEATURES);
    assert!(all["items"].as_array().expect("rows").iter().all(|item| item["enabled"] == true && item["changed_at"].is_null()));
    let off = turn(&admin, "api_tokens", false).await;
    assert_eq!((&off["enabled"], &off["changed_by"]), (&json!(false), &json!("admin")));
    turn(&admin, "api_tokens", false).await;
    assert_eq!(app.anonymous().get("/setup").await.expect(200)["features"], json!(FEATURES[1..]));
    turn(&admin, "api_tokens", true).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'installation.feature'").await, 2);
    let user = app.user("ana").await;
    user.get("/features").await.problem(403, "forbidden");
    user.put("/features/passkeys", &json!({ "enabled": false })).await.problem(403, "forbidden");
    app.anonymous().get("/features").await.problem(401, "unauthenticated");
    admin.put("/features/nonsense", &json!({ "enabled": false })).await.problem(404, "not_found");
    admin.put("/features/passkeys", &json!({ "enabled": "no" })).await.problem(400, "invalid");
}

#[tokio::test]
async fn without_api_tokens_none_is_made_and_none_opens_anything() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({ "name": "Export", "scopes": ["read"], "expires_in_days": 30 });
    let made = admin.post("/me/tokens", &body).await.expect(201);
    let program = admin.bearer(made["token"].as_str().expect("a token"));
    program.get("/me").await.expect(200);
    turn(&admin, "api_tokens", false).await;
    let problem = program.get("/me").await.problem(403, "feature_off");
    assert!(problem["detail"].as_str().is_some_and(|words| words.contains("turned off")), "{problem}");
    // Who has none is told no more than before.
    admin.bearer(&format!("cmmc_0123456789ab_{}", "x".repeat(43))).get("/me").await.problem(401, "unauthenticated");
    admin.post("/me/tokens", &body).await.problem(403, "feature_off");
    assert_eq!(admin.get("/me/tokens").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
    turn(&admin, "api_tokens", true).await;
    program.get("/me").await.expect(200);
}

#[tokio::test]
async fn without_passkeys_none_is_added_and_those_that_there_are_go_on() {
    let app = TestApp::start_with(&[("CMMC_PUBLIC_URL", ORIGIN)]).await;
    let admin = app.admin().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut ana, "Key").await;
    let begun = ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    turn(&admin, "passkeys", false).await;
    assert_eq!(ana.get("/me/passkeys").await.expect(200)["offered"], false);
    ana.post("/me/passkeys/challenge", &json!({})).await.problem(403, "feature_off");
    ana.post("/me/passkeys", &Device::new().create(&begun, "Late")).await.problem(403, "feature_off");
    let mut there = Browser::of(&app, "ana");
    there.password(PASSWORD).await.expect(202);
    device.second_step(&mut there).await.expect(200);
}

#[tokio::test]
async fn without_mailed_invitations_the_link_is_handed_over() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let manager = app.member(system, "max", Role::Manager).await;
    turn(&admin, "mailed_invitations", false).await;
    let invited = admin.post("/users", &json!({ "email": "new@example.com", "name": "New" })).await.expect(201);
    assert!(invited["link"].as_str().is_some_and(|link| link.starts_with("/join#token=")) && invited["mailed"] == false);
    assert_eq!(app.new_mails().await.len(), 0);
    let path = format!("/systems/{system}/invitations");
    let of = |email: &str| json!({ "email": email, "name": "Somebody", "role": "viewer" });
    // With an account or without: the answer does not tell.
    manager.post(&path, &of("other@example.com")).await.problem(403, "feature_off");
    manager.post(&path, &of("admin@example.com")).await.problem(403, "feature_off");
    turn(&admin, "mailed_invitations", true).await;
    manager.post(&path, &of("other@example.com")).await.expect(201);
    assert_eq!(app.new_mails().await.len(), 1);
}

#[tokio::test]
async fn without_mailed_resets_no_link_is_sent_and_none_works() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    account(&app, "ana", false).await;
    let ask = json!({ "email": "ana@example.com" });
    app.anonymous().post("/password-reset", &ask).await.expect(202);
    let token = app.new_mails().await.iter().find_map(|mail| token_in(&mail.text, "reset-password")).expect("a link");
    turn(&admin, "mailed_password_resets", false).await;
    app.anonymous().post("/password-reset", &ask).await.problem(403, "feature_off");
    app.anonymous().post("/password-reset", &json!({ "email": "nobody@example.com" })).await.problem(403, "feature_off");
    let body = json!({ "token": token, "password": "seven quiet copper bridges" });
    app.anonymous().post("/password-reset/confirm", &body).await.problem(403, "feature_off");
    assert_eq!(app.new_mails().await.len(), 0);
    turn(&admin, "mailed_password_resets", true).await;
    app.anonymous().post("/password-reset/confirm", &body).await.expect(204);
}

#[tokio::test]
async fn settings_are_shown_with_their_source_and_never_a_secret() {
    let key = "K7mPq2vX9sT4wZ8bN3cR6yH1jD5fG0aL-very-own";
    let app = TestApp::start_with(&[("CMMC_SESSION__KEY", key), ("CMMC_SESSION__STEP_UP_MINUTES", "10")]).await;
    let admin = app.admin().await;
    let settings = admin.get("/settings").await.expect(200);
    assert!(!settings.to_string().contains(key), "a secret is shown");
    let of =
        |name: &str| settings["items"].as_array().expect("rows").iter().find(|item| item["name"] == name).expect("it").clone();
    assert_eq!(
        of("session.key"),
        json!({ "name": "session.key", "value": null, "secret": true, "set": true, "source": "environment" })
    );
    // What is given is not the default, even where it says the same.
    assert_eq!(
        (&of("session.step_up_minutes")["value"], &of("session.step_up_minutes")["source"]),
        (&json!("10"), &json!("environment"))
    );
    assert_eq!((&of("lockout.failures")["value"], &of("lockout.failures")["source"]), (&json!("5"), &json!("default")));
    assert_eq!((&of("jobs.redis_url")["set"], &of("jobs.redis_url")["value"]), (&json!(false), &Value::Null));
    app.user("ana").await.get("/settings").await.problem(403, "forbidden");
    app.anonymous().get("/settings").await.problem(401, "unauthenticated");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cmmc.toml");
    std::fs::write(&file, "[lockout]\nfailures = 7\n").expect("a file");
    let loaded = platform::settings::load(Some(&file), std::iter::empty()).expect("settings");
    let setting = loaded.in_effect.iter().find(|setting| setting.name == "lockout.failures").expect("it");
    assert_eq!((setting.value.as_deref(), setting.source), (Some("7"), shared_types::operation::SettingSource::File));
}
