//! Custom controls.

use super::{Ground, NOBODY};
use crate::support::pointers;
use serde_json::json;

#[tokio::test]
async fn a_custom_control_lives_and_dies() {
    let ground = Ground::new().await;
    let body = json!({ "reference": "ORG-1", "title": "Clean desk", "statement": "Desks are clear at night.",
        "owner": ground.admin.user_id(), "next_review": "2027-01-31" });
    let answer = ground.admin.post(&ground.at("controls"), &body).await;
    let location = answer.header("location").expect("a location").to_owned();
    let created = answer.expect(201);
    assert_eq!(ground.admin.get(&location).await.expect(200), created);
    let control = &created["control"];
    assert_eq!((&control["family"], &control["custom"], &control["points"]), (&json!("CUSTOM"), &json!(true), &json!(null)));
    assert_eq!(
        (&created["value_note"], &created["meaning"], &created["previous"]),
        (&json!(null), &json!(null), &json!("SI.L2-3.14.7"))
    );
    assert_eq!(created["objectives"][0]["statement"], "Desks are clear at night.");
    let before = ground.read("score").await;
    let detail = ground.put("ORG-1", "a", json!({ "finding": "not_met", "reason": "Papers." })).await.expect(200);
    assert_eq!(detail["control"]["finding"], "not_met");
    assert_eq!(ground.read("score").await, before, "a custom control is no part of the score");
    let changed = ground.patch("ORG-1", json!({ "title": "Clear desk", "statement": "No paper." })).await.expect(200);
    assert_eq!(
        (&changed["control"]["title"], &changed["objectives"][0]["statement"]),
        (&json!("Clear desk"), &json!("No paper."))
    );
    let found = ground.read("controls?q=no%20paper&custom=true&family=CUSTOM&owner=me").await;
    assert_eq!(found["page"]["total"], 1);
    let version = changed["control"]["version"].clone();
    let path = ground.at("controls/ORG-1");
    ground.admin.delete(&path).await.problem(428, "precondition_required");
    ground.admin.if_match(&json!(1)).delete(&path).await.problem(412, "stale");
    ground.task("ORG-1", "completed").await;
    let problem = ground.admin.if_match(&version).delete(&path).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "Tasks are about this control: delete them first, or keep the control.");
    ground.write("UPDATE tasks SET deleted_at = created_at WHERE deleted_at IS NULL", vec![]).await;
    // A task of another control is linked to this one. The first was written past the counter.
    ground.write("UPDATE systems SET last_task_number = 1", vec![]).await;
    let task = ground.admin.post(&ground.at("tasks"), &json!({ "title": "Sweep", "control": "3.1.1" })).await.expect(201);
    let links = ground.at(&format!("tasks/{}/links", task["id"].as_str().expect("an id")));
    ground.admin.post(&links, &json!({ "control": "ORG-1" })).await.expect(201);
    let problem = ground.admin.if_match(&version).delete(&path).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "Tasks are linked to this control: remove their links first.");
    let listed = ground.admin.get(&links).await.expect(200);
    let link = listed[0]["id"].as_str().expect("an id");
    ground.admin.delete(&format!("{links}/{link}")).await.expect(204);
    ground.evidence("ORG-1").await;
    ground.admin.if_match(&version).delete(&path).await.expect(204);
    ground.admin.get(&path).await.problem(404, "not_found");
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM evidence").await, 1);
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM tasks").await, 2);
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM objective_findings").await, 320);
}

#[tokio::test]
async fn a_rule_packs_control_can_not_be_deleted() {
    let ground = Ground::new().await;
    ground.admin.if_match(&json!(1)).delete(&ground.at("controls/3.1.1")).await.problem(409, "conflict");
    ground.control("3.1.1").await;
}

#[tokio::test]
async fn bad_input_names_the_field() {
    let ground = Ground::new().await;
    for (field, value, pointer) in [
        ("reference", json!("AC.L2-3.1.1"), "/reference"),
        ("reference", json!("AC.L1-b.1.i"), "/reference"),
        ("reference", json!("3.1.1"), "/reference"),
        ("reference", json!("01a20320-a200-7547-b4a9-e0f7d05c2a38"), "/reference"),
        ("reference", json!("a b"), "/reference"),
        ("reference", json!("x".repeat(41)), "/reference"),
        ("title", json!(""), "/title"),
        ("title", json!("x".repeat(201)), "/title"),
        ("statement", json!("x".repeat(4001)), "/statement"),
        ("owner", json!(NOBODY), "/owner"),
        ("owner", json!("me"), "/owner"),
        ("next_review", json!("tomorrow"), "/next_review"),
        ("next_review", json!("9999-01-01"), "/next_review"),
        ("points", json!(5), "/points"),
    ] {
        let mut body = json!({ "reference": "ORG-1", "title": "t", "statement": "s" });
        body[field] = value;
        let problem = ground.admin.post(&ground.at("controls"), &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{body}");
    }
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM controls").await, 110);
}

#[tokio::test]
async fn a_reference_is_taken_once_and_a_key_answers_twice() {
    let ground = Ground::new().await;
    let body = json!({ "reference": "ORG-1", "title": "t", "statement": "s" });
    let keyed = ground.admin.with("idempotency-key", "k1");
    let first = keyed.post(&ground.at("controls"), &body).await.expect(201);
    assert_eq!(keyed.post(&ground.at("controls"), &body).await.expect(201), first);
    let problem = ground.admin.post(&ground.at("controls"), &body).await.problem(409, "taken");
    assert_eq!(pointers(&problem), ["/reference"]);
    let other = json!({ "reference": "ORG-2", "title": "t", "statement": "s" });
    keyed.post(&ground.at("controls"), &other).await.problem(422, "idempotency_mismatch");
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM controls").await, 111);
    let second = ground.app.system(&ground.admin, "Second").await;
    ground.admin.post(&format!("/systems/{second}/controls"), &body).await.expect(201);
}
