//! Reports that are asked for, made by the job, and opened by other programs.

use crate::evidence::{Scene, scene, scene_with};
use crate::support::{Client, pointers};
use chrono::Duration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared_types::systems::Role;
use std::process::Command;

/// Asks for a report and has it made; the report.
pub async fn made(scene: &Scene, client: &Client, body: Value) -> Value {
    let asked = client.post(&scene.path("/reports"), &body).await;
    let location = asked.header("location").expect("a location").to_owned();
    let asked = asked.expect(202);
    assert_eq!((&asked["state"], &asked["progress"]), (&json!("queued"), &json!(0)));
    assert!(location.ends_with(asked["id"].as_str().expect("an id")));
    scene.app.run_jobs().await;
    client.get(&scene.path(&format!("/reports/{}", asked["id"].as_str().expect("an id")))).await.expect(200)
}

/// The bytes of a report that is ready.
pub async fn file(scene: &Scene, client: &Client, report: &Value) -> Vec<u8> {
    assert_eq!(report["state"], "ready", "{report}");
    let answer = client.get(&file_path(scene, report)).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(hex::encode(Sha256::digest(&answer.bytes)), report["sha256"]);
    assert_eq!(answer.bytes.len() as u64, report["size"]);
    answer.bytes.clone()
}

fn file_path(scene: &Scene, report: &Value) -> String {
    scene.path(&format!("/reports/{}/file", report["id"].as_str().expect("an id")))
}

