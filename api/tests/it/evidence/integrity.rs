//! Stored bytes that are not what was uploaded are found, told and mended.

use super::{PDF, Scene, scene, sha256};
use evidence::verify_files;
use shared_types::systems::Role;
use std::path::PathBuf;

impl Scene {
    fn stored(&self, content: &[u8]) -> PathBuf {
        let name = sha256(content);
        self.app.platform.settings.data_dir.join("blobs").join(self.system.to_string()).join(&name[..2]).join(name)
    }

    /// A run of the job after some hours: how many it compared, and how many of these are damaged.
    async fn verify(&self, hours: i64) -> (u64, u64) {
        self.app.platform.clock.advance(chrono::Duration::hours(hours));
        let verified = verify_files(&self.app.platform).await.expect("a run");
        (verified.compared, verified.damaged)
    }

    async fn audited(&self, action: &str) -> i64 {
        self.app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
    }

    async fn integrity(&self) -> serde_json::Value {
        self.viewer.get(&self.path("/evidence-integrity")).await.expect(200)
    }
}

#[tokio::test]
async fn a_flipped_byte_is_found_told_and_mended() {
    let scene = scene().await;
    let manager = scene.app.member(scene.system, "mona", Role::Manager).await;
    let content = super::tus::long_text(1_000_000);
    scene.upload("a.log", &content, None).await.expect(201);
    scene.upload("b.pdf", PDF, None).await.expect(201);
    let fresh = scene.integrity().await;
    assert_eq!((&fresh["unchecked"], &fresh["last_verified_at"]), (&2.into(), &serde_json::Value::Null));
    assert_eq!(scene.verify(1).await, (2, 0));
    assert_eq!(scene.verify(1).await, (0, 0), "none of them is due again");
    let mut damaged = content.clone();
    damaged[700_000] ^= 1;
    std::fs::write(scene.stored(&content), &damaged).expect("written");
    assert_eq!(scene.verify(20).await, (2, 1));
    let path = scene.path("/evidence/EV-1/file");
    scene.viewer.get(&path).await.problem(410, "file_damaged");
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes, PDF);
    let found = scene.integrity().await;
    assert_eq!((&found["sound"], &found["damaged"], &found["unchecked"]), (&1.into(), &1.into(), &0.into()));
    let concern = &found["concerns"][0];
    assert_eq!((concern["evidence"].as_str(), concern["integrity"].as_str()), (Some("EV-1"), Some("damaged")));
    assert_eq!((concern["name"].as_str(), concern["sha256"].as_str()), (Some("a.log"), Some(sha256(&content).as_str())));
    // Told once, to the managers and the administrators, and to nobody else.
    assert_eq!(scene.run_file_jobs().await, [true]);
    assert_eq!(scene.verify(21).await, (2, 1));
    assert!(scene.run_file_jobs().await.is_empty());
    assert_eq!(scene.audited("evidence.integrity_failure").await, 1);
    for (client, told) in [(&manager, 1), (&scene.admin, 1), (&scene.contributor, 0), (&scene.foreigner, 0)] {
        let list = client.get("/notifications").await.expect(200);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(told), "{list}");
    }
    // The bytes are kept beside, for whoever wants to know what happened.
    let aside = scene.stored(&content).with_extension("damaged");
    assert!(std::fs::read(&aside).expect("bytes") == damaged);
    // Whoever asks whether it need be sent is told to send it.
    let content_path = scene.path(&format!("/evidence-content/{}", sha256(&content)));
    assert_eq!(scene.viewer.get(&content_path).await.expect(200), serde_json::json!([]));
    // The same file once more mends it, for all who have it.
    scene.upload("again.log", &content, None).await.expect(201);
    assert!(scene.viewer.get(&path).await.bytes == content);
    assert_eq!(scene.audited("evidence.integrity_mended").await, 1);
    assert_eq!(scene.viewer.get(&content_path).await.expect(200).as_array().map(Vec::len), Some(2));
    assert_eq!(scene.verify(21).await, (2, 0));
    assert_eq!(scene.integrity().await["concerns"], serde_json::json!([]));
    let (sound, broken) = (scene.integrity().await["sound"].clone(), evidence_chain_is_whole(&scene).await);
    assert_eq!((sound, broken), (2.into(), None));
}

async fn evidence_chain_is_whole(scene: &Scene) -> Option<String> {
    let found = audit::verify_chain(&scene.app.platform.db, scene.system.0).await.expect("a chain");
    found.broken.map(|fault| fault.fault)
}

#[tokio::test]
async fn what_is_missing_or_cut_is_found_and_what_comes_back_is_believed() {
    let scene = scene().await;
    let texts: [&[u8]; 3] = [b"first", b"second", b"third"];
    for (number, text) in texts.iter().enumerate() {
        scene.upload(&format!("{number}.txt"), text, None).await.expect(201);
    }
    let (first, second) = (scene.stored(texts[0]), scene.stored(texts[1]));
    let away = first.with_extension("away");
    std::fs::rename(&first, &away).expect("moved");
    std::fs::OpenOptions::new().write(true).open(&second).expect("a file").set_len(2).expect("cut");
    scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.problem(410, "file_damaged");
    assert_eq!(scene.verify(1).await, (3, 2));
    assert_eq!(scene.integrity().await["damaged"], 2);
    std::fs::rename(&away, &first).expect("moved back");
    assert_eq!(scene.verify(21).await, (3, 1));
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes, texts[0]);
    // A missing one is mended by the same file, too.
    scene.upload("second.txt", texts[1], None).await.expect(201);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes, texts[1]);
    assert_eq!(scene.audited("evidence.integrity_mended").await, 2);
    assert_eq!(scene.verify(21).await.1, 0);
}

#[tokio::test]
async fn each_has_its_turn_within_a_month_and_a_run_takes_a_sample() {
    let scene = scene().await;
    for number in 0..30 {
        scene.upload(&format!("{number}.txt"), format!("file {number}").as_bytes(), None).await.expect(201);
    }
    // Six runs of an hour each, five in each run; then all rest for the day.
    for _ in 0..6 {
        assert_eq!(scene.verify(1).await, (5, 0));
    }
    assert_eq!(scene.verify(1).await, (0, 0));
    assert_eq!(scene.integrity().await["sound"], 30);
    // Nothing ran for a month: all of them are due.
    assert_eq!(scene.verify(24 * 30).await, (30, 0));
    scene.foreigner.get(&scene.path("/evidence-integrity")).await.problem(404, "not_found");
    scene.app.anonymous().get(&scene.path("/evidence-integrity")).await.problem(401, "unauthenticated");
}
