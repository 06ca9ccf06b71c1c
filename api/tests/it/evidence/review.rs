use super::{PDF, Scene, scene};
use crate::support::{TestApp, pointers};
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn another_person_than_the_author_approves() {
    let scene = scene().await;
    let made = scene.upload("a.pdf", PDF, None).await.expect(201);
    assert_eq!((&made["status"], &made["state"], &made["supports"]), (&json!("draft"), &json!("draft"), &json!(false)));
    let other = scene.app.member(scene.system, "otto", Role::Contributor).await;
    scene.review(&other, "EV-1", "approve", None).await.problem(409, "conflict");
    let handed_in = scene.review(&scene.contributor, "EV-1", "submit", None).await.expect(200);
    assert_eq!(handed_in["status"], "pending_review");
    scene.review(&scene.contributor, "EV-1", "submit", None).await.problem(409, "conflict");
    scene.review(&scene.contributor, "EV-1", "approve", None).await.problem(403, "forbidden");
    scene.review(&scene.contributor, "EV-1", "reject", Some("mine")).await.problem(403, "forbidden");
    // What is looked at stands.
    let client = scene.contributor.if_match(&handed_in["version"]);
    client.patch(&scene.path("/evidence/EV-1"), &json!({ "expires": "2027-01-01" })).await.problem(409, "conflict");
    scene.send_file(&scene.contributor, &scene.path("/evidence/EV-1/files"), "b.pdf", PDF, None).await.problem(409, "conflict");
    let approved = scene.review(&other, "EV-1", "approve", Some("Good.")).await.expect(200);
    assert_eq!(
        (&approved["status"], &approved["supports"], &approved["approved_version"]),
        (&json!("current"), &json!(true), &json!(1))
    );
    scene.review(&other, "EV-1", "reject", Some("too late")).await.problem(409, "conflict");
    let client = scene.contributor.if_match(&approved["version"]);
    client.patch(&scene.path("/evidence/EV-1"), &json!({ "effective": "2026-01-01" })).await.problem(409, "conflict");
    // A title is no proof and may be mended.
    client.patch(&scene.path("/evidence/EV-1"), &json!({ "title": "Better" })).await.expect(200);
    let steps = scene.viewer.get(&scene.path("/evidence/EV-1/reviews")).await.expect(200);
    let told: Vec<_> = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["action"].as_str().unwrap(), step["by"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("approve", "otto"), ("submit", "ines")]);
    assert_eq!(steps[0]["comment"], "Good.");
}

#[tokio::test]
async fn what_was_sent_back_is_mended_and_handed_in_again() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    scene.review(&scene.contributor, "EV-1", "submit", None).await.expect(200);
    assert_eq!(pointers(&scene.review(&scene.admin, "EV-1", "reject", None).await.problem(400, "invalid")), ["/comment"]);
    let rejected = scene.review(&scene.admin, "EV-1", "reject", Some("The date is wrong.")).await.expect(200);
    assert_eq!(rejected["status"], "rejected");
    let client = scene.contributor.if_match(&rejected["version"]);
    client.patch(&scene.path("/evidence/EV-1"), &json!({ "effective": "2026-01-01" })).await.expect(200);
    scene.send_file(&scene.contributor, &scene.path("/evidence/EV-1/files"), "more.txt", b"more", None).await.expect(201);
    scene.review(&scene.contributor, "EV-1", "submit", None).await.expect(200);
    scene.review(&scene.contributor, "EV-1", "withdraw", None).await.expect(200);
    assert_eq!(scene.approve("EV-1").await["status"], "current");
    let versions = scene.viewer.get(&scene.path("/evidence/EV-1/versions")).await.expect(200);
    let version = &versions[0];
    assert_eq!((versions.as_array().unwrap().len(), version["files"].as_array().unwrap().len()), (1, 2));
    assert_eq!((version["state"].as_str(), version["effective"].as_str()), (Some("approved"), Some("2026-01-01")));
}

