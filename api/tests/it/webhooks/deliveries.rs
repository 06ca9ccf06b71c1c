//! Messages on their way.

use super::Place;
use crate::support::Received;
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;
use webhooks::jobs::webhook_retries;

#[tokio::test]
async fn a_message_is_signed_as_the_reference_implementation_demands() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("Turn on MFA", &dana).await;
    place.work().await;
    let received = place.receiver.received();
    let [message] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(message.line, "POST /hook?x=1 HTTP/1.1");
    assert_eq!((message.header("content-type"), message.header("user-agent")), ("application/json", "CMMC-Tracker"));
    assert!(message.header("cookie").is_empty() && message.header("authorization").is_empty());
    // Time and all: the reference implementation refuses what is older than five minutes, so it is asked as of the test's clock.
    let reference = standardwebhooks::Webhook::new(&place.secret).expect("a secret");
    let (id, timestamp) = (message.header("webhook-id"), message.header("webhook-timestamp").parse::<i64>().expect("a time"));
    assert_eq!(timestamp, place.app.platform.clock.now().timestamp());
    let signature = reference.sign(id, timestamp, message.body.as_bytes()).expect("a signature");
    assert_eq!(message.header("webhook-signature"), signature);
    let body: Value = serde_json::from_str(&message.body).expect("JSON");
    let task = place.admin.get(&format!("/systems/{}/tasks/TASK-1", place.system)).await.expect(200);
    assert_eq!(
        body,
        json!({ "type": "task.assigned", "timestamp": "2026-11-22T12:00:00Z", "data": {
            "system": { "id": place.system, "name": "Harlan <enclave>" },
            "object": { "kind": "task", "id": task["id"], "reference": "TASK-1" },
            "actor": { "id": place.admin.user_id(), "name": "admin" },
            "text": "TASK-1 was assigned: Turn on MFA",
            "url": format!("{}/s/{}/tasks/TASK-1", place.app.url, place.system) } })
    );
    let delivery = place.deliveries().await.remove(0);
    assert_eq!((&delivery["state"], &delivery["status"], &delivery["attempts"]), (&json!("delivered"), &json!(204), &json!(1)));
    assert_eq!((delivery["message_id"].as_str(), &delivery["kind"]), (Some(id), &json!("task.assigned")));
    assert!(delivery["duration_ms"].is_u64());
}

#[tokio::test]
async fn only_what_was_chosen_is_told_once_for_all_people_and_of_this_system_alone() {
    let place = Place::start("standard").await;
    let (app, admin) = (&place.app, &place.admin);
    let other = app.system(admin, "Other").await;
    let dana = app.member(place.system, "dana", Role::Contributor).await;
    let eve = app.member(other, "eve", Role::Contributor).await;
    admin.post(&format!("/systems/{other}/tasks"), &json!({ "title": "Elsewhere", "assignee": eve.user_id() })).await.expect(201);
    // A kind that was not chosen: it waits for two people.
    let made = admin
        .post(
            &format!("/systems/{}/tasks", place.system),
            &json!({ "title": "Own", "backup": admin.user_id(), "reviewer": dana.user_id() }),
        )
        .await
        .expect(201);
    assert_eq!(made["number"], "TASK-1");
    place.assign("For Dana", &dana).await;
    place.work().await;
    let texts: Vec<Value> = place.deliveries().await.iter().map(|delivery| delivery["text"].clone()).collect();
    assert_eq!(texts, [json!("TASK-2 was assigned: For Dana")]);
    assert_eq!(place.receiver.received().len(), 1);
    // Evidence without an owner is told to every manager, and to programs once.
    let second = app.member(place.system, "second", Role::Manager).await;
    let (id, now, system) = (uuid::Uuid::from_u128(7), app.platform.clock.now(), place.system.0);
    let sql = "INSERT INTO evidence (id, system_id, number, title, effective, expires, expires_sort, search_text, created_at, updated_at) \
               VALUES ($1, $2, 1, 'Policy', $3, $3, $3, '', $4, $4)";
    let day = now.date_naive() - Duration::days(3);
    let write = app.platform.db.write(move |tx| {
        Box::pin(async move { platform::db::execute(tx, sql, [id.into(), system.into(), day.into(), now.into()]).await })
    });
    write.await.expect("evidence");
    notifications::jobs::evidence_freshness(&app.platform).await.expect("a look");
    place.work().await;
    let told = second.get("/notifications?kind=evidence.expired").await.expect(200);
    assert_eq!(told["items"].as_array().expect("items").len(), 1);
    assert_eq!(place.receiver.received().len(), 2, "once, though two managers are told");
}

