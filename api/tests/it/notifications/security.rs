//! What happens to an account stands in the centre too, and is mailed once.

use super::texts;
use crate::support::TestApp;
use audit::{Actor, change_installation};
use chrono::Duration;
use identity::Notice;
use notifications::jobs::notification_mails;
use serde_json::json;
use shared_types::systems::Role;

#[tokio::test]
async fn it_is_shown_and_mailed_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let ana = app.user("ana").await;
    // Somebody who wants nothing: what concerns the account comes all the same.
    let user = ana.user_id();
    for notice in [
        Notice::PasswordChanged,
        Notice::RoleChanged { system, role: Some(Role::Assessor) },
        Notice::ApiTokenCreated { name: "<b>secret scanner</b>".to_owned() },
    ] {
        change_installation(&app.platform, Actor::anonymous(), move |door| {
            Box::pin(async move { identity::notice(door, user, notice).await })
        })
        .await
        .expect("a notice");
    }
    app.run_jobs().await;
    let page = ana.get("/notifications").await.expect(200);
    let mut shown = texts(&page);
    shown.sort_unstable();
    assert_eq!(shown, ["A new API token", "Your password was changed", "Your role: Harlan CUI enclave"]);
    assert!(page["items"].as_array().expect("items").iter().all(|item| item["link"] == "/account" && item["system"].is_null()));
    assert_eq!(app.mail.sent().len(), 3, "by identity");
    app.platform.clock.advance(Duration::days(2));
    assert_eq!(notification_mails(&app.platform).await.expect("a look"), 0, "and not by the notifications again");
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE payload LIKE '%scanner%' AND topic = 'security_notice'").await, 0);
}

#[tokio::test]
async fn another_role_is_told_to_the_person() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let ana = app.member(system, "ana", Role::Viewer).await;
    let path = format!("/systems/{system}/members/{}", ana.user_id());
    admin.with("if-match", "*").patch(&path, &json!({ "role": "contributor" })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(texts(&ana.get("/notifications?kind=security.role").await.expect(200)), ["Your role: Enclave"]);
}
