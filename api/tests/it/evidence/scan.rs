//! Malware: nothing leaves before a scanner found it clean, and what was found infected never does.

use super::{Scene, scene_with};
use crate::support::FakeClamd;
use jobs::relay::claim;
use reqwest::Method;
use shared_types::systems::Role;

const INFECTED: &[u8] = b"harmless but for the word EICAR";

impl Scene {
    /// Runs the jobs that wait and have to do with bytes; how many there were, and whether each was done.
    pub async fn run_file_jobs(&self) -> Vec<bool> {
        let mut done = Vec::new();
        for job in claim(&self.app.platform).await.expect("a claim") {
            if [jobs::SCAN, jobs::ALARM].contains(&job.topic.as_str()) {
                done.push(jobs::run(&self.app.platform, &job).await.is_ok());
            }
        }
        done
    }

    async fn scanned_by(clamd: &FakeClamd) -> Self {
        scene_with(&[("CMMC_CLAMAV__ADDRESS", clamd.address())]).await
    }

    async fn state(&self, sha256: &str) -> String {
        let states = ["not_scanned", "clean", "infected", "failed"];
        for state in states {
            let sql = format!("SELECT COUNT(*) FROM blobs WHERE sha256 = '{sha256}' AND scan_state = '{state}'");
            if self.app.count(&sql).await == 1 {
                return state.to_owned();
            }
        }
        unreachable!("a blob has a state")
    }
}

#[tokio::test]
async fn a_file_is_handed_out_when_it_was_found_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    for clamd in [FakeClamd::start(usize::MAX).await, FakeClamd::on_socket(folder.path())] {
        let scene = Scene::scanned_by(&clamd).await;
        scene.upload("a.txt", b"clean", None).await.expect(201);
        let path = scene.path("/evidence/EV-1/file");
        scene.viewer.get(&path).await.problem(423, "not_scanned_yet");
        scene.admin.with("range", "bytes=0-1").get(&path).await.problem(423, "not_scanned_yet");
        let head = crate::support::Client::send(scene.viewer.request(Method::HEAD, &path)).await;
        assert_eq!(head.status, 423);
        assert_eq!(scene.run_file_jobs().await, [true]);
        assert_eq!(scene.viewer.get(&path).await.bytes, b"clean");
        // The same content is not looked at again.
        scene.upload("b.txt", b"clean", None).await.expect(201);
        assert!(scene.run_file_jobs().await.is_empty());
        assert_eq!(clamd.looked(), 1);
        // A resumable upload is scanned too.
        let location = scene.begun("c.txt", 5).await;
        scene.chunk(&location, 0, b"hello").await.expect(204);
        scene.evidence_of(&location, None).await.expect(201);
        scene.viewer.get(&scene.path("/evidence/EV-3/file")).await.problem(423, "not_scanned_yet");
        assert_eq!(scene.run_file_jobs().await, [true]);
        assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-3/file")).await.bytes, b"hello");
    }
}

#[tokio::test]
async fn what_is_infected_stays_and_the_managers_are_told() {
    let clamd = FakeClamd::start(usize::MAX).await;
    let scene = Scene::scanned_by(&clamd).await;
    let manager = scene.app.member(scene.system, "mona", Role::Manager).await;
    scene.upload("invoice.txt", INFECTED, None).await.expect(201);
    assert_eq!(scene.run_file_jobs().await, [true]);
    for client in [&scene.viewer, &scene.contributor, &manager, &scene.admin] {
        client.get(&scene.path("/evidence/EV-1/file")).await.problem(403, "malware_found");
    }
    // Another with the same bytes is the same file.
    scene.upload("again.txt", INFECTED, None).await.expect(201);
    scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.problem(403, "malware_found");
    assert_eq!(scene.run_file_jobs().await, [true], "the alarm");
    for (client, told) in [(&manager, 2), (&scene.contributor, 0), (&scene.foreigner, 0)] {
        let list = client.get("/notifications").await.expect(200);
        let texts: Vec<_> = list["items"].as_array().unwrap().iter().filter_map(|item| item["text"].as_str()).collect();
        assert_eq!(texts.len(), told, "{texts:?}");
        assert!(texts.iter().all(|text| text.contains("found malware")), "{texts:?}");
    }
    let audited = scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'evidence.infected'").await;
    assert_eq!(audited, 1);
    // Not even when the scanner is gone: another process of the same database has none.
    let sql = "SELECT COUNT(*) FROM blobs WHERE scan_state = 'infected' AND scan_signature = 'Eicar-Test-Signature'";
    assert_eq!(scene.app.count(sql).await, 1);
    let mut platform = scene.app.platform.clone();
    let mut settings = (*platform.settings).clone();
    settings.clamav.address = String::new();
    platform.settings = settings.into();
    evidence::scan_remaining(&platform).await.expect("nothing");
    assert_eq!(scene.state(&super::sha256(INFECTED)).await, "infected");
}

