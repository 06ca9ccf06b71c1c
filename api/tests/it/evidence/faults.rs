//! A full disk, and a process that is killed: nothing acknowledged is lost, nothing half-written stays.

use super::tus::{CHUNK, long_text, named, speaking};
use super::{PDF, scene_with, sha256};
use crate::support::{Client, Process, SmallDisk};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Bytes of the file: several syncs' worth.
const SIZE: usize = 40_000_000;

async fn begin(client: &Client, path: &str, size: usize) -> String {
    let client = speaking(client).with("upload-length", size.to_string()).with("upload-metadata", named("a.log"));
    let answer = Client::send(client.request(Method::POST, path)).await;
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.header("location").expect("a location").to_owned()
}

async fn offset(client: &Client, location: &str) -> usize {
    let answer = Client::send(speaking(client).request(Method::HEAD, location)).await;
    assert_eq!(answer.status, 200);
    answer.header("upload-offset").and_then(|offset| offset.parse().ok()).expect("an offset")
}

async fn chunk(client: &Client, location: &str, offset: usize, bytes: &[u8]) -> crate::support::Answer {
    let client = speaking(client).with("upload-offset", offset.to_string()).with("content-type", CHUNK);
    Client::send(client.request(Method::PATCH, location).body(bytes.to_vec())).await
}

#[tokio::test]
async fn a_full_disk_is_told_and_survived() {
    let Some(disk) = SmallDisk::mount(32) else { return };
    let content = long_text(SIZE);
    let folder = disk.path().join("data").display().to_string();
    let scene = scene_with(&[("CMMC_DATA_DIR", &folder)]).await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let location = begin(&scene.contributor, &scene.path("/uploads"), SIZE).await;
    chunk(&scene.contributor, &location, 0, &content[..5_000_000]).await.expect(204);
    chunk(&scene.contributor, &location, 5_000_000, &content[5_000_000..]).await.problem(507, "no_space");
    let stands = offset(&scene.contributor, &location).await;
    assert!((5_000_000..32_000_000).contains(&stands), "{stands}");
    // Fill what is left: the direct upload is told as well, and leaves nothing.
    std::fs::write(disk.path().join("ballast"), vec![0; 32_000_000]).expect_err("no space");
    scene.upload("b.txt", &content[..9_000_000], None).await.problem(507, "no_space");
    assert_eq!(scene.staged().len(), 1);
    assert!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes == PDF);
    // There is space again: on from where it stood.
    std::fs::remove_file(disk.path().join("ballast")).expect("removed");
    disk.grow(160);
    let stands = offset(&scene.contributor, &location).await;
    chunk(&scene.contributor, &location, stands, &content[stands..]).await.expect(204);
    let body = json!({ "upload": location.rsplit('/').next(), "sha256": sha256(&content) });
    scene.contributor.post(&scene.path("/evidence/from-upload"), &body).await.expect(201);
    assert!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes == content);
    assert!(scene.staged().is_empty());
}

/// What became of a request that was sent.
type Sending = JoinHandle<reqwest::Result<reqwest::StatusCode>>;

/// Sends everything from `offset` on, and tells when so many bytes of it have gone.
fn send(client: &Client, location: &str, content: &Arc<Vec<u8>>, offset: usize, told_after: usize) -> (Arc<Notify>, Sending) {
    let (sent, told) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let (tell, content, length) = (told.clone(), content.clone(), content.len() - offset);
    let pieces = (offset..content.len()).step_by(64 * 1024).map(move |start| {
        let piece = content[start..content.len().min(start + 64 * 1024)].to_vec();
        if sent.fetch_add(piece.len(), Ordering::SeqCst) + piece.len() >= told_after.min(length) {
            tell.notify_one();
        }
        Ok::<_, std::io::Error>(piece)
    });
    let client = speaking(client).with("upload-offset", offset.to_string()).with("content-type", CHUNK);
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let request = client.request(Method::PATCH, location).body(body);
    (told, tokio::spawn(async move { request.send().await.map(|answer| answer.status()) }))
}

/// An upload that begins, is finished and becomes evidence, with kills in between.
struct Run {
    client: Client,
    system: String,
    location: String,
    stands: usize,
    content: Arc<Vec<u8>>,
}

impl Run {
    /// Kills it when so many more bytes have gone; where the upload stands then.
    async fn kill(&mut self, process: &mut Process, told_after: usize) {
        let (told, sending) = send(&self.client, &self.location, &self.content, self.stands, told_after);
        // A request that is answered, or broken, before so much of its body was taken would never tell.
        tokio::select! {
            biased;
            told = tokio::time::timeout(Duration::from_mins(1), told.notified()) => told.expect("the body is taken"),
            ended = sending => panic!("{} of {SIZE} stand, {told_after} more were to be taken: {ended:?}", self.stands),
        }
        process.kill();
        process.restart().await;
        self.client = process.sign_in().await;
        let (before, now) = (self.stands, offset(&self.client, &self.location).await);
        // What was acknowledged before stays, and more is acknowledged only after a sync.
        assert!(now == before || now >= before + 8 * 1024 * 1024 || now == SIZE, "{now} after {before}");
        self.stands = now;
    }

    /// Sends the rest, makes evidence of it, with a kill after each, and reads it back.
    async fn finish(&mut self, process: &mut Process) {
        if self.stands < SIZE {
            chunk(&self.client, &self.location, self.stands, &self.content[self.stands..]).await.expect(204);
        }
        process.kill();
        process.restart().await;
        self.client = process.sign_in().await;
        let body = json!({ "upload": self.location.rsplit('/').next(), "sha256": sha256(&self.content) });
        let path = format!("/systems/{}/evidence", self.system);
        let evidence = self.client.post(&format!("{path}/from-upload"), &body).await.expect(201);
        process.kill();
        process.restart().await;
        self.client = process.sign_in().await;
        let path = format!("{path}/{}", evidence["id"].as_str().expect("an id"));
        assert_eq!(self.client.get(&path).await.expect(200), evidence);
        assert!(self.client.get(&format!("{path}/file")).await.bytes == *self.content);
    }
}

async fn kills(times: usize) {
    let mut process = Process::start().await;
    let client = process.set_up().await;
    let system = json!({ "name": "Enclave", "organization": "Harlan Precision LLC", "pack": "cmmc-level-2" });
    let system = client.post("/systems", &system).await.expect(201)["id"].as_str().expect("an id").to_owned();
    let uploads = format!("/systems/{system}/uploads");
    let location = begin(&client, &uploads, SIZE).await;
    let mut run = Run { client, system, location, stands: 0, content: Arc::new(long_text(SIZE)) };
    let mut moved = false;
    for kill in 1..=times {
        // A different place each time: before, between and after syncs.
        run.kill(&mut process, 300_000 + kill * 17_700_003 % 30_000_000).await;
        moved |= run.stands > 0;
        if SIZE - run.stands < 9_000_000 {
            run.finish(&mut process).await;
            run.location = begin(&run.client, &uploads, SIZE).await;
            run.stands = 0;
        }
    }
    run.finish(&mut process).await;
    assert!(moved, "nothing was acknowledged before any kill: the test does not test what it should");
    process.kill();
    let (sound, said) = process.run(&["audit", "verify"]);
    assert!(sound, "{said}");
}

#[tokio::test]
async fn a_killed_upload_goes_on_where_it_stood() {
    kills(4).await;
}

#[tokio::test]
async fn soak_uploads_survive_fifty_kills() {
    if std::env::var_os("CMMC_SOAK").is_some() {
        kills(50).await;
    }
}