/// What other programs find in a file.
pub fn opened(format: &str, bytes: &[u8]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("report.{format}"));
    std::fs::write(&path, bytes).expect("a file");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/reports/open_report.py");
    let output =
        Command::new("office-python").arg(script).arg(format).arg(&path).output().expect("office-python; `just setup` brings it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Findings, a narrative that a spreadsheet would execute, and evidence.
async fn work(scene: &Scene) {
    let path = scene.path("/controls/AC.L2-3.1.1");
    let control = scene.contributor.get(&path).await.expect(200);
    let change = json!({ "narrative": "=HYPERLINK(\"http://evil\")\nΕλληνικά, Кириллица, 漢字" });
    let control = scene.contributor.if_match(&control["control"]["version"]).patch(&path, &change).await.expect(200);
    let finding = json!({ "finding": "not_met", "reason": "@SUM(A1) <b>is</b> missing" });
    scene.contributor.if_match(&control["control"]["version"]).put(&format!("{path}/objectives/a"), &finding).await.expect(200);
    let links = json!([{ "control": "AC.L2-3.1.1", "objective": "a" }]);
    let metadata = json!({ "title": "=1+1 access review", "links": links });
    scene.upload("review.txt", b"reviewed", Some(metadata)).await.expect(201);
    let task = json!({ "title": "-2+3 mend it", "control": "AC.L2-3.1.1", "due": "2026-11-01", "priority": "urgent" });
    scene.contributor.post(&scene.path("/tasks"), &task).await.expect(201);
}

#[tokio::test]
async fn every_kind_is_made_in_every_format_and_opened_by_other_programs() {
    let scene = scene().await;
    work(&scene).await;
    let kinds =
        ["assessment_status", "sprs_summary", "family_detail", "tasks", "evidence_register", "audit_extract", "executive"];
    for kind in kinds {
        let provisional = !["tasks", "evidence_register", "audit_extract"].contains(&kind);
        let mut files = std::collections::HashMap::new();
        for format in ["pdf", "docx", "xlsx", "csv", "json"] {
            let report = made(&scene, &scene.admin, json!({ "kind": kind, "format": format, "marking": "CUI // TEST" })).await;
            assert_eq!(report["working_copy"], provisional, "{kind}");
            let name = report["file_name"].as_str().expect("a name");
            assert_eq!(name.contains("working-copy"), provisional, "{name}");
            assert!(name.ends_with(&format!("2026-11-22.{format}")), "{name}");
            let bytes = file(&scene, &scene.admin, &report).await;
            // For looking at them.
            if let Ok(folder) = std::env::var("CMMC_REPORT_SAMPLES") {
                std::fs::write(format!("{folder}/{kind}.{format}"), &bytes).expect("a sample");
            }
            files.insert(format, bytes);
        }
        let document: Value = serde_json::from_slice(&files["json"]).expect("a document");
        assert_eq!((&document["kind"], &document["marking"]), (&json!(kind), &json!("CUI // TEST")));

        let pdf = opened("pdf", &files["pdf"]);
        assert_eq!(pdf["tagged"], "yes");
        assert!(pdf["title"].as_str().expect("a title").contains("Enclave"));
        let pages = pdf["pages"].as_array().expect("pages");
        assert_eq!(pages.len() as u64, pdf["count"]);
        assert!(kind != "executive" || pages.len() == 1, "one page for an executive");
        for (number, page) in (1..).zip(pages) {
            let page = page.as_str().expect("text");
            assert_eq!(page.matches("CUI // TEST").count(), 2, "{kind}: the marking stands at head and foot of page {number}");
            assert!(page.contains(&format!("Page {number} of {}", pages.len())), "{kind}: {page}");
            assert_eq!(page.contains("Working copy, not a result"), provisional, "{kind}, page {number}");
        }

        let docx = opened("docx", &files["docx"]);
        assert_eq!((&docx["title"], &docx["author"]), (&pdf["title"], &json!("CMMC Tracker")));
        assert_eq!(docx["header"][0], "CUI // TEST");
        assert_eq!(docx["footer"][0], "CUI // TEST");
        assert!(docx["header"].as_array().expect("lines").len() > usize::from(provisional));
        let blocks =
            document["sections"].as_array().expect("sections").iter().flat_map(|one| one["blocks"].as_array().expect("blocks"));
        let tables = blocks.filter(|block| block["block"] == "table" && block["rows"] != json!([])).count();
        assert!(tables > 0, "{kind}");
        assert_eq!(docx["repeated"], tables, "{kind}: the head of each table is repeated");

        let xlsx = opened("xlsx", &files["xlsx"]);
        assert_eq!(xlsx["formulas"], 0, "{kind}");
        assert!(xlsx["header"].as_str().expect("a header").contains("CUI // TEST"));
        for (name, rows) in xlsx["sheets"].as_object().expect("sheets").iter().filter(|(name, _)| *name != "Summary") {
            for row in rows.as_array().expect("rows").iter().skip(1) {
                let last = row.as_array().expect("cells").last().and_then(Value::as_str).unwrap_or_default();
                assert_eq!(last.starts_with("Working copy"), provisional, "{kind}, {name}: {row}");
            }
        }
        if kind == "family_detail" {
            let sheets = xlsx["sheets"].as_object().expect("sheets");
            let mut names: Vec<&str> = sheets.keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, ["Assessment", "Evidence", "Objectives", "Summary"]);
            assert_eq!(sheets["Assessment"].as_array().expect("rows").len(), 111, "a row for each requirement below the head");
            let objectives = sheets["Objectives"].as_array().expect("rows");
            assert_eq!((&objectives[0][0], objectives.len()), (&json!("Section"), 321));
            assert!(objectives[1][0].as_str().expect("a section").starts_with("AC.L2-3.1.1"), "{}", objectives[1]);
        }
        let csv = String::from_utf8(files["csv"].clone()).expect("UTF-8");
        assert_eq!(
            csv.contains("\"'=HYPERLINK(\"\"http://evil\"\")\nΕλληνικά"),
            kind == "family_detail",
            "{kind}: the narrative"
        );
        assert!(csv.starts_with('\u{feff}'));
        assert!(!csv.contains("\r\n=") && !csv.contains(",=") && !csv.contains(",\"="), "{kind}: no cell is a formula");
    }
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM reports WHERE state <> 'ready'").await, 0);
    let events = scene.admin.get(&scene.path("/audit-events?action=report.make&limit=200")).await.expect(200);
    assert_eq!(events["items"].as_array().expect("events").len(), 35);
    assert!(events["items"][0]["details"]["sha256"].is_string());
    assert_eq!(scene.admin.get(&scene.path("/audit-events/verification")).await.expect(200)["intact"], true);
}

