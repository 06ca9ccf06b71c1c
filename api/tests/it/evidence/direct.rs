use super::{PDF, PNG, scene, scene_with, sha256};
use crate::support::{Client, pointers};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use std::io::{Read, Write};

#[tokio::test]
async fn a_file_becomes_evidence() {
    let scene = scene().await;
    let metadata = json!({
        "title": "Access policy", "description": "Signed.", "effective": "2026-01-01", "expires": "2026-12-01",
        "links": [{ "control": "AC.L2-3.1.1", "objective": "a" }, { "control": "AC.L2-3.1.2" }],
    });
    let answer = scene.upload("Access policy (2026).pdf", PDF, Some(metadata)).await;
    let location = answer.header("location").unwrap().to_owned();
    let tag = answer.header("etag").unwrap().to_owned();
    let evidence = answer.expect(201);
    assert_eq!((evidence["number"].as_str(), evidence["title"].as_str()), (Some("EV-1"), Some("Access policy")));
    assert_eq!((evidence["freshness"].as_str(), evidence["days_left"].as_i64()), (Some("expiring"), Some(9)));
    assert_eq!(evidence["file"]["sha256"], sha256(PDF));
    assert_eq!(evidence["file"]["media_type"], "application/pdf");
    assert_eq!(evidence["file"]["name"], "Access policy (2026).pdf");
    assert_eq!(evidence["file"]["size"], PDF.len());
    assert_eq!(evidence["owner"]["name"], "ines");
    assert_eq!(evidence["file"]["uploaded_by"]["name"], "ines");
    let links: Vec<_> =
        evidence["links"].as_array().unwrap().iter().map(|l| (l["reference"].as_str(), l["objective"].as_str())).collect();
    assert_eq!(links, [(Some("AC.L2-3.1.1"), Some("a")), (Some("AC.L2-3.1.2"), None)]);
    assert_eq!(tag, format!("\"{}\"", evidence["version"]));
    let read = scene.viewer.get(&location).await.expect(200);
    assert_eq!(read, evidence);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200), evidence);
    // Nothing stays behind, and the stored name is the content's.
    assert!(scene.staged().is_empty());
    assert_eq!(scene.blobs().await, [sha256(PDF)]);
}

#[tokio::test]
async fn the_defaults_are_the_uploader_today_and_the_files_name() {
    let scene = scene().await;
    let evidence = scene.upload("shot.png", PNG, None).await.expect(201);
    assert_eq!((evidence["title"].as_str(), evidence["effective"].as_str()), (Some("shot.png"), Some("2026-11-22")));
    assert!(evidence["expires"].is_null() && evidence["freshness"] == "current" && evidence["days_left"].is_null());
    // An administrator who is no member does not become an owner.
    let system = scene.app.system(&scene.admin, "Third").await;
    let form = Form::new().part("file", Part::bytes(PNG).file_name("shot.png"));
    let made =
        Client::send(scene.admin.request(Method::POST, &format!("/systems/{system}/evidence")).multipart(form)).await.expect(201);
    assert_eq!(made["number"], "EV-1");
    assert_eq!(scene.upload("shot.png", PNG, None).await.expect(201)["number"], "EV-2");
}

#[tokio::test]
async fn the_same_content_is_kept_once_in_a_system_and_apart_from_others() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    scene.upload("b.pdf", PDF, None).await.expect(201);
    assert_eq!(scene.blobs().await.len(), 1);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM blobs").await, 1);
    let form = Form::new().part("file", Part::bytes(PDF).file_name("c.pdf"));
    let path = format!("/systems/{}/evidence", scene.foreign_system);
    Client::send(scene.foreigner.request(Method::POST, &path).multipart(form)).await.expect(201);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM blobs").await, 2);
}

#[tokio::test]
async fn twenty_at_once_get_twenty_numbers() {
    let scene = scene().await;
    let uploads = (0..20).map(|n| {
        let bytes = format!("line {n}");
        let scene = &scene;
        async move {
            scene.upload(&format!("{n}.txt"), bytes.as_bytes(), None).await.expect(201)["number"].as_str().unwrap().to_owned()
        }
    });
    let mut numbers = futures_util::future::join_all(uploads).await;
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 20);
}

