//! A test message, which changes nothing in the system.

use super::Place;
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn a_test_goes_to_one_webhook_and_stands_in_its_log() {
    let place = Place::start("standard").await;
    place.further(1).await;
    let (none, path) = (json!({}), place.path("/test"));
    place.admin.post(&path, &none).await.expect(204);
    place.work().await;
    let received = place.receiver.received();
    let [message] = received.as_slice() else { panic!("{received:?}") };
    let body: Value = serde_json::from_str(&message.body).expect("JSON");
    assert_eq!((&body["type"], &body["data"]["object"]), (&json!("webhook.test"), &Value::Null));
    assert_eq!(body["data"]["actor"]["id"], json!(place.admin.user_id()));
    let secret = standardwebhooks::Webhook::new(&place.secret).expect("a secret");
    let at = message.header("webhook-timestamp").parse().expect("a time");
    let signed = secret.sign(message.header("webhook-id"), at, message.body.as_bytes()).expect("a signature");
    assert_eq!(message.header("webhook-signature"), signed);
    let told = place.deliveries().await;
    assert_eq!((told.len(), &told[0]["kind"], &told[0]["state"]), (1, &json!("webhook.test"), &json!("delivered")));
    // It is nothing that happened in the system: it is not sent again with what did.
    let since = json!({ "since": place.app.platform.clock.now() });
    assert_eq!(place.admin.post(&place.path("/replay"), &since).await.expect(200), json!({ "count": 0 }));
    assert_eq!(place.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'webhook.test'").await, 1);
}

#[tokio::test]
async fn a_test_that_failed_goes_at_once_instead_of_another() {
    let place = Place::start("slack").await;
    let (none, path) = (json!({}), place.path("/test"));
    place.receiver.answer_with("503 Service Unavailable", "", "");
    place.admin.post(&path, &none).await.expect(204);
    place.work().await;
    assert_eq!(place.deliveries().await[0]["state"], "waiting");
    place.receiver.answer_with("204 No Content", "", "");
    place.admin.post(&path, &none).await.expect(204);
    place.work().await;
    let told = place.deliveries().await;
    assert_eq!((told.len(), &told[0]["state"], &told[0]["attempts"]), (1, &json!("delivered"), &json!(2)));
    place.admin.post(&path, &none).await.expect(204);
    place.work().await;
    assert_eq!((place.deliveries().await.len(), place.receiver.received().len()), (2, 3));
}

#[tokio::test]
async fn tests_are_refused_where_nothing_is_sent() {
    let place = Place::start("standard").await;
    let (none, path) = (json!({}), place.path("/test"));
    let other = place.app.system(&place.admin, "Other").await;
    let stranger = place.app.member(other, "stranger", Role::Manager).await;
    let carl = place.app.member(place.system, "carl", Role::Contributor).await;
    stranger.post(&path, &none).await.problem(404, "not_found");
    carl.post(&path, &none).await.problem(403, "forbidden");
    place.app.anonymous().post(&path, &none).await.problem(401, "unauthenticated");
    let id = place.webhook["id"].as_str().expect("an id");
    stranger.post(&format!("/systems/{other}/webhooks/{id}/test"), &none).await.problem(404, "not_found");
    let off = place.admin.if_match(&place.webhook["version"]).patch(&place.path(""), &json!({ "active": false })).await;
    off.expect(200);
    place.admin.post(&path, &none).await.problem(409, "conflict");
    place.admin.post(&format!("/systems/{}/archive", place.system), &none).await.expect(200);
    place.admin.post(&path, &none).await.problem(409, "conflict");
    place.work().await;
    assert_eq!(place.receiver.received().len(), 0);
}

#[tokio::test]
async fn nothing_from_before_a_webhook_was_made_is_sent_again_and_what_is_says_so() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let since = json!({ "since": place.app.platform.clock.now() });
    place.assign("Before", &dana).await;
    place.work().await;
    place.app.platform.clock.advance(Duration::minutes(1));
    let body =
        json!({ "name": "Late", "url": format!("{}/late", place.receiver.url), "format": "slack", "kinds": ["task.assigned"] });
    let made = place.admin.post(&format!("/systems/{}/webhooks", place.system), &body).await.expect(201);
    let late = format!("/systems/{}/webhooks/{}", place.system, made["webhook"]["id"].as_str().expect("an id"));
    assert_eq!(place.admin.post(&format!("{late}/replay"), &since).await.expect(200), json!({ "count": 0 }));
    place.assign("After", &dana).await;
    place.work().await;
    assert_eq!(place.admin.post(&format!("{late}/replay"), &since).await.expect(200), json!({ "count": 1 }));
    assert_eq!(place.admin.post(&place.path("/replay"), &since).await.expect(200), json!({ "count": 2 }));
    place.work().await;
    let listed = place.admin.get(&format!("{late}/deliveries")).await.expect(200);
    let mut again: Vec<_> = listed["items"].as_array().expect("items").iter().map(|one| one["replayed"].as_bool()).collect();
    again.sort_unstable();
    assert_eq!(again, [Some(false), Some(true)]);
}
