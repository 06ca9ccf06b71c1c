//! The summary for the Supplier Performance Risk System.

use crate::evidence::{Scene, scene};
use crate::support::pointers;
use serde_json::{Value, json};

pub(super) async fn findings(scene: &Scene, items: Value) {
    scene.admin.post(&scene.path("/findings/bulk"), &json!({ "items": items })).await.expect(200);
}

pub(super) async fn all(scene: &Scene, finding: &str) {
    let pack = rules::pack("cmmc-level-2").expect("Level 2");
    let item = |id: &str| json!({ "control": id, "finding": finding, "reason": "as seen" });
    findings(scene, pack.requirements().map(|one| item(&one.id)).collect()).await;
}

fn fact(document: &Value, label: &str) -> (String, String) {
    let facts = document["facts"].as_array().expect("facts");
    let found = facts.iter().find(|one| one["label"] == label).unwrap_or_else(|| panic!("{label} in {facts:?}"));
    let text = |name: &str| found["value"][name].as_str().expect("text").to_owned();
    (text("text"), text("tone"))
}

async fn preview(scene: &Scene) -> Value {
    scene.viewer.get(&scene.path("/report-preview?kind=sprs_summary")).await.expect(200)
}

/// What stands in the column of deductions, if anything does.
fn deducted(document: &Value) -> Option<i64> {
    let sections = document["sections"].as_array().expect("sections");
    let section = sections.iter().find(|one| one["title"] == "Finding of each requirement").expect("the section");
    let rows = section["blocks"][0]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 110);
    let cells: Vec<&str> = rows.iter().filter_map(|row| row[3]["text"].as_str()).filter(|text| !text.is_empty()).collect();
    (!cells.is_empty()).then(|| cells.iter().map(|text| text.parse::<i64>().expect("a number")).sum())
}

#[tokio::test]
async fn what_is_deducted_is_what_the_score_deducts() {
    let scene = scene().await;
    assert_eq!(deducted(&preview(&scene).await), Some(313), "nothing is assessed");
    let open = ("Cannot be said while 110 requirements are not assessed".to_owned(), "warn".to_owned());
    assert_eq!(fact(&preview(&scene).await, "POA&M usage"), open);
    assert_eq!(fact(&preview(&scene).await, "POA&M compliance"), open);

    all(&scene, "met").await;
    assert_eq!(deducted(&preview(&scene).await), Some(0));
    assert_eq!(fact(&preview(&scene).await, "POA&M usage").0, "No POA&M is needed");
    let partial = json!([{ "control": "3.13.11", "finding": "not_met", "reason": "Partly." }, { "control": "3.5.3", "finding": "not_met", "reason": "No." }]);
    findings(&scene, partial).await;
    let path = scene.path("/controls/3.13.11");
    let control = scene.contributor.get(&path).await.expect(200);
    let credit = json!({ "partial_credit": "It encrypts, not validated." });
    scene.admin.if_match(&control["control"]["version"]).patch(&path, &credit).await.expect(200);
    let document = preview(&scene).await;
    let score = scene.viewer.get(&scene.path("/score")).await.expect(200);
    let expected = 110 - score["value"].as_i64().expect("a value");
    assert_eq!((deducted(&document), expected), (Some(8), 8));
    assert_eq!(fact(&document, "POA&M usage").0, "1 requirement would stand on a POA&M");
    let barred = ("Not compliant: 1 requirement NOT MET may not stand on a POA&M".to_owned(), "bad".to_owned());
    assert_eq!(fact(&document, "POA&M compliance"), barred);

    // Without a score nothing is deducted from anything.
    findings(&scene, json!([{ "control": "3.12.4", "finding": "not_met", "reason": "No SSP." }])).await;
    let document = preview(&scene).await;
    assert_eq!(deducted(&document), None);
    let score = scene.viewer.get(&scene.path("/score")).await.expect(200);
    assert_eq!(json!(fact(&document, "POA&M compliance").0), score["no_score_reason"]["text"]);
}

#[tokio::test]
async fn each_level_has_its_own_items_and_level_3_none() {
    let scene = scene().await;
    let two = preview(&scene).await;
    for missing in ["CAGE codes", "SSP version"] {
        assert_eq!(fact(&two, missing), ("Not recorded yet".to_owned(), "warn".to_owned()), "{missing}");
    }
    for elsewhere in ["Number of employees", "Affirming Official"] {
        assert_eq!(fact(&two, elsewhere), ("Enter it in SPRS".to_owned(), "muted".to_owned()), "{elsewhere}");
    }
    let rules = two["footnotes"].to_string();
    assert!(
        rules.contains("32 CFR 170.16(a)(1)(i)") && rules.contains("\"32 CFR 170.4\"") && rules.contains("32 CFR 170.22"),
        "{rules}"
    );

    let system = |level: u8| json!({ "name": format!("Of level {level}"), "organization": "Harlan", "pack": format!("cmmc-level-{level}") });
    let one = scene.admin.post("/systems", &system(1)).await.expect(201);
    let at = |system: &Value, rest: &str| format!("/systems/{}{rest}", system["id"].as_str().expect("an id"));
    let document = scene.admin.get(&at(&one, "/report-preview?kind=sprs_summary")).await.expect(200);
    let (result, tone) = fact(&document, "Compliance result");
    assert!(result.starts_with("Cannot be said while ") && tone == "warn", "{result}");
    let text = document.to_string();
    assert!(text.contains("32 CFR 170.15(a)(1)(i)") && !text.contains("170.16") && !text.contains("POA&M usage"), "{text}");

    let three = scene.admin.post("/systems", &system(3)).await.expect(201);
    let refused = scene.admin.get(&at(&three, "/report-preview?kind=sprs_summary")).await.problem(400, "invalid");
    assert_eq!(pointers(&refused), ["/kind"]);
    let body = json!({ "kind": "sprs_summary", "format": "pdf" });
    let refused = scene.admin.post(&at(&three, "/reports"), &body).await.problem(400, "invalid");
    assert_eq!(pointers(&refused), ["/kind"]);
    assert!(refused["errors"][0]["detail"].as_str().expect("why").contains("Level 3"), "{refused}");
}
