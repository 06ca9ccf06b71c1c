use super::{archive, check, scene, sealed};
use crate::evidence::{PDF, sha256};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_working_seal_holds_the_newest_of_everything() {
    let scene = scene().await;
    let metadata =
        json!({ "title": "Policy", "links": [{ "control": "AC.L2-3.1.1", "objective": "a" }, { "control": "AC.L2-3.1.2" }] });
    scene.upload("3.1.10[b] Übersicht.pdf", PDF, Some(metadata)).await.expect(201);
    scene.upload("notes.txt", b"line\n", None).await.expect(201);
    let seal = sealed(&scene, "working").await;
    assert_eq!((seal["number"].as_u64(), seal["kind"].as_str(), seal["files"].as_u64()), (Some(1), Some("working"), Some(2)));
    assert_eq!((seal["copies"].as_u64(), seal["size"].as_u64()), (Some(3), Some(2 * PDF.len() as u64 + 5)));
    assert_eq!(seal["emass"]["hashed_data_list"], "CMMCAssessmentArtifacts.log");
    assert_eq!(seal["emass"]["hash_algorithm"], "SHA-256");
    let key = scene.viewer.get("/installation/signing-key").await.expect(200);
    assert_eq!(key["fingerprint"], seal["key_fingerprint"]);

    let path = scene.path("/seals/1/archive");
    let bytes = archive(&scene.viewer, &path).await;
    assert_eq!(bytes, archive(&scene.viewer, &path).await, "the same seal is the same archive");
    let report = check(&bytes, key["fingerprint"].as_str());
    assert_eq!(report.differences, []);
    let manifest = report.manifest.expect("a manifest");
    assert_eq!(manifest.files[0].sha256, sha256(PDF));
    assert_eq!(manifest.files[0].evidence.state, "draft");
    let paths: Vec<_> = manifest.copies().iter().map(|(_, copy)| copy.path.clone()).collect();
    let name = "EV-1 v1 3.1.10[b] Übersicht.pdf";
    assert_eq!(
        paths,
        [
            format!("artifacts/AC.L2-3.1.1/[a]/{name}"),
            format!("artifacts/AC.L2-3.1.2/[all]/{name}"),
            "artifacts/unlinked/EV-2 v1 notes.txt".to_owned(),
        ]
    );
    // Nothing is assessed: whatever number there is, it is called provisional and no person is named.
    let text = String::from_utf8(manifest.to_canonical().expect("bytes")).expect("text");
    assert!(text.contains("\"state\":\"provisional\"") && !text.contains("\"value\":"), "{text}");
    assert!(!text.contains("ines") && !text.contains('@'));
    assert_eq!(
        seal["emass"]["hash_value"].as_str().map(str::to_lowercase).as_deref(),
        manifest.logs.iter().find(|log| log.path == "CMMCAssessmentArtifacts.log").map(|log| log.sha256.as_str())
    );
}

