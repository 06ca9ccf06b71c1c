use super::{PDF, Scene, scene, sha256};
use crate::support::{Answer, Client, pointers};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;
use std::io::Write;

pub const CHUNK: &str = "application/offset+octet-stream";

/// A client that speaks tus.
pub fn speaking(client: &Client) -> Client {
    client.with("tus-resumable", "1.0.0")
}

pub fn named(name: &str) -> String {
    format!("filename {}", STANDARD.encode(name))
}

impl Scene {
    pub(super) async fn begin(&self, name: &str, size: usize) -> Answer {
        let client = speaking(&self.contributor).with("upload-length", size.to_string()).with("upload-metadata", named(name));
        Client::send(client.request(Method::POST, &self.path("/uploads"))).await
    }

    /// Begins an upload; where its chunks go.
    pub(super) async fn begun(&self, name: &str, size: usize) -> String {
        let answer = self.begin(name, size).await;
        let location = answer.header("location").unwrap_or_default().to_owned();
        answer.expect(201);
        location
    }

    pub(super) async fn chunk(&self, location: &str, offset: usize, bytes: &[u8]) -> Answer {
        self.chunk_as(&self.contributor, location, offset, bytes).await
    }

    pub(super) async fn chunk_as(&self, client: &Client, location: &str, offset: usize, bytes: &[u8]) -> Answer {
        let client = speaking(client).with("upload-offset", offset.to_string()).with("content-type", CHUNK);
        Client::send(client.request(Method::PATCH, location).body(bytes.to_vec())).await
    }

    pub(super) async fn head(&self, client: &Client, location: &str) -> Answer {
        Client::send(speaking(client).request(Method::HEAD, location)).await
    }

    pub(super) async fn offset(&self, location: &str) -> usize {
        let answer = self.head(&self.contributor, location).await;
        assert_eq!(answer.status, 200);
        answer.header("upload-offset").and_then(|offset| offset.parse().ok()).expect("an offset")
    }

    pub(super) async fn evidence_of(&self, location: &str, sha256: Option<String>) -> Answer {
        let upload = location.rsplit('/').next().expect("an id");
        let mut body = json!({ "upload": upload, "metadata": { "title": "Recording", "links": [{ "control": "AC.L2-3.1.1" }] } });
        if let Some(sha256) = sha256 {
            body["sha256"] = json!(sha256);
        }
        self.contributor.post(&self.path("/evidence/from-upload"), &body).await
    }
}

/// A text of so many bytes that is not the same at any two places.
pub fn long_text(size: usize) -> Vec<u8> {
    let mut text: Vec<u8> = (0..=size / 8).flat_map(|n| format!("{n:07}\n").into_bytes()).collect();
    text.truncate(size);
    text
}

