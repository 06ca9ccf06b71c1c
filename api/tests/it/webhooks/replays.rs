//! What is sent once more, and what is not since it waits.

use super::Place;
use chrono::Duration;
use serde_json::json;
use shared_types::systems::Role;
use webhooks::jobs::webhook_retries;

#[tokio::test]
async fn what_still_waits_is_sent_now_and_once() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let since = place.app.platform.clock.now();
    place.assign("Taken", &dana).await;
    place.work().await;
    place.app.platform.clock.advance(Duration::minutes(1));
    place.receiver.answer_with("503 Service Unavailable", "", "");
    place.assign("Refused", &dana).await;
    place.work().await;
    let waiting = place.admin.get(&place.path("/deliveries?state=waiting")).await.expect(200)["items"][0].clone();
    let id = waiting["id"].as_str().expect("an id");
    let again = place.path(&format!("/deliveries/{id}/replay"));
    place.admin.post(&again, &json!({})).await.problem(409, "conflict");
    assert_eq!(place.deliveries().await.len(), 2, "nothing was written");
    // All since then: the one that was taken anew, the one that waits now instead of after its pause.
    place.receiver.answer_with("204 No Content", "", "");
    let replay = place.path("/replay");
    assert_eq!(place.admin.post(&replay, &json!({ "since": since })).await.expect(200), json!({ "count": 2 }));
    assert_eq!(place.deliveries().await.len(), 3, "a second message of an event that waits");
    // Asked for twice nothing is sent twice.
    assert_eq!(place.admin.post(&replay, &json!({ "since": since })).await.expect(200), json!({ "count": 2 }));
    assert_eq!(place.deliveries().await.len(), 3);
    place.work().await;
    assert_eq!(place.receiver.received().len(), 4);
    let sent = place.deliveries().await.into_iter().find(|one| one["id"] == id).expect("it");
    assert_eq!((&sent["state"], &sent["attempts"]), (&json!("delivered"), &json!(2)));
    for _sweep in 0..3 {
        place.app.platform.clock.advance(Duration::hours(1));
        webhook_retries(&place.app.platform).await.expect("a sweep");
        place.work().await;
    }
    assert_eq!(place.receiver.received().len(), 4, "something was sent later");
    // Now that it waits no more it is sent once more.
    place.admin.post(&again, &json!({})).await.expect(204);
    place.admin.post(&again, &json!({})).await.problem(409, "conflict");
    place.work().await;
    assert_eq!(place.receiver.received().len(), 5);
}

/// Where all of it waits there is nothing new to write, and still it goes now.
#[tokio::test]
async fn where_all_of_it_waits_it_goes_now_too() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    let since = place.app.platform.clock.now();
    place.receiver.answer_with("503 Service Unavailable", "", "");
    for title in ["One", "Two"] {
        place.assign(title, &dana).await;
    }
    place.work().await;
    assert_eq!(place.receiver.received().len(), 2);
    place.receiver.answer_with("204 No Content", "", "");
    assert_eq!(place.admin.post(&place.path("/replay"), &json!({ "since": since })).await.expect(200), json!({ "count": 2 }));
    place.work().await;
    assert!(place.deliveries().await.iter().all(|one| one["state"] == "delivered" && one["attempts"] == 2));
    assert_eq!((place.deliveries().await.len(), place.receiver.received().len()), (2, 4));
}
