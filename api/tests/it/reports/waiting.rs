//! Reports that wait for their turn: two are under way at a time, other jobs go on, each is made once and none is given up for waiting.

use crate::evidence::{Scene, scene};
use crate::support::Client;
use chrono::Duration;
use jobs::{Job, MAKE_REPORT};
use serde_json::json;
use shared_types::systems::Role;

impl Scene {
    /// Asks for a report; its address.
    async fn wanted(&self, client: &Client) -> String {
        let asked = client.post(&self.path("/reports"), &json!({ "kind": "tasks", "format": "csv" })).await.expect(202);
        self.path(&format!("/reports/{}", asked["id"].as_str().expect("an id")))
    }

    /// What the outbox hands over now.
    async fn claimed(&self) -> Vec<Job> {
        jobs::relay::claim(&self.app.platform).await.expect("a claim")
    }

    async fn reports_that_are(&self, state: &str) -> i64 {
        self.app.count(&format!("SELECT COUNT(*) FROM reports WHERE state = '{state}'")).await
    }

    async fn made_in_all(&self) -> i64 {
        self.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'report.make'").await
    }
}

#[tokio::test]
async fn twenty_that_wait_hold_up_nothing_else_and_are_made_once_each() {
    let scene = scene().await;
    for name in ["ana", "ben", "cleo", "dan"] {
        let person = scene.app.member(scene.system, name, Role::Viewer).await;
        for _ in 0..5 {
            scene.wanted(&person).await;
        }
    }
    let assigned = json!({ "title": "Look", "assignee": scene.contributor.user_id() });
    scene.admin.post(&scene.path("/tasks"), &assigned).await.expect(201);
    let told = "SELECT COUNT(*) FROM notifications WHERE kind = 'task.assigned'";
    for round in 0..10_i64 {
        // So long between two turns that all would be handed over again, and given up, if waiting counted.
        scene.app.platform.clock.advance(Duration::minutes(30));
        reports::purge_reports(&scene.app.platform).await.expect("a purge");
        let (making, others): (Vec<Job>, Vec<Job>) = scene.claimed().await.into_iter().partition(|job| job.topic == MAKE_REPORT);
        assert_eq!(making.len(), 2, "two are under way at a time");
        assert!(scene.claimed().await.iter().all(|job| job.topic != MAKE_REPORT), "and no third");
        for job in &others {
            jobs::run(&scene.app.platform, job).await.expect("a job that is done");
        }
        assert_eq!(scene.app.count(told).await, 1, "the assignee is told while reports wait");
        assert_eq!((scene.reports_that_are("queued").await, scene.made_in_all().await), (20 - 2 * round, 2 * round));
        for job in &making {
            jobs::run(&scene.app.platform, job).await.expect("a report that is made");
        }
    }
    assert!(scene.claimed().await.iter().all(|job| job.topic != MAKE_REPORT));
    assert_eq!((scene.reports_that_are("ready").await, scene.made_in_all().await), (20, 20));
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn one_that_waited_for_hours_is_made_with_the_rights_of_its_turn() {
    let scene = scene().await;
    let (kept, lost) = (scene.wanted(&scene.contributor).await, scene.wanted(&scene.viewer).await);
    scene.app.platform.clock.advance(Duration::hours(30));
    reports::purge_reports(&scene.app.platform).await.expect("a purge");
    let waits = scene.contributor.get(&kept).await.expect(200);
    assert_eq!((&waits["state"], &waits["progress"], &waits["version"]), (&json!("queued"), &json!(0), &json!(1)));
    let member = scene.path(&format!("/members/{}", scene.viewer.user_id()));
    scene.admin.with("if-match", "*").delete(&member).await.expect(204);
    scene.app.run_jobs().await;
    assert_eq!(scene.contributor.get(&kept).await.expect(200)["state"], "ready");
    let refused = scene.admin.get(&lost).await.expect(200);
    let words = json!("The person who asked for it may not read this any more.");
    assert_eq!((&refused["state"], &refused["failure"]), (&json!("failed"), &words));
}

#[tokio::test]
async fn one_that_is_being_made_after_a_long_wait_is_not_given_up_and_one_without_a_job_is() {
    let scene = scene().await;
    let (begun, without) = (scene.wanted(&scene.contributor).await, scene.wanted(&scene.viewer).await);
    scene.app.platform.clock.advance(Duration::hours(3));
    let now = scene.app.platform.clock.now();
    let sql = "UPDATE reports SET state = 'running', begun_at = $1 WHERE requested_by = $2";
    super::prepare(&scene.app, scene.system, sql, vec![now.into(), scene.contributor.user_id().0.into()]).await;
    let sql = "UPDATE outbox SET failed_at = $1 WHERE id IN (SELECT job_id FROM reports WHERE requested_by = $2)";
    super::prepare(&scene.app, scene.system, sql, vec![now.into(), scene.viewer.user_id().0.into()]).await;
    reports::purge_reports(&scene.app.platform).await.expect("a purge");
    assert_eq!(scene.contributor.get(&begun).await.expect(200)["state"], "running", "somebody is at it");
    assert_eq!(scene.viewer.get(&without).await.expect(200)["state"], "failed");
    scene.app.platform.clock.advance(Duration::hours(2) + Duration::minutes(1));
    reports::purge_reports(&scene.app.platform).await.expect("a purge");
    assert_eq!(scene.contributor.get(&begun).await.expect(200)["state"], "failed");
}

#[tokio::test]
async fn so_many_are_shown_at_once_and_the_next_is_asked_to_come_back() {
    let scene = scene().await;
    let (preview, places) = (scene.path("/report-preview?kind=tasks"), &scene.app.platform.documents);
    assert_eq!(places.available_permits(), 4);
    let held = places.try_acquire_many(4).expect("all places");
    let full = scene.viewer.get(&preview).await;
    assert!(full.header("retry-after").is_some_and(|after| after.parse::<u32>().is_ok()));
    let problem = full.problem(503, "unavailable");
    assert_eq!(problem["detail"], "Too many reports are shown at the moment. Try again in a few seconds.");
    // Who may not see it is told so all the same, and files are made meanwhile.
    scene.foreigner.get(&preview).await.problem(404, "not_found");
    scene.viewer.get(&scene.path("/report-preview?kind=audit_extract")).await.problem(403, "forbidden");
    let path = scene.wanted(&scene.viewer).await;
    scene.app.run_jobs().await;
    assert_eq!(scene.viewer.get(&path).await.expect(200)["state"], "ready");
    drop(held);
    for _ in 0..5 {
        scene.viewer.get(&preview).await.expect(200);
    }
    scene.viewer.get(&scene.path("/report-preview?kind=tasks&filters=surprise%3D1")).await.problem(400, "invalid");
    assert_eq!(places.available_permits(), 4, "each place is given back");
}