#[tokio::test]
async fn a_seal_stays_what_it_was() {
    let scene = scene().await;
    let evidence = scene.upload("notes.txt", b"line\n", None).await.expect(201);
    let first = sealed(&scene, "working").await;
    let before = archive(&scene.viewer, &scene.path("/seals/1/archive")).await;
    let path = scene.path("/evidence/EV-1");
    let body = json!({ "title": "Another title" });
    scene.contributor.if_match(&evidence["version"]).patch(&path, &body).await.expect(200);
    scene.upload("more.txt", b"more\n", None).await.expect(201);
    assert_eq!(before, archive(&scene.viewer, &scene.path("/seals/1/archive")).await);
    assert_eq!(scene.viewer.get(&scene.path("/seals/1")).await.expect(200), first);
    assert_eq!(sealed(&scene, "working").await["number"], 2);
    let list = scene.viewer.get(&scene.path("/seals")).await.expect(200);
    assert_eq!(
        list["items"].as_array().expect("rows").iter().map(|seal| seal["number"].as_u64()).collect::<Vec<_>>(),
        [Some(2), Some(1)]
    );
    // Neither people nor programs change it: the database refuses.
    let writer = scene.app.platform.db.clone();
    for sql in [
        "UPDATE seals SET label = 'x'",
        "DELETE FROM seal_files",
        "DELETE FROM seals",
        "DELETE FROM evidence_files",
        "DELETE FROM blobs",
    ] {
        let refused = writer.write(move |tx| Box::pin(async move { platform::db::execute(tx, sql, []).await })).await;
        assert!(refused.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn many_seals_are_read_page_by_page() {
    let scene = scene().await;
    for _ in 0..5 {
        sealed(&scene, "working").await;
    }
    let page = async |query: &str| scene.viewer.get(&scene.path(&format!("/seals{query}"))).await.expect(200);
    let numbers = |page: &serde_json::Value| {
        page["items"].as_array().expect("rows").iter().filter_map(|seal| seal["number"].as_u64()).collect::<Vec<_>>()
    };
    let cursor =
        |page: &serde_json::Value, way: &str| page["page"][way].as_str().map(|cursor| format!("?limit=2&cursor={cursor}"));
    let first = page("?limit=2").await;
    assert_eq!((numbers(&first), first["page"]["total"].as_u64(), cursor(&first, "prev")), (vec![5, 4], Some(5), None));
    let second = page(&cursor(&first, "next").expect("more")).await;
    assert_eq!(numbers(&second), [3, 2]);
    // What is sealed meanwhile moves nothing.
    sealed(&scene, "working").await;
    let last = page(&cursor(&second, "next").expect("more")).await;
    assert_eq!((numbers(&last), cursor(&last, "next")), (vec![1], None));
    assert_eq!(numbers(&page(&cursor(&last, "prev").expect("more")).await), [3, 2]);
    assert_eq!(numbers(&page("").await), [6, 5, 4, 3, 2, 1]);
    for bad in ["?limit=0", "?limit=201", "?cursor=x", "?limit=x", "?sort=number"] {
        assert_eq!(scene.viewer.get(&scene.path(&format!("/seals{bad}"))).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn only_managers_seal_and_only_members_read() {
    let scene = scene().await;
    let body = json!({ "kind": "working", "label": "x" });
    scene.contributor.post(&scene.path("/seals"), &body).await.problem(403, "forbidden");
    scene.foreigner.post(&scene.path("/seals"), &body).await.problem(404, "not_found");
    sealed(&scene, "working").await;
    for path in ["/seals", "/seals/1", "/seals/1/archive", "/seals/blockers", "/evidence-archive"] {
        scene.foreigner.get(&scene.path(path)).await.problem(404, "not_found");
    }
    for number in ["2", "0", "-1", "x", "4294967297"] {
        scene.viewer.get(&scene.path(&format!("/seals/{number}"))).await.problem(404, "not_found");
        scene.viewer.get(&scene.path(&format!("/seals/{number}/archive"))).await.problem(404, "not_found");
    }
    let answer = scene.viewer.request(Method::GET, &scene.path("/seals/1/archive")).send().await.expect("an answer");
    let tag = answer.headers()["etag"].to_str().expect("text").to_owned();
    assert_eq!(scene.viewer.with("if-none-match", tag).get(&scene.path("/seals/1/archive")).await.status.as_u16(), 304);
}

#[tokio::test]
async fn a_selection_is_an_archive_that_is_not_signed() {
    let scene = scene().await;
    scene.upload("CON.txt", b"one\n", None).await.expect(201);
    let second = scene.upload("two.txt", b"two\n", None).await.expect(201);
    scene.upload("three.txt", b"three\n", None).await.expect(201);
    let ids = format!("EV-1,{}", second["id"].as_str().expect("an id"));
    let bytes = archive(&scene.viewer, &scene.path(&format!("/evidence-archive?ids={ids}"))).await;
    let report = check(&bytes, None);
    assert_eq!(report.differences, [seal::check::Difference::SignatureAbsent]);
    let paths: Vec<_> = report.manifest.expect("a manifest").copies().iter().map(|(_, copy)| copy.path.clone()).collect();
    assert_eq!(paths, ["artifacts/unlinked/EV-1 v1 CON.txt", "artifacts/unlinked/EV-2 v1 two.txt"]);
    assert_eq!(check(&archive(&scene.viewer, &scene.path("/evidence-archive")).await, None).files, 4);
    scene.viewer.get(&scene.path("/evidence-archive?ids=EV-9")).await.problem(404, "not_found");
    scene.viewer.get(&scene.path("/evidence-archive?ids=x")).await.problem(400, "invalid");
}
