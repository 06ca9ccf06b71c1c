//! E-mails of notifications: several as one, the daily digest, retries, and a real mail server.

use super::{tell, tell_of};
use crate::support::{Client, MailServer, TestApp, eventually, token_in};
use ::jobs::Jobs;
use ::jobs::relay::{REDISPATCH_AFTER, claim};
use chrono::Duration;
use notifications::jobs::notification_mails;
use platform::JobError;
use platform::mailer::Mail;
use serde_json::json;
use shared_types::systems::Role;

/// Lets time go by and sends what is due; the new mails.
async fn mails_after(app: &TestApp, time: Duration) -> Vec<Mail> {
    app.platform.clock.advance(time);
    let before = app.mail.sent().len();
    notification_mails(&app.platform).await.expect("a look");
    for job in claim(&app.platform).await.expect("a claim") {
        if job.topic == ::jobs::NOTIFICATION_MAIL {
            ::jobs::run(&app.platform, &job).await.expect("a mail that is sent");
        }
    }
    app.mail.sent().split_off(before)
}

async fn choose(who: &Client, kind: &str, email: &str) {
    let body = json!({ "kinds": [{ "kind": kind, "in_app": true, "email": email }] });
    who.patch("/me/notification-preferences", &body).await.expect(200);
}

#[tokio::test]
async fn what_comes_within_minutes_is_one_mail_and_comes_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "<b>Enclave</b>").await;
    let (ana, ben) = (app.member(system, "ana", Role::Contributor).await, app.user("ben").await);
    for n in 0..40 {
        tell(&app, ana.user_id(), Some(system), &format!("TASK-{n} was assigned to you: <script>alert({n})</script>")).await;
        app.platform.clock.advance(Duration::milliseconds(200));
    }
    tell(&app, ben.user_id(), None, "TASK-7 was assigned to you: Turn on MFA").await;
    assert!(mails_after(&app, Duration::seconds(10)).await.is_empty(), "more may follow");
    let mut mails = mails_after(&app, Duration::seconds(20)).await;
    mails.sort_by(|a, b| a.to.address.cmp(&b.to.address));
    let [to_ana, to_ben] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(
        (to_ana.to.address.as_str(), to_ana.subject.as_str()),
        ("ana@example.com", "CMMC Tracker, <b>Enclave</b>: 40 notifications")
    );
    assert!(to_ana.text.contains("- <b>Enclave</b>: TASK-0 was assigned to you") && to_ana.text.contains("TASK-39"));
    for markup in ["<script", "<b>"] {
        assert!(!to_ana.html.contains(markup), "{markup}: {}", to_ana.html);
    }
    assert_eq!(to_ben.subject, "TASK-7 was assigned to you: Turn on MFA");
    assert!(to_ben.text.contains(&format!("Open:\n{}/x", app.url)), "one click opens it: {}", to_ben.text);
    assert!(mails_after(&app, Duration::days(1)).await.is_empty(), "once");
}

#[tokio::test]
async fn a_digest_comes_at_the_hour_of_the_persons_zone() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    ana.patch("/me/notification-preferences", &json!({ "digest_hour": 8, "time_zone": "America/New_York" })).await.expect(200);
    choose(&ana, "task.assigned", "digest").await;
    // It is 07:00 in New York.
    tell(&app, ana.user_id(), None, "TASK-1").await;
    tell_of(&app, "evidence.expiring", ana.user_id(), None, "EV-1 expires").await;
    assert!(mails_after(&app, Duration::minutes(59)).await.is_empty(), "07:59");
    let mails = mails_after(&app, Duration::minutes(1)).await;
    let [digest] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(digest.subject, "CMMC Tracker: daily digest, 2 notifications");
    // What comes after the hour waits for the next day, also where nothing was due before.
    tell(&app, ana.user_id(), None, "TASK-2").await;
    assert!(mails_after(&app, Duration::hours(23)).await.is_empty());
    assert_eq!(mails_after(&app, Duration::hours(1)).await.len(), 1);
    assert!(mails_after(&app, Duration::days(3)).await.is_empty(), "an empty day has no digest");
}

#[tokio::test]
async fn what_was_read_turned_off_or_left_meanwhile_is_not_mailed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let ana = app.member(system, "ana", Role::Contributor).await;
    let read = tell(&app, ana.user_id(), None, "read").await;
    ana.post(&format!("/notifications/{read}/read"), &json!({})).await.expect(204);
    tell_of(&app, "task.sent_back", ana.user_id(), None, "turned off").await;
    tell(&app, ana.user_id(), Some(system), "of a system that she leaves").await;
    choose(&ana, "task.sent_back", "off").await;
    let member = format!("/systems/{system}/members/{}", ana.user_id());
    admin.with("if-match", "*").delete(&member).await.expect(204);
    assert!(mails_after(&app, Duration::minutes(10)).await.is_empty());
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE email = 'immediate'").await, 0, "nothing waits for ever");
    // Nobody mails people who are gone.
    tell(&app, ana.user_id(), None, "to one who is deactivated").await;
    let change = json!({ "action": "deactivate" });
    admin.post(&format!("/users/{}/changes", ana.user_id()), &change).await.expect(200);
    assert!(mails_after(&app, Duration::minutes(10)).await.is_empty());
}