#[tokio::test]
async fn filters_are_those_of_the_lists_and_are_refused_early() {
    let scene = scene().await;
    work(&scene).await;
    let document = |body: Value| {
        let scene = &scene;
        async move {
            let report = made(scene, &scene.viewer, body).await;
            serde_json::from_slice::<Value>(&file(scene, &scene.viewer, &report).await).expect("a document")
        }
    };
    let rows = |document: &Value, title: &str| -> usize {
        let section =
            document["sections"].as_array().expect("sections").iter().find(|one| one["title"] == title).expect("the section");
        section["blocks"][0]["rows"].as_array().expect("rows").len()
    };
    let of = |kind: &str, filters: &str| json!({ "kind": kind, "format": "json", "filters": filters });
    let some = document(of("assessment_status", "family=AC&finding=not_met")).await;
    assert_eq!(rows(&some, "Requirements"), 1);
    assert!(some["facts"].to_string().contains("Family: Access Control (AC); Finding: Not met"));
    assert_eq!(rows(&document(of("assessment_status", "")).await, "Requirements"), 110);
    assert_eq!(rows(&document(of("tasks", "state=completed")).await, "Tasks"), 0);
    assert_eq!(rows(&document(of("tasks", "overdue=true&priority=urgent")).await, "Tasks"), 1);
    assert_eq!(rows(&document(of("evidence_register", "control=AC.L2-3.1.1")).await, "Evidence"), 1);
    // What is at fault is the text of filters, in a body by its pointer, in a query by its name; its words begin with the filter.
    for (kind, filters, words) in [
        ("assessment_status", "family=NOPE", "family: "),
        ("family_detail", "colour=red", "colour: there is no such field"),
        ("tasks", "state=lost", "state: one of open, in_progress, "),
        ("tasks", "overdue=perhaps", "overdue: true or false"),
        ("evidence_register", "status=fine", "status: one of draft, pending_review, "),
        ("executive", "family=AC", "this report takes no filters"),
        ("sprs_summary", "q=x", "this report takes no filters"),
        // A report holds the whole list: what chooses a page of it is no filter.
        ("tasks", "limit=1", "limit: there is no such field"),
        ("tasks", "state=open&cursor=x", "cursor: there is no such field"),
        ("evidence_register", "limit=1", "limit: there is no such field"),
        ("assessment_status", "limit=1", "limit: there is no such field"),
        ("family_detail", "cursor=x", "cursor: there is no such field"),
    ] {
        let (list, query) = (scene.path("/reports"), filters.replace('=', "%3D").replace('&', "%26"));
        for (answer, pointer) in [
            (scene.viewer.post(&list, &of(kind, filters)).await, "/filters"),
            (scene.viewer.get(&scene.path(&format!("/report-preview?kind={kind}&filters={query}"))).await, "filters"),
        ] {
            let problem = answer.problem(400, "invalid");
            assert_eq!(pointers(&problem), [pointer], "{kind}?{filters}");
            let detail = problem["errors"][0]["detail"].as_str().unwrap_or_default();
            assert!(detail.starts_with(words), "{kind}?{filters}: {detail}");
        }
    }
    let extract = of("audit_extract", "action=finding.&limit=1");
    let problem = scene.admin.post(&scene.path("/reports"), &extract).await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["detail"], "limit: there is no such field");
    let long = of("tasks", &format!("q={}", "x".repeat(2_000)));
    let problem = scene.viewer.post(&scene.path("/reports"), &long).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/filters"]);
    let long = format!("/report-preview?kind=tasks&filters=q%3D{}", "x".repeat(2_000));
    assert_eq!(pointers(&scene.viewer.get(&scene.path(&long)).await.problem(400, "invalid")), ["filters"]);
    for bad in [json!({}), json!({ "kind": "poem", "format": "pdf" }), json!({ "kind": "tasks", "format": "png" })] {
        scene.viewer.post(&scene.path("/reports"), &bad).await.problem(400, "invalid");
    }
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM reports WHERE state <> 'ready'").await, 0);
}

/// Gives a member another role.
async fn role(scene: &Scene, client: &Client, role: &str) {
    let members = scene.admin.get(&scene.path("/members")).await.expect(200);
    let id = json!(client.user_id());
    let items = members["items"].as_array().expect("members");
    let version = items.iter().find(|one| one["user"] == id).expect("the member")["version"].clone();
    let path = scene.path(&format!("/members/{}", client.user_id()));
    scene.admin.if_match(&version).patch(&path, &json!({ "role": role })).await.expect(200);
}

