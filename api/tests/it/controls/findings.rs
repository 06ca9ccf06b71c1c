//! Findings of objectives, and what follows from them.

use super::{Ground, Sequence};
use crate::support::pointers;
use serde_json::{Value, json};
use shared_types::finding::{Finding, FindingCounts};

const FINDINGS: [Finding; 4] = [Finding::Met, Finding::NotMet, Finding::NotApplicable, Finding::NotAssessed];

#[tokio::test]
async fn a_finding_keeps_who_when_and_why() {
    let ground = Ground::new().await;
    let body = json!({ "finding": "not_met", "reason": " No list of users. " });
    let detail = ground.put("3.1.1", "b", body.clone()).await.expect(200);
    let objective = &detail["objectives"][1];
    assert_eq!((&objective["finding"], &objective["reason"]), (&json!("not_met"), &json!("No list of users.")));
    assert_eq!(objective["by"]["id"], json!(ground.admin.user_id()));
    assert_eq!(objective["at"], "2026-11-22T12:00:00Z");
    let control = &detail["control"];
    assert_eq!((&control["finding"], &control["progress"]), (&json!("not_met"), &json!("non_compliant")));
    assert_eq!(control["objectives"], json!({ "met": 0, "not_met": 1, "not_applicable": 0, "not_assessed": 5 }));
    assert_eq!(control["version"], 2);
    // The same again is no change.
    let again = ground.put("3.1.1", "b", body).await.expect(200);
    assert_eq!(again["control"]["version"], 2);
    let rows = "SELECT COUNT(*) FROM audit_events WHERE action = 'finding.set'";
    assert_eq!(ground.app.count(rows).await, 1);
}

#[tokio::test]
async fn the_control_follows_its_objectives_whatever_the_sequence() {
    let ground = Ground::new().await;
    for seed in [1, 2, 3] {
        let mut chance = Sequence(seed);
        let control = ["AC.L2-3.1.1", "AC.L2-3.1.3", "IA.L2-3.5.3"][usize::try_from(seed - 1).unwrap()];
        let detail = ground.control(control).await;
        let mut state: Vec<Finding> = detail["objectives"].as_array().unwrap().iter().map(|_| Finding::NotAssessed).collect();
        let mut version = detail["control"]["version"].clone();
        for _step in 0..40 {
            let place = chance.below(state.len());
            state[place] = *chance.pick(&FINDINGS);
            let letter = char::from(b'a' + u8::try_from(place).unwrap());
            let body = json!({ "finding": state[place], "reason": "r" });
            let path = ground.at(&format!("controls/{control}/objectives/{letter}"));
            let after = ground.admin.if_match(&version).put(&path, &body).await.expect(200);
            let mut counts = FindingCounts::default();
            for finding in &state {
                counts.add(*finding);
            }
            let control = &after["control"];
            assert_eq!(control["finding"], json!(rules::requirement_finding(&state)), "{state:?}");
            assert_eq!(control["objectives"], json!(counts), "{state:?}");
            assert_eq!(control["progress"], json!(rules::progress(counts, false, 0)), "{state:?}");
            version = control["version"].clone();
        }
    }
}

#[tokio::test]
async fn refusals_name_the_field() {
    let ground = Ground::new().await;
    for (body, pointer) in [
        (json!({ "finding": "not_met" }), "/reason"),
        (json!({ "finding": "not_applicable" }), "/reason"),
        (json!({ "finding": "met", "basis": "operational_plan" }), "/reason"),
        (json!({ "finding": "met", "basis": "enduring_exception" }), "/reason"),
        (json!({ "finding": "met", "basis": "adjudication" }), "/reason"),
        (json!({ "finding": "not_met", "basis": "operational_plan", "reason": "r" }), "/basis"),
        (json!({ "finding": "not_applicable", "basis": "enduring_exception", "reason": "r" }), "/basis"),
        (json!({ "finding": "not_met", "reason": " " }), "/reason"),
        (json!({ "finding": "not_met", "reason": "x".repeat(4001) }), "/reason"),
        (json!({ "finding": "not_met", "reason": "a\u{0}b" }), "/reason"),
        (json!({ "finding": "good" }), "/finding"),
        (json!({ "finding": { "met": null } }), "/finding"),
        (json!({ "finding": null }), "/finding"),
        (json!({}), "/finding"),
        (json!({ "finding": "met", "author_id": "x" }), "/author_id"),
    ] {
        let problem = ground.put("3.1.1", "a", body.clone()).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{body}");
    }
    let path = ground.at("controls/3.1.1/objectives/a");
    let body = json!({ "finding": "met" });
    ground.admin.put(&path, &body).await.problem(428, "precondition_required");
    ground.admin.if_match(&json!(7)).put(&path, &body).await.problem(412, "stale");
    ground.put("3.1.1", "z", body.clone()).await.problem(404, "not_found");
    ground.put("3.1.1", "A", body.clone()).await.problem(404, "not_found");
    ground.put("3.1.1", "%00", body.clone()).await.problem(404, "not_found");
    ground.admin.with("if-match", "*").put(&ground.at("controls/3.1.99/objectives/a"), &body).await.problem(404, "not_found");
    assert_eq!(ground.control("3.1.1").await["control"]["version"], 1);
}