#[tokio::test]
async fn who_was_invited_and_has_not_come_is_told_in_the_product_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let made = admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis Ortega" })).await.expect(201);
    let invitation = app.new_mails().await.pop().expect("an invitation");
    let user = serde_json::from_value(made["user"]["id"].clone()).expect("an id");
    tell(&app, user, None, "TASK-1 was assigned to you: Turn on MFA").await;
    assert!(mails_after(&app, Duration::days(1)).await.is_empty(), "a link that the person can't sign in to");
    let token = token_in(&invitation.text, "join").expect("a token");
    let accept = json!({ "token": token, "password": "violet harbor nine lanterns" });
    app.anonymous().post("/invitations/accept", &accept).await.expect(201);
    assert!(mails_after(&app, Duration::days(1)).await.is_empty(), "old news");
    assert_eq!(
        app.count("SELECT COUNT(*) FROM notifications WHERE in_app AND read_at IS NULL AND kind = 'task.assigned'").await,
        1
    );
    tell(&app, user, None, "TASK-2 was assigned to you: Turn on logging").await;
    let mails = mails_after(&app, Duration::minutes(10)).await;
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["TASK-2 was assigned to you: Turn on logging"]);
}

#[tokio::test]
async fn two_at_once_write_one_mail() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    tell(&app, ana.user_id(), None, "once").await;
    app.platform.clock.advance(Duration::minutes(2));
    let looks = futures_util::future::join_all((0..4).map(|_look| notification_mails(&app.platform))).await;
    assert_eq!(looks.into_iter().map(|look| look.expect("a look")).sum::<u64>(), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE topic = 'notification_mail'").await, 1);
}

#[tokio::test]
async fn a_server_that_is_away_gets_the_same_mail_later() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    tell(&app, ana.user_id(), None, "first").await;
    app.platform.clock.advance(Duration::minutes(2));
    notification_mails(&app.platform).await.expect("a look");
    app.mail.go_away();
    let job = claim(&app.platform).await.expect("a claim").remove(0);
    assert!(matches!(::jobs::run(&app.platform, &job).await, Err(JobError::Retry(_))));
    // What comes meanwhile is another mail.
    tell(&app, ana.user_id(), None, "second").await;
    app.mail.come_back();
    let mails = mails_after(&app, REDISPATCH_AFTER + Duration::minutes(1)).await;
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["first", "second"]);
    assert_eq!(mails[0].id, job.outbox, "its Message-ID is that of the first attempt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_arrives_at_a_real_server_with_the_way_to_end_it() {
    let server = MailServer::start().await;
    let settings = server.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let app = TestApp::start_with(&settings).await;
    let ana = app.user("ana").await;
    tell(&app, ana.user_id(), None, "TASK-12 was assigned to you: Turn on MFA").await;
    app.platform.clock.advance(Duration::minutes(2));
    // The schedule finds it by itself.
    let jobs = Jobs::start(app.platform.clone());
    eventually("the mail arrives", 20, async || server.received().len() == 1).await;
    eventually("it is recorded", 10, async || app.count("SELECT COUNT(*) FROM notifications WHERE email = 'sent'").await == 1)
        .await;
    jobs.stop().await;
    let mail = server.received().remove(0);
    for part in [
        "Subject: TASK-12 was assigned to you: Turn on MFA",
        "X-RcptTo: ana@example.com",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        &format!("List-Unsubscribe: <{}/api/v1/unsubscribe/", app.url),
        &format!("{}/unsubscribe#token=", app.url),
    ] {
        assert!(mail.contains(part), "{part} is missing in {mail}");
    }
}

#[tokio::test]
async fn of_a_flood_nothing_is_left_out() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    for n in 0..201 {
        tell(&app, ana.user_id(), None, &format!("TASK-{n} was assigned to you")).await;
    }
    let first = mails_after(&app, Duration::minutes(10)).await;
    let second = mails_after(&app, Duration::minutes(1)).await;
    let subjects: Vec<&str> = first.iter().chain(&second).map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["CMMC Tracker: 200 notifications", "TASK-200 was assigned to you"]);
    for n in 0..200 {
        assert!(first[0].text.contains(&format!("- TASK-{n} was")), "TASK-{n}");
    }
    assert!(mails_after(&app, Duration::minutes(1)).await.is_empty());
}