#[tokio::test]
async fn a_report_is_seen_by_who_may_read_its_kind_and_the_right_is_checked_again() {
    let scene = scene().await;
    let assessor = scene.app.member(scene.system, "asa", Role::Assessor).await;
    let audit = json!({ "kind": "audit_extract", "format": "csv" });
    scene.viewer.post(&scene.path("/reports"), &audit).await.problem(403, "forbidden");
    scene.viewer.get(&scene.path("/report-preview?kind=audit_extract")).await.problem(403, "forbidden");
    scene.foreigner.post(&scene.path("/reports"), &audit).await.problem(404, "not_found");
    scene.app.anonymous().post(&scene.path("/reports"), &audit).await.problem(401, "unauthenticated");
    let report = made(&scene, &assessor, audit).await;
    let path = scene.path(&format!("/reports/{}", report["id"].as_str().expect("an id")));
    file(&scene, &scene.admin, &report).await;
    for client in [&scene.viewer, &scene.foreigner] {
        client.get(&path).await.problem(404, "not_found");
        client.get(&format!("{path}/file")).await.problem(404, "not_found");
        client.if_match(&report["version"]).delete(&path).await.problem(404, "not_found");
    }
    assert_eq!(scene.viewer.get(&scene.path("/reports")).await.expect(200)["items"], json!([]));
    assert_eq!(assessor.get(&scene.path("/reports")).await.expect(200)["items"][0]["id"], report["id"]);

    // A token reads audit extracts with audit:read alone.
    let token = json!({ "name": "reader", "scopes": ["read", "write"], "expires_in_days": 5 });
    let token = scene.admin.post("/me/tokens", &token).await.expect(201);
    let program = scene.app.anonymous().bearer(token["token"].as_str().expect("a token"));
    program.get(&path).await.problem(404, "not_found");
    program
        .post(&scene.path("/reports"), &json!({ "kind": "audit_extract", "format": "csv" }))
        .await
        .problem(403, "insufficient_scope");
    program.post(&scene.path("/reports"), &json!({ "kind": "executive", "format": "pdf" })).await.expect(202);

    // What it may not see it may not delete.
    program.if_match(&report["version"]).delete(&path).await.problem(404, "not_found");

    // Who reads no audit log any more gets neither the extract that was made nor another one.
    let late = assessor.post(&scene.path("/reports"), &json!({ "kind": "audit_extract", "format": "json" })).await.expect(202);
    let late = scene.path(&format!("/reports/{}", late["id"].as_str().expect("an id")));
    role(&scene, &assessor, "viewer").await;
    assessor.get(&format!("{path}/file")).await.problem(404, "not_found");
    scene.app.run_jobs().await;
    let refused = scene.admin.get(&late).await.expect(200);
    assert_eq!((&refused["state"], &refused["sha256"]), (&json!("failed"), &Value::Null));
    assert!(refused["failure"].as_str().expect("why").contains("may not read this any more"));
    role(&scene, &assessor, "assessor").await;
    file(&scene, &assessor, &report).await;

    // Who lost the membership before the job came gets nothing made.
    let asked = assessor.post(&scene.path("/reports"), &json!({ "kind": "executive", "format": "pdf" })).await.expect(202);
    let members = scene.admin.get(&scene.path("/members")).await.expect(200);
    let version =
        members["items"].as_array().expect("members").iter().find(|one| one["name"] == "asa").expect("asa")["version"].clone();
    scene.admin.if_match(&version).delete(&scene.path(&format!("/members/{}", assessor.user_id()))).await.expect(204);
    scene.app.run_jobs().await;
    let failed = scene.admin.get(&scene.path(&format!("/reports/{}", asked["id"].as_str().expect("an id")))).await.expect(200);
    assert_eq!(failed["state"], "failed");
    assert!(failed["failure"].as_str().expect("why").contains("may not read this any more"));
    assessor.get(&format!("{path}/file")).await.problem(404, "not_found");
    scene
        .admin
        .get(&scene.path(&format!("/reports/{}/file", asked["id"].as_str().expect("an id"))))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn files_are_downloaded_in_parts_deleted_by_their_people_and_gone_in_time() {
    let scene = scene_with(&[("CMMC_REPORTS__KEEP_DAYS", "7"), ("CMMC_REPORTS__MARKING", "CUI // SP-PRVCY")]).await;
    let body = json!({ "kind": "executive", "format": "pdf" });
    let report = made(&scene, &scene.viewer, body.clone()).await;
    assert_eq!(report["marking"], "CUI // SP-PRVCY");
    let whole = file(&scene, &scene.viewer, &report).await;
    let path = file_path(&scene, &report);
    let answer = scene.viewer.with("range", "bytes=0-7").get(&path).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.as_slice()), (206, b"%PDF-1.7".as_slice()));
    assert_eq!(answer.header("content-range"), Some(format!("bytes 0-7/{}", whole.len()).as_str()));
    assert!(
        answer
            .header("content-disposition")
            .expect("a name")
            .starts_with("attachment; filename=\"enclave-executive-working-copy")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    scene.viewer.with("range", "bytes=99999999-").get(&path).await.problem(416, "range_not_satisfiable");
    let tag = format!("\"{}\"", report["sha256"].as_str().expect("a hash"));
    assert_eq!(scene.viewer.with("if-none-match", tag).get(&path).await.status.as_u16(), 304);

    // The sweep of blobs leaves it alone.
    evidence::expire_uploads(&scene.app.platform, scene.app.platform.clock.now()).await.expect("a sweep");
    file(&scene, &scene.viewer, &report).await;

    // The same key asks once.
    let keyed = scene.viewer.with("idempotency-key", "one");
    let first = keyed.post(&scene.path("/reports"), &body).await.expect(202);
    assert_eq!(keyed.post(&scene.path("/reports"), &body).await.expect(202)["id"], first["id"]);
    let one = scene.path(&format!("/reports/{}", first["id"].as_str().expect("an id")));
    scene.contributor.if_match(&first["version"]).delete(&one).await.problem(403, "forbidden");
    scene.viewer.delete(&one).await.problem(428, "precondition_required");
    scene.viewer.if_match(&json!(99)).delete(&one).await.problem(412, "stale");
    scene.viewer.if_match(&first["version"]).delete(&one).await.expect(204);
    // Its job finds nothing to do.
    scene.app.run_jobs().await;
    scene.viewer.get(&one).await.problem(404, "not_found");

    scene.app.platform.clock.advance(Duration::days(7));
    scene.viewer.get(&path).await.problem(410, "gone");
    assert_eq!(reports::purge_reports(&scene.app.platform).await.expect("a purge"), 1);
    scene.viewer.get(&path).await.problem(404, "not_found");
    evidence::expire_uploads(&scene.app.platform, scene.app.platform.clock.now()).await.expect("a sweep");
    assert_eq!(scene.blobs().await, Vec::<String>::new(), "its bytes went");
}

