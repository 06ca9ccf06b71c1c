//! Single sign-on: by a real OpenID provider, and by one that lies.

mod first_time;
mod groups;
mod identities;
mod keys;
mod not_believed;
mod rounds;
mod second_factor;
mod sign_in;
mod step_up;

use crate::identity::browser::Browser;
use crate::support::{Answer, FalseProvider, OpenIdProvider, Signed, TestApp};
use serde_json::{Value, json};

/// How many audit events of an action there are.
async fn events(app: &TestApp, action: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
}

/// The address that the browser is sent to.
async fn begin(browser: &mut Browser, to: &str) -> String {
    let begun = browser.post("/single-sign-on/sign-in", &json!({ "return_to": to })).await.expect(200);
    begun["location"].as_str().expect("an address").to_owned()
}

/// The provider sends the browser back to this address: where it comes out.
async fn come_back(browser: &mut Browser, address: &str) -> String {
    let path = &address[address.find("/api/").expect("the callback")..];
    let place = landed(&browser.get(path).await);
    // The page that it comes out at asks who is signed in, and so learns the session's CSRF token.
    browser.get("/session").await;
    place
}

/// Where an answer sends the browser.
fn landed(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 303, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.header("location").expect("a place").to_owned()
}

/// The whole way by the real provider: where it comes out.
async fn round(provider: &OpenIdProvider, browser: &mut Browser, login: &str) -> String {
    let location = begin(browser, "/").await;
    let back = provider.sign_in(&location, login).await;
    come_back(browser, &back).await
}

/// Somebody as the provider knows them.
fn person(email: &str, verified: bool) -> Value {
    json!({ "claims": { "email": email, "email_verified": verified, "name": "Ana of the provider" }, "amr": ["pwd"] })
}

/// Proves anew at the provider who it is.
async fn prove(provider: &OpenIdProvider, browser: &mut Browser, login: &str) {
    let begun = browser.post("/single-sign-on/step-up", &json!({ "return_to": "/account" })).await.expect(200);
    let back = provider.sign_in(begun["location"].as_str().expect("an address"), login).await;
    assert_eq!(come_back(browser, &back).await, "/account");
}

/// An application that signs in by the provider that lies.
async fn beside(provider: &FalseProvider, more: &[(&str, &str)]) -> TestApp {
    let mut all = vec![
        ("CMMC_SINGLE_SIGN_ON__ISSUER", provider.issuer.as_str()),
        ("CMMC_SINGLE_SIGN_ON__CLIENT_ID", FalseProvider::CLIENT),
        ("CMMC_SINGLE_SIGN_ON__CLIENT_SECRET", FalseProvider::SECRET),
        ("CMMC_SINGLE_SIGN_ON__JUST_IN_TIME", "true"),
        ("CMMC_SINGLE_SIGN_ON__ALLOWED_EMAIL_DOMAINS", "example.com"),
    ];
    all.extend(more);
    TestApp::start_with(&all).await
}

/// A parameter of an address.
fn parameter(address: &str, name: &str) -> String {
    let url = reqwest::Url::parse(address).expect("an address");
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The claims of an honest token for a round that was begun.
fn claims(app: &TestApp, provider: &FalseProvider, location: &str) -> Value {
    let now = app.platform.clock.now().timestamp();
    json!({
        "iss": provider.issuer, "aud": FalseProvider::CLIENT, "sub": "ana-at-the-provider", "iat": now, "exp": now + 300,
        "nonce": parameter(location, "nonce"), "email": "ana@example.com", "email_verified": true, "name": "Ana",
    })
}

/// A round whose token is what the test makes of an honest one: where it comes out.
async fn round_with(app: &TestApp, provider: &FalseProvider, signed: Signed, change: impl FnOnce(&mut Value)) -> String {
    let mut browser = Browser::of(app, "ana");
    let location = begin(&mut browser, "/").await;
    let mut said = claims(app, provider, &location);
    change(&mut said);
    provider.says().token = FalseProvider::token(&said, signed);
    answer_of(&mut browser, &location).await
}

/// The provider sends the browser back with a code.
async fn answer_of(browser: &mut Browser, location: &str) -> String {
    come_back(browser, &format!("/api/v1/single-sign-on/callback?code=any&state={}", parameter(location, "state"))).await
}
