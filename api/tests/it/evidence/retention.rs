use super::{PDF, PNG, Scene, scene};
use crate::support::pointers;
use chrono::Duration;
use serde_json::{Value, json};

async fn delete(scene: &Scene, number: &str, reason: &str) {
    let path = scene.path(&format!("/evidence/{number}"));
    let evidence = scene.admin.get(&path).await.expect(200);
    scene.admin.if_match(&evidence["version"]).delete(&format!("{path}?reason={reason}")).await.expect(204);
}

async fn plan(scene: &Scene) -> Value {
    scene.contributor.get(&scene.path("/deleted-evidence")).await.expect(200)
}

async fn purge(scene: &Scene) -> u64 {
    let platform = &scene.app.platform;
    evidence::purge(platform, platform.clock.now()).await.expect("a purge")
}

#[tokio::test]
async fn deleted_evidence_comes_back_as_it_was() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, Some(json!({ "links": [{ "control": "AC.L2-3.1.1" }] }))).await.expect(201);
    delete(&scene, "EV-1", "wrong%20system").await;
    let found = plan(&scene).await;
    assert_eq!(
        (&found[0]["reason"], &found[0]["state"], &found[0]["bytes"]),
        (&json!("wrong system"), &json!("confirmable"), &json!(PDF.len()))
    );
    assert_eq!(found[0]["deleted_by"]["name"], "admin");
    let restore = scene.path("/deleted-evidence/EV-1/restore");
    scene.viewer.post(&restore, &json!({})).await.problem(403, "forbidden");
    scene.foreigner.post(&restore, &json!({})).await.problem(404, "not_found");
    let back = scene.contributor.post(&restore, &json!({})).await.expect(200);
    assert_eq!((&back["number"], &back["links"][0]["reference"]), (&json!("EV-1"), &json!("AC.L2-3.1.1")));
    scene.contributor.post(&restore, &json!({})).await.problem(404, "not_found");
    scene.viewer.get(&scene.path("/deleted-evidence")).await.problem(403, "forbidden");
    scene.foreigner.get(&scene.path("/deleted-evidence")).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_was_approved_is_kept_nine_years_and_a_hold_beats_that() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let approved = scene.approve("EV-1").await;
    let today = scene.app.platform.clock.now().date_naive();
    let until = today.checked_add_months(chrono::Months::new(108)).unwrap();
    assert_eq!(approved["retain_until"], json!(until));
    // A contributor does not delete what was approved.
    scene.contributor.if_match(&approved["version"]).delete(&scene.path("/evidence/EV-1")).await.problem(403, "forbidden");
    delete(&scene, "EV-1", "old").await;
    let confirm = scene.path("/deleted-evidence/EV-1/purge");
    let reason = json!({ "reason": "The contract ended." });
    assert_eq!(plan(&scene).await[0]["state"], "retained");
    scene.admin.post(&confirm, &reason).await.problem(409, "conflict");
    scene.app.platform.clock.advance(until - today + Duration::days(1));
    assert_eq!(plan(&scene).await[0]["state"], "confirmable");
    let hold = scene.path("/evidence/EV-1/hold");
    scene.contributor.post(&hold, &reason).await.problem(403, "forbidden");
    scene.foreigner.post(&hold, &reason).await.problem(404, "not_found");
    assert_eq!(pointers(&scene.admin.post(&hold, &json!({ "reason": "" })).await.problem(400, "invalid")), ["/reason"]);
    scene.admin.post(&hold, &json!({ "reason": "Litigation." })).await.expect(204);
    scene.admin.post(&hold, &json!({ "reason": "Litigation." })).await.problem(409, "conflict");
    assert_eq!(plan(&scene).await[0]["state"], "held");
    scene.admin.post(&confirm, &reason).await.problem(409, "conflict");
    scene.admin.post(&scene.path("/evidence/EV-1/release"), &json!({ "reason": "Settled." })).await.expect(204);
    scene.admin.post(&confirm, &reason).await.expect(204);
    // A hold that comes in the last hours counts.
    scene.admin.post(&hold, &json!({ "reason": "Another claim." })).await.expect(204);
    scene.app.platform.clock.advance(Duration::hours(25));
    assert_eq!(purge(&scene).await, 0);
    scene.admin.post(&scene.path("/evidence/EV-1/release"), &json!({ "reason": "Settled." })).await.expect(204);
    assert_eq!(purge(&scene).await, 1);
}

#[tokio::test]
async fn held_evidence_is_not_deleted() {
    let scene = scene().await;
    let made = scene.upload("a.pdf", PDF, None).await.expect(201);
    scene.admin.post(&scene.path("/evidence/EV-1/hold"), &json!({ "reason": "Litigation." })).await.expect(204);
    let held = scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200);
    assert_eq!((&held["hold"]["reason"], &held["hold"]["by"]["name"]), (&json!("Litigation."), &json!("admin")));
    assert_ne!(held["version"], made["version"]);
    scene.admin.if_match(&held["version"]).delete(&scene.path("/evidence/EV-1")).await.problem(409, "conflict");
}

#[tokio::test]
async fn the_purge_takes_what_nothing_else_has_and_leaves_the_log() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, Some(json!({ "links": [{ "control": "AC.L2-3.1.1" }] }))).await.expect(201);
    scene.send_file(&scene.contributor, &scene.path("/evidence/EV-1/files"), "b.png", PNG, None).await.expect(201);
    scene.upload("same.pdf", PDF, None).await.expect(201);
    delete(&scene, "EV-1", "mistake").await;
    assert_eq!(plan(&scene).await[0]["bytes"], PNG.len());
    let confirm = scene.path("/deleted-evidence/EV-1/purge");
    let reason = json!({ "reason": "Uploaded by mistake." });
    scene.contributor.post(&confirm, &reason).await.problem(403, "forbidden");
    scene.foreigner.post(&confirm, &reason).await.problem(404, "not_found");
    scene.admin.post(&scene.path("/deleted-evidence/EV-2/purge"), &reason).await.problem(404, "not_found");
    scene.admin.delete(&confirm).await.problem(409, "conflict");
    scene.admin.post(&confirm, &reason).await.expect(204);
    scene.admin.post(&confirm, &reason).await.problem(409, "conflict");
    scene.admin.delete(&confirm).await.expect(204);
    scene.admin.post(&confirm, &reason).await.expect(204);
    assert_eq!(plan(&scene).await[0]["state"], "confirmed");
    // Not before a day has gone by.
    assert_eq!(purge(&scene).await, 0);
    scene.app.platform.clock.advance(Duration::hours(24));
    assert_eq!((purge(&scene).await, purge(&scene).await), (1, 0));
    assert_eq!(plan(&scene).await, json!([]));
    for table in ["evidence", "evidence_versions", "evidence_files", "blobs"] {
        assert_eq!(scene.app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
    }
    // The bytes go with the sweep; those of the other evidence stay.
    assert_eq!(scene.blobs().await.len(), 2);
    evidence::expire_uploads(&scene.app.platform, scene.app.platform.clock.now()).await.unwrap();
    assert_eq!(scene.blobs().await, [super::sha256(PDF)]);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes, PDF);
    let log = scene.admin.get(&scene.path("/audit-events?limit=200")).await.expect(200);
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert!(
        ["evidence.purge", "evidence.purge_confirm", "evidence.delete", "evidence.create"]
            .iter()
            .all(|action| actions.contains(action))
    );
    let verified = scene.admin.get(&scene.path("/audit-events/verification")).await.expect(200);
    assert_eq!(verified["intact"], true);
}
