use super::{PDF, PNG, scene, sha256};
use crate::support::{Client, pointers};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_program_pushes_a_new_version_in_one_call_and_twice_is_once() {
    let scene = scene().await;
    let cadence = json!({ "title": "Nightly scan", "cadence_months": 1, "kind": "scan_report", "tags": ["nightly", "scan"] });
    let made = scene.upload("scan.csv", b"host,finding\na,1\n", Some(cadence)).await.expect(201);
    assert_eq!(
        (&made["kind"], &made["tags"], &made["cadence_months"]),
        (&json!("scan_report"), &json!(["nightly", "scan"]), &json!(1))
    );
    let body = json!({ "name": "scanner", "scopes": ["evidence:write"], "system": scene.system, "expires_in_days": 30 });
    let token = scene.contributor.post("/me/tokens", &body).await.expect(201)["token"].as_str().unwrap().to_owned();
    let program = scene.app.anonymous().bearer(&token);
    let path = scene.path("/evidence/EV-1/versions");
    let push = |bytes: &'static [u8]| {
        scene.send_file(&program, &path, "scan.csv", bytes, Some(json!({ "note": "tonight", "submit": true })))
    };
    let second = push(b"host,finding\na,0\n").await.expect(201);
    assert_eq!((&second["latest_version"], &second["status"]), (&json!(2), &json!("pending_review")));
    assert_eq!(push(b"host,finding\na,0\n").await.expect(200)["latest_version"], 2);
    // One that waits is taken back by a newer one.
    let third = push(b"host,finding\nb,0\n").await.expect(201);
    assert_eq!((&third["latest_version"], &third["status"]), (&json!(3), &json!("pending_review")));
    let versions = scene.viewer.get(&path).await.expect(200);
    let states: Vec<_> = versions.as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["pending_review", "draft", "draft"]);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence_files").await, 3);
    // A program never approves.
    let body = json!({ "action": "approve", "version": 3 });
    program
        .if_match(&third["version"])
        .post(&scene.path("/evidence/EV-1/reviews"), &body)
        .await
        .problem(403, "insufficient_scope");
}

