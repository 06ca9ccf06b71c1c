//! Sealing, the archives that are handed out, and the command that verifies them.

mod assessment;
mod verify;
mod working;

use crate::evidence::{Scene, scene};
use crate::support::Client;
use reqwest::Method;
use serde_json::{Value, json};

/// The archive at a path of the system.
pub async fn archive(client: &Client, path: &str) -> Vec<u8> {
    let answer = client.request(Method::GET, path).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert!(answer.headers()["content-disposition"].to_str().expect("text").starts_with("attachment; filename=\""));
    answer.bytes().await.expect("the archive").to_vec()
}

/// Verifies an archive as the command line and the browser do.
pub fn check(archive: &[u8], fingerprint: Option<&str>) -> seal::check::Report {
    let mut check = seal::check::Check::new(archive.len() as u64, fingerprint.and_then(seal::signature::Pin::read));
    while let Some(range) = check.wants() {
        let at = |place: u64| usize::try_from(place).expect("a place");
        check.give(archive.get(at(range.start)..at(range.end)).unwrap_or_default());
    }
    check.finish()
}

/// Seals as the administrator.
pub async fn sealed(scene: &Scene, kind: &str) -> Value {
    let body = json!({ "kind": kind, "label": "Year one", "status_date": "2026-11-30" });
    scene.admin.post(&scene.path("/seals"), &body).await.expect(201)
}
