use super::{archive, check, scene, sealed};
use crate::evidence::{PDF, Scene};
use serde_json::{Value, json};
use std::time::Instant;

/// Finds every objective N/A in the database, as one would by hand 320 times.
async fn assess_all(scene: &Scene, finding: &'static str) {
    let sql = "UPDATE objective_findings SET finding = $1, reason = 'for the test'";
    let write =
        scene.app.platform.db.write(move |tx| Box::pin(async move { platform::db::execute(tx, sql, [finding.into()]).await }));
    write.await.expect("written");
}

async fn blockers(scene: &Scene) -> Vec<Value> {
    scene.viewer.get(&scene.path("/seals/blockers")).await.expect(200)["items"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn what_is_open_stands_in_the_way() {
    let scene = scene().await;
    let body = json!({ "kind": "assessment", "label": "x" });
    let refused = scene.admin.post(&scene.path("/seals"), &body).await.problem(409, "conflict");
    assert!(
        refused["detail"]
            .as_str()
            .expect("words")
            .starts_with("320 things stand in the way of sealing: AC.L2-3.1.1[a] is not assessed.")
    );
    let first = &blockers(&scene).await[0];
    assert_eq!(*first, json!({ "kind": "not_assessed", "control": "AC.L2-3.1.1", "letter": "a", "evidence": null }));
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM seals").await, 0);
}

#[tokio::test]
async fn a_met_needs_what_is_approved_and_current() {
    let scene = scene().await;
    assess_all(&scene, "not_applicable").await;
    let path = scene.path("/controls/AC.L2-3.1.1/objectives/a");
    let met = json!({ "finding": "met", "basis": "implemented" });
    scene.admin.with("if-match", "*").put(&path, &met).await.expect(200);
    let metadata = json!({ "title": "Policy", "effective": "2026-01-01", "expires": "2026-12-01", "links": [{ "control": "AC.L2-3.1.1", "objective": "a" }] });
    let missing = json!({ "kind": "no_evidence", "control": "AC.L2-3.1.1", "letter": "a", "evidence": null });
    assert_eq!(blockers(&scene).await, std::slice::from_ref(&missing));
    // A draft does not support it.
    scene.upload("policy.pdf", PDF, Some(metadata)).await.expect(201);
    scene.upload("draft.txt", b"draft\n", None).await.expect(201);
    assert_eq!(blockers(&scene).await, [missing]);
    scene.approve("EV-1").await;
    assert_eq!(blockers(&scene).await, Vec::<Value>::new());
    let seal = sealed(&scene, "assessment").await;
    assert_eq!((seal["files"].as_u64(), seal["status_date"].as_str()), (Some(1), Some("2026-11-30")));
    let report = check(&archive(&scene.viewer, &scene.path("/seals/1/archive")).await, seal["key_fingerprint"].as_str());
    assert_eq!(report.differences, []);
    let manifest = report.manifest.expect("a manifest");
    assert_eq!((manifest.files.len(), manifest.files[0].evidence.state.as_str()), (1, "approved"));
    assert!(manifest.files[0].evidence.approved_at.is_some());
    assert_eq!(manifest.findings.len(), 320);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'seal.create'").await, 1);
    // What an assessment rests on is kept six years from its status date.
    let late = json!({ "kind": "assessment", "label": "Later", "status_date": "2031-01-01" });
    scene.admin.post(&scene.path("/seals"), &late).await.expect(201);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200)["retain_until"], "2037-01-01");
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2")).await.expect(200)["retain_until"], Value::Null);
}

#[derive(sea_orm::FromQueryResult)]
struct Row {
    system: uuid::Uuid,
    version: uuid::Uuid,
    blob: uuid::Uuid,
}

/// A thousand files: as many statements as for one, but for those that pin 500 files each.
#[tokio::test]
async fn a_thousand_files_are_sealed_in_a_few_statements() {
    let scene = scene().await;
    scene.upload("one.txt", b"content\n", None).await.expect(201);
    let platform = scene.app.platform.clone();
    let found = platform
        .db
        .row::<Row>("SELECT system_id AS system, version_id AS version, blob_id AS blob FROM evidence_files", [])
        .await;
    let Row { system, version, blob } = found.expect("rows").expect("a row");
    let mut statements = Vec::new();
    for part in 0..10 {
        let mut values: Vec<sea_orm::Value> = vec![system.into(), version.into(), blob.into()];
        let mut places = Vec::new();
        for at in 0..100 {
            let id: uuid::Uuid = platform.rng.id(&platform.clock).expect("an id");
            values.extend([id.into(), format!("{}.txt", part * 100 + at).into()]);
            places.push(format!("(${}, $1, $2, $3, ${}, 'text/plain', 2)", values.len() - 1, values.len()));
        }
        let columns = "id, system_id, version_id, blob_id, name, media_type, position";
        statements.push((format!("INSERT INTO evidence_files ({columns}) VALUES {}", places.join(", ")), values));
    }
    let write = platform.db.write(move |tx| {
        Box::pin(async move {
            for (sql, values) in statements {
                platform::db::execute(tx, &sql, values).await?;
            }
            Ok(())
        })
    });
    write.await.expect("written");
    let began = Instant::now();
    let seal = sealed(&scene, "working").await;
    let sealing = began.elapsed();
    assert_eq!(seal["files"], 1001);
    let began = Instant::now();
    let bytes = archive(&scene.viewer, &scene.path("/seals/1/archive")).await;
    let sending = began.elapsed();
    let began = Instant::now();
    let report = check(&bytes, None);
    println!("1,001 files: sealed in {sealing:?}, sent in {sending:?}, verified in {:?}", began.elapsed());
    assert_eq!((report.files, report.differences.len()), (1005, 0));
}

/// What a download refuses, an archive does not hand out either: damaged bytes and malware.
#[tokio::test]
async fn what_nobody_may_have_is_in_no_archive() {
    let scene = scene().await;
    scene.upload("notes.txt", b"line\n", None).await.expect(201);
    sealed(&scene, "working").await;
    for (sql, status, code) in [
        ("UPDATE blobs SET integrity = 'damaged'", 410, "file_damaged"),
        ("UPDATE blobs SET integrity = 'sound', scan_state = 'infected'", 403, "malware_found"),
    ] {
        let write = scene.app.platform.db.write(move |tx| Box::pin(async move { platform::db::execute(tx, sql, []).await }));
        write.await.expect("written");
        scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.problem(status, code);
        scene.viewer.get(&scene.path("/seals/1/archive")).await.problem(status, code);
        scene.viewer.get(&scene.path("/evidence-archive")).await.problem(status, code);
        let refused =
            scene.admin.post(&scene.path("/seals"), &json!({ "kind": "working", "label": "x" })).await.problem(409, "conflict");
        assert!(refused["detail"].as_str().expect("words").contains("EV-1 has a file that is handed out to nobody"));
    }
}
