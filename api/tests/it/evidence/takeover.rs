//! A client that lost its line comes back: the newer request takes the upload over from the one that hangs.

use super::tus::{CHUNK, long_text};
use super::{Scene, scene, sha256};
use crate::support::eventually;
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends the head of a PATCH at offset 0 for `length` bytes, and some of them; the line stays open.
async fn hang(scene: &Scene, location: &str, length: usize, bytes: &[u8]) -> TcpStream {
    let request = scene.contributor.request(Method::PATCH, location).build().expect("a request");
    let header = |name: &str| request.headers()[name].to_str().expect("text").to_owned();
    let mut line = TcpStream::connect(scene.app.url.trim_start_matches("http://")).await.expect("a line");
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\nx-csrf-token: {}\r\ntus-resumable: 1.0.0\r\n\
         upload-offset: 0\r\ncontent-type: {CHUNK}\r\ncontent-length: {length}\r\n\r\n",
        header("cookie"),
        header("x-csrf-token")
    );
    line.write_all(head.as_bytes()).await.expect("sent");
    line.write_all(bytes).await.expect("sent");
    line
}

/// Bytes in the file of the one upload that is being received.
fn received(scene: &Scene) -> u64 {
    let folder = scene.app.platform.settings.data_dir.join("uploads");
    let files = std::fs::read_dir(folder).into_iter().flatten();
    files.map(|file| file.expect("a file").metadata().expect("its size").len()).sum()
}

#[tokio::test]
async fn a_hanging_request_gives_the_upload_up_within_a_moment() {
    let scene = scene().await;
    let content = long_text(20_000_000);
    let location = scene.begun("a.log", content.len()).await;
    let mut old = hang(&scene, &location, content.len(), &content[..12_000_000]).await;
    // Past the first sync, and into what is not acknowledged yet.
    eventually("bytes arrive", 20, async || received(&scene) > 11_500_000).await;
    eventually("some are acknowledged", 20, async || scene.offset(&location).await > 0).await;
    let stands = scene.offset(&location).await;
    assert!((8_000_000..12_000_000).contains(&stands), "{stands}");
    let started = Instant::now();
    scene.chunk(&location, stands, &content[stands..]).await.expect(204);
    // Half of the time after which a silent request is given up by itself.
    assert!(started.elapsed() < Duration::from_secs(10), "it took {:?}", started.elapsed());
    let mut answer = String::new();
    old.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 409 ") && answer.contains("taken this upload over"), "{answer}");
    let evidence = scene.evidence_of(&location, Some(sha256(&content))).await.expect(201);
    assert_eq!(evidence["file"]["size"], content.len());
    assert!(scene.staged().is_empty(), "{:?}", scene.staged());
}

#[tokio::test]
async fn a_request_at_another_place_takes_nothing_over() {
    let scene = scene().await;
    let content = long_text(3_000_000);
    let location = scene.begun("a.log", content.len()).await;
    let mut old = hang(&scene, &location, content.len(), &content[..1_000_000]).await;
    eventually("bytes arrive", 20, async || received(&scene) > 0).await;
    scene.chunk(&location, 500_000, b"x").await.problem(409, "offset_mismatch");
    old.write_all(&content[1_000_000..]).await.expect("sent");
    eventually("the first one goes on to its end", 20, async || scene.offset(&location).await == content.len()).await;
    scene.evidence_of(&location, Some(sha256(&content))).await.expect(201);
}

#[tokio::test]
async fn a_mark_that_a_crash_left_behind_stops_nobody() {
    let scene = scene().await;
    let content = long_text(2_000_000);
    let location = scene.begun("a.log", content.len()).await;
    scene.chunk(&location, 0, &content[..1]).await.expect(204);
    let id = location.rsplit('/').next().expect("an id");
    let mark = scene.app.platform.settings.data_dir.join("uploads").join(format!("{id}.wanted"));
    std::fs::write(&mark, "").expect("a mark");
    scene.chunk(&location, 1, &content[1..]).await.expect(204);
    assert!(!mark.exists());
}