#[tokio::test]
async fn the_server_says_what_it_can() {
    let scene = scene().await;
    let answer = Client::send(scene.contributor.request(Method::OPTIONS, &scene.path("/uploads"))).await;
    assert_eq!(answer.status, 204);
    for (name, value) in [
        ("tus-resumable", "1.0.0"),
        ("tus-version", "1.0.0"),
        ("tus-extension", "creation,creation-with-upload,expiration,checksum,termination"),
        ("tus-max-size", "5368709120"),
        ("tus-checksum-algorithm", "sha1,sha256"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
}

#[tokio::test]
async fn a_file_comes_in_chunks_and_becomes_evidence() {
    let scene = scene().await;
    let content = long_text(20_000_003);
    let begun = scene.begin("aufnahme é.log", content.len()).await;
    assert_eq!(
        (begun.header("upload-offset"), begun.header("upload-expires")),
        (Some("0"), Some("Tue, 24 Nov 2026 12:00:00 GMT"))
    );
    assert_eq!(begun.header("tus-resumable"), Some("1.0.0"));
    let location = begun.header("location").unwrap().to_owned();
    let list = scene.contributor.get(&scene.path("/uploads")).await.expect(200);
    assert_eq!(
        (list["items"][0]["location"].as_str(), list["items"][0]["complete"].as_bool()),
        (Some(location.as_str()), Some(false))
    );
    let not_yet = scene.evidence_of(&location, None).await.problem(409, "conflict");
    assert_eq!(not_yet["detail"], format!("The upload stands at 0 of {} bytes.", content.len()));
    scene.app.platform.clock.advance(chrono::Duration::hours(1));
    let mut offset = 0_usize;
    // Odd sizes: one byte, more than a sync's worth, the rest.
    for size in [1, 9_000_000, 77, usize::MAX] {
        let end = content.len().min(offset.saturating_add(size));
        let answer = scene.chunk(&location, offset, &content[offset..end]).await;
        assert_eq!(answer.header("upload-offset"), Some(end.to_string().as_str()));
        assert_eq!(answer.header("upload-expires"), Some("Tue, 24 Nov 2026 13:00:00 GMT"));
        answer.expect(204);
        offset = end;
        let head = scene.head(&scene.contributor, &location).await;
        assert_eq!(head.header("upload-offset"), Some(end.to_string().as_str()));
        assert_eq!(head.header("upload-length"), Some(content.len().to_string().as_str()));
        assert_eq!(head.header("upload-metadata"), Some(named("aufnahme é.log").as_str()));
        assert_eq!(head.header("cache-control"), Some("no-store"));
    }
    let list = scene.contributor.get(&scene.path("/uploads")).await.expect(200);
    assert_eq!(list["items"][0]["complete"], true);
    // Complete is complete.
    scene.chunk(&location, content.len(), b"").await.problem(409, "offset_mismatch");
    let wrong = scene.evidence_of(&location, Some(sha256(b"other"))).await.problem(422, "file_refused");
    assert_eq!(pointers(&wrong), ["/sha256"]);
    let evidence = scene.evidence_of(&location, Some(sha256(&content))).await.expect(201);
    assert_eq!(
        (evidence["file"]["sha256"].as_str(), evidence["file"]["size"].as_u64()),
        (Some(sha256(&content).as_str()), Some(content.len() as u64))
    );
    assert_eq!(
        (evidence["file"]["name"].as_str(), evidence["file"]["media_type"].as_str()),
        (Some("aufnahme é.log"), Some("text/plain"))
    );
    assert_eq!(evidence["links"][0]["reference"], "AC.L2-3.1.1");
    assert!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes == content);
    // Once.
    scene.evidence_of(&location, None).await.problem(410, "gone");
    assert_eq!(scene.head(&scene.contributor, &location).await.status, 410);
    assert_eq!(scene.contributor.get(&scene.path("/uploads")).await.expect(200)["items"], json!([]));
    assert!(scene.staged().is_empty());
}

#[tokio::test]
async fn the_first_bytes_may_come_with_the_creation() {
    let scene = scene().await;
    let client =
        speaking(&scene.contributor).with("upload-length", PDF.len().to_string()).with("upload-metadata", named("a.pdf"));
    let send = |client: &Client, content_type: &str, bytes: &[u8]| {
        Client::send(
            client.request(Method::POST, &scene.path("/uploads")).header("content-type", content_type).body(bytes.to_vec()),
        )
    };
    let part = send(&client, CHUNK, &PDF[..10]).await;
    assert_eq!(part.header("upload-offset"), Some("10"));
    let location = part.header("location").unwrap().to_owned();
    part.expect(201);
    scene.chunk(&location, 10, &PDF[10..]).await.expect(204);
    let whole = send(&client, CHUNK, PDF).await;
    assert_eq!(whole.header("upload-offset"), Some(PDF.len().to_string().as_str()));
    whole.expect(201);
    send(&client, "text/plain", PDF).await.problem(415, "unsupported_type");
    send(&client, CHUNK, &[PDF, b"more"].concat()).await.problem(413, "too_large");
    let bad_sum = client.with("upload-checksum", "sha1 AAAA");
    send(&bad_sum, CHUNK, PDF).await.problem(460, "checksum_mismatch");
}

#[tokio::test]
async fn a_chunk_at_a_wrong_offset_is_refused() {
    let scene = scene().await;
    let location = scene.begun("a.txt", 10).await;
    scene.chunk(&location, 0, b"hello").await.expect(204);
    for offset in [0, 4, 6, 10, 11] {
        scene.chunk(&location, offset, b"x").await.problem(409, "offset_mismatch");
    }
    assert_eq!(scene.offset(&location).await, 5);
    scene.chunk(&location, 5, b"world!").await.problem(413, "too_large");
    // The same without a declared length: the upload stays where it is.
    let client = speaking(&scene.contributor).with("upload-offset", "5").with("content-type", CHUNK);
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("world"), Ok("!")]);
    let endless = client.request(Method::PATCH, &location).body(reqwest::Body::wrap_stream(stream));
    Client::send(endless).await.problem(413, "too_large");
    assert_eq!(scene.offset(&location).await, 5);
    scene.chunk(&location, 5, b"world").await.expect(204);
    let evidence = scene.evidence_of(&location, None).await.expect(201);
    assert_eq!(evidence["file"]["sha256"], sha256(b"helloworld"));
}