#[tokio::test]
async fn a_job_that_is_delivered_twice_makes_one_report_and_the_list_is_paged() {
    let scene = scene().await;
    let body = json!({ "kind": "tasks", "format": "csv" });
    let mut asked = Vec::new();
    for _ in 0..5 {
        asked.push(scene.contributor.post(&scene.path("/reports"), &body).await.expect(202)["id"].clone());
    }
    // Two are under way at a time.
    for _ in 0..3 {
        let jobs = jobs::relay::claim(&scene.app.platform).await.expect("a claim");
        for job in jobs.iter().chain(&jobs) {
            jobs::run(&scene.app.platform, job).await.expect("a job that is done");
        }
    }
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'report.make'").await, 5);
    let mut seen = Vec::new();
    let mut next = format!("{}?limit=2", scene.path("/reports"));
    loop {
        let page = scene.viewer.get(&next).await.expect(200);
        seen.extend(page["items"].as_array().expect("items").iter().map(|one| one["id"].clone()));
        let Some(cursor) = page["page"]["next"].as_str() else { break };
        next = format!("{}?limit=2&cursor={cursor}", scene.path("/reports"));
    }
    asked.reverse();
    assert_eq!(seen, asked, "the newest first");
    // The tag of the list follows what it tells.
    let first = scene.viewer.get(&scene.path("/reports")).await;
    let tag = first.header("etag").expect("a tag").to_owned();
    let same = scene.viewer.with("if-none-match", tag.clone()).get(&scene.path("/reports")).await;
    assert_eq!(same.status.as_u16(), 304);
    // Five of a person are made at a time, and twenty of a system.
    for _ in 0..5 {
        scene.contributor.post(&scene.path("/reports"), &body).await.expect(202);
    }
    scene.contributor.post(&scene.path("/reports"), &body).await.problem(409, "conflict");
    let mut others = vec![scene.admin.clone(), scene.viewer.clone()];
    others.push(scene.app.member(scene.system, "ulla", Role::Viewer).await);
    for other in &others {
        for _ in 0..5 {
            other.post(&scene.path("/reports"), &body).await.expect(202);
        }
    }
    let last = scene.app.member(scene.system, "wim", Role::Viewer).await;
    let problem = last.post(&scene.path("/reports"), &body).await.problem(409, "conflict");
    assert!(problem["detail"].as_str().expect("why").contains("20 reports of this system"), "{problem}");
    let other = scene.viewer.with("if-none-match", tag).get(&scene.path("/reports")).await;
    assert_eq!(other.status.as_u16(), 200);
}
