//! The score through the API. The rules themselves are tested in their crate.

use super::Ground;
use serde_json::{Value, json};

async fn standing(ground: &Ground) -> (Value, Value, Value) {
    let score = ground.read("score").await;
    (score["state"].clone(), score["value"].clone(), score["best"].clone())
}

fn expected(state: &str, value: impl Into<Value>, best: impl Into<Value>) -> (Value, Value, Value) {
    (json!(state), value.into(), best.into())
}

#[tokio::test]
async fn from_the_lowest_to_the_highest() {
    let ground = Ground::new().await;
    assert_eq!(standing(&ground).await, expected("provisional", -203, 110));
    ground.all("met").await;
    assert_eq!(standing(&ground).await, expected("final", 110, 110));
    let score = ground.read("score").await;
    assert_eq!((&score["eligibility"]["all_met"], &score["deductions"]), (&json!(true), &json!([])));
    ground.all("not_applicable").await;
    assert_eq!(standing(&ground).await, expected("none", Value::Null, Value::Null));
    ground.all("not_met").await;
    assert_eq!(standing(&ground).await, expected("none", Value::Null, Value::Null));
    ground.bulk(json!([{ "control": "3.12.4", "finding": "met" }])).await;
    assert_eq!(standing(&ground).await, expected("final", -203, -203));
    ground.bulk(json!([{ "control": "3.1.1", "finding": "not_assessed" }])).await;
    assert_eq!(standing(&ground).await, expected("provisional", -203, -198));
    let history = ground.read("score/history").await;
    let points: Vec<Value> = history["items"].as_array().unwrap().iter().map(|p| p["value"].clone()).collect();
    assert_eq!(points, [json!(-203), json!(-203), json!(null), json!(110), json!(-203)], "newest first, no score twice in a row");
}

#[tokio::test]
async fn without_a_security_plan_there_is_no_score() {
    let ground = Ground::new().await;
    ground.all("met").await;
    ground.put("3.12.4", "a", json!({ "finding": "not_met", "reason": "No SSP." })).await.expect(200);
    let score = ground.read("score").await;
    assert_eq!((&score["state"], &score["value"], &score["best"]), (&json!("none"), &json!(null), &json!(null)));
    assert!(score["no_score_reason"]["citation"].as_str().unwrap().contains("170.24(c)(2)"), "{score}");
}

#[tokio::test]
async fn partial_credit_is_a_choice_with_a_reason() {
    let ground = Ground::new().await;
    ground.all("met").await;
    for (control, possible) in [("3.5.3", false), ("3.13.11", true)] {
        ground.bulk(json!([{ "control": control, "finding": "not_met", "reason": "Partly." }])).await;
        assert_eq!(standing(&ground).await, expected("final", 105, 105));
        let detail = ground.control(control).await;
        assert_eq!((&detail["partial_points"], &detail["control"]["deduction"]), (&json!(3), &json!(5)));
        let detail = ground.patch(control, json!({ "partial_credit": "Remote and privileged users have it." })).await.expect(200);
        assert_eq!(standing(&ground).await, expected("final", 107, 107));
        let credit = &detail["partial_credit"];
        assert_eq!(credit["reason"], "Remote and privileged users have it.");
        assert_eq!((&credit["by"]["id"], &credit["at"]), (&json!(ground.admin.user_id()), &json!("2026-11-22T12:00:00Z")));
        assert_eq!((&detail["control"]["deduction"], &detail["control"]["finding"]), (&json!(3), &json!("not_met")));
        let score = ground.read("score").await;
        assert_eq!(score["eligibility"]["conditional_possible"], possible, "{control}");
        assert_eq!((&score["deductions"][0]["points"], &score["deductions"][0]["full_points"]), (&json!(3), &json!(5)));
        ground.patch(control, json!({ "partial_credit": null })).await.expect(200);
        assert_eq!(standing(&ground).await, expected("final", 105, 105));
        ground.bulk(json!([{ "control": control, "finding": "met" }])).await;
    }
    let history = ground.read("score/history?limit=200").await;
    let points: Vec<i64> = history["items"].as_array().unwrap().iter().map(|p| p["value"].as_i64().unwrap()).collect();
    assert_eq!(points, [110, 105, 107, 105, 110, 105, 107, 105, 110, -203]);
    let logged = "SELECT COUNT(*) FROM audit_events WHERE action = 'control.update' AND details LIKE '%partial_credit%'";
    assert_eq!(ground.app.count(logged).await, 4);
}

#[tokio::test]
async fn what_does_not_move_the_score_is_no_point_of_its_history() {
    let ground = Ground::new().await;
    assert_eq!(ground.read("score/history").await["page"]["total"], 1);
    // One of six objectives: the requirement stays not assessed.
    ground.put("3.1.1", "a", json!({ "finding": "met" })).await.expect(200);
    ground.patch("3.1.1", json!({ "narrative": "x" })).await.expect(200);
    assert_eq!(ground.read("score/history").await["page"]["total"], 1);
    // A NOT MET costs what it cost as not assessed, but the better bound falls.
    ground.put("3.1.1", "b", json!({ "finding": "not_met", "reason": "r" })).await.expect(200);
    assert_eq!(standing(&ground).await, expected("provisional", -203, 105));
    let first = ground.read("score/history?limit=1").await;
    assert_eq!((&first["items"][0]["best"], &first["page"]["total"]), (&json!(105), &json!(2)));
    let next = first["page"]["next"].as_str().unwrap();
    let second = ground.read(&format!("score/history?limit=1&cursor={next}")).await;
    assert_eq!((&second["items"][0]["best"], &second["page"]["next"]), (&json!(110), &json!(null)));
    let back = ground.read(&format!("score/history?limit=1&cursor={}", second["page"]["prev"].as_str().unwrap())).await;
    assert_eq!(back["items"], first["items"]);
    ground.admin.get(&ground.at("score/history?limit=0")).await.problem(400, "invalid");
    ground.admin.get(&ground.at("score/history?x=1")).await.problem(400, "invalid");
    ground.admin.get(&ground.at("score/history?cursor=x")).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn an_unchanged_score_is_not_sent_again() {
    let ground = Ground::new().await;
    for path in ["score", "score/history"] {
        let tag = ground.admin.get(&ground.at(path)).await.header("etag").expect("a tag").to_owned();
        assert_eq!(ground.admin.with("if-none-match", &*tag).get(&ground.at(path)).await.status, 304);
        ground.patch("3.1.1", json!({ "narrative": path })).await.expect(200);
        assert_eq!(ground.admin.with("if-none-match", &*tag).get(&ground.at(path)).await.status, 200);
    }
}