#[tokio::test]
async fn a_failure_is_tried_again_later_and_later_and_given_up() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.answer_with("503 Service Unavailable", "", "come\u{7}back <b>later</b>");
    place.assign("Turn on MFA", &dana).await;
    place.work().await;
    let delivery = place.deliveries().await.remove(0);
    assert_eq!(
        (&delivery["state"], &delivery["status"], &delivery["excerpt"]),
        (&json!("waiting"), &json!(503), &json!("come back <b>later</b>"))
    );
    assert!(
        place.admin.get(&place.path("/deliveries?state=waiting")).await.expect(200)["items"][0]["next_attempt_at"].is_string()
    );
    assert_eq!(webhook_retries(&place.app.platform).await.expect("a look"), 0, "not yet");
    let mut hours = 0;
    while place.deliveries().await[0]["state"] == "waiting" {
        place.app.platform.clock.advance(Duration::hours(1));
        hours += 1;
        webhook_retries(&place.app.platform).await.expect("a look");
        place.work().await;
        assert!(hours < 60, "it never ends");
    }
    let delivery = place.deliveries().await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("failed"), &json!(9)));
    assert!((28..=36).contains(&hours), "{hours}");
    let received = place.receiver.received();
    assert_eq!(received.len(), 9);
    assert!(
        received.iter().all(|message| message.header("webhook-id") == received[0].header("webhook-id")),
        "one id for all attempts"
    );
    // The other side is back: what was missed is sent once more, by hand.
    place.receiver.answer_with("200 OK", "", "thanks");
    let id = delivery["id"].as_str().expect("an id");
    place.admin.post(&place.path(&format!("/deliveries/{id}/replay")), &json!({})).await.expect(204);
    place.work().await;
    let newest = place.deliveries().await.into_iter().find(|one| one["id"] != id).expect("another");
    assert_eq!((&newest["state"], &newest["message_id"]), (&json!("delivered"), &delivery["message_id"]));
    assert!(
        place.admin.get(&format!("/systems/{}/webhooks", place.system)).await.expect(200)["items"][0]["failing_since"].is_null()
    );
}

#[tokio::test]
async fn everything_since_a_time_is_sent_once_more() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("Before", &dana).await;
    place.work().await;
    place.app.platform.clock.advance(Duration::hours(1));
    let since = place.app.platform.clock.now();
    for title in ["One", "Two"] {
        place.assign(title, &dana).await;
        place.app.platform.clock.advance(Duration::minutes(1));
    }
    place.work().await;
    assert_eq!(place.receiver.received().len(), 3);
    let replay = place.path("/replay");
    assert_eq!(place.admin.post(&replay, &json!({ "since": since })).await.expect(200), json!({ "count": 2 }));
    place.work().await;
    assert_eq!(place.receiver.received().len(), 5);
    let future = since + Duration::days(2);
    let past = since - Duration::days(40);
    for bad in [future, past] {
        place.admin.post(&replay, &json!({ "since": bad })).await.problem(400, "invalid");
    }
}

#[tokio::test]
async fn an_endpoint_that_nothing_reaches_for_days_is_turned_off_and_the_managers_told() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.answer_with("500 Internal Server Error", "", "");
    for day in 0..5 {
        place.assign(&format!("Day {day}"), &dana).await;
        place.work().await;
        place.app.platform.clock.advance(Duration::days(1));
    }
    let webhook = place.admin.get(&format!("/systems/{}/webhooks", place.system)).await.expect(200)["items"][0].clone();
    assert_eq!((&webhook["active"], webhook["disabled_at"].is_string()), (&json!(false), true), "{webhook}");
    let told = place.admin.get("/notifications?kind=webhook.turned_off").await.expect(200);
    assert_eq!(told["items"].as_array().expect("items").len(), 1);
    let count = place.receiver.received().len();
    place.assign("Silence", &dana).await;
    place.work().await;
    assert_eq!(place.receiver.received().len(), count, "nothing is sent to what is off");
    place.admin.post(&place.path("/replay"), &json!({ "since": "2026-11-22T12:00:00Z" })).await.problem(409, "conflict");
    // Turned on again it begins anew.
    place.receiver.answer_with("200 OK", "", "");
    let on = place.admin.if_match(&webhook["version"]).patch(&place.path(""), &json!({ "active": true })).await.expect(200);
    assert_eq!((&on["active"], &on["failing_since"], &on["disabled_at"]), (&json!(true), &Value::Null, &Value::Null));
    place.assign("Back", &dana).await;
    place.work().await;
    assert_eq!(place.receiver.received().len(), count + 1);
}

