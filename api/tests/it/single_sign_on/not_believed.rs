//! Answers that must not be believed, by a provider that lies.

use super::{answer_of, begin, beside, claims, come_back, events, parameter, round_with};
use crate::identity::browser::Browser;
use crate::support::{FalseProvider, Signed};
use identity::cookies::ACCESS;
use serde_json::{Value, json};

const FAILED: &str = "/sign-in#failed=single_sign_on_failed";

#[tokio::test]
async fn a_token_must_be_signed_by_the_provider_for_this_round_and_now() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    for signed in [Signed::Foreign, Signed::Unknown, Signed::Not, Signed::BySecret] {
        assert_eq!(round_with(&app, &provider, signed, |_| {}).await, FAILED, "{signed:?}");
    }
    let now = app.platform.clock.now().timestamp();
    let changes: [(&str, Value); 12] = [
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("iss", json!("https://evil.example")),
        ("aud", json!("another client")),
        ("aud", json!([FalseProvider::CLIENT, "another client"])),
        ("aud", json!([])),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", Value::Null),
        ("iat", json!(now - 601)),
        ("iat", json!(now + 61)),
        ("sub", Value::Null),
    ];
    for (claim, value) in changes {
        let said = round_with(&app, &provider, Signed::Own, |claims| {
            if value.is_null() {
                claims.as_object_mut().expect("claims").remove(claim);
            } else {
                claims[claim] = value.clone();
            }
        });
        assert_eq!(said.await, FAILED, "{claim}: {value}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
    assert_eq!(events(&app, "single_sign_on.refused").await, 16);
    // The same token, honest.
    assert_eq!(round_with(&app, &provider, Signed::Own, |_| {}).await, "/");
    assert_eq!(round_with(&app, &provider, Signed::Own, |claims| claims["aud"] = json!([FalseProvider::CLIENT])).await, "/");
}

#[tokio::test]
async fn a_token_of_another_round_is_refused() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    let (mut one, mut two) = (Browser::of(&app, "ana"), Browser::of(&app, "ana"));
    let (first, second) = (begin(&mut one, "/").await, begin(&mut two, "/").await);
    provider.says().token = FalseProvider::token(&claims(&app, &provider, &first), Signed::Own);
    assert_eq!(answer_of(&mut two, &second).await, FAILED);
    assert!(two.cookie(ACCESS).is_none());
    // The failure has used the round up.
    provider.says().token = FalseProvider::token(&claims(&app, &provider, &second), Signed::Own);
    assert_eq!(answer_of(&mut two, &second).await, FAILED);
}

#[tokio::test]
async fn the_address_of_the_way_back_is_checked() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    let mut ana = Browser::of(&app, "ana");
    for rest in ["&iss=https%3A%2F%2Fevil.example", "&error=server_error&error_description=%3Cb%3E", ""] {
        let location = begin(&mut ana, "/systems").await;
        provider.says().token = FalseProvider::token(&claims(&app, &provider, &location), Signed::Own);
        let code = if rest.is_empty() { "" } else { "code=any&" };
        let state = parameter(&location, "state");
        let back = format!("/api/v1/single-sign-on/callback?{code}state={state}{rest}");
        assert_eq!(come_back(&mut ana, &back).await, format!("{FAILED}&to=%2Fsystems"), "{rest}");
    }
    let location = begin(&mut ana, "/").await;
    provider.says().token = FalseProvider::token(&claims(&app, &provider, &location), Signed::Own);
    let issuer = provider.issuer.replace(':', "%3A").replace('/', "%2F");
    let back = format!("/api/v1/single-sign-on/callback?code=any&state={}&iss={issuer}", parameter(&location, "state"));
    assert_eq!(come_back(&mut ana, &back).await, "/");
}

#[tokio::test]
async fn the_userinfo_endpoint_speaks_of_the_same_person_and_address() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    let thin = |claims: &mut Value| {
        for claim in ["email", "email_verified", "name"] {
            claims.as_object_mut().expect("claims").remove(claim);
        }
    };
    let person = |sub: &str| json!({ "sub": sub, "email": "ana@example.com", "email_verified": "true", "name": "Ana" });
    provider.says().person = Some(person("somebody-else"));
    assert_eq!(round_with(&app, &provider, Signed::Own, thin).await, "/sign-in#failed=provider_unavailable");
    provider.says().person = None;
    assert_eq!(round_with(&app, &provider, Signed::Own, thin).await, "/sign-in#failed=provider_unavailable");
    // The word about one address is no word about another.
    provider.says().person = Some(person("ana-at-the-provider"));
    let other = |claims: &mut Value| {
        claims["email"] = json!("boss@example.com");
        claims.as_object_mut().expect("claims").remove("email_verified");
    };
    assert_eq!(round_with(&app, &provider, Signed::Own, other).await, "/sign-in#failed=email_not_accepted");
    assert_eq!(round_with(&app, &provider, Signed::Own, thin).await, "/");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'ana@example.com'").await, 1);
}

#[tokio::test]
async fn another_claim_may_say_that_the_address_is_verified() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[("CMMC_SINGLE_SIGN_ON__VERIFIED_CLAIM", "xms_edov")]).await;
    provider.says().person = Some(json!({ "sub": "ana-at-the-provider" }));
    assert_eq!(round_with(&app, &provider, Signed::Own, |_| {}).await, "/sign-in#failed=email_not_accepted");
    assert_eq!(round_with(&app, &provider, Signed::Own, |claims| claims["xms_edov"] = json!(true)).await, "/");
}
