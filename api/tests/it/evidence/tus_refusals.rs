//! What tus refuses, and what becomes of uploads that are left.

use super::tus::{CHUNK, long_text, named, speaking};
use super::{scene, scene_with, sha256};
use crate::support::{Client, eventually, pointers};
use reqwest::Method;
use serde_json::json;
use shared_types::systems::Role;
use std::io::{Read, Write};
#[tokio::test]
async fn headers_are_checked() {
    let scene = scene_with(&[("CMMC_UPLOADS__RESUMABLE_MAX_BYTES", "1000000")]).await;
    let path = scene.path("/uploads");
    let create = |headers: &[(&str, &str)]| {
        let client = headers.iter().fold(scene.contributor.clone(), |client, (name, value)| client.with(name, *value));
        Client::send(client.request(Method::POST, &path))
    };
    let (tus, name) = (("tus-resumable", "1.0.0"), named("a.txt"));
    let name = ("upload-metadata", name.as_str());
    let no_version = create(&[("upload-length", "1"), name]).await;
    assert_eq!(no_version.header("tus-version"), Some("1.0.0"));
    no_version.problem(412, "unsupported_version");
    create(&[("tus-resumable", "0.2.2"), ("upload-length", "1"), name]).await.problem(412, "unsupported_version");
    for (headers, pointer) in [
        (vec![tus, name], "Upload-Length"),
        (vec![tus, name, ("upload-length", "-1")], "upload-length"),
        (vec![tus, name, ("upload-length", "1x")], "upload-length"),
        (vec![tus, name, ("upload-length", "1"), ("upload-length", "2")], "upload-length"),
        (vec![tus, name, ("upload-defer-length", "1")], "Upload-Defer-Length"),
        (vec![tus, ("upload-length", "1")], "Upload-Metadata"),
        (vec![tus, ("upload-length", "1"), ("upload-metadata", "filename")], "Upload-Metadata"),
        (vec![tus, ("upload-length", "1"), ("upload-metadata", "filename Li4vYS50eHQ=")], "Upload-Metadata"),
        (vec![tus, ("upload-length", "1"), ("upload-metadata", "filename YQBiLnR4dA==")], "Upload-Metadata"),
    ] {
        let answer = create(&headers).await;
        assert_eq!(answer.header("tus-resumable"), Some("1.0.0"), "{headers:?}");
        assert_eq!(pointers(&answer.problem(400, "invalid")), [pointer], "{headers:?}");
    }
    scene.begin("a.txt", 1_000_001).await.problem(413, "too_large");
    scene.begin("a.txt", 0).await.problem(422, "file_refused");
    scene.begin("a.exe", 1).await.problem(422, "file_refused");
    let location = scene.begun("a.txt", 5).await;
    let patch = |headers: &[(&str, &str)]| {
        let client = headers.iter().fold(scene.contributor.clone(), |client, (name, value)| client.with(name, *value));
        Client::send(client.request(Method::PATCH, &location).body("hello"))
    };
    let chunk = ("content-type", CHUNK);
    patch(&[chunk, ("upload-offset", "0")]).await.problem(412, "unsupported_version");
    patch(&[tus, ("content-type", "text/plain"), ("upload-offset", "0")]).await.problem(415, "unsupported_type");
    patch(&[tus, chunk]).await.problem(400, "invalid");
    patch(&[tus, chunk, ("upload-offset", "x")]).await.problem(400, "invalid");
    assert_eq!(Client::send(scene.contributor.request(Method::HEAD, &location)).await.status, 412);
    assert_eq!(scene.offset(&location).await, 0);
}

#[tokio::test]
async fn what_is_not_what_it_says_ends_with_its_first_bytes() {
    let scene = scene().await;
    let exe = [b"MZ\x90\0\x03\0\0\0".as_slice(), &vec![1; 20_000]].concat();
    let location = scene.begun("invoice.pdf", 4_000_000_000).await;
    let refused = scene.chunk(&location, 0, &exe).await;
    assert_eq!(refused.header("tus-resumable"), Some("1.0.0"));
    assert_eq!(pointers(&refused.problem(422, "file_refused")), ["/file"]);
    assert_eq!(scene.head(&scene.contributor, &location).await.status, 404);
    // A small one with its last.
    let location = scene.begun("invoice.pdf", 10).await;
    scene.chunk(&location, 0, b"MZ\x90\0\x03").await.expect(204);
    scene.chunk(&location, 5, b"\0\0\0\0\0").await.problem(422, "file_refused");
    assert_eq!(scene.head(&scene.contributor, &location).await.status, 404);
    // Text that turns out to be none, far behind.
    let mut text = long_text(500_000);
    text[400_000] = 0;
    let location = scene.begun("a.log", text.len()).await;
    scene.chunk(&location, 0, &text[..300_000]).await.expect(204);
    scene.chunk(&location, 300_000, &text[300_000..]).await.problem(422, "file_refused");
    assert!(scene.staged().is_empty(), "{:?}", scene.staged());
}

