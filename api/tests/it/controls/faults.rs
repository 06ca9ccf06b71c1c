//! kill -9 while findings are set in bulk: what was acknowledged is there, nothing is half-written, the audit chain holds.

use crate::support::{Client, Process};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Kills in `just test`; `just soak` runs the bar of 50.
const KILLS: u32 = 3;
/// The requirements of one bulk change: all get the same reason, so that a half-written change shows.
const REFERENCES: [&str; 12] = [
    "AC.L2-3.1.1",
    "AC.L2-3.1.2",
    "AC.L2-3.1.3",
    "AC.L2-3.1.4",
    "AC.L2-3.1.5",
    "AC.L2-3.1.6",
    "AC.L2-3.1.7",
    "AC.L2-3.1.8",
    "AC.L2-3.1.9",
    "AC.L2-3.1.10",
    "AC.L2-3.1.11",
    "AC.L2-3.1.12",
];

async fn set_all(client: &Client, path: &str, round: u32) -> Option<u64> {
    let item = |control: &&str| json!({ "control": control, "finding": "not_met", "reason": format!("round {round}") });
    let body = json!({ "items": REFERENCES.iter().map(item).collect::<Vec<_>>() });
    let sent = client.request(reqwest::Method::POST, path).json(&body).timeout(Duration::from_secs(10)).send().await;
    let answer: Value = sent.ok().filter(|answer| answer.status().is_success())?.json().await.ok()?;
    answer["applied"].as_u64()
}

/// The reason that each requirement's objectives bear; fails where one requirement's objectives differ.
async fn reasons(client: &Client, system: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for reference in REFERENCES {
        let control = client.get(&format!("/systems/{system}/controls/{reference}")).await.expect(200);
        let objectives = control["objectives"].as_array().expect("objectives").clone();
        let reason = |objective: &Value| objective["reason"].as_str().unwrap_or("none").to_owned();
        let first = reason(&objectives[0]);
        assert!(objectives.iter().all(|objective| reason(objective) == first), "{reference} is half-written: {objectives:?}");
        found.insert(reference.to_owned(), first);
    }
    found
}

async fn kills(times: u32) {
    let mut process = Process::start().await;
    let mut client = process.set_up().await;
    let body = json!({ "name": "Enclave", "organization": "Harlan", "pack": "cmmc-level-2" });
    let system = client.post("/systems", &body).await.expect(201)["id"].as_str().expect("an id").to_owned();
    let path = format!("/systems/{system}/findings/bulk");
    let mut acknowledged = 0;
    for kill in 1..=times {
        let (writer, target) = (client.clone(), path.clone());
        let first = kill * 1000;
        let (tell, mut told) = tokio::sync::watch::channel(0);
        let work = tokio::spawn(async move {
            let mut last = None;
            for round in first.. {
                match set_all(&writer, &target, round).await {
                    Some(applied) => {
                        assert_eq!(applied, REFERENCES.len() as u64);
                        last = Some(round);
                        tell.send_replace(round - first + 1);
                    }
                    None => break,
                }
            }
            last
        });
        // After another number of acknowledged changes each time: the next one is under way by then.
        let wanted = 1 + kill * 37 % 7;
        told.wait_for(|acknowledged| *acknowledged >= wanted).await.expect("changes are acknowledged");
        process.kill();
        acknowledged = work.await.expect("the writer").unwrap_or(acknowledged);
        process.restart().await;
        client = process.sign_in().await;
        let reasons = reasons(&client, &system).await;
        let rounds: std::collections::BTreeSet<&String> = reasons.values().collect();
        assert_eq!(rounds.len(), 1, "after kill {kill} the requirements differ: {reasons:?}");
        let round: u32 = rounds.first().and_then(|text| text.strip_prefix("round ")).and_then(|n| n.parse().ok()).unwrap_or(0);
        assert!(round >= acknowledged, "round {acknowledged} was acknowledged, but {round} is stored");
        assert!(round <= acknowledged.max(first) + 1, "{round} was never sent");
        acknowledged = round;
    }
    process.kill();
    let (intact, output) = process.run(&["audit", "verify"]);
    assert!(intact, "{output}");
}

#[tokio::test]
async fn bulk_findings_survive_a_kill_whole_or_not_at_all() {
    kills(KILLS).await;
}

#[tokio::test]
async fn soak_bulk_findings_survive_fifty_kills() {
    if std::env::var_os("CMMC_SOAK").is_some() {
        kills(50).await;
    }
}
