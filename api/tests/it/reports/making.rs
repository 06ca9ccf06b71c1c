//! How reports are made: by several deliveries at once, by jobs that fail, and within bounds.

use crate::evidence::{Scene, names, scene, sha256};
use crate::support::Client;
use chrono::Duration;
use futures_util::future::join_all;
use platform::blobs::BlobKey;
use serde_json::{Value, json};

async fn ask(scene: &Scene, client: &Client, kind: &str, format: &str) -> String {
    let asked = client.post(&scene.path("/reports"), &json!({ "kind": kind, "format": format })).await.expect(202);
    scene.path(&format!("/reports/{}", asked["id"].as_str().expect("an id")))
}

/// Every stored blob has the bytes that its name says.
async fn intact(scene: &Scene) -> usize {
    let blobs = scene.blobs().await;
    for name in &blobs {
        let key = BlobKey::new(scene.system, name).expect("a hash");
        let bytes = std::fs::read(scene.app.platform.settings.data_dir.join("blobs").join(key.path())).expect("a blob");
        assert_eq!(&sha256(&bytes), name);
    }
    blobs.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deliveries_that_overlap_write_to_no_file_of_each_other() {
    let scene = scene().await;
    for _ in 0..4 {
        // Of a Word document no two writings have the same bytes.
        let path = ask(&scene, &scene.contributor, "assessment_status", "docx").await;
        let jobs = jobs::relay::claim(&scene.app.platform).await.expect("a claim");
        assert_eq!(jobs.len(), 1);
        let deliveries = (0..6).map(|_| {
            let (platform, job) = (scene.app.platform.clone(), jobs[0].clone());
            tokio::spawn(async move { jobs::run(&platform, &job).await })
        });
        for delivery in join_all(deliveries).await {
            delivery.expect("no panic").expect("a job that is done");
        }
        let report = scene.contributor.get(&path).await.expect(200);
        assert_eq!((&report["state"], &report["progress"]), (&json!("ready"), &json!(100)));
        let file = scene.contributor.get(&format!("{path}/file")).await;
        assert_eq!(json!(sha256(&file.bytes)), report["sha256"]);
        assert!(intact(&scene).await >= 1);
    }
    assert_eq!(names(&scene.app.platform.settings.data_dir.join("uploads")), Vec::<String>::new(), "nothing stays behind");
    assert!(!scene.app.platform.settings.data_dir.join("reports").exists(), "all that is staged is where the sweep looks");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'report.make'").await, 4);
}

#[tokio::test]
async fn a_report_whose_job_always_fails_is_given_up() {
    let scene = scene().await;
    let uploads = scene.app.platform.settings.data_dir.join("uploads");
    // A file where the folder should be: nothing can be staged.
    let _none = std::fs::remove_dir_all(&uploads);
    std::fs::write(&uploads, b"").expect("a file");
    let path = ask(&scene, &scene.viewer, "executive", "pdf").await;
    let jobs = jobs::relay::claim(&scene.app.platform).await.expect("a claim");
    jobs::run(&scene.app.platform, &jobs[0]).await.expect_err("it can't be staged");
    let running = scene.viewer.get(&path).await.expect(200);
    assert_eq!((&running["state"], &running["progress"]), (&json!("running"), &json!(40)));
    // Another attempt takes nothing back of what was told.
    jobs::run(&scene.app.platform, &jobs[0]).await.expect_err("it can't be staged");
    assert_eq!(scene.viewer.get(&path).await.expect(200)["version"], running["version"]);

    scene.app.platform.clock.advance(Duration::minutes(119));
    assert_eq!(reports::purge_reports(&scene.app.platform).await.expect("a purge"), 0);
    assert_eq!(scene.viewer.get(&path).await.expect(200)["state"], "running", "it may still be made");
    scene.app.platform.clock.advance(Duration::minutes(2));
    assert_eq!(reports::purge_reports(&scene.app.platform).await.expect("a purge"), 0);
    let failed = scene.viewer.get(&path).await.expect(200);
    assert_eq!(failed["state"], "failed");
    assert!(failed["failure"].as_str().expect("why").contains("within two hours"), "{failed}");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'report.fail'").await, 1);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM reports WHERE state IN ('queued', 'running')").await, 0);

    // A delivery that comes after all changes nothing.
    std::fs::remove_file(&uploads).expect("it was there");
    jobs::run(&scene.app.platform, &jobs[0]).await.expect("nothing to do");
    assert_eq!(scene.viewer.get(&path).await.expect(200)["version"], failed["version"]);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'report.make'").await, 0);
}

