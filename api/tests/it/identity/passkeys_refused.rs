//! Answers of authenticators that are refused, each for its own reason: the audit log has it, the browser does not.

use super::PASSWORD;
use super::browser::Browser;
use super::passkey_device::{Device, encode};
use super::passkeys::{events, start, start_with};
use crate::support::{TestApp, pointers};
use chrono::Duration;
use serde_json::{Value, json};

/// What an authenticator or its browser is made to say that is not so.
type Lie = fn(&mut Device, &mut Value);

/// How often a reason stands in the audit log.
async fn said(app: &TestApp, action: &str, why: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}' AND details LIKE '%\"{why}\"%'")).await
}

#[tokio::test]
async fn what_was_made_for_another_page_or_challenge_is_not_added() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let lies: [(&str, Lie); 6] = [
        ("origin", |device, _| "https://evil.example".clone_into(&mut device.origin)),
        ("origin", |device, _| device.framed = true),
        ("relying_party", |_, options| options["rp_id"] = json!("evil.example")),
        ("relying_party", |_, options| options["rp_id"] = json!("example.com")),
        ("challenge", |_, options| options["challenge"] = json!(encode(&[7; 16]))),
        ("not_asked", |device, _| device.touched = false),
    ];
    for (n, (why, lie)) in lies.into_iter().enumerate() {
        let before = said(&app, "passkey.refused", why).await;
        let mut options = ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
        let truth = options.clone();
        let mut device = Device::new();
        lie(&mut device, &mut options);
        ana.post("/me/passkeys", &device.create(&options, "Key")).await.problem(401, "bad_passkey");
        assert_eq!(said(&app, "passkey.refused", why).await, before + 1, "{n}: {why}");
        // The challenge is used up all the same.
        ana.post("/me/passkeys", &Device::new().create(&truth, "Key")).await.problem(409, "conflict");
    }
    let options = ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    let mut body = Device::new().create(&options, "Key");
    body["attestation_object"] = json!(encode(b"no object"));
    ana.post("/me/passkeys", &body).await.problem(401, "bad_passkey");
    for (field, value) in [("client_data_json", json!("a b")), ("attestation_object", json!("")), ("name", json!(""))] {
        let mut bad = body.clone();
        bad[field] = value;
        let problem = ana.post("/me/passkeys", &bad).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [format!("/{field}")]);
    }
    assert_eq!(ana.get("/me/second-factor").await.expect(200)["enrolled_at"], Value::Null);
}