#[tokio::test]
async fn a_met_with_an_exception_or_a_plan_counts_as_met() {
    let ground = Ground::new().await;
    for (control, basis) in
        [("3.12.1", "enduring_exception"), ("3.12.2", "operational_plan"), ("3.12.3", "adjudication"), ("3.12.4", "implemented")]
    {
        ground.bulk(json!([{ "control": control, "finding": "met", "basis": basis, "reason": "in the SSP" }])).await;
        let detail = ground.control(control).await;
        assert_eq!((&detail["control"]["finding"], &detail["objectives"][0]["basis"]), (&json!("met"), &json!(basis)));
    }
}

/// What the filters of the list say of a random state is what the pure functions say.
#[tokio::test]
async fn filters_agree_with_the_rules() {
    let ground = Ground::new().await;
    let mut chance = Sequence(42);
    let mut items = Vec::new();
    for requirement in rules::pack("cmmc-level-2").unwrap().requirements() {
        let same = *chance.pick(&FINDINGS);
        let mixed = chance.below(3) == 0;
        for objective in &requirement.objectives {
            let finding = if mixed { *chance.pick(&FINDINGS) } else { same };
            items.push(json!({ "control": requirement.id, "objective": objective.letter, "finding": finding, "reason": "r" }));
        }
    }
    let applied = ground.bulk(json!(items)).await["applied"].clone();
    assert_eq!(applied, 320);
    let controls = rules::pack("cmmc-level-2").unwrap().requirements().map(|r| r.id.clone()).collect::<Vec<_>>();
    for _task in 0..40 {
        let state = chance.pick(&["open", "in_progress", "pending_confirmation", "completed"]);
        let control: &String = chance.pick(&controls);
        ground.task(control, state).await;
    }
    for _evidence in 0..20 {
        let control: &String = chance.pick(&controls);
        ground.evidence(control).await;
    }
    ground.patch("3.14.7", json!({ "narrative": "touched" })).await.expect(200);
    let all = ground.read("controls?limit=200").await;
    let rows = all["items"].as_array().unwrap();
    for row in rows {
        let counts: FindingCounts = serde_json::from_value(row["objectives"].clone()).unwrap();
        let tasks = u32::try_from(row["open_tasks"].as_u64().unwrap()).unwrap();
        let touched = row["reference"] == "SI.L2-3.14.7";
        assert_eq!(row["progress"], json!(rules::progress(counts, touched, tasks)), "{row}");
    }
    let agree = async |query: &str, holds: &dyn Fn(&Value) -> bool| {
        let found = ground.read(&format!("controls?limit=200&{query}")).await;
        let expected: Vec<&Value> = rows.iter().filter(|row| holds(row)).collect();
        assert_eq!(found["items"].as_array().unwrap().iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(found["page"]["total"], json!(expected.len()), "{query}");
        assert!(!expected.is_empty(), "{query} proves nothing");
    };
    for progress in ["not_started", "in_progress", "compliant", "non_compliant"] {
        agree(&format!("progress={progress}"), &|row| row["progress"] == progress).await;
    }
    for finding in FINDINGS {
        agree(&format!("finding={finding}"), &|row| row["finding"] == json!(finding)).await;
    }
    agree("has_evidence=true", &|row| row["evidence_count"] != 0).await;
    agree("has_evidence=false", &|row| row["evidence_count"] == 0).await;
    agree("progress=compliant,in_progress&points=5&family=AC,AU,IA", &|row| {
        ["compliant", "in_progress"].contains(&row["progress"].as_str().unwrap())
            && row["points"] == 5
            && ["AC", "AU", "IA"].contains(&row["family"].as_str().unwrap())
    })
    .await;
    let sorted = ground.read("controls?limit=200&sort=finding").await;
    let order = ["not_met", "not_assessed", "not_applicable", "met"];
    let ranks: Vec<usize> = sorted["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| order.iter().position(|finding| row["finding"] == *finding).unwrap())
        .collect();
    assert!(ranks.is_sorted() && ranks.last() == Some(&3), "{ranks:?}");
}