#[tokio::test]
async fn a_person_has_two_hundred_reports_in_a_system_at_most() {
    let scene = scene().await;
    let path = ask(&scene, &scene.viewer, "tasks", "csv").await;
    scene.app.run_jobs().await;
    let id: uuid::Uuid = path.rsplit('/').next().expect("an id").parse().expect("an id");
    let new = || scene.app.platform.rng.id::<uuid::Uuid>(&scene.app.platform.clock).expect("an id");
    for sequence in 1..200_i64 {
        let sql = "INSERT INTO reports (id, system_id, sequence, kind, format, marking, state, requested_by, requested_at, expires_at) \
                   SELECT $1, system_id, $2, kind, format, marking, state, requested_by, requested_at, expires_at FROM reports \
                   WHERE id = $3";
        super::prepare(&scene.app, scene.system, sql, vec![new().into(), (100_000 + sequence).into(), id.into()]).await;
    }
    let body = json!({ "kind": "tasks", "format": "csv" });
    let problem = scene.viewer.post(&scene.path("/reports"), &body).await.problem(409, "conflict");
    assert!(problem["detail"].as_str().expect("why").contains("You have 200 reports"), "{problem}");
    scene.contributor.post(&scene.path("/reports"), &body).await.expect(202);
    let version = scene.viewer.get(&path).await.expect(200)["version"].clone();
    scene.viewer.if_match(&version).delete(&path).await.expect(204);
    scene.viewer.post(&scene.path("/reports"), &body).await.expect(202);
}

#[tokio::test]
async fn a_marking_is_whole_or_refused_and_the_log_says_whether_there_is_one() {
    let scene = scene().await;
    let body = |marking: Value| json!({ "kind": "executive", "format": "pdf", "marking": marking });
    let long = scene.viewer.post(&scene.path("/reports"), &body(json!("x".repeat(61)))).await.problem(400, "invalid");
    assert_eq!(crate::support::pointers(&long), ["/marking"]);
    let marking = "CUI & W".to_owned() + &"W".repeat(53);
    let asked = scene.viewer.post(&scene.path("/reports"), &body(json!(marking))).await.expect(202);
    assert_eq!(asked["marking"], marking);
    scene.viewer.post(&scene.path("/reports"), &body(json!(""))).await.expect(202);
    let events = scene.admin.get(&scene.path("/audit-events?action=report.request")).await.expect(200);
    let marked: Vec<&Value> = events["items"].as_array().expect("events").iter().map(|one| &one["details"]["marked"]).collect();
    assert_eq!(marked, [&json!(false), &json!(true)], "newest first");
}

#[tokio::test]
async fn the_audit_extract_names_everybody_and_shows_the_chain() {
    let scene = scene().await;
    scene.contributor.post(&scene.path("/tasks"), &json!({ "title": "Review" })).await.expect(201);
    let sql = "UPDATE users SET name = '' WHERE id = $1";
    super::prepare(&scene.app, scene.system, sql, vec![scene.contributor.user_id().0.into()]).await;
    let preview = scene.admin.get(&scene.path("/report-preview?kind=audit_extract")).await.expect(200);
    let table = &preview["sections"][0]["blocks"][0];
    let names: Vec<&str> = table["columns"].as_array().expect("columns").iter().filter_map(|one| one["name"].as_str()).collect();
    let at = |name: &str| names.iter().position(|one| *one == name).expect("the column");
    let rows = table["rows"].as_array().expect("rows");
    let cell = |row: &Value, name: &str| row[at(name)]["text"].as_str().expect("text").to_owned();
    for pair in rows.windows(2) {
        assert_eq!(cell(&pair[1], "Previous hash"), cell(&pair[0], "Hash"));
    }
    assert_eq!(cell(&rows[0], "Time (UTC)").len(), "2026-11-22 12:00:00.000000".len());
    let created = rows.iter().find(|row| cell(row, "Action") == "task.create").expect("the event");
    assert_eq!(cell(created, "Person"), scene.contributor.user_id().to_string());
}