#[tokio::test]
async fn only_its_sender_sees_an_upload() {
    let scene = scene().await;
    let location = scene.begun("a.txt", 10).await;
    let other = scene.app.member(scene.system, "olga", Role::Manager).await;
    let id = location.rsplit('/').next().unwrap();
    let moved = format!("/systems/{}/uploads/{id}", scene.foreign_system);
    for (client, path, status) in [
        (&other, location.as_str(), 404),
        (&scene.admin, location.as_str(), 404),
        (&scene.foreigner, location.as_str(), 404),
        (&scene.foreigner, moved.as_str(), 404),
        (&scene.viewer, location.as_str(), 403),
        (&scene.app.anonymous(), location.as_str(), 401),
    ] {
        assert_eq!(scene.head(client, path).await.status, status, "{path}");
        assert_eq!(scene.chunk_as(client, path, 0, b"x").await.status, status, "{path}");
        assert_eq!(Client::send(speaking(client).request(Method::DELETE, path)).await.status, status, "{path}");
    }
    assert_eq!(other.get(&scene.path("/uploads")).await.expect(200)["items"], json!([]));
    scene.viewer.get(&scene.path("/uploads")).await.problem(403, "forbidden");
    scene.foreigner.get(&scene.path("/uploads")).await.problem(404, "not_found");
    scene.app.anonymous().get(&scene.path("/uploads")).await.problem(401, "unauthenticated");
    let theirs = other.post(&scene.path("/evidence/from-upload"), &json!({ "upload": id })).await.problem(400, "invalid");
    assert_eq!(pointers(&theirs), ["/upload"]);
    scene.viewer.post(&scene.path("/evidence/from-upload"), &json!({ "upload": id })).await.problem(403, "forbidden");
    scene.foreigner.post(&scene.path("/evidence/from-upload"), &json!({ "upload": id })).await.problem(404, "not_found");
    let without = scene.contributor.with("x-csrf-token", "wrong");
    scene.chunk_as(&without, &location, 0, b"x").await.problem(403, "csrf");
    scene.chunk(&location, 0, b"0123456789").await.expect(204);
}

#[tokio::test]
async fn an_upload_can_be_ended() {
    let scene = scene().await;
    let location = scene.begun("a.txt", 10).await;
    scene.chunk(&location, 0, b"hello").await.expect(204);
    assert_eq!(scene.staged().len(), 1);
    let end = || Client::send(speaking(&scene.contributor).request(Method::DELETE, &location));
    Client::send(scene.contributor.request(Method::DELETE, &location)).await.problem(412, "unsupported_version");
    end().await.expect(204);
    end().await.problem(404, "not_found");
    scene.chunk(&location, 5, b"world").await.problem(404, "not_found");
    assert!(scene.staged().is_empty());
    let audited = scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action IN ('upload.create', 'upload.end')").await;
    assert_eq!(audited, 2);
}

#[tokio::test]
async fn a_failed_creation_leaves_the_upload_and_the_same_key_answers_alike() {
    let scene = scene().await;
    let location = scene.begun("a.txt", 5).await;
    scene.chunk(&location, 0, b"hello").await.expect(204);
    let upload = location.rsplit('/').next().unwrap();
    let path = scene.path("/evidence/from-upload");
    let bad = json!({ "upload": upload, "metadata": { "links": [{ "control": "nothing" }] } });
    assert_eq!(pointers(&scene.contributor.post(&path, &bad).await.problem(400, "invalid")), ["/metadata/links/0/control"]);
    let client = scene.contributor.with("idempotency-key", "k");
    let good = json!({ "upload": upload });
    let first = client.post(&path, &good).await.expect(201);
    assert_eq!(client.post(&path, &good).await.expect(201), first);
    client.post(&path, &json!({ "upload": upload, "metadata": { "title": "x" } })).await.problem(422, "idempotency_mismatch");
}

/// Sends the head of a PATCH and some of its bytes, then breaks the line.
#[tokio::test]
async fn what_arrives_before_the_line_breaks_is_kept() {
    let scene = scene().await;
    let content = long_text(3_000_000);
    let location = scene.begun("a.txt", content.len()).await;
    let request = scene.contributor.request(Method::PATCH, &location).build().unwrap();
    let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
    let (cookie, csrf, url) = (header("cookie"), header("x-csrf-token"), scene.app.url.clone());
    let (path, bytes) = (location.clone(), content[..1_500_000].to_vec());
    let length = content.len();
    tokio::task::spawn_blocking(move || {
        let mut socket = std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\nx-csrf-token: {csrf}\r\ntus-resumable: 1.0.0\r\n\
             upload-offset: 0\r\ncontent-type: {CHUNK}\r\ncontent-length: {length}\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(&bytes).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let _answered = socket.read(&mut [0; 100]);
    })
    .await
    .unwrap();
    // The writer finishes on its own; until then the upload is busy.
    eventually("what arrived is acknowledged", 10, async || scene.offset(&location).await > 0).await;
    let offset = scene.offset(&location).await;
    // All but what was still between the socket and the handler.
    assert!((1_000_000..=1_500_000).contains(&offset), "{offset}");
    scene.chunk(&location, offset, &content[offset..]).await.expect(204);
    let evidence = scene.evidence_of(&location, Some(sha256(&content))).await.expect(201);
    assert_eq!(evidence["file"]["size"], content.len());
}
