//! One control.

use super::Ground;
use serde_json::{Value, json};

#[tokio::test]
async fn a_control_is_found_by_id_reference_and_number() {
    let ground = Ground::new().await;
    let by_reference = ground.control("AC.L2-3.1.1").await;
    let id = by_reference["control"]["id"].as_str().unwrap().to_owned();
    assert_eq!(ground.control("3.1.1").await, by_reference);
    assert_eq!(ground.control(&id).await, by_reference);
    let requirement = rules::pack("cmmc-level-2").unwrap().requirement("3.1.1").unwrap();
    assert_eq!(by_reference["statement"], json!(requirement.statement));
    assert_eq!(by_reference["meaning"], json!(requirement.meaning));
    assert_eq!(by_reference["evidence_examples"], json!(requirement.evidence_examples));
    assert!(by_reference["value_note"].as_str().unwrap().starts_with("Worth 5 points"));
    assert_eq!(by_reference["poam_citation"], "32 CFR 170.21(a)(2)(ii)");
    let objectives = by_reference["objectives"].as_array().unwrap();
    let letters: String = objectives.iter().map(|o| o["letter"].as_str().unwrap()).collect();
    assert_eq!(letters, "abcdef");
    assert_eq!(objectives[0]["statement"], json!(requirement.objectives[0].statement));
    for missing in ["3.1.99", "AC.L2-3.1.99", "00000000-0000-7000-8000-000000000000", "%00", "a%20b", "'%20OR%201=1"] {
        ground.admin.get(&ground.at(&format!("controls/{missing}"))).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn neighbours_lead_through_the_whole_pack() {
    let ground = Ground::new().await;
    let body = json!({ "reference": "ORG-1", "title": "Own", "statement": "So it is." });
    ground.admin.post(&ground.at("controls"), &body).await.expect(201);
    let mut seen = 0;
    let (mut reference, mut before) = (json!("AC.L2-3.1.1"), Value::Null);
    while let Some(current) = reference.as_str().map(str::to_owned) {
        let detail = ground.control(&current).await;
        assert_eq!(detail["previous"], before, "{current}");
        before = json!(current);
        reference = detail["next"].clone();
        seen += 1;
    }
    assert_eq!((seen, before), (111, json!("ORG-1")));
}

#[tokio::test]
async fn the_tag_is_the_version_and_never_hides_what_else_changed() {
    let ground = Ground::new().await;
    let answer = ground.admin.get(&ground.at("controls/3.1.1")).await;
    assert_eq!(answer.header("etag"), Some("\"1\""));
    ground.task("3.1.1", "open").await;
    ground.evidence("3.1.1").await;
    let again = ground.admin.with("if-none-match", "\"1\"").get(&ground.at("controls/3.1.1")).await.expect(200);
    let control = &again["control"];
    assert_eq!((&control["open_tasks"], &control["evidence_count"]), (&json!(1), &json!(1)));
    assert_eq!((&control["progress"], &control["version"]), (&json!("in_progress"), &json!(1)));
}