#[tokio::test]
async fn where_nobody_else_can_the_author_approves_and_it_is_marked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Alone").await;
    let members = format!("/systems/{system}/members");
    assert_eq!(admin.get(&members).await.expect(200)["items"].as_array().unwrap().len(), 1);
    let (alone, foreign_system) = (|| admin.clone(), system);
    let scene = Scene { app, system, contributor: alone(), viewer: alone(), foreigner: alone(), foreign_system, admin: alone() };
    scene.upload("a.pdf", PDF, None).await.expect(201);
    let approved = scene.approve("EV-1").await;
    assert_eq!(approved["supports"], true);
    let version = scene.admin.get(&scene.path("/evidence/EV-1/versions")).await.expect(200)[0].clone();
    assert_eq!(version["self_approved"], true);
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'evidence.self_approve'").await, 1);
}

/// Whoever made what is looked at does not approve it, by whatever way it came into the version.
#[tokio::test]
async fn a_new_term_a_date_and_a_hand_in_change_no_author() {
    let scene = scene().await;
    let other = scene.app.member(scene.system, "otto", Role::Contributor).await;
    let third = scene.app.member(scene.system, "tina", Role::Contributor).await;
    scene.upload("a.pdf", PDF, None).await.expect(201);
    // Another hands it in: the author still does not approve, and who handed it in may.
    scene.review(&other, "EV-1", "submit", None).await.expect(200);
    scene.review(&scene.contributor, "EV-1", "approve", None).await.problem(403, "forbidden");
    scene.review(&other, "EV-1", "approve", None).await.expect(200);
    // Another renews it: the files are still the author's.
    let body = json!({ "metadata": { "submit": true } });
    other.post(&scene.path("/evidence/EV-1/versions/from"), &body).await.expect(201);
    for author in [&scene.contributor, &other] {
        scene.review(author, "EV-1", "approve", None).await.problem(403, "forbidden");
    }
    scene.review(&third, "EV-1", "withdraw", None).await.problem(403, "forbidden");
    scene.review(&other, "EV-1", "withdraw", None).await.expect(200);
    // Who gives it its dates has made them.
    let draft = scene.viewer.get(&scene.path("/evidence/EV-1")).await.expect(200);
    let dated =
        third.if_match(&draft["version"]).patch(&scene.path("/evidence/EV-1"), &json!({ "effective": "2026-01-02" })).await;
    dated.expect(200);
    scene.review(&other, "EV-1", "submit", None).await.expect(200);
    scene.review(&third, "EV-1", "approve", None).await.problem(403, "forbidden");
    scene.review(&scene.admin, "EV-1", "approve", None).await.expect(200);
}

#[tokio::test]
async fn what_nobody_can_open_is_not_approved() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, Some(json!({ "submit": true }))).await.expect(201);
    let set = |state: &'static str| {
        let db = scene.app.platform.db.clone();
        async move {
            db.write(move |tx| {
                Box::pin(async move { platform::db::execute(tx, "UPDATE blobs SET integrity = $1", [state.into()]).await })
            })
            .await
            .unwrap()
        }
    };
    set("damaged").await;
    scene.review(&scene.admin, "EV-1", "approve", None).await.problem(409, "conflict");
    set("unchecked").await;
    scene.review(&scene.admin, "EV-1", "approve", None).await.expect(200);
}

