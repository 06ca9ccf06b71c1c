//! What is kept of the provider: its document and keys, for a while.

use super::{answer_of, begin, beside, round_with};
use crate::identity::browser::Browser;
use crate::support::{FalseProvider, OpenIdProvider, Signed, TestApp};
use chrono::Duration;
use serde_json::json;

const UNAVAILABLE: (u16, &str) = (503, "provider_unavailable");

#[tokio::test]
async fn document_and_keys_are_read_once_an_hour_and_keys_again_for_a_new_one() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    assert_eq!(provider.says().asked, (0, 0), "nothing is asked before somebody signs in");
    for _ in 0..3 {
        assert_eq!(round_with(&app, &provider, Signed::Own, |_| {}).await, "/");
    }
    assert_eq!(provider.says().asked, (1, 1));
    app.platform.clock.advance(Duration::minutes(2));
    provider.says().rotated = true;
    assert_eq!(round_with(&app, &provider, Signed::Unknown, |_| {}).await, "/", "the provider has a new key");
    assert_eq!(provider.says().asked, (1, 2));
    app.platform.clock.advance(Duration::hours(1));
    assert_eq!(round_with(&app, &provider, Signed::Own, |_| {}).await, "/");
    assert_eq!(provider.says().asked, (2, 3));
}

#[tokio::test]
async fn tokens_of_unknown_keys_do_not_make_us_hammer_the_provider() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    app.platform.clock.advance(Duration::minutes(2));
    for _ in 0..4 {
        assert_eq!(round_with(&app, &provider, Signed::Unknown, |_| {}).await, "/sign-in#failed=single_sign_on_failed");
    }
    assert_eq!(provider.says().asked, (1, 1), "they were read within the last minute");
    app.platform.clock.advance(Duration::minutes(1));
    for _ in 0..3 {
        round_with(&app, &provider, Signed::Unknown, |_| {}).await;
    }
    assert_eq!(provider.says().asked, (1, 2));
}

#[tokio::test]
async fn a_broken_provider_is_given_a_pause_and_comes_back() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    let begin = || async { app.anonymous().post("/single-sign-on/sign-in", &json!({ "return_to": "/" })).await };
    provider.says().broken = Some(502);
    for _ in 0..3 {
        let problem = begin().await.problem(UNAVAILABLE.0, UNAVAILABLE.1);
        assert!(!problem.to_string().contains("Words"), "{problem}");
    }
    assert_eq!(provider.says().asked.0, 1);
    provider.says().broken = None;
    begin().await.problem(UNAVAILABLE.0, UNAVAILABLE.1);
    app.platform.clock.advance(Duration::seconds(5));
    begin().await.expect(200);
    // It breaks while somebody is under way.
    provider.says().broken = Some(500);
    assert_eq!(round_with(&app, &provider, Signed::Own, |_| {}).await, "/sign-in#failed=single_sign_on_failed");
}

#[tokio::test]
async fn documents_that_lie_are_no_documents() {
    for (name, value) in [
        ("issuer", json!("https://another.example")),
        ("token_endpoint", json!("http://192.0.2.1/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("userinfo_endpoint", json!("http://intranet.example/me")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
    ] {
        let provider = FalseProvider::start();
        let app = beside(&provider, &[]).await;
        provider.says().document = vec![(name, value)];
        let answer = app.anonymous().post("/single-sign-on/sign-in", &json!({ "return_to": "/" })).await;
        answer.problem(UNAVAILABLE.0, UNAVAILABLE.1);
    }
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    provider.says().padding = 600_000;
    let answer = app.anonymous().post("/single-sign-on/sign-in", &json!({ "return_to": "/" })).await;
    answer.problem(UNAVAILABLE.0, UNAVAILABLE.1);
}

#[tokio::test]
async fn the_provider_proves_itself_by_an_authority_that_is_believed() {
    let provider = OpenIdProvider::start_with(&[("tls", "1")]).await;
    assert!(provider.issuer.starts_with("https://"));
    let own = provider.settings();
    let mut settings: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let stranger = TestApp::start_with(&settings).await;
    let answer = stranger.anonymous().post("/single-sign-on/sign-in", &json!({ "return_to": "/" })).await;
    answer.problem(UNAVAILABLE.0, UNAVAILABLE.1);

    let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/fixtures/tls/authority.pem");
    settings.push(("CMMC_SINGLE_SIGN_ON__CA_FILE", authority));
    let app = TestApp::start_with(&settings).await;
    let mut ana = Browser::of(&app, "ana");
    let location = begin(&mut ana, "/").await;
    assert!(location.starts_with(&provider.issuer), "{location}");
    // The provider refuses a code that it did not give: so much was said over TLS.
    assert_eq!(answer_of(&mut ana, &location).await, "/sign-in#failed=single_sign_on_failed");
}
