//! Many uploads at once, to each of which something else happens: nothing that was acknowledged is lost, and when the job has
//! cleaned up, nothing is left that belongs to nobody.

use super::tus::{CHUNK, named, speaking};
use super::{Scene, scene, sha256};
use crate::support::{Client, Dice, LossyProxy};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use evidence::expire_uploads;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::json;
use std::collections::HashSet;

/// What was acknowledged as evidence: its id and its content.
type Kept = Option<(String, Vec<u8>)>;

/// A text of its own for each.
fn content(number: u64, dice: &Dice) -> Vec<u8> {
    let lines = 2_000 + dice.below(30_000);
    (0..lines).flat_map(|line| format!("{number:05} {line:05}\n").into_bytes()).collect()
}

/// Where the upload stands, over a good line.
async fn stands(client: &Client, location: &str) -> Option<usize> {
    let head = Client::send(speaking(client).request(Method::HEAD, location)).await;
    head.header("upload-offset").and_then(|offset| offset.parse().ok())
}

/// One upload, over a bad line, in chunks of any size, some of them damaged or sent twice at once; `end` says what becomes of it.
async fn upload(scene: &Scene, line: &LossyProxy, number: u64, end: u64) -> Kept {
    let dice = Dice::new(number.wrapping_mul(7919) + 1);
    let (good, bad) = (&scene.contributor, scene.contributor.at(line.url()));
    let bytes = content(number, &dice);
    let begin = speaking(good).with("upload-length", bytes.len().to_string()).with("upload-metadata", named("a.log"));
    let begun = Client::send(begin.request(Method::POST, &scene.path("/uploads"))).await;
    let location = begun.header("location").expect("a location").to_owned();
    // Some stay where they are, at some place.
    let stop = if end == 0 { bytes.len() / 2 } else { bytes.len() };
    while let Some(at) = stands(good, &location).await.filter(|at| *at < stop) {
        let until = bytes.len().min(at + 1 + usize::try_from(dice.below(200_000)).expect("small"));
        let chunk = bytes[at..until].to_vec();
        let client = speaking(&bad).with("upload-offset", at.to_string()).with("content-type", CHUNK);
        let checksum = STANDARD.encode(hex::decode(sha256(&chunk)).expect("a hash"));
        let (client, sent) = match dice.below(4) {
            0 => (client.with("upload-checksum", format!("sha256 {checksum}")), chunk),
            1 => {
                let mut damaged = chunk;
                damaged[0] ^= 1;
                (client.with("upload-checksum", format!("sha256 {checksum}")), damaged)
            }
            _ => (client, chunk),
        };
        let request = || client.request(Method::PATCH, &location).body(sent.clone()).send();
        let _whatever = if dice.below(5) == 0 {
            let (first, second) = futures_util::join!(request(), request());
            first.and(second)
        } else {
            request().await
        };
    }
    let path = scene.path("/evidence/from-upload");
    let id = location.rsplit('/').next().expect("an id");
    match end {
        0 | 1 => None,
        2 => {
            Client::send(speaking(good).request(Method::DELETE, &location)).await.expect(204);
            None
        }
        // The bytes are a blob by the time the links are found wanting.
        3 => {
            let body = json!({ "upload": id, "metadata": { "links": [{ "control": "nothing" }] } });
            good.post(&path, &body).await.problem(400, "invalid");
            None
        }
        _ => {
            let evidence = good.post(&path, &json!({ "upload": id, "sha256": sha256(&bytes) })).await.expect(201);
            Some((evidence["id"].as_str().expect("an id").to_owned(), bytes))
        }
    }
}

async fn nothing_is_lost_or_left(uploads: u64) {
    let scene = scene().await;
    let line = LossyProxy::to(scene.app.url.trim_start_matches("http://"), 150_000, uploads).await;
    let sending = futures_util::stream::iter(0..uploads).map(|number| upload(&scene, &line, number, number % 8));
    let kept: Vec<Kept> = sending.buffer_unordered(10).collect().await;
    let kept: Vec<(String, Vec<u8>)> = kept.into_iter().flatten().collect();
    assert_eq!(kept.len(), (0..uploads).filter(|number| number % 8 > 3).count());
    assert!(line.broken() > 0, "the line was good");
    scene.app.platform.clock.advance(chrono::Duration::hours(49));
    expire_uploads(&scene.app.platform, scene.app.platform.clock.now()).await.expect("cleaned up");
    assert!(scene.staged().is_empty(), "{:?}", scene.staged());
    let stored: HashSet<String> = scene.blobs().await.into_iter().collect();
    let acknowledged: HashSet<String> = kept.iter().map(|(_, bytes)| sha256(bytes)).collect();
    assert_eq!(stored, acknowledged);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM uploads").await, 0);
    for (id, bytes) in kept {
        assert!(scene.viewer.get(&scene.path(&format!("/evidence/{id}/file"))).await.bytes == bytes, "{id}");
    }
}

#[tokio::test]
async fn forty_uploads_with_faults() {
    nothing_is_lost_or_left(40).await;
}

#[tokio::test]
async fn soak_five_hundred_uploads_with_faults() {
    if std::env::var_os("CMMC_SOAK").is_some() {
        nothing_is_lost_or_left(500).await;
    }
}
