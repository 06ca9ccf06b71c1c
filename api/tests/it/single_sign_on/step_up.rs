//! Proving again, by the provider, who one is.

use super::{come_back, events, parameter, person, round};
use crate::identity::browser::{App, Browser};
use crate::support::OpenIdProvider;
use chrono::Duration;
use serde_json::json;

const JUST_IN_TIME: [(&str, &str); 2] =
    [("CMMC_SINGLE_SIGN_ON__JUST_IN_TIME", "true"), ("CMMC_SINGLE_SIGN_ON__ALLOWED_EMAIL_DOMAINS", "example.com")];

#[tokio::test]
async fn a_person_without_a_password_proves_it_at_the_provider() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&JUST_IN_TIME).await;
    for login in ["ana", "bo"] {
        provider.knows(login, person(&format!("{login}@example.com"), true)).await;
    }
    let mut ana = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/");
    let enrol = |browser: &mut Browser| {
        let mut browser = browser.clone();
        async move { browser.post("/me/second-factor/enrolment", &json!({})).await }
    };
    // Having come in by the provider is no fresh proof: it may have asked nothing.
    enrol(&mut ana).await.problem(403, "step_up_required");
    app.platform.clock.advance(Duration::minutes(11));
    ana.post("/session/refresh", &json!({})).await.expect(200);
    enrol(&mut ana).await.problem(403, "step_up_required");
    ana.post("/session/step-up", &json!({ "password": "anything at all" })).await.problem(401, "bad_credentials");

    // The provider's clock can't be moved: the eleven minutes would make its proof an old one.
    app.platform.clock.advance(Duration::minutes(-11));
    let to = json!({ "return_to": "/account" });
    let begun = ana.post("/single-sign-on/step-up", &to).await.expect(200);
    let location = begun["location"].as_str().expect("an address").to_owned();
    assert_eq!((parameter(&location, "prompt"), parameter(&location, "max_age")), ("login".to_owned(), "0".to_owned()));
    // Somebody else at the provider.
    let back = provider.sign_in(&location, "bo").await;
    let mut copy = ana.clone();
    assert_eq!(come_back(&mut copy, &back).await, "/account#failed=single_sign_on_failed");
    assert_eq!(events(&app, "session.step_up_refused").await, 2);

    let begun = ana.post("/single-sign-on/step-up", &to).await.expect(200);
    let back = provider.sign_in(begun["location"].as_str().expect("an address"), "ana").await;
    assert_eq!(come_back(&mut ana, &back).await, "/account");
    assert_eq!(events(&app, "session.step_up").await, 1);
    let stepped = app.count("SELECT COUNT(*) FROM sessions WHERE stepped_up_at >= created_at").await;
    assert_eq!(stepped, 1);

    // With a second factor it is that which proves.
    App::enrol(&mut ana, app.platform.clock.now()).await;
    ana.post("/single-sign-on/step-up", &to).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_session_that_has_ended_proves_nothing() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&JUST_IN_TIME).await;
    provider.knows("ana", person("ana@example.com", true)).await;
    let mut ana = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/");
    let begun = ana.post("/single-sign-on/step-up", &json!({ "return_to": "/account" })).await.expect(200);
    let back = provider.sign_in(begun["location"].as_str().expect("an address"), "ana").await;
    ana.delete("/session").await.expect(204);
    assert_eq!(come_back(&mut ana, &back).await, "/account#failed=unauthenticated");
    assert_eq!(events(&app, "session.step_up").await, 0);
}
