//! Endpoints are made, changed and taken away by managers.

use super::{LOCAL, Place};
use crate::support::{TestApp, pointers};
use serde_json::json;
use shared_types::systems::Role;

#[tokio::test]
async fn a_secret_is_shown_once_stands_nowhere_and_is_renewed() {
    let place = Place::start("standard").await;
    assert!(place.secret.starts_with("whsec_") && place.secret.len() == 50);
    let listed = place.admin.get(&format!("/systems/{}/webhooks", place.system)).await.expect(200);
    assert!(!listed.to_string().contains("whsec_"));
    assert!(listed["kinds"].as_array().expect("kinds").iter().any(|kind| kind["kind"] == "task.assigned"));
    assert!(!listed["kinds"].to_string().contains("security."), "what concerns an account is no system's business");
    let renewed = place.admin.post(&place.path("/secret"), &json!({})).await.expect(200);
    assert_ne!(renewed["secret"], place.secret);
    let dana = place.app.member(place.system, "dana", Role::Contributor).await;
    place.assign("x", &dana).await;
    place.work().await;
    let message = place.receiver.received().remove(0);
    let sign = |secret: &str| {
        let reference = standardwebhooks::Webhook::new(secret).expect("a secret");
        reference
            .sign(
                message.header("webhook-id"),
                message.header("webhook-timestamp").parse().expect("a time"),
                message.body.as_bytes(),
            )
            .expect("a signature")
    };
    assert_eq!(message.header("webhook-signature"), sign(renewed["secret"].as_str().expect("a secret")));
    assert_ne!(message.header("webhook-signature"), sign(&place.secret));
    // Neither the secrets nor the address stand in the log.
    let leaked = "SELECT COUNT(*) FROM audit_events WHERE details LIKE '%whsec_%' OR details LIKE '%/hook%'";
    assert_eq!(place.app.count(leaked).await, 0);
    assert_eq!(place.app.count("SELECT COUNT(*) FROM audit_events WHERE action LIKE 'webhook.%'").await, 2);
}

#[tokio::test]
async fn fields_are_checked_versions_compared_and_the_number_bounded() {
    let app = TestApp::start_with(&LOCAL).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let path = format!("/systems/{system}/webhooks");
    let good =
        json!({ "name": "Nightly", "url": "https://hooks.example.com/a", "format": "standard", "kinds": ["task.assigned"] });
    for (field, value, pointer) in [
        ("name", json!(""), "/name"),
        ("format", json!("discord"), "/format"),
        ("kinds", json!([]), "/kinds"),
        ("kinds", json!(["task.assigned", "security.password"]), "/kinds/1"),
        ("kinds", json!(["task.mentioned"]), "/kinds/0"),
        ("colour", json!("red"), "/colour"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert_eq!(pointers(&admin.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    let made = admin.post(&path, &good).await.expect(201)["webhook"].clone();
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    admin.patch(&one, &json!({ "name": "x" })).await.problem(428, "precondition_required");
    let changed = admin
        .if_match(&made["version"])
        .patch(&one, &json!({ "name": "Weekly", "kinds": ["evidence.expired", "task.assigned"] }))
        .await
        .expect(200);
    assert_eq!((&changed["name"], &changed["kinds"]), (&json!("Weekly"), &json!(["task.assigned", "evidence.expired"])));
    admin.if_match(&made["version"]).patch(&one, &json!({ "name": "x" })).await.problem(412, "stale");
    admin.if_match(&made["version"]).delete(&one).await.problem(412, "stale");
    assert_eq!(
        pointers(&admin.if_match(&changed["version"]).patch(&one, &json!({ "kinds": [] })).await.problem(400, "invalid")),
        ["/kinds"]
    );
    for n in 1..20 {
        let mut body = good.clone();
        body["name"] = json!(format!("Number {n}"));
        admin.post(&path, &body).await.expect(201);
    }
    admin.post(&path, &good).await.problem(409, "conflict");
    admin.if_match(&changed["version"]).delete(&one).await.expect(204);
    admin.post(&path, &good).await.expect(201);
    // Another system's manager finds nothing, a member below is refused.
    let other = app.system(&admin, "Other").await;
    let stranger = app.member(other, "stranger", Role::Manager).await;
    let contributor = app.member(system, "carl", Role::Contributor).await;
    stranger.get(&path).await.problem(404, "not_found");
    contributor.get(&path).await.problem(403, "forbidden");
    let list = stranger.get(&format!("/systems/{other}/webhooks")).await.expect(200);
    assert_eq!(list["items"], json!([]));
    let theirs = admin.get(&path).await.expect(200)["items"][0]["id"].as_str().expect("an id").to_owned();
    for path in [format!("/systems/{other}/webhooks/{theirs}/secret"), format!("/systems/{other}/webhooks/{theirs}/replay")] {
        stranger.post(&path, &json!({ "since": "2026-11-22T11:00:00Z" })).await.problem(404, "not_found");
    }
    stranger.get(&format!("/systems/{other}/webhooks/{theirs}/deliveries")).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_system_that_is_archived_changes_no_webhook() {
    let place = Place::start("standard").await;
    place.admin.post(&format!("/systems/{}/archive", place.system), &json!({})).await.expect(200);
    place.admin.post(&place.path("/secret"), &json!({})).await.problem(409, "conflict");
    place.admin.if_match(&place.webhook["version"]).delete(&place.path("")).await.problem(409, "conflict");
}

/// The address is the secret: another would be kept for nothing.
#[tokio::test]
async fn what_is_not_signed_has_no_secret() {
    for format in ["slack", "teams"] {
        let place = Place::start(format).await;
        assert_eq!(place.secret, "");
        place.admin.post(&place.path("/secret"), &json!({})).await.problem(409, "conflict");
        // One that is to be signed gets one.
        let known = place.admin.if_match(&place.webhook["version"]);
        known.patch(&place.path(""), &json!({ "format": "standard" })).await.expect(200);
        let renewed = place.admin.post(&place.path("/secret"), &json!({})).await.expect(200);
        assert!(renewed["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")), "{renewed}");
    }
}