#[tokio::test]
async fn a_challenge_to_add_belongs_to_its_session_and_ends() {
    let app = start().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let mut other = Browser::of(&app, "ana");
    other.password(PASSWORD).await.expect(200);
    let options = ana.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    let body = Device::new().create(&options, "Key");
    other.post("/me/passkeys", &body).await.problem(409, "conflict");
    app.platform.clock.advance(Duration::minutes(5));
    ana.post("/me/passkeys", &body).await.problem(409, "conflict");
    // A later one takes the place of the one before.
    let (old, new) = (
        ana.post("/me/passkeys/challenge", &json!({})).await.expect(201),
        ana.post("/me/passkeys/challenge", &json!({})).await.expect(201),
    );
    ana.post("/me/passkeys", &Device::new().create(&old, "Key")).await.problem(401, "bad_passkey");
    ana.post("/me/passkeys", &Device::new().create(&new, "Key")).await.problem(409, "conflict");
    // A credential is registered once, whoever asks.
    let (mut device, _) = Device::enrol(&mut ana, "Key").await;
    let mut ben = Browser::signed_in(&app, "ben", false).await;
    let options = ben.post("/me/passkeys/challenge", &json!({})).await.expect(201);
    ben.post("/me/passkeys", &device.create(&options, "Stolen")).await.problem(401, "bad_passkey");
    assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn what_was_signed_for_another_page_or_challenge_does_not_sign_in() {
    let app = start_with(&[("CMMC_LOCKOUT__FAILURES", "1000")]).await;
    let mut here = Browser::signed_in(&app, "ana", false).await;
    let (device, _) = Device::enrol(&mut here, "Key").await;
    let mut ben = Browser::signed_in(&app, "ben", false).await;
    let (bens, _) = Device::enrol(&mut ben, "Ben's").await;
    let mut ana = Browser::of(&app, "ana");
    let lies: [(&str, Lie); 7] = [
        ("origin", |device, _| "https://evil.example".clone_into(&mut device.origin)),
        ("origin", |device, _| "https://cmmc.example.com:8443".clone_into(&mut device.origin)),
        ("origin", |device, _| device.framed = true),
        ("relying_party", |_, options| options["rp_id"] = json!("example.com")),
        ("challenge", |_, options| options["challenge"] = json!(encode(&[7; 16]))),
        ("malformed", |device, _| device.touched = false),
        // Another key under the id: the signature is of nobody who is known.
        ("signature", |device, _| device.change_key()),
    ];
    for (n, (why, lie)) in lies.into_iter().enumerate() {
        let before = said(&app, "session.refused", why).await;
        ana.password(PASSWORD).await.expect(202);
        let mut options = ana.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
        let mut liar = device.clone();
        lie(&mut liar, &mut options);
        ana.post("/session/second-factor/passkey", &liar.get(&options)).await.problem(401, "bad_passkey");
        assert_eq!(said(&app, "session.refused", why).await, before + 1, "{n}: {why}");
    }
    // Another person's passkey, true in itself.
    ana.password(PASSWORD).await.expect(202);
    bens.clone().second_step(&mut ana).await.problem(401, "bad_passkey");
    assert_eq!(said(&app, "session.refused", "unknown").await, 1);
    // And nothing of that has spoilt the true one.
    ana.password(PASSWORD).await.expect(202);
    device.clone().second_step(&mut ana).await.expect(200);
}

#[tokio::test]
async fn an_answer_counts_once_for_its_own_sign_in_and_in_time() {
    let app = start().await;
    let mut here = Browser::signed_in(&app, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut here, "Key").await;
    let (mut ana, mut other) = (Browser::of(&app, "ana"), Browser::of(&app, "ana"));
    ana.post("/session/second-factor/passkey-challenge", &json!({})).await.problem(401, "unauthenticated");
    ana.password(PASSWORD).await.expect(202);
    other.password(PASSWORD).await.expect(202);
    let options = ana.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    let answer = device.get(&options);
    other.post("/session/second-factor/passkey", &answer).await.problem(401, "bad_passkey");
    here.post("/session/step-up/passkey", &answer).await.problem(401, "bad_passkey");
    let again = ana.clone();
    ana.post("/session/second-factor/passkey", &answer).await.expect(200);
    again.clone().post("/session/second-factor/passkey", &answer).await.problem(401, "unauthenticated");
    // Even with the password anew, and a challenge of its own: that one is answered by this.
    ana.password(PASSWORD).await.expect(202);
    ana.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    ana.post("/session/second-factor/passkey", &answer).await.problem(401, "bad_passkey");
    assert_eq!(said(&app, "session.refused", "challenge").await, 2);

    let options = here.post("/session/step-up/passkey-challenge", &json!({})).await.expect(201);
    app.platform.clock.advance(Duration::minutes(5));
    here.post("/session/step-up/passkey", &device.get(&options)).await.problem(401, "bad_passkey");
    assert_eq!(said(&app, "session.step_up_refused", "challenge").await, 2);
}

#[tokio::test]
async fn of_many_who_send_one_answer_at_once_one_gets_in() {
    let app =
        TestApp::start_on(4, &[("CMMC_PUBLIC_URL", super::passkey_device::ORIGIN), ("CMMC_LOCKOUT__FAILURES", "1000")]).await;
    let mut here = Browser::signed_in(&app, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut here, "Key").await;
    let mut ana = Browser::of(&app, "ana");
    ana.password(PASSWORD).await.expect(202);
    let options = ana.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    let answer = device.get(&options);
    let tries = (0..8).map(|_| {
        let (mut browser, answer) = (ana.clone(), answer.clone());
        async move { browser.post("/session/second-factor/passkey", &answer).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn a_counter_that_went_back_suspends_the_passkey() {
    let app = start().await;
    let mut here = Browser::signed_in(&app, "ana", false).await;
    let (mut device, added) = Device::enrol(&mut here, "Key").await;
    let backup = added["backup_codes"]["codes"][0].as_str().expect("a code").to_owned();
    let mut copy = device.clone();
    let mut ana = Browser::of(&app, "ana");
    for _ in 0..2 {
        ana.password(PASSWORD).await.expect(202);
        device.second_step(&mut ana).await.expect(200);
    }
    app.new_mails().await;
    ana.password(PASSWORD).await.expect(202);
    copy.second_step(&mut ana).await.problem(401, "bad_passkey");
    assert_eq!((said(&app, "session.refused", "counter").await, events(&app, "passkey.suspend").await), (1, 1));
    let mails = app.new_mails().await;
    assert!(mails.iter().any(|mail| mail.subject == "A passkey may have been copied"), "{mails:?}");
    // Neither of the two gets in again, however far the copy counts; and no less than a second factor is asked for.
    assert_eq!(ana.password(PASSWORD).await.expect(202)["accepts"], json!(["backup_code"]));
    ana.post("/session/second-factor/passkey-challenge", &json!({})).await.problem(409, "conflict");
    ana.code(&backup).await.expect(200);
    let item = ana.get("/me/passkeys").await.expect(200)["items"][0].clone();
    assert!(item["suspended_at"].is_string(), "{item}");
    ana.delete(&format!("/me/passkeys/{}", item["id"].as_str().expect("an id"))).await.expect(204);
}

#[tokio::test]
async fn a_passkey_that_was_removed_meanwhile_proves_nothing() {
    let app = start().await;
    let mut here = Browser::signed_in(&app, "ana", false).await;
    let (mut device, added) = Device::enrol(&mut here, "Key").await;
    Device::enrol(&mut here, "Other").await;
    let mut ana = Browser::of(&app, "ana");
    ana.password(PASSWORD).await.expect(202);
    let options = ana.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    let id = added["passkey"]["id"].as_str().expect("an id");
    here.delete(&format!("/me/passkeys/{id}")).await.expect(204);
    ana.post("/session/second-factor/passkey", &device.get(&options)).await.problem(401, "bad_passkey");
    assert_eq!(said(&app, "session.refused", "unknown").await, 1);
}

#[tokio::test]
async fn refused_answers_count_towards_the_lock_and_are_limited() {
    let app = start().await;
    let mut here = Browser::signed_in(&app, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut here, "Key").await;
    let mut ana = Browser::of(&app, "ana");
    ana.password(PASSWORD).await.expect(202);
    ana.code("000000").await.problem(401, "bad_code");
    for _ in 0..4 {
        let mut liar = device.clone();
        "https://evil.example".clone_into(&mut liar.origin);
        liar.second_step(&mut ana).await.problem(401, "bad_passkey");
    }
    assert_eq!(events(&app, "user.lock").await, 1);
    device.second_step(&mut ana).await.problem(401, "bad_passkey");
    ana.password(PASSWORD).await.problem(401, "bad_credentials");
    app.platform.clock.advance(Duration::minutes(15));
    ana.password(PASSWORD).await.expect(202);
    device.second_step(&mut ana).await.expect(200);

    let limited = start_with(&[("CMMC_LIMITS__MFA_PER_MINUTE", "3")]).await;
    let mut here = Browser::signed_in(&limited, "ana", false).await;
    let (mut device, _) = Device::enrol(&mut here, "Key").await;
    let mut ana = Browser::of(&limited, "ana");
    ana.password(PASSWORD).await.expect(202);
    device.second_step(&mut ana).await.expect(200);
    ana.password(PASSWORD).await.expect(202);
    ana.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
    ana.post("/session/second-factor/passkey-challenge", &json!({})).await.problem(429, "too_many_requests");
}
