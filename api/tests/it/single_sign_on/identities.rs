//! Connecting an account from inside, and disconnecting it.

use super::{come_back, events, person, prove, round};
use crate::identity::PASSWORD;
use crate::identity::browser::Browser;
use crate::support::OpenIdProvider;
use chrono::Duration;
use serde_json::{Value, json};

async fn link(provider: &OpenIdProvider, browser: &mut Browser, login: &str) -> String {
    let begun = browser.post("/me/identities", &json!({ "return_to": "/account" })).await.expect(200);
    let back = provider.sign_in(begun["location"].as_str().expect("an address"), login).await;
    come_back(browser, &back).await
}

#[tokio::test]
async fn an_administrator_connects_the_own_account_from_inside() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[]).await;
    for login in ["dana", "other"] {
        provider.knows(login, person("whoever@elsewhere.example", false)).await;
    }
    let mut dana = Browser::signed_in(&app, "dana", true).await;
    assert_eq!(dana.get("/me/identities").await.expect(200)["items"], json!([]));
    app.platform.clock.advance(Duration::minutes(11));
    dana.post("/session/refresh", &json!({})).await.expect(200);
    dana.post("/me/identities", &json!({ "return_to": "/account" })).await.problem(403, "step_up_required");
    dana.post("/session/step-up", &json!({ "password": PASSWORD })).await.expect(200);
    app.platform.clock.advance(Duration::minutes(-11));

    assert_eq!(link(&provider, &mut dana, "dana").await, "/account");
    let items = dana.get("/me/identities").await.expect(200)["items"].clone();
    assert_eq!((&items[0]["issuer"], &items[0]["removable"]), (&json!(provider.issuer), &json!(true)));
    assert_eq!(items[0]["last_used_at"], Value::Null);
    // Again is no fault; one account is one person there, and one person one account.
    assert_eq!(link(&provider, &mut dana, "dana").await, "/account");
    assert_eq!(link(&provider, &mut dana, "other").await, "/account#failed=identity_taken");
    let mut eve = Browser::signed_in(&app, "eve", false).await;
    assert_eq!(link(&provider, &mut eve, "dana").await, "/account#failed=identity_taken");
    assert_eq!((events(&app, "identity.link").await, events(&app, "identity.link_refused").await), (1, 2));

    assert_eq!(round(&provider, &mut Browser::of(&app, "dana"), "dana").await, "/");
    let mine = format!("/me/identities/{}", items[0]["id"].as_str().expect("an id"));
    eve.delete(&mine).await.problem(404, "not_found");
    dana.delete(&mine).await.expect(204);
    dana.delete(&mine).await.problem(404, "not_found");
    assert_eq!(round(&provider, &mut Browser::of(&app, "dana"), "dana").await, "/sign-in#failed=email_not_accepted");
    let subjects: Vec<String> = app.new_mails().await.into_iter().map(|mail| mail.subject).collect();
    for wanted in ["Single sign-on was connected", "Single sign-on was disconnected"] {
        assert!(subjects.iter().any(|subject| subject == wanted), "{subjects:?}");
    }
}

#[tokio::test]
async fn the_last_way_in_stays_and_what_groups_gave_ends_with_the_connection() {
    let provider = OpenIdProvider::start().await;
    let settings = [
        ("CMMC_SINGLE_SIGN_ON__JUST_IN_TIME", "true"),
        ("CMMC_SINGLE_SIGN_ON__ALLOWED_EMAIL_DOMAINS", "example.com"),
        ("CMMC_SINGLE_SIGN_ON__GROUP_ROLES", "team|Enclave|viewer"),
    ];
    let app = provider.app(&settings).await;
    let admin = app.admin().await;
    app.system(&admin, "Enclave").await;
    let mut ana = person("ana@example.com", true);
    ana["claims"]["groups"] = json!(["team"]);
    provider.knows("ana", ana.clone()).await;
    let mut browser = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut browser, "ana").await, "/");
    let items = browser.get("/me/identities").await.expect(200)["items"].clone();
    assert_eq!(items[0]["removable"], false);
    let path = format!("/me/identities/{}", items[0]["id"].as_str().expect("an id"));
    prove(&provider, &mut browser, "ana").await;
    browser.delete(&path).await.problem(409, "conflict");
    assert_eq!(browser.get("/me/identities").await.expect(200)["items"].as_array().map(Vec::len), Some(1));

    let mut bo = Browser::signed_in(&app, "bo", false).await;
    ana["claims"]["email"] = json!("bo@example.com");
    provider.knows("bo", ana).await;
    assert_eq!(link(&provider, &mut bo, "bo").await, "/account");
    assert_eq!(round(&provider, &mut bo, "bo").await, "/");
    assert_eq!(bo.get("/me").await.expect(200)["systems"][0]["role"], "viewer");
    prove(&provider, &mut bo, "bo").await;
    let items = bo.get("/me/identities").await.expect(200)["items"].clone();
    bo.delete(&format!("/me/identities/{}", items[0]["id"].as_str().expect("an id"))).await.expect(204);
    assert_eq!(bo.get("/me").await.expect(200)["systems"], json!([]));
}

#[tokio::test]
async fn an_administrator_with_a_password_stays() {
    let provider = OpenIdProvider::start().await;
    let settings = [("CMMC_SINGLE_SIGN_ON__JUST_IN_TIME", "true"), ("CMMC_SINGLE_SIGN_ON__ALLOWED_EMAIL_DOMAINS", "example.com")];
    let app = provider.app(&settings).await;
    let admin = app.admin().await;
    provider.knows("ana", person("ana@example.com", true)).await;
    let mut ana = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/");
    let id = ana.get("/me").await.expect(200)["id"].as_str().expect("an id").to_owned();
    admin.post(&format!("/users/{id}/changes"), &json!({ "action": "grant_admin" })).await.expect(200);
    // Two administrators, but were the provider gone nobody could get in without the one who has a password.
    let own = format!("/users/{}/changes", admin.user_id());
    admin.post(&own, &json!({ "action": "withdraw_admin" })).await.problem(409, "conflict");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/");
    prove(&provider, &mut ana, "ana").await;
    ana.post(&own, &json!({ "action": "deactivate" })).await.problem(409, "conflict");
}
