//! How much there may be, and how much at once.

use super::tus::{CHUNK, speaking};
use super::{PDF, PNG, scene_with};
use crate::support::{Client, eventually};
use futures_util::StreamExt;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::systems::Role;

const SYSTEM: (&str, &str) = ("CMMC_UPLOADS__SYSTEM_QUOTA_BYTES", "1000");
const USER: (&str, &str) = ("CMMC_UPLOADS__USER_QUOTA_BYTES", "300");

async fn policy(scene: &super::Scene) -> Value {
    scene.contributor.get(&scene.path("/upload-policy")).await.expect(200)
}

/// Each counts those before it, because counting and reserving happen behind the system's door.
#[tokio::test]
async fn fifty_at_once_reserve_no_more_than_there_is() {
    let scene = scene_with(&[SYSTEM]).await;
    let answers = join_all((0..50).map(|n| {
        let scene = &scene;
        async move { scene.begin(&format!("{n}.txt"), 100).await }
    }))
    .await;
    let begun = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(begun, 10);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.header("tus-resumable"), Some("1.0.0"));
        let problem = answer.problem(413, "quota_exceeded");
        assert!(problem["detail"].as_str().unwrap().contains("0 are free"), "{problem}");
    }
    assert_eq!(policy(&scene).await["system_quota"], json!({ "used": 1000, "limit": 1000 }));
    // What is given up, or becomes nothing, is free again.
    let list = scene.contributor.get(&scene.path("/uploads")).await.expect(200);
    let first = list["items"][0]["location"].as_str().unwrap();
    Client::send(speaking(&scene.contributor).request(Method::DELETE, first)).await.expect(204);
    scene.begun("a.txt", 100).await;
    scene.app.platform.clock.advance(chrono::Duration::hours(49));
    assert_eq!(policy(&scene).await["system_quota"]["used"], 0);
    scene.begun("b.txt", 1000).await;
}

#[tokio::test]
async fn what_is_stored_counts_once_and_for_whom_it_came_first() {
    let scene = scene_with(&[SYSTEM, USER]).await;
    let location = scene.begun("a.txt", 200).await;
    scene.chunk(&location, 0, &[b'a'; 200]).await.expect(204);
    scene.evidence_of(&location, None).await.expect(201);
    assert_eq!(policy(&scene).await["user_quota"], json!({ "used": 200, "limit": 300 }));
    // The same again takes nothing; more than is left is refused, by both ways, and leaves nothing.
    scene.upload("b.txt", &[b'a'; 200], None).await.expect(201);
    scene.upload("c.txt", &[b'c'; 101], None).await.problem(413, "quota_exceeded");
    scene.begin("c.txt", 101).await.problem(413, "quota_exceeded");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence").await, 2);
    scene.upload("c.txt", &[b'c'; 100], None).await.expect(201);
    scene.upload("a.pdf", PDF, None).await.problem(413, "quota_exceeded");
    // Another person has room; the system as a whole has less.
    let other = scene.app.member(scene.system, "olga", Role::Contributor).await;
    scene.upload_as(&other, "a.pdf", PDF, None).await.expect(201);
    let seen = other.get(&scene.path("/upload-policy")).await.expect(200);
    assert_eq!((&seen["user_quota"]["used"], &seen["system_quota"]["used"]), (&json!(PDF.len()), &json!(300 + PDF.len())));
    assert_eq!((&seen["max_parallel"], &seen["system_quota"]["limit"]), (&json!(20), &json!(1000)));
}

#[tokio::test]
async fn of_direct_uploads_at_once_none_goes_beyond() {
    let scene = scene_with(&[("CMMC_UPLOADS__SYSTEM_QUOTA_BYTES", "500")]).await;
    let answers = join_all((0..20_u8).map(|n| {
        let scene = &scene;
        async move { scene.upload(&format!("{n}.txt"), &[b'a' + n; 100], None).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 413).count(), 15);
}

#[tokio::test]
async fn one_person_sends_so_many_at_once_and_no_more() {
    let scene = scene_with(&[("CMMC_UPLOADS__MAX_PARALLEL", "2")]).await;
    let mut sending = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let location = scene.begun(name, 100).await;
        let client = speaking(&scene.contributor).with("upload-offset", "0").with("content-type", CHUNK);
        let never = futures_util::stream::iter([Ok::<_, std::io::Error>("some")]).chain(futures_util::stream::pending());
        let request = client.request(Method::PATCH, &location).body(reqwest::Body::wrap_stream(never));
        sending.push(tokio::spawn(request.send()));
    }
    let third = scene.begun("c.txt", 5).await;
    eventually("both are being sent", 10, async || {
        let answer = scene.chunk(&third, 0, b"").await;
        answer.status == 429
    })
    .await;
    let refused = scene.chunk(&third, 0, b"hello").await;
    assert_eq!((refused.header("retry-after"), refused.header("tus-resumable")), (Some("1"), Some("1.0.0")));
    refused.problem(429, "too_many_requests");
    scene.upload("d.png", PNG, None).await.problem(429, "too_many_requests");
    // Another person is not concerned.
    let other = scene.app.member(scene.system, "olga", Role::Contributor).await;
    scene.upload_as(&other, "d.png", PNG, None).await.expect(201);
    // When one line breaks its place is free.
    sending.remove(0).abort();
    eventually("a place is free", 10, async || scene.chunk(&third, 0, b"hello").await.status == 204).await;
}