#[tokio::test]
async fn what_is_not_what_it_says_is_refused() {
    let scene = scene().await;
    let exe: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0";
    let mut late_nul = vec![b'a'; 20_000];
    late_nul.push(0);
    let cases: &[(&str, &[u8])] = &[
        ("empty.pdf", b""),
        ("invoice.pdf", exe),
        ("invoice.pdf.exe", exe),
        ("page.html", b"<html></html>"),
        ("noextension", b"text"),
        ("letter.docx", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("log.txt", &late_nul),
        ("latin.txt", b"caf\xe9"),
    ];
    for (name, bytes) in cases {
        let problem = scene.upload(name, bytes, None).await.problem(422, "file_refused");
        assert_eq!(pointers(&problem), ["/file"], "{name}");
    }
    assert!(scene.staged().is_empty() && scene.blobs().await.is_empty());
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence").await, 0);
}

#[tokio::test]
async fn bad_parts_are_named() {
    let scene = scene().await;
    let path = scene.path("/evidence");
    let send = |form: Form| Client::send(scene.contributor.request(Method::POST, &path).multipart(form));
    let file = || Part::bytes(PDF).file_name("a.pdf");
    let cases = [
        (Form::new().text("metadata", "{}"), "/file"),
        (Form::new().part("file", file()).part("file", file()), "/file"),
        (Form::new().part("file", file()).text("colour", "red"), "/colour"),
        (Form::new().part("file", Part::bytes(PDF)), "/file"),
        (Form::new().part("file", Part::bytes(PDF).file_name("../../etc/passwd.pdf")), "/file"),
        (Form::new().part("file", Part::bytes(PDF).file_name("a\u{202e}fdp.pdf")), "/file"),
        (Form::new().part("file", file()).text("metadata", r#"{"title":""}"#), "/metadata/title"),
        (Form::new().part("file", file()).text("metadata", r#"{"admin":true}"#), "/metadata/admin"),
        (
            Form::new().part("file", file()).text("metadata", r#"{"effective":"2026-02-01","expires":"2026-01-31"}"#),
            "/metadata/expires",
        ),
        (Form::new().part("file", file()).text("metadata", r#"{"effective":"0001-01-01"}"#), "/metadata/expires"),
        (
            Form::new().part("file", file()).text("metadata", r#"{"owner":"00000000-0000-7000-8000-000000000000"}"#),
            "/metadata/owner",
        ),
        (
            Form::new().part("file", file()).text("metadata", r#"{"links":[{"control":"AC.L2-9.9.9"}]}"#),
            "/metadata/links/0/control",
        ),
        (Form::new().part("file", file()).text("metadata", r#"{"links":[{"control":"\u0000"}]}"#), "/metadata/links/0/control"),
        (
            Form::new().part("file", file()).text("metadata", r#"{"links":[{"control":"AC.L2-3.1.1","objective":"z"}]}"#),
            "/metadata/links/0/objective",
        ),
        (
            Form::new()
                .part("file", file())
                .text("metadata", r#"{"links":[{"control":"AC.L2-3.1.1"},{"control":"AC.L2-3.1.1"}]}"#),
            "/metadata/links/1/control",
        ),
    ];
    for (form, pointer) in cases {
        let problem = send(form).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer]);
    }
    send(Form::new().part("file", file()).text("metadata", "{")).await.problem(400, "malformed");
    let raw = |content_type: &str, body: &'static [u8]| {
        Client::send(scene.contributor.request(Method::POST, &path).header("content-type", content_type).body(body))
    };
    raw("application/json", b"{}").await.problem(415, "unsupported_type");
    raw("multipart/form-data; boundary=x", b"no parts").await.problem(400, "malformed");
    let nul = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\0.pdf\"\r\n\r\n%PDF-1.7\r\n--x--\r\n";
    assert_eq!(raw("multipart/form-data; boundary=x", nul).await.status, 400);
    let cut = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7";
    raw("multipart/form-data; boundary=x", cut).await.problem(400, "malformed");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence").await, 0);
    // Bytes that were stored before the refusal go with the next sweep.
    assert!(scene.staged().is_empty());
    let platform = &scene.app.platform;
    evidence::expire_uploads(platform, platform.clock.now()).await.unwrap();
    assert!(scene.blobs().await.is_empty());
}

#[tokio::test]
async fn too_much_is_refused_before_it_is_read() {
    let scene = scene_with(&[("CMMC_UPLOADS__DIRECT_MAX_BYTES", "100000")]).await;
    let allowed = vec![b'a'; 100_000];
    scene.upload("a.txt", &allowed, None).await.expect(201);
    scene.upload("a.txt", &vec![b'a'; 100_001], None).await.problem(413, "too_large");
    scene.upload("a.txt", &vec![b'a'; 1_000_000], None).await.problem(413, "too_large");
    // The headers alone are enough: not one byte of the body was sent when the answer comes.
    let request = scene.contributor.request(Method::POST, &scene.path("/evidence")).build().unwrap();
    let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
    let (cookie, csrf, url, path) =
        (header("cookie"), header("x-csrf-token"), scene.app.url.clone(), request.url().path().to_owned());
    let answer = tokio::task::spawn_blocking(move || {
        let mut socket = std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        socket.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\nx-csrf-token: {csrf}\r\n\
             content-type: multipart/form-data; boundary=x\r\ncontent-length: 5000000000\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    assert_eq!(answer.await.unwrap(), "HTTP/1.1 413");
    assert!(scene.staged().is_empty());
}

#[tokio::test]
async fn roles_and_systems_are_kept_apart() {
    let scene = scene().await;
    scene.upload_as(&scene.viewer, "a.pdf", PDF, None).await.problem(403, "forbidden");
    scene.upload_as(&scene.foreigner, "a.pdf", PDF, None).await.problem(404, "not_found");
    scene.upload_as(&scene.app.anonymous(), "a.pdf", PDF, None).await.problem(401, "unauthenticated");
    scene.upload_as(&scene.contributor.with("x-csrf-token", "wrong"), "a.pdf", PDF, None).await.problem(403, "csrf");
    // A control of another system is no control of this one.
    let foreign = scene.foreigner.get(&format!("/systems/{}/evidence", scene.foreign_system)).await.expect(200);
    assert_eq!(foreign["items"], json!([]));
    scene.admin.post(&scene.path("/archive"), &json!({})).await.expect(200);
    scene.upload("a.pdf", PDF, None).await.problem(409, "conflict");
    assert!(scene.staged().is_empty() && scene.blobs().await.is_empty());
}

#[tokio::test]
async fn the_same_key_answers_as_the_first_time() {
    let scene = scene().await;
    let client = scene.contributor.with("idempotency-key", "one");
    let first = scene.upload_as(&client, "a.pdf", PDF, None).await.expect(201);
    assert_eq!(scene.upload_as(&client, "a.pdf", PDF, None).await.expect(201), first);
    scene.upload_as(&client, "b.pdf", PDF, None).await.problem(422, "idempotency_mismatch");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence").await, 1);
}

#[tokio::test]
async fn the_policy_is_told() {
    let scene = scene().await;
    let policy = scene.viewer.get(&scene.path("/upload-policy")).await.expect(200);
    assert_eq!(
        (policy["direct_max_bytes"].as_u64(), policy["resumable_max_bytes"].as_u64()),
        (Some(10_000_000), Some(5_368_709_120))
    );
    assert!(policy["extensions"].as_array().unwrap().iter().any(|extension| extension == "pdf"));
    scene.foreigner.get(&scene.path("/upload-policy")).await.problem(404, "not_found");
    scene.app.anonymous().get(&scene.path("/upload-policy")).await.problem(401, "unauthenticated");
}
