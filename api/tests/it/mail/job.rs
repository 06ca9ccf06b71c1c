//! The job, run by hand.

use super::tell;
use crate::support::{TestApp, token_in};
use identity::Notice;
use platform::db::rows;
use platform::{AppError, JobError};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::systems::Role;

#[derive(FromQueryResult)]
struct Text {
    text: String,
}

/// Everything that the database holds of the outbox and the tokens.
async fn stored(app: &TestApp) -> String {
    let sql = "SELECT payload AS text FROM outbox UNION ALL SELECT hash AS text FROM one_time_tokens";
    let rows: Vec<Text> = rows(app.platform.db.read(), sql, []).await.expect("rows");
    rows.into_iter().map(|row| row.text).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_invitation_is_mailed_and_its_link_stands_nowhere_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let made = admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis Ortega" })).await.expect(201);
    assert_eq!(made["mailed"], false, "mail goes into files here, and the client says so");
    let before = stored(&app).await;
    assert!(!before.contains("luis") && !before.contains("Luis"), "{before}");
    let mails = app.new_mails().await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.to.name.as_str(), mail.to.address.as_str()), ("Luis Ortega", "luis@example.com"));
    let mailed = token_in(&mail.text, "join").expect("a link");
    let shown = token_in(made["link"].as_str().expect("a link"), "join").expect("a token");
    assert_ne!(mailed, shown);
    assert!(mail.html.contains(&format!("{}/join#token={mailed}", app.url)), "{}", mail.html);
    let after = stored(&app).await;
    assert!(!after.contains(&mailed) && !after.contains(&shown), "{after}");
    assert!(app.new_mails().await.is_empty(), "it is sent once");
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE payload <> '{}'").await, 0, "what was sent is forgotten");
}

#[tokio::test]
async fn both_links_of_an_invitation_work_and_the_first_use_ends_both() {
    for mailed_first in [true, false] {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let made = admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis" })).await.expect(201);
        let shown = token_in(made["link"].as_str().expect("a link"), "join").expect("a token");
        let mailed = token_in(&app.new_mails().await[0].text, "join").expect("a token");
        let (first, second) = if mailed_first { (mailed, shown) } else { (shown, mailed) };
        let accept = |token: &str| json!({ "token": token, "password": "violet harbor nine lanterns" });
        let session = app.anonymous().post("/invitations/accept", &accept(&first)).await.expect(201);
        assert_eq!(session["user"]["email_verified"], mailed_first, "who has the mailed link reads the address");
        app.anonymous().post("/invitations/accept", &accept(&second)).await.problem(401, "bad_token");
    }
}

#[tokio::test]
async fn a_notice_names_what_happened_and_survives_any_name() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "<b>Enclave</b> & Co").await;
    let person = app.user("ana").await;
    person.patch("/me", &json!({ "name": "<script>alert('x')</script> \"Ana\"" })).await.expect(200);
    tell(&app, person.user_id(), Notice::RoleChanged { system, role: Some(Role::Manager) }).await;
    let browser = Notice::NewDevice {
        address: Some("192.0.2.7".to_owned()),
        user_agent: Some("<img src=x>\r\nBcc: e@example.com".to_owned()),
    };
    tell(&app, person.user_id(), browser).await;
    let mails = app.new_mails().await;
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        for forbidden in ["<script", "<b>", "<img", "\"Ana\""] {
            assert!(!mail.html.contains(forbidden), "{forbidden}: {}", mail.html);
        }
        assert!(!mail.subject.contains('\n') && !mail.text.contains("\nBcc:") && !mail.text.contains('\r'), "{mail:?}");
    }
    assert!(
        mails.iter().any(|mail| mail.text.contains("Your role in the system <b>Enclave</b> & Co is manager now.")),
        "{mails:?}"
    );
    assert!(mails.iter().any(|mail| mail.text.contains("- Address: 192.0.2.7")), "{mails:?}");
}

#[tokio::test]
async fn nobody_is_told_what_was_rolled_back() {
    let app = TestApp::start().await;
    let person = app.user("ana").await;
    let user = person.user_id();
    let failed = audit::change_installation(&app.platform, audit::Actor::anonymous(), move |door| {
        Box::pin(async move {
            identity::notice(door, user, Notice::Unlocked).await?;
            Err::<(), _>(AppError::conflict("no"))
        })
    })
    .await;
    assert!(failed.is_err());
    assert!(app.new_mails().await.is_empty());
}

#[tokio::test]
async fn an_attempt_that_fails_is_repeated_and_its_link_does_not_work() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis" })).await.expect(201);
    app.mail.go_away();
    let results = app.run_mail_jobs().await;
    assert!(matches!(results.as_slice(), [Err(JobError::Retry(_))]), "{results:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND failed_at IS NULL").await, 1);
    app.mail.come_back();
    app.platform.clock.advance(jobs::relay::REDISPATCH_AFTER + chrono::Duration::seconds(1));
    assert_eq!(app.new_mails().await.len(), 1);
    // The one that was shown, and the one that was mailed; nothing is left of the attempt that failed.
    assert_eq!(app.count("SELECT COUNT(*) FROM one_time_tokens").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE done_at IS NULL").await, 0);
}

#[tokio::test]
async fn an_expired_token_is_thrown_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis" })).await.expect(201);
    app.platform.clock.advance(chrono::Duration::days(9));
    jobs::vacuum_database(&app.platform).await.expect("a vacuum");
    assert_eq!(app.count("SELECT COUNT(*) FROM one_time_tokens").await, 0);
}
