use super::{PDF, scene_with, sha256};
use crate::support::{Client, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use evidence::expire_uploads;
use reqwest::Method;
use serde_json::json;

/// Days go by in these tests; their sessions outlive them.
const LONG: &[(&str, &str)] = &[("CMMC_SESSION__IDLE_HOURS", "2000"), ("CMMC_SESSION__ABSOLUTE_HOURS", "2000")];

async fn begin(app: &TestApp, client: &Client, path: &str, bytes: &'static [u8]) -> String {
    let client = client.with("tus-resumable", "1.0.0").with("upload-length", "10");
    let client = client.with("upload-metadata", format!("filename {}", STANDARD.encode("a.txt")));
    let request = client.request(Method::POST, path).header("content-type", "application/offset+octet-stream").body(bytes);
    let answer = Client::send(request).await;
    assert_eq!(answer.status, 201, "{}", app.url);
    answer.header("location").expect("a location").to_owned()
}

#[tokio::test]
async fn abandoned_uploads_go_with_their_bytes() {
    let scene = scene_with(LONG).await;
    let platform = scene.app.platform.clone();
    let path = scene.path("/uploads");
    let abandoned = begin(&scene.app, &scene.contributor, &path, b"hello").await;
    let used = begin(&scene.app, &scene.contributor, &path, b"helloworld").await;
    let upload = used.rsplit('/').next().unwrap();
    scene.contributor.post(&scene.path("/evidence/from-upload"), &json!({ "upload": upload })).await.expect(201);
    platform.clock.advance(Duration::hours(47));
    let alive = begin(&scene.app, &scene.contributor, &path, b"world").await;
    assert_eq!(expire_uploads(&platform, platform.clock.now()).await.unwrap(), 0);
    platform.clock.advance(Duration::hours(2));
    let head = |location: String| {
        let client = scene.contributor.with("tus-resumable", "1.0.0");
        async move { Client::send(client.request(Method::HEAD, &location)).await.status.as_u16() }
    };
    // Expired is expired, swept or not.
    assert_eq!(head(abandoned.clone()).await, 410);
    assert_eq!(expire_uploads(&platform, platform.clock.now()).await.unwrap(), 2);
    assert_eq!((head(abandoned).await, head(alive.clone()).await), (404, 200));
    assert_eq!(scene.staged(), [alive.rsplit('/').next().unwrap()]);
    assert_eq!(scene.blobs().await, [sha256(b"helloworld")]);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'upload.expire'").await, 1);
    // Archived systems are tidied up as well.
    scene.admin.post(&scene.path("/archive"), &json!({})).await.expect(200);
    platform.clock.advance(Duration::days(3));
    assert_eq!(expire_uploads(&platform, platform.clock.now()).await.unwrap(), 1);
    assert!(scene.staged().is_empty());
}

#[tokio::test]
async fn what_a_crash_left_behind_is_swept() {
    let scene = scene_with(LONG).await;
    let platform = scene.app.platform.clone();
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let folder = platform.settings.data_dir.join("uploads");
    let id = || platform.rng.id::<uuid::Uuid>(&platform.clock).unwrap();
    let (orphan, temporary) = (folder.join(id().to_string()), folder.join(format!("{}.part", id())));
    std::fs::write(&orphan, "x").unwrap();
    std::fs::write(&temporary, "x").unwrap();
    std::fs::write(folder.join("readme"), "not ours").unwrap();
    // A blob whose evidence was never committed.
    let lost = platform::blobs::BlobKey::new(scene.system, &sha256(b"lost")).unwrap();
    let hold = platform.blobs.keep(&lost, &orphan, 1).await.unwrap();
    assert_eq!(expire_uploads(&platform, platform.clock.now()).await.unwrap(), 0, "somebody may be at it still");
    drop(hold);
    platform.clock.advance(Duration::hours(49));
    assert_eq!(expire_uploads(&platform, platform.clock.now()).await.unwrap(), 3);
    assert_eq!(scene.staged(), ["readme"]);
    assert_eq!(scene.blobs().await, [sha256(PDF)]);
    assert!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes == PDF);
}
