//! Files that are refused for what is in them, by both ways of uploading: nothing of them stays.

use super::{PDF, scene, scene_with};
use crate::support::pointers;

const ACTIVE_SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";

/// An archive with one empty entry.
fn archive(name: &str, flags: u8) -> Vec<u8> {
    let length = [u8::try_from(name.len()).expect("a short name"), 0];
    let common = [&[flags, 0][..], &[0; 18], &length, &[0; 2]].concat();
    let local = [b"PK\x03\x04\x14\0", &common[..], name.as_bytes()].concat();
    let list = [b"PK\x01\x02\x14\0\x14\0", &common[..], &[0; 14], name.as_bytes()].concat();
    let sizes = [list.len(), local.len()].map(|size| u32::try_from(size).expect("a small archive").to_le_bytes());
    [&local, &list, &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &sizes[0], &sizes[1], &[0, 0]].concat()
}

#[tokio::test]
async fn what_is_in_a_file_decides() {
    let scene = scene().await;
    let refused: [(&str, Vec<u8>, &str); 6] = [
        ("a.zip", archive("a.txt", 1), "encrypted"),
        ("a.zip", archive("inner.zip", 0), "other archives"),
        ("a.pdf", [PDF, &archive("a.txt", 0)].concat(), "two things"),
        (
            "a.pdf",
            b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R/Encrypt 2 0 R>>\nstartxref\n0\n%%EOF\n".to_vec(),
            "encrypted",
        ),
        ("a.gif", b"GIF89a/*\x01\0\0\0\0*/=1;alert(1)".to_vec(), "script"),
        ("a.svg", ACTIVE_SVG.to_vec(), "event handler"),
    ];
    for (name, bytes, why) in &refused {
        let problem = scene.upload(name, bytes, None).await.problem(422, "file_refused");
        assert_eq!(pointers(&problem), ["/file"]);
        assert!(problem["detail"].as_str().unwrap().contains(why), "{name}: {problem}");
        // The same in two chunks: the upload ends with its last byte.
        let location = scene.begun(name, bytes.len()).await;
        scene.chunk(&location, 0, &bytes[..5]).await.expect(204);
        scene.chunk(&location, 5, &bytes[5..]).await.problem(422, "file_refused");
    }
    assert!(scene.staged().is_empty() && scene.blobs().await.is_empty());
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM uploads").await, 0);
    scene.upload("a.zip", &archive("a.txt", 0), None).await.expect(201);
}

#[tokio::test]
async fn the_settings_decide_where_there_is_a_choice() {
    let settings = [("ENCRYPTED_ARCHIVES", "true"), ("SVG", "accept"), ("ARCHIVE_MAX_NESTED", "1")];
    let settings = settings.map(|(name, value)| (format!("CMMC_UPLOADS__{name}"), value));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let scene = scene_with(&settings).await;
    scene.upload("a.zip", &archive("a.txt", 1), None).await.expect(201);
    scene.upload("b.zip", &archive("inner.zip", 0), None).await.expect(201);
    scene.upload("a.svg", ACTIVE_SVG, None).await.expect(201);
    // What it may do is taken from it by how it comes.
    let answer = scene.viewer.get(&scene.path("/evidence/EV-3/file")).await;
    for (name, value) in [
        ("content-type", "image/svg+xml"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
}
