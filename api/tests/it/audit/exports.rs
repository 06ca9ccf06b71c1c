//! The log as a file, the heads to be kept elsewhere, where events came from, and the lines for a collector.

use super::tamper;
use crate::support::{Process, TestApp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared_types::systems::Role;

/// Recomputes a chain from its export alone, as somebody without the product would.
fn recompute(lines: &[Value]) -> String {
    let mut previous: Option<String> = None;
    for (index, line) in lines.iter().enumerate() {
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        if let Some(previous) = &previous {
            assert_eq!(&text("previous_hash"), previous, "line {index}");
        }
        let at: chrono::DateTime<chrono::Utc> = text("at").parse().expect("a time");
        let at = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let fields = json!([
            line["chain"],
            line["sequence"].to_string(),
            at,
            line["actor"]["id"],
            line["action"],
            line["object_kind"],
            line["object_id"],
            line["details_text"],
            line["request_id"],
            line["previous_hash"],
        ]);
        let hash = hex::encode(Sha256::digest(fields.to_string()));
        assert_eq!(text("hash"), hash, "line {index}: {line}");
        previous = Some(hash);
    }
    previous.expect("a row")
}

fn lines(text: &[u8]) -> Vec<Value> {
    let text = String::from_utf8(text.to_vec()).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn an_export_is_whole_and_can_be_recomputed_without_the_product() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let base = format!("/systems/{system}/audit-events");
    // More than are read at once.
    let tasks: Vec<_> = (0..520).map(|n| format!("Task {n}")).collect();
    for chunk in tasks.chunks(40) {
        let posts = chunk.iter().map(|title| {
            let (admin, path) = (admin.clone(), format!("/systems/{system}/tasks"));
            async move { admin.post(&path, &json!({ "title": title })).await.expect(201) }
        });
        futures_util::future::join_all(posts).await;
    }
    let answer = admin.get(&format!("{base}/export.jsonl")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert!(answer.header("content-disposition").is_some_and(|text| text.starts_with("attachment; filename=\"audit-")));
    let all = lines(&answer.bytes);
    assert!(all.len() > 520 && all[0]["sequence"] == 1, "{}", all.len());
    let head = admin.get(&format!("{base}/verification")).await.expect(200)["head"].clone();
    assert_eq!(json!(recompute(&all)), head);

    let csv = String::from_utf8(admin.get(&format!("{base}/export.csv?action=task.")).await.bytes).expect("UTF-8");
    assert_eq!(csv.lines().count(), 1 + 520);
    assert!(csv.starts_with('\u{feff}') && csv.contains("TASK-520"));
    admin.get(&format!("{base}/export.csv?from=yesterday")).await.problem(400, "invalid");

    let installation = lines(&admin.get("/audit-events/export.jsonl").await.bytes);
    recompute(&installation);
    assert!(String::from_utf8(admin.get("/audit-events/export.csv").await.bytes).expect("UTF-8").contains("127.0.0.1"));
}

#[tokio::test]
async fn exports_are_for_those_who_read_the_log() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let viewer = app.member(mine, "viewer", Role::Viewer).await;
    let stranger = app.member(other, "stranger", Role::Manager).await;
    for kind in ["csv", "jsonl"] {
        let path = format!("/systems/{mine}/audit-events/export.{kind}");
        viewer.get(&path).await.problem(403, "forbidden");
        stranger.get(&path).await.problem(404, "not_found");
        app.anonymous().get(&path).await.problem(401, "unauthenticated");
        stranger.get(&format!("/audit-events/export.{kind}")).await.problem(403, "forbidden");
    }
    stranger.get("/audit-events/heads").await.problem(403, "forbidden");
    app.anonymous().get("/audit-events/heads").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_installation_tells_where_from_and_a_system_does_not() {
    let app = TestApp::start().await;
    let admin = app.admin().await.with("user-agent", "Watcher/1.0");
    let system = app.system(&admin, "Enclave").await;
    admin.post(&format!("/systems/{system}/tasks"), &json!({ "title": "One" })).await.expect(201);
    admin.with("x-request-id", "its-own-name").patch("/me", &json!({ "name": "Admin" })).await.expect(200);
    let newest = admin.get("/audit-events?limit=1").await.expect(200)["items"][0].clone();
    assert_eq!(newest["origin"], json!({ "address": "127.0.0.1", "user_agent": "Watcher/1.0", "token": null }));
    assert_eq!(newest["request_id"], "its-own-name");
    let wrong = json!({ "email": "nobody@example.com", "password": "wrong" });
    app.anonymous().post("/session", &wrong).await.problem(401, "bad_credentials");
    let refused = admin.get("/audit-events?limit=1").await.expect(200)["items"][0].clone();
    assert_eq!((&refused["action"], &refused["origin"]["address"]), (&json!("session.refused"), &json!("127.0.0.1")));
    let inside = admin.get(&format!("/systems/{system}/audit-events")).await.expect(200);
    assert!(!inside.to_string().contains("127.0.0.1") && !inside.to_string().contains("Watcher"));
    // What is erasable is no part of what is hashed.
    super::write(&app, "UPDATE audit_origins SET address = NULL, user_agent = NULL").await.expect("erased");
    assert_eq!(admin.get("/audit-events/verification").await.expect(200)["intact"], true);
}

#[tokio::test]
async fn heads_that_were_kept_prove_a_rewritten_log() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let heads = admin.get("/audit-events/heads").await.expect(200);
    let kept: shared_types::audit::ChainHeads = serde_json::from_value(heads.clone()).expect("heads");
    assert_eq!((kept.heads.len(), kept.heads[0].system.as_deref(), kept.heads[1].chain), (2, None, system.0));
    admin.patch("/me", &json!({ "name": "Admin" })).await.expect(200);
    assert!(audit::broken_heads(&app.platform.db, &kept).await.expect("an answer").is_empty());
    tamper(
        &app,
        "UPDATE audit_events SET hash = 'rewritten' WHERE chain NOT IN (SELECT id FROM systems) AND sequence = \
                  (SELECT audit_sequence - 1 FROM installation)",
    )
    .await;
    let broken = audit::broken_heads(&app.platform.db, &kept).await.expect("an answer");
    assert_eq!(broken, vec![kept.heads[0].clone()]);
}

#[tokio::test]
async fn heads_are_kept_and_compared_by_command() {
    let process = Process::start().await;
    let admin = process.set_up().await;
    let (good, printed) = process.run(&["audit", "heads"]);
    assert!(good, "{printed}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("heads.json");
    std::fs::write(&file, &printed).expect("written");
    admin.patch("/me", &json!({ "name": "Ana Ortega" })).await.expect(200);
    let file_name = file.display().to_string();
    let (good, said) = process.run(&["audit", "verify", "--heads", &file_name]);
    assert!(good && said.contains("All 1 heads"), "{said}");
    let mut kept: Value = serde_json::from_str(&printed).expect("JSON");
    kept["heads"][0]["head"] = json!("0".repeat(64));
    std::fs::write(&file, kept.to_string()).expect("written");
    assert!(!process.run(&["audit", "verify", "--heads", &file_name]).0);
}

#[tokio::test]
async fn a_collector_gets_a_line_for_each_committed_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    let app = TestApp::start_with(&[("CMMC_AUDIT__SINK", &file.display().to_string())]).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    // Refused: rolled back, so nothing is told.
    admin.if_match(&json!(9)).patch(&format!("/systems/{system}"), &json!({ "name": "x" })).await.problem(412, "stale");
    admin.patch("/me", &json!({ "name": "Admin" })).await.expect(200);
    let expected = app.count("SELECT COUNT(*) FROM audit_events").await;
    // The writer's thread is awaited: the last line is the one of the last change.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(10));
    let told = loop {
        tick.tick().await;
        let told = lines(&std::fs::read(&file).expect("the file"));
        if told.last().is_some_and(|line| line["action"] == "user.update_profile") {
            break told;
        }
        assert!(std::time::Instant::now() < deadline, "{told:?}");
    };
    assert_eq!(i64::try_from(told.len()).expect("a count"), expected);
    let last = &told[told.len() - 1];
    assert_eq!((&last["address"], &last["actor"]), (&json!("127.0.0.1"), &json!(admin.user_id())));
    assert!(told.iter().any(|line| line["chain"] == json!(system) && line["address"].is_null()));
    let text = std::fs::read_to_string(&file).expect("the file");
    assert!(!text.contains("@example.com") && !text.contains("Enclave"), "names and addresses stay inside");
}
