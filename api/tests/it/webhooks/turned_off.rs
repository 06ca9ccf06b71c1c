//! A webhook is turned off for what it is now, and not for one failure or for what it was before.

use super::Place;
use crate::support::eventually;
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;
use webhooks::jobs::webhook_retries;

impl Place {
    /// Longer than a webhook may be silent after its first failure, whose message waits for its second attempt.
    async fn long_failing() -> Self {
        let place = Self::start("standard").await;
        let dana = place.app.member(place.system, "dana", Role::Contributor).await;
        place.receiver.answer_with("500 Internal Server Error", "", "");
        place.assign("Refused", &dana).await;
        place.work().await;
        place.app.platform.clock.advance(Duration::days(4));
        assert!(place.now().await["failing_since"].is_string());
        place
    }

    async fn sweep(&self) {
        webhook_retries(&self.app.platform).await.expect("a sweep");
        self.work().await;
    }
}

#[tokio::test]
async fn one_failure_long_after_another_turns_nothing_off_but_a_second_attempt_does() {
    let place = Place::start("standard").await;
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.receiver.answer_with("500 Internal Server Error", "", "");
    place.assign("Given up", &dana).await;
    place.work().await;
    let mut hours = 0;
    while place.deliveries().await[0]["state"] == "waiting" {
        place.app.platform.clock.advance(Duration::hours(1));
        place.sweep().await;
        hours += 1;
        assert!(hours < 60, "it never ends");
    }
    assert_eq!(place.now().await["active"], true);
    // For days there is nothing to tell.
    place.app.platform.clock.advance(Duration::days(4));
    place.assign("After days", &dana).await;
    place.work().await;
    let now = place.now().await;
    assert_eq!((&now["active"], now["failing_since"].is_string()), (&json!(true), true), "{now}");
    place.app.platform.clock.advance(Duration::minutes(1));
    place.sweep().await;
    assert_eq!(place.now().await["active"], false, "it fails for days, and failed twice now");
}

#[tokio::test]
async fn another_address_form_or_secret_begins_anew() {
    for change in ["url", "format", "secret"] {
        let place = Place::long_failing().await;
        let changed = match change {
            "url" => json!({ "url": format!("{}/elsewhere", place.receiver.url) }),
            "format" => json!({ "format": "slack" }),
            _ => Value::Null,
        };
        if changed.is_null() {
            place.admin.post(&place.path("/secret"), &json!({})).await.expect(200);
        } else {
            let version = place.now().await["version"].clone();
            place.admin.if_match(&version).patch(&place.path(""), &changed).await.expect(200);
        }
        assert_eq!(place.now().await["failing_since"], Value::Null, "{change}");
        place.sweep().await;
        let now = place.now().await;
        assert_eq!(place.deliveries().await[0]["attempts"], 2, "{change}");
        assert_eq!((&now["active"], now["failing_since"].is_string()), (&json!(true), true), "{change}: {now}");
    }
}

#[tokio::test]
async fn another_name_or_the_same_address_changes_nothing_of_it() {
    let place = Place::long_failing().await;
    let before = place.now().await;
    let same = json!({ "name": "Weekly", "url": before["url"], "format": before["format"] });
    let after = place.admin.if_match(&before["version"]).patch(&place.path(""), &same).await.expect(200);
    assert_eq!(after["failing_since"], before["failing_since"]);
    place.sweep().await;
    assert_eq!(place.now().await["active"], false);
}

#[tokio::test]
async fn what_is_changed_while_an_attempt_is_under_way_stays_on() {
    let place = Place::long_failing().await;
    place.receiver.hold();
    webhook_retries(&place.app.platform).await.expect("a sweep");
    let job = ::jobs::relay::claim(&place.app.platform).await.expect("a claim").remove(0);
    let platform = place.app.platform.clone();
    let attempt = tokio::spawn(async move { ::jobs::run(&platform, &job).await });
    eventually("the second attempt", 5, async || place.receiver.received().len() == 2).await;
    let version = place.now().await["version"].clone();
    let elsewhere = json!({ "url": format!("{}/elsewhere", place.receiver.url) });
    place.admin.if_match(&version).patch(&place.path(""), &elsewhere).await.expect(200);
    assert!(!attempt.is_finished(), "the attempt was over already");
    place.receiver.release();
    attempt.await.expect("no panic").expect("done");
    let now = place.now().await;
    assert_eq!((&now["active"], &now["failing_since"]), (&json!(true), &Value::Null), "the address of before failed: {now}");
    assert_eq!(place.deliveries().await[0]["attempts"], 2);
}