#[tokio::test]
async fn gone_is_gone_and_a_redirect_is_no_yes() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let elsewhere = crate::support::Receiver::start().await;
    place.receiver.answer_with("302 Found", &format!("location: {}/\r\n", elsewhere.url), "");
    place.assign("Moved", &dana).await;
    place.work().await;
    assert_eq!(place.deliveries().await[0]["status"], 302);
    assert!(elsewhere.received().is_empty(), "a redirect was followed");
    place.receiver.answer_with("410 Gone", "", "");
    place.assign("Gone", &dana).await;
    place.work().await;
    let webhook = place.admin.get(&format!("/systems/{}/webhooks", place.system)).await.expect(200)["items"][0].clone();
    assert_eq!(webhook["active"], false);
}

#[tokio::test]
async fn slack_and_teams_are_told_in_their_own_form() {
    for (format, pointer, expected) in [
        ("slack", "/blocks/0/text/text", "TASK-1 was assigned: &lt;!channel&gt; &amp; [x](y)"),
        ("teams", "/attachments/0/content/body/0/inlines/0/text", "TASK-1 was assigned: <!channel> & [x](y)"),
    ] {
        let place = Place::start(format).await;
        let dana = place.app.member(place.system, "dana", Role::Contributor).await;
        place.assign("<!channel> & [x](y)", &dana).await;
        place.work().await;
        let message = place.receiver.received().remove(0);
        let body: Value = serde_json::from_str(&message.body).expect("JSON");
        assert_eq!(body.pointer(pointer), Some(&json!(expected)), "{body}");
        assert!(message.header("webhook-signature").is_empty(), "{format} takes no signature");
    }
}

/// The examples of docs/WEBHOOKS.md.
fn examples() -> Vec<&'static str> {
    let document = include_str!("../../../../docs/WEBHOOKS.md");
    document.split("```python").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Runs an example on a message; whether it is content.
fn check(example: &str, secret: &str, message: &Received, body: &str, further: &str) -> bool {
    let headers = json!({ "webhook-id": message.header("webhook-id"), "webhook-timestamp": message.header("webhook-timestamp"),
                          "webhook-signature": message.header("webhook-signature") });
    let call = format!(
        "{example}\nimport sys\nsys.exit(0 if check({}, {headers}, {}.encode(){further}) else 1)\n",
        json!(secret),
        json!(body)
    );
    let python = std::process::Command::new("webhook-python").args(["-c", &call]).output();
    let output = python.expect("webhook-python; `just setup` brings it");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(complaint.is_empty() || complaint.contains("WebhookVerificationError"), "{complaint}");
    output.status.success()
}

/// The receiver of docs/WEBHOOKS.md that uses the library of Standard Webhooks, run as it stands there. The library asks the machine's
/// clock, so the message is of now.
#[tokio::test]
async fn the_library_of_standard_webhooks_takes_a_message_as_the_documentation_says() {
    let place = Place::start("standard").await;
    let clock = &place.app.platform.clock;
    clock.advance(platform::Clock::system().now() - clock.now());
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("Grüße & <Söhne>", &dana).await;
    place.work().await;
    let message = place.receiver.received().remove(0);
    let example = examples()[0];
    assert!(example.contains("from standardwebhooks import Webhook"));
    assert!(check(example, &place.secret, &message, &message.body, ""));
    assert!(!check(example, &place.secret, &message, &message.body.replace("TASK-1", "TASK-2"), ""), "another body");
    let renewed = place.admin.post(&place.path("/secret"), &json!({})).await.expect(200)["secret"].clone();
    assert!(!check(example, renewed.as_str().expect("a secret"), &message, &message.body, ""), "another secret");
    // An old one: of the clock that the other tests have.
    let old = Place::start("standard").await;
    let erin = old.app.member(old.system, "erin", Role::Contributor).await;
    old.assign("Old", &erin).await;
    old.work().await;
    let message = old.receiver.received().remove(0);
    assert!(!check(example, &old.secret, &message, &message.body, ""), "an old one");
}

/// The receiver of docs/WEBHOOKS.md that needs no library, run as it stands there.
#[tokio::test]
async fn the_example_without_a_library_checks_a_message() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("Grüße & <Söhne>", &dana).await;
    place.work().await;
    let message = place.receiver.received().remove(0);
    let (example, now) = (examples()[1], place.app.platform.clock.now().timestamp());
    assert!(check(example, &place.secret, &message, &message.body, &format!(", {now}")));
    let forged = message.body.replace("TASK-1", "TASK-2");
    assert!(!check(example, &place.secret, &message, &forged, &format!(", {now}")), "another body");
    assert!(!check(example, "whsec_AAAA", &message, &message.body, &format!(", {now}")), "another secret");
    assert!(!check(example, &place.secret, &message, &message.body, &format!(", {}", now + 600)), "an old one");
}
