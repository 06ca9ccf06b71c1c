//! Getting back in by mail, and changing what one signs in with.

use super::{PASSWORD, cookie, setup_body, setup_token};
use crate::support::{Answer, Client, TestApp, pointers, token_in};
use platform::mailer::Mail;
use serde_json::{Value, json};

const OTHER: &str = "seven quiet otters paint";

/// An installation with one person, who has a password and is signed in.
async fn with_ana() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let token = setup_token(&app).await;
    let answer = app.anonymous().post("/setup", &setup_body(&token)).await;
    let ana = signed_in(&app, &answer);
    (app, ana)
}

fn signed_in(app: &TestApp, answer: &Answer) -> Client {
    let (access, _) = cookie(answer, ::identity::cookies::ACCESS).expect("a session");
    let body: Value = serde_json::from_slice(&answer.bytes).expect("JSON");
    let csrf = body["csrf_token"].as_str().expect("a token").to_owned();
    app.anonymous().with("cookie", format!("{}={access}", ::identity::cookies::ACCESS)).with("x-csrf-token", csrf)
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.anonymous().post("/session", &json!({ "email": email, "password": password })).await
}

async fn ask(app: &TestApp, email: &str) {
    app.anonymous().post("/password-reset", &json!({ "email": email })).await.expect(202);
}

/// Asks for a link; its token.
async fn reset_token(app: &TestApp) -> String {
    ask(app, "ana@example.com").await;
    app.new_mails().await.iter().find_map(|mail| token_in(&mail.text, "reset-password")).expect("a link")
}

fn subjects(mails: &[Mail]) -> Vec<(&str, &str)> {
    let mut all: Vec<(&str, &str)> = mails.iter().map(|mail| (mail.to.address.as_str(), mail.subject.as_str())).collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn a_password_is_reset_by_mail_once_and_all_sessions_end() {
    let (app, ana) = with_ana().await;
    let token = reset_token(&app).await;
    let body = json!({ "token": token, "password": OTHER });
    app.anonymous()
        .post("/password-reset/confirm", &json!({ "token": token, "password": "short" }))
        .await
        .problem(400, "invalid");
    app.anonymous().post("/password-reset/confirm", &body).await.expect(204);
    ana.get("/me").await.problem(401, "unauthenticated");
    app.anonymous().post("/password-reset/confirm", &body).await.problem(401, "bad_token");
    sign_in(&app, "ana@example.com", PASSWORD).await.problem(401, "bad_credentials");
    let session = sign_in(&app, "ana@example.com", OTHER).await.expect(200);
    assert_eq!(session["user"]["email_verified"], true, "who has the mailed link reads the address");
    let told = [("ana@example.com", "A sign-in from a new device"), ("ana@example.com", "Your password was reset")];
    assert_eq!(subjects(&app.new_mails().await), told);
    for action in ["password.ask_reset", "password.reset"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await, 1, "{action}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE details LIKE '%example%'").await, 0);
}

#[tokio::test]
async fn a_link_expires_and_a_newer_one_voids_it() {
    let (app, _ana) = with_ana().await;
    let body = |token: &str| json!({ "token": token, "password": OTHER });
    let first = reset_token(&app).await;
    let second = reset_token(&app).await;
    app.anonymous().post("/password-reset/confirm", &body(&first)).await.problem(401, "bad_token");
    app.platform.clock.advance(chrono::Duration::minutes(30));
    app.anonymous().post("/password-reset/confirm", &body(&second)).await.problem(401, "bad_token");
    let third = reset_token(&app).await;
    app.anonymous().post("/password-reset/confirm", &body(&third)).await.expect(204);
    // A token of one purpose is none of another.
    let fourth = reset_token(&app).await;
    app.anonymous().post("/invitations/accept", &body(&fourth)).await.problem(401, "bad_token");
    app.anonymous().post("/email-change/confirm", &json!({ "token": fourth })).await.problem(401, "bad_token");
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_wins() {
    let (app, _ana) = with_ana().await;
    let token = reset_token(&app).await;
    let attempt = |n: u32| {
        let (client, body) = (app.anonymous(), json!({ "token": token, "password": format!("{OTHER} {n}") }));
        async move { client.post("/password-reset/confirm", &body).await.status.as_u16() }
    };
    let (a, b, c) = tokio::join!(attempt(1), attempt(2), attempt(3));
    let mut statuses = [a, b, c];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 401, 401]);
}

