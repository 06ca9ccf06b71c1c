//! Two at once.

use super::Ground;
use serde_json::{Value, json};
use shared_types::finding::Finding;

#[tokio::test]
async fn of_twenty_editors_one_wins() {
    let ground = Ground::new().await;
    let path = ground.at("controls/3.1.1");
    let editors: Vec<_> = (0..20)
        .map(|number| {
            let (client, path) = (ground.admin.if_match(&json!(1)), path.clone());
            tokio::spawn(async move { client.patch(&path, &json!({ "narrative": format!("editor {number}") })).await })
        })
        .collect();
    let mut winner = None;
    for (number, editor) in editors.into_iter().enumerate() {
        let answer = editor.await.expect("an answer");
        if answer.status == 200 {
            assert!(winner.replace(number).is_none(), "two won");
        } else {
            answer.problem(412, "stale");
        }
    }
    let detail = ground.control("3.1.1").await;
    assert_eq!(detail["narrative"], format!("editor {}", winner.expect("one wins")));
    assert_eq!(detail["control"]["version"], 2);
}

/// Bulk changes never wait for a version, single ones do: none is lost, none is half done, and what is derived stays true.
#[tokio::test]
async fn bulk_and_single_changes_meet() {
    let ground = Ground::new().await;
    let mut all = Vec::new();
    for number in 0..10 {
        let (client, bulk) = (ground.admin.clone(), ground.at("findings/bulk"));
        let items = json!([
            { "control": "3.1.1", "objective": "a", "finding": "not_met", "reason": format!("bulk {number}") },
            { "control": "3.1.2", "finding": "met", "reason": format!("bulk {number}") },
        ]);
        all.push(tokio::spawn(async move { client.post(&bulk, &json!({ "items": items })).await }));
        let (client, single) = (ground.admin.if_match(&json!(1 + number)), ground.at("controls/3.1.1/objectives/b"));
        let body = json!({ "finding": "met", "reason": format!("single {number}") });
        all.push(tokio::spawn(async move { client.put(&single, &body).await }));
    }
    let mut changes = 0;
    for (place, change) in all.into_iter().enumerate() {
        let answer = change.await.expect("an answer");
        match answer.status.as_u16() {
            200 => changes += 1,
            _ => drop((place % 2 == 1).then_some(answer).expect("only a single change may be refused").problem(412, "stale")),
        }
    }
    let detail = ground.control("3.1.1").await;
    assert_eq!(detail["control"]["version"], 1 + changes);
    let findings: Vec<Finding> = serde_json::from_value(
        detail["objectives"].as_array().unwrap().iter().map(|objective| objective["finding"].clone()).collect::<Value>(),
    )
    .unwrap();
    assert_eq!(detail["control"]["finding"], json!(rules::requirement_finding(&findings)));
    assert_eq!(ground.control("3.1.2").await["control"]["version"], 11);
    let events = "SELECT COUNT(*) FROM audit_events WHERE action = 'finding.set'";
    assert_eq!(ground.app.count(events).await, 10 + i64::from(changes));
}