#[tokio::test]
async fn a_damaged_chunk_is_discarded_and_the_right_one_goes_on() {
    let scene = scene().await;
    let content = long_text(300_000);
    let location = scene.begun("a.txt", content.len()).await;
    let (first, second) = content.split_at(200_000);
    let send = |offset: usize, bytes: &[u8], checksum: String| {
        let client = speaking(&scene.contributor).with("upload-offset", offset.to_string()).with("upload-checksum", checksum);
        Client::send(client.request(Method::PATCH, &location).header("content-type", CHUNK).body(bytes.to_vec()))
    };
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(sha1_of(bytes)));
    let sha256 = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(hex::decode(super::sha256(bytes)).unwrap()));
    send(0, first, sha1(second)).await.problem(460, "checksum_mismatch");
    assert_eq!(scene.offset(&location).await, 0);
    send(0, first, sha1(first)).await.expect(204);
    let mut damaged = second.to_vec();
    damaged[7] ^= 1;
    send(200_000, &damaged, sha256(second)).await.problem(460, "checksum_mismatch");
    assert_eq!(scene.offset(&location).await, 200_000);
    for bad in ["md5 AAAA", "sha256", "sha256 !!"] {
        send(200_000, second, bad.to_owned()).await.problem(400, "invalid");
    }
    send(200_000, second, sha256(second)).await.expect(204);
    let evidence = scene.evidence_of(&location, None).await.expect(201);
    assert_eq!(evidence["file"]["sha256"], super::sha256(&content));
}

/// SHA-1 by the machine's own tool would be another dependency; by ours it proves little, so the protocol's own example stands
/// in the unit tests and here only the way matters.
fn sha1_of(bytes: &[u8]) -> Vec<u8> {
    use std::process::{Command, Stdio};
    let mut child = Command::new("sha1sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sha1sum");
    child.stdin.take().expect("its input").write_all(bytes).expect("written");
    let output = child.wait_with_output().expect("its output");
    hex::decode(&output.stdout[..40]).expect("a hash")
}

#[tokio::test]
async fn of_chunks_at_once_one_wins_and_none_corrupts() {
    let scene = scene().await;
    let content = long_text(6_000_000);
    let location = scene.begun("a.txt", content.len()).await;
    let mut offset = 0;
    while offset < content.len() {
        let end = content.len().min(offset + 1_000_000);
        let chunk = &content[offset..end];
        let answers = futures_util::future::join_all((0..6).map(|_| scene.chunk(&location, offset, chunk))).await;
        let won = answers.iter().filter(|answer| answer.status == 204).count();
        let lost = answers.iter().filter(|answer| answer.status == 409).count();
        assert_eq!((won, lost), (1, 5), "at {offset}");
        offset = end;
    }
    let evidence = scene.evidence_of(&location, None).await.expect(201);
    assert_eq!(evidence["file"]["sha256"], sha256(&content));
    // And of two who make evidence of one upload, one does.
    let location = scene.begun("b.txt", 1).await;
    scene.chunk(&location, 0, b"b").await.expect(204);
    let answers = futures_util::future::join_all((0..6).map(|_| scene.evidence_of(&location, None))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence").await, 2);
}
