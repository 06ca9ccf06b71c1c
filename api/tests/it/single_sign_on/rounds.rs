//! Rounds: their time, where they lead back to, and how many there may be.

use super::{answer_of, begin, beside, claims, come_back};
use crate::identity::browser::Browser;
use crate::support::{FalseProvider, Signed, pointers};
use chrono::Duration;
use identity::cookies::ACCESS;
use serde_json::json;

#[tokio::test]
async fn a_round_takes_ten_minutes_at_the_most() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    for (minutes, landing) in [(9, "/"), (10, "/sign-in#failed=single_sign_on_failed")] {
        let mut ana = Browser::of(&app, "ana");
        let location = begin(&mut ana, "/").await;
        app.platform.clock.advance(Duration::minutes(minutes));
        provider.says().token = FalseProvider::token(&claims(&app, &provider, &location), Signed::Own);
        assert_eq!(answer_of(&mut ana, &location).await, landing, "{minutes}");
        assert_eq!(ana.cookie(ACCESS).is_some(), landing == "/");
    }
    // What nobody came back from is swept out.
    begin(&mut Browser::of(&app, "ana"), "/").await;
    app.platform.clock.advance(Duration::hours(2));
    ::jobs::vacuum_database(&app.platform).await.expect("swept");
    assert_eq!(app.count("SELECT COUNT(*) FROM single_sign_on_rounds").await, 0);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    for to in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a#b", "/api/v1/session"]
    {
        let problem = app.anonymous().post("/single-sign-on/sign-in", &json!({ "return_to": to })).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/return_to"], "{to}");
    }
    let body = json!({ "return_to": "/", "state": "mine" });
    app.anonymous().post("/single-sign-on/sign-in", &body).await.problem(400, "invalid");
}

#[tokio::test]
async fn both_ways_are_limited_by_address() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[("CMMC_LIMITS__SINGLE_SIGN_ON_PER_MINUTE", "3")]).await;
    let mut ana = Browser::of(&app, "ana");
    let location = begin(&mut ana, "/").await;
    for _ in 0..2 {
        begin(&mut Browser::of(&app, "other"), "/").await;
    }
    app.anonymous().post("/single-sign-on/sign-in", &json!({ "return_to": "/" })).await.problem(429, "too_many_requests");
    provider.says().token = FalseProvider::token(&claims(&app, &provider, &location), Signed::Own);
    assert_eq!(answer_of(&mut ana, &location).await, "/sign-in#failed=too_many_requests");
    app.platform.clock.advance(Duration::minutes(1));
    assert_eq!(come_back(&mut ana, "/api/v1/single-sign-on/callback").await, "/sign-in#failed=single_sign_on_failed");
}

#[tokio::test]
async fn the_database_holds_nothing_that_ends_a_round() {
    let provider = FalseProvider::start();
    let app = beside(&provider, &[]).await;
    let mut ana = Browser::of(&app, "ana");
    let location = begin(&mut ana, "/").await;
    let token = ana.cookie(identity::cookies::SINGLE_SIGN_ON).expect("a token").to_owned();
    for secret in [token, super::parameter(&location, "state"), super::parameter(&location, "nonce")] {
        let kept = format!("SELECT COUNT(*) FROM single_sign_on_rounds WHERE hash = '{secret}' OR return_to LIKE '%{secret}%'");
        assert_eq!(app.count(&kept).await, 0);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM single_sign_on_rounds").await, 1);
}
