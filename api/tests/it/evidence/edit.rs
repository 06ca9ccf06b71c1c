use super::{PDF, scene};
use crate::support::{nobody, pointers};
use serde_json::json;
use shared_types::systems::Role;

#[tokio::test]
async fn metadata_changes_and_stale_editors_are_told() {
    let scene = scene().await;
    let old = scene.upload("a.pdf", PDF, None).await.expect(201);
    let path = scene.path("/evidence/EV-1");
    let change = json!({ "title": "New", "description": "Now described", "owner": null, "effective": "2026-02-01", "expires": "2026-11-21" });
    let client = scene.contributor.if_match(&old["version"]);
    let new = client.patch(&path, &change).await.expect(200);
    assert_eq!((new["title"].as_str(), new["owner"].is_null(), new["freshness"].as_str()), (Some("New"), true, Some("expired")));
    assert_eq!((new["days_left"].as_i64(), new["version"].as_i64()), (Some(-1), Some(old["version"].as_i64().unwrap() + 1)));
    client.patch(&path, &change).await.problem(412, "stale");
    scene.contributor.patch(&path, &change).await.problem(428, "precondition_required");
    let client = scene.contributor.if_match(&new["version"]);
    // Nothing changes: the version stays.
    assert_eq!(client.patch(&path, &json!({ "title": "New" })).await.expect(200)["version"], new["version"]);
    for (body, pointer) in [
        (json!({ "title": "" }), "/title"),
        (json!({ "expires": "2026-01-01" }), "/expires"),
        (json!({ "owner": nobody() }), "/owner"),
        (json!({ "number": "EV-9" }), "/number"),
        (json!({ "expires": "soon" }), "/expires"),
    ] {
        assert_eq!(pointers(&client.patch(&path, &body).await.problem(400, "invalid")), [pointer]);
    }
    scene.viewer.if_match(&new["version"]).patch(&path, &change).await.problem(403, "forbidden");
    scene.foreigner.if_match(&new["version"]).patch(&path, &change).await.problem(404, "not_found");
    scene.app.anonymous().if_match(&new["version"]).patch(&path, &change).await.problem(401, "unauthenticated");
    let found = scene.viewer.get(&scene.path("/evidence?q=DESCRIBED")).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn deleted_evidence_is_hidden_and_kept() {
    let scene = scene().await;
    let links = json!({ "links": [{ "control": "AC.L2-3.1.1" }] });
    let evidence = scene.upload("a.pdf", PDF, Some(links)).await.expect(201);
    let path = scene.path("/evidence/EV-1");
    scene.contributor.delete(&path).await.problem(428, "precondition_required");
    scene.viewer.if_match(&evidence["version"]).delete(&path).await.problem(403, "forbidden");
    scene.foreigner.if_match(&evidence["version"]).delete(&path).await.problem(404, "not_found");
    scene.contributor.if_match(&json!(99)).delete(&path).await.problem(412, "stale");
    scene.contributor.if_match(&evidence["version"]).delete(&path).await.expect(204);
    scene.contributor.if_match(&evidence["version"]).delete(&path).await.problem(404, "not_found");
    scene.viewer.get(&path).await.problem(404, "not_found");
    scene.viewer.get(&format!("{path}/file")).await.problem(404, "not_found");
    assert_eq!(scene.viewer.get(&scene.path("/evidence")).await.expect(200)["items"], json!([]));
    assert_eq!(scene.blobs().await.len(), 1);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence_links").await, 1);
    // The number is not given twice.
    assert_eq!(scene.upload("a.pdf", PDF, None).await.expect(201)["number"], "EV-2");
}

#[tokio::test]
async fn links_come_and_go() {
    let scene = scene().await;
    let evidence = scene.upload("a.pdf", PDF, None).await.expect(201);
    let path = scene.path("/evidence/EV-1/links");
    let objective = json!({ "control": "AC.L2-3.1.1", "objective": "a" });
    let linked = scene.contributor.post(&path, &objective).await.expect(201);
    let link = &linked["links"][0];
    assert_eq!((link["reference"].as_str(), link["objective"].as_str()), (Some("AC.L2-3.1.1"), Some("a")));
    assert_eq!(linked["version"].as_i64(), Some(evidence["version"].as_i64().unwrap() + 1));
    scene.contributor.post(&path, &objective).await.problem(409, "taken");
    let by_id = json!({ "control": link["control"], "objective": "a" });
    scene.contributor.post(&path, &by_id).await.problem(409, "taken");
    scene.contributor.post(&path, &json!({ "control": link["control"] })).await.expect(201);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM controls WHERE touched").await, 1);
    for (body, pointer) in [
        (json!({ "control": "AC.L2-3.1.99" }), "/control"),
        (json!({ "control": "00000000-0000-7000-8000-000000000000" }), "/control"),
        (json!({ "control": "a\u{0}b" }), "/control"),
        (json!({ "control": "AC.L2-3.1.1", "objective": "zz" }), "/objective"),
        (json!({ "control": "AC.L2-3.1.1", "objective": "" }), "/objective"),
        (json!({ "objective": "a" }), "/control"),
    ] {
        assert_eq!(pointers(&scene.contributor.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    scene.viewer.post(&path, &objective).await.problem(403, "forbidden");
    scene.foreigner.post(&path, &objective).await.problem(404, "not_found");
    scene.app.anonymous().post(&path, &objective).await.problem(401, "unauthenticated");
    let one = format!("{path}/{}", link["id"].as_str().unwrap());
    scene.viewer.delete(&one).await.problem(403, "forbidden");
    scene.foreigner.delete(&one).await.problem(404, "not_found");
    scene.contributor.delete(&one).await.expect(204);
    scene.contributor.delete(&one).await.problem(404, "not_found");
    scene.contributor.delete(&format!("{path}/x")).await.problem(404, "not_found");
    let left = scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200);
    assert_eq!(left["links"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_systems_control_is_none_of_this_one() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let manager = scene.app.member(scene.foreign_system, "mona", Role::Manager).await;
    let form = reqwest::multipart::Form::new()
        .part("file", reqwest::multipart::Part::bytes(PDF).file_name("a.pdf"))
        .text("metadata", json!({ "links": [{ "control": "AC.L2-3.1.1" }] }).to_string());
    let path = format!("/systems/{}/evidence", scene.foreign_system);
    let foreign = crate::support::Client::send(manager.request(reqwest::Method::POST, &path).multipart(form)).await.expect(201);
    let body = json!({ "control": foreign["links"][0]["control"] });
    assert_eq!(
        pointers(&scene.contributor.post(&scene.path("/evidence/EV-1/links"), &body).await.problem(400, "invalid")),
        ["/control"]
    );
    let link = foreign["links"][0]["id"].as_str().unwrap();
    scene.contributor.delete(&scene.path(&format!("/evidence/EV-1/links/{link}"))).await.problem(404, "not_found");
}

#[tokio::test]
async fn two_who_link_at_once_make_one_link() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let path = scene.path("/evidence/EV-1/links");
    let body = json!({ "control": "AC.L2-3.1.1" });
    let both = futures_util::future::join_all((0..8).map(|_| scene.contributor.post(&path, &body))).await;
    let made = both.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((made, both.iter().filter(|answer| answer.status == 409).count()), (1, 7));
}
