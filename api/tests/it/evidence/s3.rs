//! The bytes of evidence in an S3-compatible store: everything that they do in a folder.

use super::{PDF, Scene, scene_with, sha256, tus::long_text};
use crate::support::{Client, Process, S3Server};
use evidence::expire_uploads;
use futures_util::TryStreamExt;
use object_storage::S3Blobs;
use platform::blobs::BlobKey;
use std::time::Duration;

async fn scene_on(server: &S3Server) -> Scene {
    let settings = server.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene_with(&settings).await
}

#[tokio::test]
async fn files_come_and_go_by_every_way() {
    let server = S3Server::start().await;
    let scene = scene_on(&server).await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    scene.upload("b.pdf", PDF, None).await.expect(201);
    assert_eq!(scene.blobs().await, [sha256(PDF)], "once");
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes, PDF);
    // More than two parts of what is sent to the store at once.
    let content = long_text(20_000_003);
    let location = scene.begun("long.log", content.len()).await;
    scene.chunk(&location, 0, &content[..9_000_000]).await.expect(204);
    scene.chunk(&location, 9_000_000, &content[9_000_000..]).await.expect(204);
    scene.evidence_of(&location, Some(sha256(&content))).await.expect(201);
    let path = scene.path("/evidence/EV-3/file");
    let whole = scene.viewer.get(&path).await;
    assert!(whole.bytes == content && whole.header("etag") == Some(&format!("\"{}\"", sha256(&content))));
    for (range, part) in [
        ("bytes=0-0", &content[..1]),
        ("bytes=8388600-8388615", &content[8_388_600..8_388_616]),
        ("bytes=-3", &content[20_000_000..]),
    ] {
        let answer = scene.viewer.with("range", range).get(&path).await;
        assert!(answer.status == 206 && answer.bytes == part, "{range}");
    }
    assert!(scene.staged().is_empty() && !scene.app.platform.settings.data_dir.join("blobs").exists());
}

#[tokio::test]
async fn what_nobody_knows_goes_and_what_is_young_stays() {
    let server = S3Server::start().await;
    let scene = scene_on(&server).await;
    let platform = scene.app.platform.clone();
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let file = scene.app.platform.settings.data_dir.join("orphan");
    std::fs::write(&file, b"orphan").expect("written");
    let key = BlobKey::new(scene.system, &sha256(b"orphan")).expect("a key");
    // A wrong one of the same length makes room for the right one.
    let wrong = file.with_extension("wrong");
    std::fs::write(&wrong, b"orphaN").expect("written");
    drop(platform.blobs.keep(&key, &wrong, 6).await.expect("stored"));
    let hold = platform.blobs.keep(&key, &file, 6).await.expect("stored");
    let stored: Vec<_> = platform.blobs.read(&key, 0..6).await.expect("bytes").try_collect().await.expect("bytes");
    assert_eq!(stored.concat(), b"orphan");
    assert!(platform.blobs.try_lock(scene.system).await.expect("a lock").is_none(), "somebody stores");
    drop(hold);
    // Another instance may be about to name it.
    expire_uploads(&platform, platform.clock.now()).await.expect("swept");
    assert_eq!(scene.blobs().await.len(), 2);
    let locks = platform.settings.data_dir.join("blob-locks");
    let mut later = platform.clone();
    let store = S3Blobs::new(&platform.settings.blobs, locks).expect("a store").with_grace(Duration::ZERO);
    later.blobs = std::sync::Arc::new(store);
    expire_uploads(&later, platform.clock.now()).await.expect("swept");
    assert_eq!(scene.blobs().await, [sha256(PDF)]);
    assert_eq!(platform.blobs.systems().await.expect("systems"), [scene.system]);
    // Bytes that are put aside are not read, and make room for the same content.
    let key = BlobKey::new(scene.system, &sha256(PDF)).expect("a key");
    platform.blobs.set_aside(&key).await.expect("aside");
    platform.blobs.set_aside(&key).await.expect("nothing to put aside");
    scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.problem(410, "file_damaged");
    scene.upload("a.pdf", PDF, None).await.expect(201);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes, PDF);
}

/// Nothing is acknowledged that the store does not have, and the product lives without it.
#[tokio::test]
async fn a_store_that_does_not_answer_is_told() {
    let mut server = S3Server::start().await;
    let scene = scene_on(&server).await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    server.stop();
    scene.upload("b.txt", b"other", None).await.problem(503, "unavailable");
    scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.problem(503, "unavailable");
    assert_eq!(scene.viewer.get(&scene.path("/evidence")).await.expect(200)["items"].as_array().map(Vec::len), Some(1));
    assert!(scene.staged().is_empty());
    // What could not be compared lets the others have their turn.
    let tried = "SELECT COUNT(*) FROM blobs WHERE tried_at IS NOT NULL";
    evidence::verify_files(&scene.app.platform).await.expect_err("nothing to compare");
    assert_eq!(scene.app.count(tried).await, 1);
    let none = evidence::verify_files(&scene.app.platform).await.expect("none is left");
    assert_eq!(none.compared, 0);
    expire_uploads(&scene.app.platform, scene.app.platform.clock.now()).await.expect_err("the store can't be swept");
}

#[tokio::test]
async fn settings_are_checked_before_the_start() {
    let server = S3Server::start().await;
    let mut settings = server.settings().to_vec();
    let process = Process::start_with(&settings.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()).await;
    let (sound, _) = process.run(&["check-config"]);
    assert!(sound);
    let client: Client = process.set_up().await;
    client.get("/me").await.expect(200);
    settings.retain(|(name, _)| !name.ends_with("SECRET_ACCESS_KEY"));
    settings.push(("CMMC_BLOBS__SECRET_ACCESS_KEY_FILE", "/no/such/secret".to_owned()));
    let refused = process.refused_with(&settings, &["check-config"]);
    assert!(refused.contains("blobs.secret_access_key_file") && refused.contains("/no/such/secret"), "{refused}");
}
