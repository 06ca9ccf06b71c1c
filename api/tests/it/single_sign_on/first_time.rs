//! Who is let in the first time.

use super::{events, person, round};
use crate::identity::browser::{Browser, account};
use crate::support::OpenIdProvider;
use identity::cookies::ACCESS;
use serde_json::json;

#[tokio::test]
async fn an_account_that_somebody_uses_is_not_opened_by_an_address() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[]).await;
    account(&app, "ana", false).await;
    provider.knows("ana", person("ana@example.com", true)).await;
    provider.knows("unverified", person("ana@example.com", false)).await;
    provider.knows("stranger", person("stranger@example.com", true)).await;
    provider.knows("nameless", json!({ "claims": { "name": "No address" } })).await;
    let mut browser = Browser::of(&app, "ana");
    for (login, code) in [
        ("ana", "identity_not_linked"),
        ("unverified", "email_not_accepted"),
        ("stranger", "no_account"),
        ("nameless", "email_not_accepted"),
    ] {
        assert_eq!(round(&provider, &mut browser, login).await, format!("/sign-in#failed={code}"), "{login}");
        assert!(browser.cookie(ACCESS).is_none(), "{login}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(events(&app, "session.refused").await, 4);
    let about = "SELECT COUNT(*) FROM audit_events WHERE action = 'session.refused' AND object_id IS NOT NULL \
                 AND details LIKE '%identity_not_linked%'";
    assert_eq!(app.count(about).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE details LIKE '%example.com%'").await, 0);
}

#[tokio::test]
async fn the_policy_may_open_every_account_but_that_of_an_administrator() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[("CMMC_SINGLE_SIGN_ON__LINK_BY_EMAIL", "all")]).await;
    account(&app, "ana", false).await;
    account(&app, "dana", true).await;
    for login in ["ana", "dana"] {
        provider.knows(login, person(&format!("{login}@example.com"), true)).await;
    }
    provider.knows("twin", person("ana@example.com", true)).await;
    let mut browser = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut browser, "dana").await, "/sign-in#failed=identity_not_linked");
    assert_eq!(round(&provider, &mut browser, "ana").await, "/");
    // Another person at the provider who has the same address by now.
    assert_eq!(round(&provider, &mut Browser::of(&app, "twin"), "twin").await, "/sign-in#failed=identity_taken");

    let never = provider.app(&[("CMMC_SINGLE_SIGN_ON__LINK_BY_EMAIL", "never")]).await;
    never.admin().await.post("/users", &json!({ "email": "ana@example.com", "name": "Ana" })).await.expect(201);
    assert_eq!(round(&provider, &mut Browser::of(&never, "ana"), "ana").await, "/sign-in#failed=identity_not_linked");
}

#[tokio::test]
async fn just_in_time_makes_accounts_of_allowed_domains_without_rights() {
    // This provider says everything in the token itself.
    let provider = OpenIdProvider::start_with(&[("thick", "1")]).await;
    let settings = [("CMMC_SINGLE_SIGN_ON__JUST_IN_TIME", "true"), ("CMMC_SINGLE_SIGN_ON__ALLOWED_EMAIL_DOMAINS", "example.com")];
    let app = provider.app(&settings).await;
    let admin = app.admin().await;
    app.system(&admin, "Enclave").await;
    provider.knows("ana", person("ana@example.com", true)).await;
    provider.knows("mallory", person("ana@example.com.evil.net", true)).await;
    provider.knows("unverified", person("eve@example.com", false)).await;
    let mut ana = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut ana, "mallory").await, "/sign-in#failed=email_not_accepted");
    assert_eq!(round(&provider, &mut ana, "unverified").await, "/sign-in#failed=email_not_accepted");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/");
    let me = ana.get("/me").await.expect(200);
    assert_eq!((&me["name"], &me["admin"], &me["systems"]), (&json!("Ana of the provider"), &json!(false), &json!([])));
    assert_eq!(me["email_verified"], true);
    assert_eq!((events(&app, "user.create").await, app.count("SELECT COUNT(*) FROM users").await), (2, 2));
    // Two at once make one account.
    provider.knows("bo", person("bo@example.com", true)).await;
    let (mut one, mut two) = (Browser::of(&app, "bo"), Browser::of(&app, "bo"));
    let (a, b) = tokio::join!(round(&provider, &mut one, "bo"), round(&provider, &mut two, "bo"));
    assert_eq!((a.as_str(), b.as_str()), ("/", "/"));
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 3);
    // Without a password there is nothing to reset, and nothing is mailed.
    app.new_mails().await;
    app.anonymous().post("/password-reset", &json!({ "email": "ana@example.com" })).await.expect(202);
    assert!(app.new_mails().await.is_empty());
}

#[tokio::test]
async fn closed_and_locked_accounts_stay_closed() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[("CMMC_SINGLE_SIGN_ON__LINK_BY_EMAIL", "all")]).await;
    let (admin, user) = (app.admin().await, account(&app, "ana", false).await);
    provider.knows("ana", person("ana@example.com", true)).await;
    let mut ana = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/");
    ana.get("/me").await.expect(200);

    for _ in 0..5 {
        Browser::of(&app, "ana").password("wrong").await.problem(401, "bad_credentials");
    }
    let mut locked = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut locked, "ana").await, "/sign-in#failed=account_closed");
    assert!(locked.cookie(ACCESS).is_none());
    admin.post(&format!("/users/{user}/unlock"), &json!({})).await.expect(200);
    assert_eq!(round(&provider, &mut locked, "ana").await, "/");

    admin.post(&format!("/users/{user}/changes"), &json!({ "action": "deactivate" })).await.expect(200);
    ana.get("/me").await.problem(401, "unauthenticated");
    assert_eq!(round(&provider, &mut ana, "ana").await, "/sign-in#failed=account_closed");
    // Closed before it was ever connected.
    let invited = admin.post("/users", &json!({ "email": "bo@example.com", "name": "Bo" })).await.expect(201);
    let path = format!("/users/{}/changes", invited["user"]["id"].as_str().expect("an id"));
    admin.post(&path, &json!({ "action": "deactivate" })).await.expect(200);
    provider.knows("bo", person("bo@example.com", true)).await;
    assert_eq!(round(&provider, &mut Browser::of(&app, "bo"), "bo").await, "/sign-in#failed=account_closed");
    // Erased: the person is a stranger again.
    admin.post(&format!("/users/{user}/changes"), &json!({ "action": "delete" })).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM external_identities").await, 0);
    assert_eq!(round(&provider, &mut ana, "ana").await, "/sign-in#failed=no_account");
}
