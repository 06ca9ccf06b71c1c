//! Many findings at once.

use super::Ground;
use crate::support::pointers;
use serde_json::{Value, json};

#[tokio::test]
async fn valid_items_are_applied_and_the_others_answered() {
    let ground = Ground::new().await;
    let id = ground.control("3.1.2").await["control"]["id"].clone();
    let result = ground
        .bulk(json!([
            { "control": "AC.L2-3.1.1", "objective": "a", "finding": "met" },
            { "control": "3.1.1", "objective": "b", "finding": "not_met" },
            { "control": "3.1.99", "finding": "met" },
            { "control": id, "finding": "met" },
            { "control": "3.1.1", "objective": "z", "finding": "met" },
            { "control": "3.1.3", "finding": "not_met", "basis": "adjudication", "reason": "r" },
            { "control": "a\u{0}b", "objective": "\u{0}", "finding": "met" },
            { "control": "3.1.1", "objective": "a", "finding": "not_met", "reason": "On a second look." },
        ]))
        .await;
    assert_eq!(result["applied"], 3);
    let answers: Vec<(u64, Option<&str>)> = result["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["status"].as_u64().unwrap(), item["error"]["pointer"].as_str()))
        .collect();
    let expected = [
        (200, None),
        (400, Some("/items/1/reason")),
        (404, Some("/items/2/control")),
        (200, None),
        (404, Some("/items/4/objective")),
        (400, Some("/items/5/basis")),
        (404, Some("/items/6/control")),
        (200, None),
    ];
    assert_eq!(answers, expected);
    let first = ground.control("3.1.1").await;
    assert_eq!((&first["objectives"][0]["finding"], &first["control"]["finding"]), (&json!("not_met"), &json!("not_met")));
    // Two items changed it, one transaction: one new version.
    assert_eq!(first["control"]["version"], 2);
    assert_eq!(ground.control("3.1.2").await["control"]["finding"], "met");
    assert_eq!(ground.control("3.1.3").await["control"]["version"], 1);
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'finding.set'").await, 3);
}

#[tokio::test]
async fn bad_requests_change_nothing() {
    let ground = Ground::new().await;
    let item = json!({ "control": "3.1.1", "finding": "met" });
    let many: Vec<&Value> = std::iter::repeat_n(&item, 501).collect();
    for (body, pointer) in [
        (json!({ "items": [] }), "/items"),
        (json!({ "items": many }), "/items"),
        (json!({}), "/items"),
        (json!({ "items": [item, { "control": "3.1.2", "finding": "perfect" }] }), "/items/1/finding"),
        (json!({ "items": [item, { "control": "3.1.2", "finding": "met", "by": "x" }] }), "/items/1/by"),
        (json!({ "items": [item, { "control": 3, "finding": "met" }] }), "/items/1/control"),
    ] {
        let problem = ground.admin.post(&ground.at("findings/bulk"), &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer]);
    }
    assert_eq!(ground.control("3.1.1").await["control"]["version"], 1);
    let most: Vec<&Value> = std::iter::repeat_n(&item, 500).collect();
    assert_eq!(ground.bulk(json!(most)).await["applied"], 500);
}

#[tokio::test]
async fn one_request_is_one_point_of_the_history() {
    let ground = Ground::new().await;
    ground.all("met").await;
    let history = ground.read("score/history").await;
    assert_eq!(history["page"]["total"], 2);
    assert_eq!((&history["items"][0]["value"], &history["items"][1]["value"]), (&json!(110), &json!(-203)));
}