#[tokio::test]
async fn an_approved_version_stands_until_the_next_is_approved() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    scene.approve("EV-1").await;
    let path = scene.path("/evidence/EV-1/versions");
    let draft = scene.send_file(&scene.contributor, &path, "b.png", PNG, None).await.expect(201);
    assert_eq!((&draft["status"], &draft["supports"], &draft["approved_version"]), (&json!("draft"), &json!(true), &json!(1)));
    assert_eq!(draft["file"]["name"], "b.png");
    assert_eq!(scene.approve("EV-1").await["approved_version"], 2);
    // Each version keeps its bytes.
    let versions = scene.viewer.get(&path).await.expect(200);
    for (version, bytes, name) in [(0, PNG, "b.png"), (1, PDF, "a.pdf")] {
        let file = &versions[version]["files"][0];
        assert_eq!((file["name"].as_str(), file["sha256"].as_str()), (Some(name), Some(sha256(bytes).as_str())));
        let got = scene.viewer.get(&scene.path(&format!("/evidence/EV-1/files/{}", file["id"].as_str().unwrap()))).await;
        assert_eq!((got.status.as_u16(), got.bytes.as_slice()), (200, bytes));
    }
    let file = versions[1]["files"][0]["id"].as_str().unwrap();
    scene.upload("other.txt", b"other", None).await.expect(201);
    scene.viewer.get(&scene.path(&format!("/evidence/EV-2/files/{file}"))).await.problem(404, "not_found");
    scene.foreigner.get(&scene.path(&format!("/evidence/EV-1/files/{file}"))).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_same_files_for_another_term() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, Some(json!({ "effective": "2026-01-01", "cadence_months": 12 }))).await.expect(201);
    scene.send_file(&scene.contributor, &scene.path("/evidence/EV-1/files"), "b.png", PNG, None).await.expect(201);
    let path = scene.path("/evidence/EV-1/versions/from");
    let body = json!({ "metadata": { "effective": "2026-10-01", "note": "Looked at again: still so." } });
    let again = scene.contributor.post(&path, &body).await.expect(201);
    assert_eq!((&again["latest_version"], &again["file_count"], &again["expires"]), (&json!(2), &json!(2), &json!("2027-09-30")));
    assert_eq!(scene.blobs().await.len(), 2);
    for (body, pointer) in [
        (json!({ "metadata": { "effective": "0001-01-01" } }), "/metadata/expires"),
        (json!({ "metadata": { "effective": "2026-10-01", "expires": "2026-09-30" } }), "/metadata/expires"),
        (json!({ "upload": crate::support::nobody(), "metadata": {} }), "/upload"),
        (json!({ "metadata": { "title": "no" } }), "/metadata/title"),
        (json!({ "metadata": [null, null] }), "/metadata"),
    ] {
        assert_eq!(pointers(&scene.contributor.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    scene.viewer.post(&path, &json!({})).await.problem(403, "forbidden");
    scene.foreigner.post(&path, &json!({})).await.problem(404, "not_found");
    scene.app.anonymous().post(&path, &json!({})).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn files_of_an_open_version_come_and_go() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let path = scene.path("/evidence/EV-1/files");
    assert_eq!(scene.send_file(&scene.contributor, &path, "a.pdf", PDF, None).await.expect(200)["file_count"], 1);
    scene.send_file(&scene.viewer, &path, "b.png", PNG, None).await.problem(403, "forbidden");
    scene.send_file(&scene.foreigner, &path, "b.png", PNG, None).await.problem(404, "not_found");
    scene.send_file(&scene.app.anonymous(), &path, "b.png", PNG, None).await.problem(401, "unauthenticated");
    scene.send_file(&scene.contributor, &path, "b.png", PDF, None).await.problem(422, "file_refused");
    let two = scene.send_file(&scene.contributor, &path, "b.png", PNG, None).await.expect(201);
    assert_eq!(two["file_count"], 2);
    let versions = scene.viewer.get(&scene.path("/evidence/EV-1/versions")).await.expect(200);
    let first = format!("{path}/{}", versions[0]["files"][0]["id"].as_str().unwrap());
    scene.contributor.delete(&first).await.problem(428, "precondition_required");
    scene.contributor.if_match(&json!(99)).delete(&first).await.problem(412, "stale");
    scene.contributor.if_match(&two["version"]).delete(&first).await.expect(204);
    let left = scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200);
    assert_eq!((&left["file"]["name"], &left["file_count"]), (&json!("b.png"), &json!(1)));
    let versions = scene.viewer.get(&scene.path("/evidence/EV-1/versions")).await.expect(200);
    let last = format!("{path}/{}", versions[0]["files"][0]["id"].as_str().unwrap());
    scene.contributor.if_match(&left["version"]).delete(&last).await.problem(409, "conflict");
    let gone = scene.contributor.if_match(&left["version"]).delete(&first).await;
    gone.problem(404, "not_found");
    // Its bytes count no longer, and go with the sweep.
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM blobs").await, 1);
    // Under a legal hold nothing goes.
    let two = scene.send_file(&scene.contributor, &path, "c.txt", b"three", None).await.expect(201);
    scene.admin.post(&scene.path("/evidence/EV-1/hold"), &json!({ "reason": "Litigation." })).await.expect(204);
    let held = scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200);
    assert_ne!(held["version"], two["version"]);
    scene.contributor.if_match(&held["version"]).delete(&last).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_reference_stays_where_it_is() {
    let scene = scene().await;
    let path = scene.path("/evidence/reference");
    let reference = json!({ "name": "CUI marking procedure", "uri": "file://enclave/cui/marking.pdf", "sha256": sha256(PDF), "custodian": "Facility security officer" });
    let body = json!({ "reference": reference, "metadata": { "sensitivity": "cui", "links": [{ "control": "MP.L2-3.8.4", "objective": "a" }] } });
    let client = scene.contributor.with("idempotency-key", "k1");
    let made = client.post(&path, &body).await.expect(201);
    assert_eq!(client.post(&path, &body).await.expect(201)["number"], "EV-1");
    assert_eq!((&made["file"], &made["reference"], &made["title"]), (&Value::Null, &reference, &json!("CUI marking procedure")));
    scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.problem(404, "not_found");
    scene.send_file(&scene.contributor, &scene.path("/evidence/EV-1/files"), "a.pdf", PDF, None).await.problem(409, "conflict");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM blobs").await, 0);
    assert_eq!(scene.approve("EV-1").await["supports"], true);
    let mut moved = reference.clone();
    moved["uri"] = json!("file://enclave/cui/2027/marking.pdf");
    let next =
        scene.contributor.post(&scene.path("/evidence/EV-1/versions/from"), &json!({ "reference": moved })).await.expect(201);
    assert_eq!(next["reference"]["uri"], moved["uri"]);
    for (field, value) in
        [("uri", "javascript:alert(1)"), ("uri", "marking.pdf"), ("sha256", "abc"), ("custodian", ""), ("name", "")]
    {
        let mut bad = body.clone();
        bad["reference"][field] = json!(value);
        let found = scene.contributor.post(&path, &bad).await.problem(400, "invalid");
        assert_eq!(pointers(&found), [format!("/reference/{field}")], "{value}");
    }
    scene.viewer.post(&path, &body).await.problem(403, "forbidden");
    scene.foreigner.post(&path, &body).await.problem(404, "not_found");
}

#[tokio::test]
async fn content_is_found_before_it_is_sent() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, Some(json!({ "title": "Policy" }))).await.expect(201);
    let path = scene.path(&format!("/evidence-content/{}", sha256(PDF)));
    let known = json!([{ "number": "EV-1", "title": "Policy", "version": 1, "name": "a.pdf" }]);
    assert_eq!(scene.viewer.get(&path).await.expect(200), known);
    assert_eq!(scene.viewer.get(&scene.path(&format!("/evidence-content/{}", sha256(PNG)))).await.expect(200), json!([]));
    scene.viewer.get(&scene.path("/evidence-content/abc")).await.problem(400, "invalid");
    // Nothing tells what another system has.
    let foreign = format!("/systems/{}/evidence-content/{}", scene.foreign_system, sha256(PDF));
    assert_eq!(scene.foreigner.get(&foreign).await.expect(200), json!([]));
    scene.foreigner.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_expiry_or_a_cadence_not_both() {
    let scene = scene().await;
    let upload = |metadata: Value| scene.upload("a.txt", b"text", Some(metadata));
    for (metadata, pointer) in [
        (json!({ "cadence_months": 0 }), "/metadata/cadence_months"),
        (json!({ "cadence_months": 13 }), "/metadata/cadence_months"),
        (json!({ "cadence_months": 3, "expires": "2099-01-01" }), "/metadata/cadence_months"),
        (json!({ "tags": ["two words"] }), "/metadata/tags/0"),
        (json!({ "kind": "song" }), "/metadata/kind"),
        (json!({ "sensitivity": "secret" }), "/metadata/sensitivity"),
    ] {
        assert_eq!(pointers(&upload(metadata.clone()).await.problem(400, "invalid")), [pointer], "{metadata}");
    }
    let made = upload(json!({ "effective": "2026-01-31", "cadence_months": 3 })).await.expect(201);
    assert_eq!(made["expires"], "2026-04-29");
    let path = scene.path("/evidence/EV-1");
    let patch = |known: Value, body: Value| {
        let client = scene.contributor.if_match(&known);
        let path = path.clone();
        async move { client.patch(&path, &body).await.expect(200) }
    };
    let own = patch(made["version"].clone(), json!({ "expires": "2026-12-24" })).await;
    assert_eq!((&own["cadence_months"], &own["expires"]), (&Value::Null, &json!("2026-12-24")));
    let back = patch(own["version"].clone(), json!({ "cadence_months": 12 })).await;
    assert_eq!((&back["cadence_months"], &back["expires"]), (&json!(12), &json!("2027-01-30")));
    let moved = patch(back["version"].clone(), json!({ "effective": "2026-06-01" })).await;
    assert_eq!(moved["expires"], "2027-05-31");
    let never = patch(moved["version"].clone(), json!({ "cadence_months": null, "expires": null })).await;
    assert_eq!((&never["cadence_months"], &never["expires"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn evidence_is_linked_to_tasks_and_found_by_them() {
    let scene = scene().await;
    let task = scene.admin.post(&scene.path("/tasks"), &json!({ "title": "Review access" })).await.expect(201);
    scene.upload("a.pdf", PDF, Some(json!({ "links": [{ "task": "TASK-1" }, { "control": "AC.L2-3.1.1" }] }))).await.expect(201);
    let found = scene.viewer.get(&scene.path("/evidence?task=TASK-1")).await.expect(200);
    let links = found["items"][0]["links"].as_array().unwrap().clone();
    let references: Vec<_> = links.iter().map(|link| link["reference"].as_str().unwrap()).collect();
    assert_eq!(references, ["AC.L2-3.1.1", "TASK-1"]);
    assert_eq!((&links[1]["task"], &links[1]["control"]), (&task["id"], &Value::Null));
    let path = scene.path("/evidence/EV-1/links");
    scene.contributor.post(&path, &json!({ "task": task["id"] })).await.problem(409, "taken");
    for (body, pointer) in [
        (json!({ "task": "TASK-9" }), "/task"),
        (json!({ "task": "TASK-1", "control": "AC.L2-3.1.1" }), "/task"),
        (json!({ "task": "TASK-1", "objective": "a" }), "/objective"),
        (json!({}), "/control"),
    ] {
        assert_eq!(pointers(&scene.contributor.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    let link = links[1]["id"].as_str().unwrap();
    Client::send(scene.contributor.request(Method::DELETE, &format!("{path}/{link}"))).await.expect(204);
    assert_eq!(scene.viewer.get(&scene.path("/evidence?task=TASK-1")).await.expect(200)["items"], json!([]));
    // Somebody else's task does not exist.
    let foreign = format!("/systems/{}/tasks", scene.foreign_system);
    let theirs = scene.foreigner.post(&foreign, &json!({ "title": "Theirs" })).await.expect(201);
    scene.contributor.post(&path, &json!({ "task": theirs["id"] })).await.problem(400, "invalid");
}

#[tokio::test]
async fn the_list_is_narrowed_by_status_kind_and_tag() {
    let scene = scene().await;
    scene.upload("draft.txt", b"1", Some(json!({ "kind": "policy", "tags": ["annual"] }))).await.expect(201);
    scene.upload("waits.txt", b"2", Some(json!({ "submit": true }))).await.expect(201);
    for (bytes, expires) in [(b"3", None), (b"4", Some(10)), (b"5", Some(-1))] {
        let today = scene.app.platform.clock.now().date_naive();
        let expires = expires.map(|days| today + chrono::Duration::days(days));
        let metadata = json!({ "effective": "2020-01-01", "expires": expires });
        let made = scene.upload("a.txt", bytes, Some(metadata)).await.expect(201);
        scene.approve(made["number"].as_str().unwrap()).await;
    }
    let made = scene.upload("no.txt", b"6", Some(json!({ "submit": true }))).await.expect(201);
    scene.review(&scene.admin, made["number"].as_str().unwrap(), "reject", Some("no")).await.expect(200);
    let made = scene.upload("old.txt", b"7", None).await.expect(201);
    let archive = scene.path(&format!("/evidence/{}/archive", made["number"].as_str().unwrap()));
    scene.contributor.if_match(&made["version"]).post(&archive, &json!({})).await.expect(200);
    let numbers = |query: &str| {
        let path = scene.path(&format!("/evidence?sort=created_at&{query}"));
        let viewer = scene.viewer.clone();
        async move {
            let found = viewer.get(&path).await.expect(200);
            // They were made at one moment of the test's clock: their order is that of their ids.
            let numbers = found["items"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap().to_owned());
            let mut numbers: Vec<String> = numbers.collect();
            numbers.sort();
            numbers
        }
    };
    for (status, expected) in [
        ("draft", vec!["EV-1"]),
        ("pending_review", vec!["EV-2"]),
        ("current", vec!["EV-3"]),
        ("expiring", vec!["EV-4"]),
        ("expired", vec!["EV-5"]),
        ("rejected", vec!["EV-6"]),
        ("archived", vec!["EV-7"]),
        ("draft,expired", vec!["EV-1", "EV-5"]),
    ] {
        assert_eq!(numbers(&format!("status={status}")).await, expected, "{status}");
        // What is shown is what was asked for.
        let found = scene.viewer.get(&scene.path(&format!("/evidence?status={status}"))).await.expect(200);
        assert!(found["items"].as_array().unwrap().iter().all(|one| status.contains(one["status"].as_str().unwrap())));
    }
    assert_eq!(numbers("kind=policy,plan").await, ["EV-1"]);
    assert_eq!(numbers("tag=annual").await, ["EV-1"]);
    assert!(numbers("tag=annua").await.is_empty());
    for query in ["status=good", "kind=song", "tag=a%22b", "tag="] {
        scene.viewer.get(&scene.path(&format!("/evidence?{query}"))).await.problem(400, "invalid");
    }
}
