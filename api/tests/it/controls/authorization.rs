//! Who may do what.

use super::Ground;
use crate::support::Client;
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::systems::Role;

/// Every change, with a body that would pass.
fn changes() -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::PATCH, "controls/AC.L2-3.1.1", json!({ "narrative": "x" })),
        (Method::PUT, "controls/AC.L2-3.1.1/objectives/a", json!({ "finding": "met" })),
        (Method::POST, "findings/bulk", json!({ "items": [{ "control": "3.1.1", "finding": "met" }] })),
        (Method::POST, "controls", json!({ "reference": "ORG-1", "title": "t", "statement": "s" })),
        (Method::DELETE, "controls/AC.L2-3.1.1", Value::Null),
    ]
}

async fn send(client: &Client, ground: &Ground, (method, path, body): &(Method, &str, Value)) -> crate::support::Answer {
    let request = client.with("if-match", "*").request(method.clone(), &ground.at(path));
    Client::send(if body.is_null() { request } else { request.json(body) }).await
}

#[tokio::test]
async fn changes_need_a_role() {
    let ground = Ground::new().await;
    let other = ground.app.system(&ground.admin, "Other").await;
    let stranger = ground.app.member(other, "stranger", Role::Manager).await;
    let viewer = ground.app.member(ground.system, "viewer", Role::Viewer).await;
    let assessor = ground.app.member(ground.system, "assessor", Role::Assessor).await;
    let contributor = ground.app.member(ground.system, "contributor", Role::Contributor).await;
    for change in changes() {
        send(&ground.app.anonymous(), &ground, &change).await.problem(401, "unauthenticated");
        send(&stranger, &ground, &change).await.problem(404, "not_found");
        send(&viewer, &ground, &change).await.problem(403, "forbidden");
        send(&assessor, &ground, &change).await.problem(403, "forbidden");
        let answer = send(&contributor, &ground, &change).await;
        if change.0 == Method::DELETE {
            answer.problem(403, "forbidden");
        } else {
            assert!(answer.status.is_success(), "{change:?}: {answer:?}");
        }
    }
    ground.app.anonymous().get(&ground.at("controls/3.1.1")).await.problem(401, "unauthenticated");
    stranger.get(&ground.at("controls/3.1.1")).await.problem(404, "not_found");
    viewer.get(&ground.at("controls/3.1.1")).await.expect(200);
}

#[tokio::test]
async fn a_control_of_another_system_does_not_exist() {
    let ground = Ground::new().await;
    let other = ground.app.system(&ground.admin, "Other").await;
    let foreign = ground.admin.get(&format!("/systems/{other}/controls/3.1.1")).await.expect(200);
    let id = foreign["control"]["id"].as_str().unwrap();
    let client = ground.admin.with("if-match", "*");
    ground.admin.get(&ground.at(&format!("controls/{id}"))).await.problem(404, "not_found");
    client.patch(&ground.at(&format!("controls/{id}")), &json!({ "narrative": "x" })).await.problem(404, "not_found");
    client.delete(&ground.at(&format!("controls/{id}"))).await.problem(404, "not_found");
    let path = ground.at(&format!("controls/{id}/objectives/a"));
    client.put(&path, &json!({ "finding": "met" })).await.problem(404, "not_found");
    let result = ground.bulk(json!([{ "control": id, "finding": "met" }])).await;
    assert_eq!((&result["applied"], &result["items"][0]["status"]), (&json!(0), &json!(404)));
    let after = ground.admin.get(&format!("/systems/{other}/controls/3.1.1")).await.expect(200);
    assert_eq!(after, foreign);
}

#[tokio::test]
async fn an_archived_system_is_read_only() {
    let ground = Ground::new().await;
    ground.admin.with("if-match", "*").post(&ground.at("archive"), &json!({})).await.expect(200);
    for change in changes() {
        send(&ground.admin, &ground, &change).await.problem(409, "conflict");
    }
    ground.control("3.1.1").await;
}
