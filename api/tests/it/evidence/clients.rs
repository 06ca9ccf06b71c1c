//! Clients of other people's making, as they come from npm (`e2e/clients/upload.mjs`), through a bad line to a service that is
//! killed: what arrives is what was sent, to the byte.

use super::{sha256, tus::long_text};
use crate::support::{Client, Dice, LossyProxy, Process};
use serde_json::json;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/clients/upload.mjs");
const MIB: usize = 1024 * 1024;

/// An installation whose sessions last for the whole test, and a system in it.
async fn installation() -> (Process, Client, String) {
    let process = Process::start_with(&[("CMMC_SESSION__ACCESS_MINUTES", "60")]).await;
    let client = process.set_up().await;
    let system = json!({ "name": "Enclave", "organization": "Harlan Precision LLC", "pack": "cmmc-level-2" });
    let system = client.post("/systems", &system).await.expect(201)["id"].as_str().expect("an id").to_owned();
    (process, client, system)
}

/// The headers by which another program acts as this person.
fn headers(client: &Client) -> String {
    let session = client.session();
    json!({ "cookie": format!("{}={}", ::identity::cookies::ACCESS, session.access), "x-csrf-token": session.csrf }).to_string()
}

async fn arrives_whole(program: &str, size: usize, kills: u64) {
    let (mut process, client, system) = installation().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (file, content) = (folder.path().join("recording.log"), long_text(size));
    std::fs::write(&file, &content).expect("written");
    let (dice, target) = (Dice::new(kills + size as u64), process.url());
    let line = LossyProxy::to(target.trim_start_matches("http://"), 5 * MIB as u64, size as u64).await;
    let mut command = Command::new("node");
    command.arg(SCRIPT).arg(program).arg(format!("{}/api/v1/systems/{system}/uploads", line.url())).arg(headers(&client));
    let mut child = command.arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("node");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let (mut killed, mut done) = (0, None);
    // Somewhere in each part of the file.
    let part = size as u64 / (kills + 1);
    let mut next = part / 2 + dice.below(part);
    let watch = async {
        while let Some(line) = lines.next_line().await.expect("a line") {
            if let Some(url) = line.strip_prefix("done ") {
                done = Some(url.to_owned());
            }
            let sent = line.strip_prefix("sent ").and_then(|sent| sent.parse::<u64>().ok()).unwrap_or(0);
            if killed < kills && sent >= next {
                process.kill();
                process.restart().await;
                killed += 1;
                next = part * killed + part / 2 + dice.below(part / 2);
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(30), watch).await.expect("it gets through in time");
    let output = child.wait_with_output().await.expect("its end");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(killed, kills, "{program}: the service was not killed as often as it was to be");
    assert!(line.broken() > 0, "{program}: the line was good");
    let body = json!({ "upload": done.expect("an URL").rsplit('/').next(), "sha256": sha256(&content) });
    let client = process.sign_in().await;
    let evidence = client.post(&format!("/systems/{system}/evidence/from-upload"), &body).await.expect(201);
    let file = client.get(&format!("/systems/{system}/evidence/{}/file", evidence["id"].as_str().expect("an id"))).await;
    assert!(file.bytes == content, "{program}: {} bytes came back of {size}", file.bytes.len());
}

#[tokio::test]
async fn tus_js_client_gets_through() {
    arrives_whole("tus", 32 * MIB, 3).await;
}

#[tokio::test]
async fn uppy_gets_through() {
    arrives_whole("uppy", 32 * MIB, 3).await;
}

#[tokio::test]
async fn soak_clients_get_a_gigabyte_through_twenty_kills() {
    if std::env::var_os("CMMC_SOAK").is_some() {
        for program in ["tus", "uppy"] {
            arrives_whole(program, 1024 * MIB, 20).await;
        }
    }
}