#[tokio::test]
async fn reviews_are_refused_to_the_wrong_people_and_to_the_late() {
    let scene = scene().await;
    let made = scene.upload("a.pdf", PDF, None).await.expect(201);
    let path = scene.path("/evidence/EV-1/reviews");
    let body = json!({ "action": "submit", "version": 1 });
    let known = |client: &crate::support::Client| client.if_match(&made["version"]);
    known(&scene.viewer).post(&path, &body).await.problem(403, "forbidden");
    known(&scene.foreigner).post(&path, &body).await.problem(404, "not_found");
    known(&scene.app.anonymous()).post(&path, &body).await.problem(401, "unauthenticated");
    scene.contributor.post(&path, &body).await.problem(428, "precondition_required");
    scene.contributor.if_match(&json!(99)).post(&path, &body).await.problem(412, "stale");
    let cases: [(Value, u16, &str); 4] = [
        (json!({ "action": "bless", "version": 1 }), 400, "/action"),
        (json!({ "version": 1 }), 400, "/action"),
        (json!({ "action": "submit", "version": 2 }), 409, "/version"),
        (json!({ "action": "submit", "version": 1, "by": "me" }), 400, "/by"),
    ];
    for (body, status, pointer) in cases {
        let answer = known(&scene.contributor).post(&path, &body).await;
        assert_eq!((answer.status.as_u16(), pointers(&answer.expect(status))), (status, vec![pointer]), "{body}");
    }
    for path in ["/evidence/EV-1/reviews", "/evidence/EV-1/versions", "/evidence/EV-1/impact"] {
        scene.foreigner.get(&scene.path(path)).await.problem(404, "not_found");
        scene.viewer.get(&scene.path(&path.replace("EV-1", "EV-9"))).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn nothing_is_approved_before_it_is_true() {
    let scene = scene().await;
    scene.upload("a.pdf", PDF, Some(json!({ "effective": "2090-01-01", "submit": true }))).await.expect(201);
    scene.review(&scene.admin, "EV-1", "approve", None).await.problem(409, "conflict");
}

/// Two reviewers at once: one decision, and the other is told. The door orders them.
#[tokio::test]
async fn of_two_decisions_at_once_one_counts() {
    let scene = scene().await;
    let other = scene.app.member(scene.system, "otto", Role::Manager).await;
    for round in 1..=8 {
        let made = scene.upload("a.txt", format!("round {round}").as_bytes(), Some(json!({ "submit": true }))).await.expect(201);
        let path = scene.path(&format!("/evidence/EV-{round}/reviews"));
        let version = &made["version"];
        let decide = |client: &crate::support::Client, body: Value| {
            let (client, path) = (client.if_match(version), path.clone());
            async move { client.post(&path, &body).await.status.as_u16() }
        };
        let (approve, reject) =
            (json!({ "action": "approve", "version": 1 }), json!({ "action": "reject", "version": 1, "comment": "no" }));
        let (one, two) = tokio::join!(decide(&scene.admin, approve), decide(&other, reject));
        let mut codes = [one, two];
        codes.sort_unstable();
        assert!(codes[0] == 200 && [409, 412].contains(&codes[1]), "{codes:?}");
    }
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM evidence_reviews WHERE action IN ('approve', 'reject')").await, 8);
}

#[tokio::test]
async fn those_concerned_are_told() {
    let scene = scene().await;
    let manager = scene.app.member(scene.system, "mara", Role::Manager).await;
    // Each is told before the next step: who would be asked for what is done already is not asked.
    scene.upload("a.pdf", PDF, Some(json!({ "submit": true }))).await.expect(201);
    scene.app.run_jobs().await;
    scene.review(&manager, "EV-1", "reject", Some("no")).await.expect(200);
    scene.app.run_jobs().await;
    scene.review(&scene.contributor, "EV-1", "submit", None).await.expect(200);
    scene.app.run_jobs().await;
    scene.review(&manager, "EV-1", "approve", None).await.expect(200);
    scene.app.run_jobs().await;
    let told = |client: crate::support::Client| async move {
        let found = client.get("/notifications").await.expect(200);
        let texts = found["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap().to_owned());
        let mut texts: Vec<String> = texts.collect();
        texts.sort();
        texts
    };
    assert_eq!(told(manager).await, ["EV-1 waits for your review: a.pdf", "EV-1 waits for your review: a.pdf"]);
    assert_eq!(told(scene.contributor.clone()).await, ["EV-1 was approved: a.pdf", "EV-1 was sent back: a.pdf. “no”"]);
}
