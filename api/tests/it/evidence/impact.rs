use super::{PDF, scene};
use serde_json::{Value, json};

/// Every objective of Level 2 MET: the score is 110.
async fn all_met(scene: &super::Scene) {
    let controls = scene.viewer.get(&scene.path("/controls?limit=200")).await.expect(200);
    let items: Vec<Value> = controls["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|control| json!({ "control": control["reference"], "finding": "met" }))
        .collect();
    let answer = scene.contributor.post(&scene.path("/findings/bulk"), &json!({ "items": items })).await.expect(200);
    assert!(answer["items"].as_array().expect("a list").iter().all(|item| item["error"].is_null()), "{answer}");
    assert_eq!(scene.viewer.get(&scene.path("/score")).await.expect(200)["value"], 110);
}

#[tokio::test]
async fn what_falls_is_computed() {
    let scene = scene().await;
    all_met(&scene).await;
    let links = json!({ "links": [{ "control": "AC.L2-3.1.1", "objective": "a" }, { "control": "AC.L2-3.1.1", "objective": "b" }, { "control": "AC.L2-3.1.3" }] });
    scene.upload("a.pdf", PDF, Some(links)).await.expect(201);
    let impact = || async { scene.viewer.get(&scene.path("/evidence/EV-1/impact")).await.expect(200) };
    // A draft supports nothing, so nothing falls.
    assert_eq!((&impact().await["supports"], &impact().await["objectives"]), (&json!(false), &json!([])));
    let approved = scene.approve("EV-1").await;
    assert_eq!(approved["supports"], true);
    let found = impact().await;
    let letters: Vec<_> = found["objectives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}[{}]", one["reference"].as_str().unwrap(), one["letter"].as_str().unwrap()))
        .collect();
    let five: Vec<String> = "abcde".chars().map(|letter| format!("AC.L2-3.1.3[{letter}]")).collect();
    assert_eq!(letters[..2], ["AC.L2-3.1.1[a]", "AC.L2-3.1.1[b]"]);
    assert_eq!(letters[2..], five);
    // 3.1.1 is worth 5 points, 3.1.3 is worth 1 (32 CFR 170.24(c)(2)).
    assert_eq!((&found["score"], &found["score_without"], &found["requirements"]), (&json!(110), &json!(104), &json!(2)));
    assert!(found["words"].as_str().unwrap().ends_with("more objectives drop and the score goes from 110 to 104"));
    // A second proof of 3.1.3 takes it off; another of [a] leaves [b] hanging.
    let more = json!({ "links": [{ "control": "AC.L2-3.1.3" }, { "control": "AC.L2-3.1.1", "objective": "a" }] });
    scene.upload("b.txt", b"more", Some(more)).await.expect(201);
    scene.approve("EV-2").await;
    let found = impact().await;
    assert_eq!((found["objectives"].as_array().unwrap().len(), &found["score_without"]), (1, &json!(105)));
    // An enduring exception rests on no artifact.
    let control = scene.viewer.get(&scene.path("/controls/AC.L2-3.1.1")).await.expect(200);
    let body = json!({ "finding": "met", "basis": "enduring_exception", "reason": "A lathe that can't be patched." });
    scene
        .contributor
        .if_match(&control["control"]["version"])
        .put(&scene.path("/controls/AC.L2-3.1.1/objectives/b"), &body)
        .await
        .expect(200);
    assert_eq!(impact().await["objectives"], json!([]));
}

#[tokio::test]
async fn a_control_says_which_findings_have_support() {
    let scene = scene().await;
    let path = scene.path("/controls/AC.L2-3.1.1");
    let control = scene.viewer.get(&path).await.expect(200);
    scene
        .contributor
        .if_match(&control["control"]["version"])
        .put(&format!("{path}/objectives/a"), &json!({ "finding": "met" }))
        .await
        .expect(200);
    let numbers = |query: &str| {
        let path = scene.path(&format!("/controls?{query}"));
        let viewer = scene.viewer.clone();
        async move { viewer.get(&path).await.expect(200)["page"]["total"].clone() }
    };
    assert_eq!((numbers("supported=false").await, numbers("supported=true").await), (json!(1), json!(109)));
    scene.upload("a.pdf", PDF, Some(json!({ "links": [{ "control": "AC.L2-3.1.1", "objective": "a" }] }))).await.expect(201);
    let support = || async {
        let detail = scene.viewer.get(&path).await.expect(200);
        let one = |index: usize| {
            (detail["objectives"][index]["evidence_count"].clone(), detail["objectives"][index]["supported"].clone())
        };
        [one(0), one(1)]
    };
    assert_eq!(support().await, [(json!(1), json!(false)), (json!(0), json!(false))]);
    scene.approve("EV-1").await;
    assert_eq!(support().await, [(json!(1), json!(true)), (json!(0), json!(false))]);
    assert_eq!(numbers("supported=false").await, json!(0));
    // Put away it supports nothing; brought back it does.
    let step = |action: &'static str| {
        let scene = &scene;
        async move {
            let evidence = scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200);
            let path = scene.path(&format!("/evidence/EV-1/{action}"));
            scene.contributor.if_match(&evidence["version"]).post(&path, &json!({})).await.expect(200)
        }
    };
    assert_eq!(step("archive").await["status"], "archived");
    assert_eq!(support().await[0], (json!(1), json!(false)));
    assert_eq!(step("unarchive").await["status"], "current");
    assert_eq!(support().await[0], (json!(1), json!(true)));
}

#[tokio::test]
async fn support_ends_with_the_last_day() {
    let scene = scene().await;
    all_met(&scene).await;
    let today = scene.app.platform.clock.now().date_naive();
    let links = json!({ "expires": today + chrono::Duration::days(5), "links": [{ "control": "AC.L2-3.1.1" }] });
    scene.upload("a.pdf", PDF, Some(links)).await.expect(201);
    scene.approve("EV-1").await;
    let supports = || async { scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200)["supports"].clone() };
    scene.app.platform.clock.advance(chrono::Duration::days(5));
    assert_eq!(supports().await, true);
    scene.app.platform.clock.advance(chrono::Duration::days(1));
    assert_eq!(supports().await, false);
}

#[tokio::test]
async fn the_notice_says_what_falls() {
    let scene = scene().await;
    all_met(&scene).await;
    let today = scene.app.platform.clock.now().date_naive();
    let links = json!({ "title": "Policy", "expires": today + chrono::Duration::days(3), "links": [{ "control": "AC.L2-3.1.1", "objective": "a" }] });
    scene.upload("a.pdf", PDF, Some(links)).await.expect(201);
    scene.approve("EV-1").await;
    scene.app.platform.clock.advance(chrono::Duration::days(1));
    notifications::jobs::evidence_freshness(&scene.app.platform).await.unwrap();
    let found = scene.contributor.get("/notifications").await.expect(200);
    let texts: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap()).collect();
    assert!(
        texts.iter().any(|text| text.contains("expires in 2 days")
            && text.ends_with("Policy. Then AC.L2-3.1.1[a] drops and the score goes from 110 to 105.")),
        "{texts:?}"
    );
}