#[tokio::test]
async fn asking_tells_nothing_and_mails_nobody_who_has_no_account() {
    let (app, _ana) = with_ana().await;
    let admin = app.admin().await;
    admin.post("/users", &json!({ "email": "invited@example.com", "name": "Invited" })).await.expect(201);
    app.new_mails().await;
    let mut answers = Vec::new();
    for email in ["ana@example.com", "nobody@example.com", "invited@example.com", " ANA@example.com "] {
        let answer = app.anonymous().post("/password-reset", &json!({ "email": email })).await;
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort_unstable();
        answers.push((answer.status, answer.bytes, names));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    let mails = app.new_mails().await;
    assert_eq!(subjects(&mails), [("ana@example.com", "Set a new password"), ("ana@example.com", "Set a new password")]);
    let problem =
        app.anonymous().post("/password-reset", &json!({ "email": "a@b\r\nBcc: c@d.example" })).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/email"]);
}

#[tokio::test]
async fn nobody_is_flooded_with_mail() {
    let (app, _ana) = with_ana().await;
    for _ in 0..9 {
        ask(&app, "ana@example.com").await;
    }
    assert_eq!(app.new_mails().await.len(), 5);
    app.platform.clock.advance(chrono::Duration::minutes(61));
    ask(&app, "ana@example.com").await;
    assert_eq!(app.new_mails().await.len(), 1);
}

#[tokio::test]
async fn asking_is_limited_per_address_of_the_client() {
    let app = TestApp::start_with(&[("CMMC_LIMITS__RESET_PER_HOUR", "3")]).await;
    let body = json!({ "email": "nobody@example.com" });
    for _ in 0..3 {
        app.anonymous().post("/password-reset", &body).await.expect(202);
    }
    let body = json!({ "email": "somebody.else@example.com" });
    let refused = app.anonymous().post("/password-reset", &body).await;
    assert!(refused.header("retry-after").is_some());
    refused.problem(429, "too_many_requests");
}

#[tokio::test]
async fn a_new_password_must_not_be_guessable_for_who_knows_the_person() {
    let (app, ana) = with_ana().await;
    app.system(&ana, "Foundry enclave").await;
    let token = reset_token(&app).await;
    for bad in
        ["ana@example.com", "HarlanPrecision2026", "Foundry-Enclave-2026", "passwordpassword", "fourteen chars", &"x".repeat(129)]
    {
        let problem = app.anonymous().post("/password-reset/confirm", &json!({ "token": token, "password": bad })).await;
        assert_eq!(pointers(&problem.problem(400, "invalid")), ["/password"], "{bad}");
    }
    app.anonymous().post("/password-reset/confirm", &json!({ "token": token, "password": OTHER })).await.expect(204);
}

#[tokio::test]
async fn a_password_change_ends_the_other_sessions_and_is_told() {
    let (app, ana) = with_ana().await;
    let other = signed_in(&app, &sign_in(&app, "ana@example.com", PASSWORD).await);
    let body = |current: &str, new: &str| json!({ "current_password": current, "password": new });
    let wrong = ana.put("/me/password", &body("not it", OTHER)).await.problem(400, "invalid");
    assert_eq!((pointers(&wrong), wrong["errors"][0]["code"].as_str()), (vec!["/current_password"], Some("wrong")));
    let weak = ana.put("/me/password", &body(PASSWORD, "passwordpassword")).await.problem(400, "invalid");
    assert_eq!(pointers(&weak), ["/password"]);
    app.anonymous().put("/me/password", &body(PASSWORD, OTHER)).await.problem(401, "unauthenticated");
    let link = reset_token(&app).await;
    ana.put("/me/password", &body(PASSWORD, OTHER)).await.expect(204);
    ana.get("/me").await.expect(200);
    other.get("/me").await.problem(401, "unauthenticated");
    let late = json!({ "token": link, "password": PASSWORD });
    app.anonymous().post("/password-reset/confirm", &late).await.problem(401, "bad_token");
    sign_in(&app, "ana@example.com", OTHER).await.expect(200);
    let told = [("ana@example.com", "A sign-in from a new device"), ("ana@example.com", "Your password was changed")];
    assert_eq!(subjects(&app.new_mails().await), told);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'password.refused'").await, 1);
}

#[tokio::test]
async fn an_address_is_changed_by_a_link_that_goes_to_the_new_one() {
    let (app, ana) = with_ana().await;
    let body = |email: &str| json!({ "email": email, "current_password": PASSWORD });
    let wrong = json!({ "email": "new@example.com", "current_password": "not it" });
    assert_eq!(pointers(&ana.post("/me/email-change", &wrong).await.problem(400, "invalid")), ["/current_password"]);
    assert_eq!(pointers(&ana.post("/me/email-change", &body("ana@example.com")).await.problem(400, "invalid")), ["/email"]);
    app.anonymous().post("/me/email-change", &body("new@example.com")).await.problem(401, "unauthenticated");
    let old_reset = reset_token(&app).await;
    ana.post("/me/email-change", &body("first@example.com")).await.expect(202);
    let first = app.new_mails().await;
    ana.post("/me/email-change", &body("new@example.com")).await.expect(202);
    assert_eq!(ana.get("/me").await.expect(200)["pending_email"], "new@example.com");
    let mails = app.new_mails().await;
    let asked = [("ana@example.com", "Another address for your account"), ("new@example.com", "Confirm your new address")];
    assert_eq!(subjects(&mails), asked);
    let token_of = |mails: &[Mail]| mails.iter().find_map(|mail| token_in(&mail.text, "confirm-email")).expect("a link");
    let confirm = |token: String| json!({ "token": token });
    app.anonymous().post("/email-change/confirm", &confirm(token_of(&first))).await.problem(401, "bad_token");
    sign_in(&app, "new@example.com", PASSWORD).await.problem(401, "bad_credentials");
    app.anonymous().post("/email-change/confirm", &confirm(token_of(&mails))).await.expect(204);
    app.anonymous().post("/email-change/confirm", &confirm(token_of(&mails))).await.problem(401, "bad_token");
    ana.get("/me").await.problem(401, "unauthenticated");
    sign_in(&app, "ana@example.com", PASSWORD).await.problem(401, "bad_credentials");
    let session = sign_in(&app, "new@example.com", PASSWORD).await.expect(200);
    assert_eq!((&session["user"]["email_verified"], &session["user"]["pending_email"]), (&json!(true), &Value::Null));
    let told = [("ana@example.com", "Your address was changed"), ("new@example.com", "A sign-in from a new device")];
    assert_eq!(subjects(&app.new_mails().await), told);
    let reset = json!({ "token": old_reset, "password": OTHER });
    app.anonymous().post("/password-reset/confirm", &reset).await.problem(401, "bad_token");
}

#[tokio::test]
async fn an_address_that_somebody_has_is_neither_told_nor_mailed_nor_taken() {
    let (app, ana) = with_ana().await;
    app.user("luis").await;
    let ask = json!({ "email": "luis@example.com", "current_password": PASSWORD });
    ana.post("/me/email-change", &ask).await.expect(202);
    assert_eq!(subjects(&app.new_mails().await), [("ana@example.com", "Another address for your account")]);
    // Taken between the mail and its use.
    let ask = json!({ "email": "dana@example.com", "current_password": PASSWORD });
    ana.post("/me/email-change", &ask).await.expect(202);
    let mails = app.new_mails().await;
    let token = mails.iter().find_map(|mail| token_in(&mail.text, "confirm-email")).expect("a link");
    app.user("dana").await;
    app.anonymous().post("/email-change/confirm", &json!({ "token": token })).await.problem(409, "conflict");
    ana.get("/me").await.expect(200);
}

fn code_in(mails: &[Mail]) -> String {
    let line = mails.iter().flat_map(|mail| mail.text.lines()).find_map(|line| line.strip_prefix("Code: "));
    line.expect("a code").to_owned()
}

#[tokio::test]
async fn an_address_is_verified_by_a_code_with_five_tries() {
    let (app, ana) = with_ana().await;
    assert_eq!(ana.get("/me").await.expect(200)["email_verified"], false);
    let confirm = |code: &str| json!({ "code": code });
    ana.post("/me/email-verification/confirm", &confirm("12345678")).await.problem(409, "conflict");
    ana.post("/me/email-verification", &json!({})).await.expect(202);
    let code = code_in(&app.new_mails().await);
    let wrong = if code.starts_with('0') { "1111 1111" } else { "0000 0000" };
    // All at once: each is counted.
    let body = confirm(wrong);
    let tries = futures_util::future::join_all((0..20).map(|_| ana.post("/me/email-verification/confirm", &body)));
    let statuses: Vec<u16> = tries.await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!((statuses.iter().filter(|status| **status == 400).count(), statuses.len()), (5, 20), "{statuses:?}");
    ana.post("/me/email-verification/confirm", &confirm(&code)).await.problem(409, "conflict");
    ana.post("/me/email-verification", &json!({})).await.expect(202);
    let code = code_in(&app.new_mails().await);
    let other = app.user("other").await;
    other.post("/me/email-verification/confirm", &confirm(&code)).await.problem(409, "conflict");
    assert_eq!(pointers(&ana.post("/me/email-verification/confirm", &confirm(wrong)).await.problem(400, "invalid")), ["/code"]);
    ana.post("/me/email-verification/confirm", &confirm(&code)).await.expect(204);
    assert_eq!(ana.get("/me").await.expect(200)["email_verified"], true);
    ana.post("/me/email-verification", &json!({})).await.problem(409, "conflict");
    app.anonymous().post("/me/email-verification", &json!({})).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_code_expires() {
    let (app, ana) = with_ana().await;
    ana.post("/me/email-verification", &json!({})).await.expect(202);
    let code = code_in(&app.new_mails().await);
    app.platform.clock.advance(chrono::Duration::minutes(30));
    let fresh = signed_in(&app, &sign_in(&app, "ana@example.com", PASSWORD).await);
    fresh.post("/me/email-verification/confirm", &json!({ "code": code })).await.problem(409, "conflict");
}

#[tokio::test]
async fn eight_characters_will_do_beside_a_second_factor() {
    let (app, ana) = with_ana().await;
    let body = json!({ "current_password": PASSWORD, "password": "mK4#vq8z" });
    assert_eq!(pointers(&ana.put("/me/password", &body).await.problem(400, "invalid")), ["/password"]);
    let enrol = "INSERT INTO second_factors (user_id, confirmed_at) SELECT id, created_at FROM users";
    app.platform.db.write(move |tx| Box::pin(platform::db::execute(tx, enrol, []))).await.expect("a write");
    ana.put("/me/password", &body).await.expect(204);
    let body = json!({ "current_password": "mK4#vq8z", "password": "monkey12" });
    assert_eq!(pointers(&ana.put("/me/password", &body).await.problem(400, "invalid")), ["/password"]);
}

#[tokio::test]
async fn a_lock_is_told_by_mail_and_a_reset_ends_it() {
    let (app, ana) = with_ana().await;
    sign_in(&app, "ana@example.com", "wrong").await.problem(401, "bad_credentials");
    // A wrong current password counts like one at the door.
    for _ in 0..4 {
        let body = json!({ "current_password": "wrong", "password": OTHER });
        ana.put("/me/password", &body).await.problem(400, "invalid");
    }
    sign_in(&app, "ana@example.com", PASSWORD).await.problem(401, "bad_credentials");
    assert_eq!(subjects(&app.new_mails().await), [("ana@example.com", "Your account is locked")]);
    let body = json!({ "token": reset_token(&app).await, "password": OTHER });
    app.anonymous().post("/password-reset/confirm", &body).await.expect(204);
    sign_in(&app, "ana@example.com", OTHER).await.expect(200);
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_made_again_at_sign_in() {
    let (app, _ana) = with_ana().await;
    let count = "SELECT COUNT(*) FROM users WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'";
    // The same password under half the memory, made by the reference implementation (argon2-cffi).
    let weaker = "$argon2id$v=19$m=9728,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Zr3tk8CS5GUq3sH230OsVKgV9OjZVTPejd7CrvCpr6A";
    assert_eq!(app.count(count).await, 1);
    let sql = "UPDATE users SET password_hash = $1";
    let write = app.platform.db.write(move |tx| Box::pin(platform::db::execute(tx, sql, [weaker.into()])));
    assert_eq!(write.await.expect("a write"), 1);
    assert_eq!(app.count(count).await, 0);
    sign_in(&app, "ana@example.com", "wrong").await.problem(401, "bad_credentials");
    assert_eq!(app.count(count).await, 0);
    sign_in(&app, "ana@example.com", PASSWORD).await.expect(200);
    assert_eq!(app.count(count).await, 1);
    sign_in(&app, "ana@example.com", PASSWORD).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'password.rehash'").await, 1);
}
