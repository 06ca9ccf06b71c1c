//! The whole way by the real provider.

use super::{begin, come_back, events, parameter, person, round};
use crate::identity::browser::{Browser, account};
use crate::identity::{PASSWORD, cookie};
use crate::support::{OpenIdProvider, TestApp};
use identity::cookies::{ACCESS, REFRESH, SINGLE_SIGN_ON};
use serde_json::json;

#[tokio::test]
async fn an_invited_person_comes_in_and_finds_the_page_that_was_asked_for() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[("CMMC_SINGLE_SIGN_ON__LABEL", "Sign in with Harlan")]).await;
    let admin = app.admin().await;
    assert_eq!(app.anonymous().get("/single-sign-on").await.expect(200), json!({ "label": "Sign in with Harlan" }));
    let invited = admin.post("/users", &json!({ "email": "ana@example.com", "name": "Ana" })).await.expect(201);
    let link = invited["link"].as_str().expect("a link").split("token=").nth(1).expect("a token").to_owned();
    provider.knows("ana", person("Ana@Example.com", true)).await;

    let mut ana = Browser::of(&app, "ana");
    let begun = ana.post("/single-sign-on/sign-in", &json!({ "return_to": "/account?tab=1" })).await;
    let attributes = cookie(&begun, SINGLE_SIGN_ON).expect("a state").1;
    for wanted in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(attributes.contains(wanted), "{attributes}");
    }
    let location = begun.expect(200)["location"].as_str().expect("an address").to_owned();
    assert_eq!(parameter(&location, "code_challenge_method"), "S256");
    assert_eq!(parameter(&location, "response_type"), "code");
    for secret in ["state", "nonce", "code_challenge"] {
        assert_eq!(parameter(&location, secret).len(), 43, "{secret}");
    }
    let back = provider.sign_in(&location, "ana").await;
    assert_eq!(come_back(&mut ana, &back).await, "/account?tab=1");
    assert!(ana.cookie(ACCESS).is_some() && ana.cookie(REFRESH).is_some() && ana.cookie(SINGLE_SIGN_ON).is_none());
    let session = ana.get("/session").await.expect(200);
    assert_eq!((&session["user"]["name"], &session["user"]["email_verified"]), (&json!("Ana"), &json!(true)));
    assert_eq!(session["user"]["password"], false);

    // The invitation is spent, the account counts as one that is used, and its owner is told.
    let join = json!({ "token": link, "password": PASSWORD });
    app.anonymous().post("/invitations/accept", &join).await.problem(401, "bad_token");
    let people = admin.get("/users?q=ana@").await.expect(200);
    let row = &people["items"][0];
    assert_eq!(
        (&row["state"], &row["active"], &row["sign_in_methods"]),
        (&json!("active"), &json!(true), &json!(["single_sign_on"]))
    );
    let mails = app.new_mails().await;
    assert!(mails.iter().any(|mail| mail.subject == "Single sign-on was connected"), "{mails:?}");
    assert_eq!((events(&app, "identity.link").await, events(&app, "session.open").await), (1, 2));
    let with_origin = "SELECT COUNT(*) FROM audit_events e JOIN audit_origins o ON o.event_id = e.id \
                       WHERE e.action = 'session.open' AND o.address = '127.0.0.1' AND e.request_id IS NOT NULL";
    assert_eq!(app.count(with_origin).await, 1);

    // From now on it is the person who counts, not the address.
    provider.knows("ana", person("other@elsewhere.example", false)).await;
    let mut again = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut again, "ana").await, "/");
    assert_eq!(again.get("/me").await.expect(200)["email"], "ana@example.com");
    assert_eq!(app.count("SELECT COUNT(*) FROM external_identities").await, 1);
}

#[tokio::test]
async fn an_answer_counts_once_and_in_the_browser_that_set_out() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[]).await;
    account(&app, "ana", false).await;
    app.admin().await.post("/users", &json!({ "email": "new@example.com", "name": "New" })).await.expect(201);
    provider.knows("new", person("new@example.com", true)).await;
    let failed = "/sign-in#failed=single_sign_on_failed";

    let mut new = Browser::of(&app, "new");
    let location = begin(&mut new, "/").await;
    let back = provider.sign_in(&location, "new").await;
    // Somebody else's browser is led to the answer (login CSRF), or one that set out for itself.
    let mut other = Browser::of(&app, "other");
    assert_eq!(come_back(&mut other, &back).await, failed);
    begin(&mut other, "/").await;
    assert_eq!(come_back(&mut other, &back).await, failed);
    assert!(other.cookie(ACCESS).is_none());
    // Another state.
    let forged = back.replace(&parameter(&location, "state"), &"A".repeat(43));
    let mut copy = new.clone();
    assert_eq!(come_back(&mut copy, &forged).await, failed);
    assert!(copy.cookie(SINGLE_SIGN_ON).is_some(), "a stranger's link does not end the round");
    // The honest answer, and the same once more.
    let mut copy = new.clone();
    assert_eq!(come_back(&mut new, &back).await, "/");
    assert_eq!(come_back(&mut copy, &back).await, failed);
    assert!(copy.cookie(ACCESS).is_none());
    let causes = "SELECT COUNT(DISTINCT details) FROM audit_events WHERE action = 'single_sign_on.refused'";
    assert_eq!((events(&app, "single_sign_on.refused").await, app.count(causes).await), (4, 3));
}

#[tokio::test]
async fn who_cancels_is_told_so_in_our_words() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[]).await;
    let mut ana = Browser::of(&app, "ana");
    let location = begin(&mut ana, "/systems").await;
    let back = provider.cancel(&location).await;
    assert!(back.contains("Words"), "the provider describes: {back}");
    assert_eq!(come_back(&mut ana, &back).await, "/sign-in#failed=single_sign_on_cancelled&to=%2Fsystems");
    assert_eq!(come_back(&mut ana, &back).await, "/sign-in#failed=single_sign_on_failed");
}

#[tokio::test]
async fn without_a_provider_there_is_nothing() {
    let app = TestApp::start().await;
    assert_eq!(app.anonymous().get("/single-sign-on").await.expect(200), json!({ "label": null }));
    let body = json!({ "return_to": "/" });
    app.anonymous().post("/single-sign-on/sign-in", &body).await.problem(404, "not_found");
    app.admin().await.post("/single-sign-on/step-up", &body).await.problem(404, "not_found");
    let mut anyone = Browser::of(&app, "anyone");
    assert_eq!(come_back(&mut anyone, "/api/v1/single-sign-on/callback?code=a&state=b").await, "/sign-in#failed=not_found");
}

#[tokio::test]
async fn a_provider_that_is_down_closes_its_own_door_only() {
    let mut provider = OpenIdProvider::start().await;
    let app = provider.app(&[]).await;
    account(&app, "ana", true).await;
    let mut ana = Browser::of(&app, "ana");
    let location = begin(&mut ana, "/").await;
    let back = provider.sign_in(&location, "nobody").await;
    provider.stop();
    // While somebody is under way, and before anybody sets out.
    let mut other = Browser::of(&app, "ana");
    begin(&mut other, "/").await;
    let _cancelled = come_back(&mut ana, &back).await;
    app.platform.clock.advance(chrono::Duration::hours(2));
    let problem = ana.post("/single-sign-on/sign-in", &json!({ "return_to": "/" })).await;
    assert!(problem.header("retry-after").is_some());
    let problem = problem.problem(503, "provider_unavailable");
    assert!(!problem.to_string().contains("127.0.0.1"), "{problem}");
    ana.password(PASSWORD).await.expect(200);
}
