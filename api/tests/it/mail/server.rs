//! A real mail server at the other end of a real worker.

use super::tell;
use crate::support::{MailServer, TestApp, eventually, token_in};
use ::jobs::Jobs;
use identity::Notice;
use serde_json::json;

async fn app_for(server: &MailServer) -> TestApp {
    let settings = server.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    TestApp::start_with(&settings).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_arrives_and_its_link_opens_the_account() {
    let server = MailServer::start().await;
    let app = app_for(&server).await;
    let admin = app.admin().await;
    let made = admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis Ortega" })).await.expect(201);
    assert_eq!(made["mailed"], true);
    let jobs = Jobs::start(app.platform.clone());
    eventually("the mail arrives", 20, async || server.received().len() == 1).await;
    jobs.stop().await;
    let mail = server.received().remove(0);
    for part in [
        "From: \"CMMC Tracker\" <cmmc-tracker@localhost>",
        "To: \"Luis Ortega\" <luis@example.com>",
        "Subject: Your invitation to CMMC Tracker",
        "X-RcptTo: luis@example.com",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(mail.contains(part), "{part} is missing in {mail}");
    }
    let token = token_in(&mail, "join").expect("a link");
    let accept = json!({ "token": token, "password": "violet harbor nine lanterns" });
    assert_eq!(app.anonymous().post("/invitations/accept", &accept).await.expect(201)["user"]["email_verified"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_waits_for_a_server_that_is_away() {
    let server = MailServer::start().await;
    let port = server.port;
    let app = app_for(&server).await;
    drop(server);
    let person = app.user("ana").await;
    tell(&app, person.user_id(), Notice::PasswordChanged).await;
    let jobs = Jobs::start(app.platform.clone());
    eventually("it was handed to the queue", 10, async || {
        app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'mail' AND dispatched_at IS NOT NULL").await == 1
    })
    .await;
    let server = MailServer::start_on(port).await;
    eventually("the mail arrives", 60, async || {
        // Where the server took longer to start than one delivery tries, the next one is minutes later.
        if app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'mail' AND next_at IS NOT NULL").await == 1 {
            app.platform.clock.advance(::jobs::attempts::PAUSE);
        }
        server.received().len() == 1
    })
    .await;
    jobs.stop().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_for_good_is_a_visible_failure() {
    let app = TestApp::start().await;
    let person = app.user("ana").await;
    app.mail.refuse();
    tell(&app, person.user_id(), Notice::PasswordChanged).await;
    let jobs = Jobs::start(app.platform.clone());
    eventually("it is given up", 10, async || {
        app.count("SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL AND done_at IS NULL").await == 1
    })
    .await;
    jobs.stop().await;
}
