//! The link in an e-mail that ends it, as mail programs follow it and as people do.

use super::{tell, tell_of};
use crate::support::{Client, TestApp};
use chrono::Duration;
use notifications::jobs::notification_mails;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// The address of the one mail that is due.
async fn link(app: &TestApp) -> Option<String> {
    app.platform.clock.advance(Duration::minutes(2));
    notification_mails(&app.platform).await.expect("a look");
    app.run_jobs().await;
    app.mail.sent().pop().expect("a mail").one_click
}

/// What a mail program sends: a form, without a cookie, an origin or our header.
async fn one_click(url: &str) -> reqwest::Response {
    let request = reqwest::Client::new().post(url).header("content-type", "application/x-www-form-urlencoded");
    request.body("List-Unsubscribe=One-Click").send().await.expect("an answer")
}

/// The same in the form that RFC 8058 recommends.
async fn one_click_in_parts(url: &str) -> reqwest::Response {
    let form = reqwest::multipart::Form::new().text("List-Unsubscribe", "One-Click");
    reqwest::Client::new().post(url).multipart(form).send().await.expect("an answer")
}

#[tokio::test]
async fn one_request_of_a_mail_program_ends_mails_of_those_kinds() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    tell(&app, ana.user_id(), None, "TASK-1").await;
    tell_of(&app, "evidence.damaged", ana.user_id(), None, "EV-1 is damaged").await;
    let url = link(&app).await.expect("a link");
    let revision = "SELECT revision AS count FROM installation";
    let mut revisions = vec![app.count(revision).await];
    for again in 0..3 {
        let answer = if again == 0 { one_click_in_parts(&url).await } else { one_click(&url).await };
        revisions.push(app.count(revision).await);
        assert_eq!(answer.status(), StatusCode::OK);
        let body: serde_json::Value = answer.json().await.expect("JSON");
        assert_eq!(body, json!({ "kinds": ["A task is assigned to you"] }), "what is mandatory stays");
    }
    assert_eq!(revisions[1..], [revisions[0] + 1; 3], "a link that has done its work takes no lock: {revisions:?}");
    let preferences = ana.get("/me/notification-preferences").await.expect(200);
    let of = |name: &str| {
        preferences["kinds"].as_array().expect("kinds").iter().find(|kind| kind["kind"] == name).expect("it").clone()
    };
    assert_eq!((&of("task.assigned")["email"], &of("task.assigned")["in_app"]), (&json!("off"), &json!(true)));
    assert_eq!((&of("evidence.damaged")["email"], &of("task.sent_back")["email"]), (&json!("immediate"), &json!("immediate")));
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'user.update_notifications'").await, 1);
    // It is told in the product all the same.
    let before = app.mail.sent().len();
    tell(&app, ana.user_id(), None, "TASK-2").await;
    app.platform.clock.advance(Duration::minutes(10));
    notification_mails(&app.platform).await.expect("a look");
    app.run_jobs().await;
    assert_eq!((app.mail.sent().len(), super::unread(&ana).await), (before, 3));
}

#[tokio::test]
async fn a_mail_of_mandatory_kinds_alone_has_no_such_link() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    tell_of(&app, "evidence.damaged", ana.user_id(), None, "EV-1 is damaged").await;
    assert_eq!(link(&app).await, None);
    assert!(!app.mail.sent().pop().expect("a mail").text.contains("unsubscribe"));
}

#[tokio::test]
async fn a_made_up_token_ends_nothing() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.user("ana").await, app.user("ben").await);
    tell(&app, ana.user_id(), None, "TASK-1").await;
    let url = link(&app).await.expect("a link");
    tell(&app, ben.user_id(), None, "TASK-1").await;
    let other = link(&app).await.expect("a link");
    let (start, token) = url.rsplit_once('/').expect("a token");
    let of_ben = other.rsplit_once('/').expect("a token").1;
    // Another person, another's signature, another signature, more kinds, nothing at all.
    let forged = [
        format!("{}{}", &of_ben[..22], &token[22..]),
        format!("{}{}", &token[..40], &of_ben[40..]),
        format!("{}AAAAAAAA", &token[..token.len() - 8]),
        format!("{token}LHRhc2sud2F0Y2hpbmc"),
        "A".repeat(64),
        "x".to_owned(),
    ];
    for bad in forged {
        let answer = one_click(&format!("{start}/{bad}")).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{bad}");
        app.anonymous().get(&format!("/unsubscribe/{bad}/kinds")).await.problem(401, "bad_token");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM notification_preferences").await, 0);
}

/// People tire of old mails too.
#[tokio::test]
async fn a_link_works_when_what_its_mail_told_of_was_thrown_away() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    tell(&app, ana.user_id(), None, "TASK-1").await;
    tell_of(&app, "report.ready", ana.user_id(), None, "A report").await;
    let url = link(&app).await.expect("a link");
    app.platform.clock.advance(Duration::days(400));
    jobs::vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 0);
    let answer = one_click(&url).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let body: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(body, json!({ "kinds": ["A scheduled report is ready for you", "A task is assigned to you"] }));
    assert_eq!(app.count("SELECT COUNT(*) FROM notification_preferences WHERE email = 'off'").await, 2);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_send_it_and_opening_the_link_asks_first() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    tell(&app, ana.user_id(), None, "TASK-1").await;
    let url = link(&app).await.expect("a link");
    let path = url.strip_prefix(&app.url).expect("ours").to_owned();
    let form = |who: Client| {
        Client::send(
            who.with("x-csrf-token", "").with("content-type", "application/x-www-form-urlencoded").request(Method::POST, &path),
        )
    };
    form(app.anonymous().with("origin", "https://evil.example")).await.problem(403, "csrf");
    form(ana.clone()).await.problem(403, "csrf");
    let opened = app.anonymous().without_redirects().get(&path).await;
    let token = path.rsplit_once('/').expect("a token").1;
    assert_eq!(
        (opened.status.as_u16(), opened.header("location")),
        (303, Some(format!("{}/unsubscribe#token={token}", app.url).as_str()))
    );
    // The page of ours names what would end, asks, then sends as pages do.
    let named = app.anonymous().get(&format!("{path}/kinds")).await.expect(200);
    assert_eq!(named, json!({ "kinds": ["A task is assigned to you"] }));
    assert_eq!(app.count("SELECT COUNT(*) FROM notification_preferences").await, 0);
    app.anonymous().post(&path, &json!({})).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM notification_preferences").await, 1);
}
