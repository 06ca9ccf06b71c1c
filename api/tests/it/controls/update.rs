//! PATCH of a control.

use super::{Ground, NOBODY};
use crate::support::{Client, pointers};
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn every_field_is_set_kept_and_cleared() {
    let ground = Ground::new().await;
    let owner = ground.app.member(ground.system, "owner", Role::Contributor).await;
    let body = json!({ "narrative": "# How\n\nBy **rule**.", "owner": owner.user_id(), "last_review": "2026-11-21",
        "next_review": "2027-11-21" });
    let detail = ground.patch("3.12.1", body).await.expect(200);
    let control = &detail["control"];
    assert_eq!((&detail["narrative"], &control["owner"]["name"]), (&json!("# How\n\nBy **rule**."), &json!("owner")));
    assert_eq!((&control["last_review"], &control["next_review"]), (&json!("2026-11-21"), &json!("2027-11-21")));
    assert_eq!((&control["version"], &control["progress"]), (&json!(2), &json!("in_progress")));
    let kept = ground.patch("3.12.1", json!({})).await.expect(200);
    assert_eq!(kept, detail, "nothing said, nothing changed");
    assert_eq!(ground.read("controls?owner=none").await["page"]["total"], 109);
    let path = ground.at(&format!("controls?owner={}", owner.user_id()));
    assert_eq!(ground.admin.get(&path).await.expect(200)["page"]["total"], 1);
    let first = ground.read("controls?sort=next_review&limit=1").await;
    assert_eq!(first["items"][0]["reference"], "CA.L2-3.12.1");
    let cleared = json!({ "narrative": "", "owner": null, "last_review": null, "next_review": null });
    let detail = ground.patch("3.12.1", cleared).await.expect(200);
    assert_eq!(
        (&detail["narrative"], &detail["control"]["owner"], &detail["control"]["next_review"]),
        (&json!(""), &json!(null), &json!(null))
    );
    assert_eq!(ground.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'control.update'").await, 2);
    let leaks = "SELECT COUNT(*) FROM audit_events WHERE action = 'control.update' AND details LIKE '%rule%'";
    assert_eq!(ground.app.count(leaks).await, 0, "the log holds a narrative's hash");
}

#[tokio::test]
async fn bad_input_names_the_field() {
    let ground = Ground::new().await;
    let other = ground.app.system(&ground.admin, "Other").await;
    let stranger = ground.app.member(other, "stranger", Role::Manager).await;
    // 3.12.1 says "periodically", 3.1.1 does not.
    for (control, body, pointer) in [
        ("3.1.1", json!({ "title": "x" }), "/title"),
        ("3.1.1", json!({ "statement": "x" }), "/statement"),
        ("3.1.1", json!({ "narrative": "x".repeat(50_001) }), "/narrative"),
        ("3.1.1", json!({ "narrative": 1 }), "/narrative"),
        ("3.1.1", json!({ "narrative": "a\u{0}b" }), "/narrative"),
        ("3.1.1", json!({ "owner": NOBODY }), "/owner"),
        ("3.1.1", json!({ "owner": stranger.user_id() }), "/owner"),
        ("3.1.1", json!({ "owner": "somebody" }), "/owner"),
        ("3.1.1", json!({ "last_review": "2026-11-23" }), "/last_review"),
        ("3.1.1", json!({ "last_review": "2026-02-30" }), "/last_review"),
        ("3.1.1", json!({ "last_review": "0001-01-01" }), "/last_review"),
        ("3.1.1", json!({ "next_review": "+12026-01-01" }), "/next_review"),
        ("3.12.1", json!({ "next_review": "2027-11-23" }), "/next_review"),
        ("3.12.1", json!({ "last_review": "2026-01-15", "next_review": "2027-01-16" }), "/next_review"),
        ("3.1.1", json!({ "partial_credit": "x" }), "/partial_credit"),
        ("3.5.3", json!({ "partial_credit": "" }), "/partial_credit"),
        ("3.1.1", json!({ "not_applicable": "" }), "/not_applicable"),
        ("3.1.1", json!({ "finding": "met" }), "/finding"),
        ("3.1.1", json!({ "version": 9 }), "/version"),
    ] {
        let problem = ground.patch(control, body.clone()).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{control} {}", body.to_string().get(..60).unwrap_or_default());
        assert_eq!(ground.control(control).await["control"]["version"], 1);
    }
    ground.patch("3.1.1", json!({ "next_review": "2030-01-01" })).await.expect(200);
    ground.patch("3.12.1", json!({ "next_review": "2027-11-22" })).await.expect(200);
    ground.patch("3.1.2", json!({ "narrative": "é".repeat(50_000) })).await.expect(200);
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let ground = Ground::new().await;
    let path = ground.at("controls/3.1.1");
    let request = || ground.admin.if_match(&json!(1)).request(Method::PATCH, &path);
    let bytes = b"{\"narrative\":\"\xff\"}".to_vec();
    Client::send(request().header("content-type", "application/json").body(bytes)).await.problem(400, "malformed");
    Client::send(request().header("content-type", "application/json").body("{")).await.problem(400, "malformed");
    Client::send(request().header("content-type", "text/plain").body("{}")).await.problem(415, "unsupported_type");
    let large = json!({ "narrative": "x".repeat(1_100_000) });
    Client::send(request().json(&large)).await.problem(413, "too_large");
}

#[tokio::test]
async fn a_version_is_demanded() {
    let ground = Ground::new().await;
    let (path, body) = (ground.at("controls/3.1.1"), json!({ "narrative": "x" }));
    ground.admin.patch(&path, &body).await.problem(428, "precondition_required");
    ground.admin.if_match(&json!(2)).patch(&path, &body).await.problem(412, "stale");
    let answer = ground.admin.with("if-match", "W/\"1\"").patch(&path, &body).await;
    assert_eq!(answer.header("etag"), Some("\"2\""));
    ground.admin.if_match(&json!(1)).patch(&path, &body).await.problem(412, "stale");
    let missing = ground.at("controls/3.1.99");
    ground.admin.if_match(&json!(1)).patch(&missing, &body).await.problem(404, "not_found");
}

#[tokio::test]
async fn not_applicable_covers_all_objectives_and_is_taken_back() {
    let ground = Ground::new().await;
    let findings = |detail: &Value| {
        let objectives = detail["objectives"].as_array().unwrap();
        objectives.iter().map(|o| (o["finding"].as_str().unwrap().to_owned(), o["reason"].clone())).collect::<Vec<_>>()
    };
    ground.put("3.1.16", "a", json!({ "finding": "met" })).await.expect(200);
    // Withdrawing what is not there changes nothing.
    let untouched = ground.patch("3.1.16", json!({ "not_applicable": null })).await.expect(200);
    assert_eq!((&untouched["control"]["version"], &untouched["objectives"][0]["finding"]), (&json!(2), &json!("met")));
    let detail = ground.patch("3.1.16", json!({ "not_applicable": "No wireless.", "narrative": "None." })).await.expect(200);
    assert_eq!(detail["control"]["finding"], "not_applicable");
    assert_eq!(findings(&detail), vec![("not_applicable".to_owned(), json!("No wireless.")); 2]);
    assert_eq!((&detail["narrative"], &detail["control"]["version"]), (&json!("None."), &json!(3)));
    assert_eq!(ground.read("score").await["counts"]["not_applicable"], 1);
    let detail = ground.patch("3.1.16", json!({ "not_applicable": null })).await.expect(200);
    assert_eq!(
        (findings(&detail), &detail["control"]["version"]),
        (vec![("not_assessed".to_owned(), json!(null)); 2], &json!(4))
    );
    assert_eq!(ground.read("score").await["counts"]["not_applicable"], 0);
}
