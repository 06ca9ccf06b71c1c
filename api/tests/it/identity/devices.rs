//! A sign-in from a browser that was not seen before is told by mail.

use super::PASSWORD;
use super::browser::{Browser, account};
use crate::support::TestApp;
use chrono::Duration;
use identity::cookies::DEVICE;
use serde_json::json;

/// How many mails about a new device went since.
async fn told(app: &TestApp) -> usize {
    app.new_mails().await.iter().filter(|mail| mail.subject == "A sign-in from a new device").count()
}

async fn known(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM known_devices").await
}

#[tokio::test]
async fn the_first_sign_in_from_another_browser_is_told_and_no_other() {
    let app = TestApp::start().await;
    account(&app, "ana", false).await;
    let mut desk = Browser::of(&app, "ana");
    let first = desk.password(PASSWORD).await;
    let (value, attributes) = super::cookie(&first, DEVICE).expect("a cookie");
    for wanted in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(attributes.contains(wanted), "{attributes}");
    }
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM known_devices WHERE hash LIKE '%{value}%'")).await, 0);
    assert_eq!(told(&app).await, 0, "the very first sign-in of an account has nothing to compare with");
    desk.delete("/session").await.expect(204);
    desk.password(PASSWORD).await.expect(200);
    assert_eq!((desk.cookie(DEVICE), told(&app).await), (Some(value.as_str()), 0), "signing out forgets nothing");

    let mut phone = Browser::of(&app, "ana");
    phone.password("wrong").await.problem(401, "bad_credentials");
    assert_eq!(told(&app).await, 0);
    phone.password(PASSWORD).await.expect(200);
    let mails = app.new_mails().await;
    assert_eq!(
        (mails.len(), mails[0].to.address.as_str(), mails[0].subject.as_str()),
        (1, "ana@example.com", "A sign-in from a new device")
    );
    assert!(mails[0].text.contains("127.0.0.1"), "{}", mails[0].text);
    phone.password(PASSWORD).await.expect(200);
    desk.password(PASSWORD).await.expect(200);
    assert_eq!((told(&app).await, known(&app).await), (0, 2));
}

#[tokio::test]
async fn a_browser_is_known_for_each_person_by_itself() {
    let app = TestApp::start().await;
    account(&app, "ben", false).await;
    Browser::of(&app, "ben").password(PASSWORD).await.expect(200);
    let mut shared = Browser::signed_in(&app, "ana", false).await;
    let token = shared.cookie(DEVICE).map(str::to_owned);
    shared.sit_down("ben");
    shared.password(PASSWORD).await.expect(200);
    assert_eq!((told(&app).await, shared.cookie(DEVICE).map(str::to_owned)), (1, token));
    assert_eq!(
        app.count("SELECT COUNT(DISTINCT hash) FROM known_devices").await,
        3,
        "what two people leave can't be put together"
    );
    // What is no cookie of ours is replaced.
    shared.set_cookie(DEVICE, "x; DROP TABLE users");
    shared.password(PASSWORD).await.expect(200);
    assert_eq!((told(&app).await, shared.cookie(DEVICE).map(str::len)), (1, Some(43)));
}

#[tokio::test]
async fn what_ends_sessions_forgets_the_browsers() {
    let app = TestApp::start().await;
    let mut desk = Browser::signed_in(&app, "ana", false).await;
    let mut phone = Browser::of(&app, "ana");
    phone.password(PASSWORD).await.expect(200);
    app.new_mails().await;
    desk.delete("/me/sessions").await.expect(204);
    assert_eq!(known(&app).await, 1);
    desk.password(PASSWORD).await.expect(200);
    assert_eq!(told(&app).await, 0);
    phone.password(PASSWORD).await.expect(200);
    assert_eq!(told(&app).await, 1);
    let new = "seven quiet copper bridges";
    let body = json!({ "current_password": PASSWORD, "password": new });
    desk.put("/me/password", &body).await.expect(204);
    assert_eq!(known(&app).await, 1);
    desk.password(new).await.expect(200);
    assert_eq!(told(&app).await, 0);
}

#[tokio::test]
async fn few_are_remembered_and_none_of_somebody_who_is_deleted() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = account(&app, "ana", false).await;
    let mut desk = Browser::of(&app, "ana");
    for _ in 0..25 {
        app.platform.clock.advance(Duration::seconds(1));
        Browser::of(&app, "ana").password(PASSWORD).await.expect(200);
        desk.password(PASSWORD).await.expect(200);
    }
    // The administrator's is one of them.
    assert_eq!(known(&app).await, 21);
    told(&app).await;
    desk.password(PASSWORD).await.expect(200);
    assert_eq!(told(&app).await, 0, "the one that is used is not the one that is forgotten");
    admin.post(&format!("/users/{id}/changes"), &json!({ "action": "delete" })).await.expect(200);
    assert_eq!(known(&app).await, 1);
}