#[tokio::test]
async fn a_scanner_that_does_not_answer_or_can_not_tell_is_asked_again() {
    let clamd = FakeClamd::start(10).await;
    let address = clamd.address().parse().expect("an address");
    let scene = Scene::scanned_by(&clamd).await;
    let long = super::tus::long_text(5_000_000);
    scene.upload("long.txt", &long, None).await.expect(201);
    assert_eq!(scene.run_file_jobs().await, [true]);
    assert_eq!(scene.state(&super::sha256(&long)).await, "failed");
    drop(clamd);
    scene.upload("b.txt", b"later", None).await.expect(201);
    assert_eq!(scene.run_file_jobs().await, [false], "tried again by the queue");
    assert_eq!(scene.state(&super::sha256(b"later")).await, "not_scanned");
    for number in [1, 2] {
        scene.viewer.get(&scene.path(&format!("/evidence/EV-{number}/file"))).await.problem(423, "not_scanned_yet");
    }
    let platform = &scene.app.platform;
    platform.clock.advance(chrono::Duration::hours(1));
    evidence::scan_remaining(platform).await.expect_err("nobody there");
    let _clamd = FakeClamd::start_at(address).await;
    assert_eq!(evidence::scan_remaining(platform).await.expect("scanned"), 2);
    assert_eq!(evidence::scan_remaining(platform).await.expect("scanned"), 0);
    assert!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes == long);
}

#[tokio::test]
async fn one_that_the_scanner_breaks_off_at_does_not_keep_the_others_waiting() {
    let clamd = FakeClamd::start(usize::MAX).await;
    let scene = Scene::scanned_by(&clamd).await;
    scene.upload("bad.txt", b"HANGUP", None).await.expect(201);
    scene.upload("good.txt", b"good", None).await.expect(201);
    let platform = &scene.app.platform;
    platform.clock.advance(chrono::Duration::hours(1));
    assert_eq!(evidence::scan_remaining(platform).await.expect("scanned"), 2);
    assert_eq!(scene.state(&super::sha256(b"HANGUP")).await, "failed");
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes, b"good");
    assert_eq!(evidence::scan_remaining(platform).await.expect("scanned"), 0, "not at once");
    platform.clock.advance(chrono::Duration::hours(1));
    assert_eq!(evidence::scan_remaining(platform).await.expect("scanned"), 1);
}

#[tokio::test]
async fn files_from_before_the_scanner_are_scanned_first() {
    let clamd = FakeClamd::start(usize::MAX).await;
    let scene = super::scene().await;
    scene.upload("a.txt", b"from before", None).await.expect(201);
    scene.upload("b.txt", INFECTED, None).await.expect(201);
    assert!(scene.run_file_jobs().await.is_empty());
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.bytes, INFECTED);
    let mut platform = scene.app.platform.clone();
    let mut settings = (*platform.settings).clone();
    clamd.address().clone_into(&mut settings.clamav.address);
    platform.settings = settings.into();
    platform.clock.advance(chrono::Duration::hours(1));
    assert_eq!(evidence::scan_remaining(&platform).await.expect("scanned"), 2);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes, b"from before");
    scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.problem(403, "malware_found");
}
