//! A manager invites somebody who may have no account yet.

use crate::support::{TestApp, pointers, token_in};
use serde_json::{Value, json};
use shared_types::systems::Role;

const PASSWORD: &str = "violet harbor nine lanterns";

fn body(email: &str) -> Value {
    json!({ "email": email, "name": "Luis Ortega", "role": "contributor" })
}

#[tokio::test]
async fn a_newcomer_is_a_member_and_gets_in_by_the_mailed_link_only() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    let manager = app.member(system, "manager", Role::Manager).await;
    let path = format!("/systems/{system}/invitations");
    let member = manager.post(&path, &body("luis@example.com")).await.expect(201);
    assert_eq!(
        (member["name"].as_str(), member["role"].as_str(), member["active"].as_bool()),
        (Some("Luis Ortega"), Some("contributor"), Some(false))
    );
    assert!(!member.to_string().contains("token"), "a manager must not see the link: {member}");
    let mails = app.new_mails().await;
    assert_eq!(mails.iter().map(|mail| mail.to.address.as_str()).collect::<Vec<_>>(), ["luis@example.com"]);
    assert!(mails[0].text.contains("You were invited to work on the system Harlan CUI enclave"), "{}", mails[0].text);
    let token = token_in(&mails[0].text, "join").expect("a link");
    let session = app.anonymous().post("/invitations/accept", &json!({ "token": token, "password": PASSWORD })).await.expect(201);
    let systems: Vec<&str> =
        session["user"]["systems"].as_array().expect("systems").iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!((systems, session["user"]["admin"].as_bool()), (vec!["Harlan CUI enclave"], Some(false)));
    // Both chains hold what was done.
    for (action, count) in [("user.create", 3), ("user.invite", 1), ("member.add", 3)] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await, count, "{action}");
    }
    manager.get(&format!("/systems/{system}/audit-events/verification")).await.expect(200);
}

#[tokio::test]
async fn whoever_has_an_account_keeps_it_and_is_told() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (system, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let manager = app.member(system, "manager", Role::Manager).await;
    let luis = app.member(other, "luis", Role::Viewer).await;
    let set = "UPDATE users SET password_hash = '$argon2id$' WHERE email = 'luis@example.com'";
    app.platform.db.write(move |tx| Box::pin(platform::db::execute(tx, set, []))).await.expect("a write");
    let path = format!("/systems/{system}/invitations");
    let member = manager.post(&path, &body("luis@example.com")).await.expect(201);
    assert_eq!(member["name"], "luis", "an account keeps its name");
    let mails = app.new_mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("Your role in the system Mine is contributor now."), "{}", mails[0].text);
    assert!(token_in(&mails[0].text, "join").is_none());
    luis.get(&format!("/systems/{system}")).await.expect(200);
    manager.post(&path, &body("luis@example.com")).await.problem(409, "taken");
}

#[tokio::test]
async fn only_managers_of_a_living_system_invite() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (system, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let path = format!("/systems/{system}/invitations");
    for role in [Role::Viewer, Role::Assessor, Role::Contributor] {
        let member = app.member(system, role.as_str(), role).await;
        member.post(&path, &body("luis@example.com")).await.problem(403, "forbidden");
    }
    let stranger = app.member(other, "stranger", Role::Manager).await;
    stranger.post(&path, &body("luis@example.com")).await.problem(404, "not_found");
    app.anonymous().post(&path, &body("luis@example.com")).await.problem(401, "unauthenticated");
    for (bad, pointer) in [
        (json!({ "email": "x\r\nBcc: y@example.com", "name": "X", "role": "viewer" }), "/email"),
        (json!({ "email": "x@example.com", "name": "X\r\nBcc: y@example.com", "role": "viewer" }), "/name"),
        (json!({ "email": "x@example.com", "name": "X", "role": "admin" }), "/role"),
        (json!({ "email": "x@example.com", "name": "X", "role": "viewer", "admin": true }), "/admin"),
    ] {
        assert_eq!(pointers(&admin.post(&path, &bad).await.problem(400, "invalid")), [pointer]);
    }
    admin.post(&format!("/systems/{system}/archive"), &json!({})).await.expect(200);
    admin.post(&path, &body("luis@example.com")).await.problem(409, "conflict");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'luis@example.com'").await, 0);
    assert!(app.new_mails().await.is_empty());
}

#[tokio::test]
async fn two_managers_who_invite_the_same_person_at_once_make_one_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (one, two) = (app.system(&admin, "One").await, app.system(&admin, "Two").await);
    let invite = |system| {
        let (client, path) = (admin.clone(), format!("/systems/{system}/invitations"));
        async move { client.post(&path, &body("luis@example.com")).await.status.as_u16() }
    };
    let (a, b) = tokio::join!(invite(one), invite(two));
    assert_eq!((a, b), (201, 201));
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'luis@example.com'").await, 1);
    assert_eq!(app.new_mails().await.len(), 2);
}
