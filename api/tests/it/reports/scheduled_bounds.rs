//! Scheduled reports: archived systems, bounds, and what is refused. The schedules are those of `scheduled.rs`.

use crate::evidence::{Scene, scene};
use crate::support::{nobody, pointers};
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn archived_systems_rest_and_bounds_hold() {
    let scene = scene().await;
    let schedule = scene.schedule(&scene.admin, &Scene::mondays(&[&scene.viewer])).await;
    scene.admin.post(&scene.path("/archive"), &json!({})).await.expect(200);
    scene.app.platform.clock.advance(Duration::days(30));
    assert_eq!(scene.look().await, 0);
    let path = scene.schedule_path(&schedule);
    assert_eq!(scene.read(&schedule).await["next_run"], Value::Null);
    scene.admin.post(&format!("{path}/run"), &json!({})).await.problem(409, "conflict");
    scene.admin.post(&scene.path("/report-schedules"), &Scene::mondays(&[&scene.viewer])).await.problem(409, "conflict");
    scene.admin.if_match(&schedule["version"]).patch(&path, &json!({ "name": "x" })).await.problem(409, "conflict");
    scene.admin.if_match(&schedule["version"]).delete(&path).await.problem(409, "conflict");
    scene.admin.post(&scene.path("/restore"), &json!({})).await.expect(200);
    assert_eq!(scene.look().await, 1, "the latest of what was missed");
    scene.work_off().await;

    // An owner who has two hundred reports: the day passes, and he is told.
    let sql = "INSERT INTO reports (id, system_id, sequence, kind, format, marking, state, requested_by, requested_at, expires_at) \
               VALUES ($1, $2, $3, 'tasks', 'csv', '', 'ready', $4, $5, $6)";
    for n in 0..199_i64 {
        let id: uuid::Uuid = scene.app.platform.rng.id(&scene.app.platform.clock).expect("an id");
        let now = scene.app.platform.clock.now();
        let values = vec![
            id.into(),
            scene.system.0.into(),
            (1_000_000 + n).into(),
            scene.admin.user_id().0.into(),
            now.into(),
            (now + Duration::days(90)).into(),
        ];
        crate::reports::prepare(&scene.app, scene.system, sql, values).await;
    }
    scene.app.platform.clock.advance(Duration::days(7));
    assert_eq!((scene.look().await, scene.look().await), (0, 0));
    scene.work_off().await;
    let missed = scene.read(&schedule).await;
    assert_eq!((&missed["last"]["state"], &missed["last"]["report"]), (&json!("failed"), &Value::Null));
    assert!(missed["last"]["failure"].as_str().expect("why").contains("200 reports"), "{missed}");
    let told = scene.told(&scene.admin, "report.failed").await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0]["text"].as_str().expect("a text").starts_with("Monday status could not be made: Its owner has 200"),
        "{told:?}"
    );
    scene.admin.post(&format!("{path}/run"), &json!({})).await.problem(409, "conflict");

    // Twenty wait at a time: what finds no room waits for the next look. Fifty schedules, and the list is paged.
    let boss = scene.app.member(scene.system, "boss", Role::Manager).await;
    let mut created = vec![schedule["id"].clone()];
    for _ in 1..50 {
        created.push(scene.schedule(&boss, &Scene::mondays(&[&scene.viewer])).await["id"].clone());
    }
    let problem = boss.post(&scene.path("/report-schedules"), &Scene::mondays(&[&scene.viewer])).await.problem(409, "conflict");
    assert!(problem["detail"].as_str().expect("why").contains("at most 50"), "{problem}");
    let mut seen = Vec::new();
    let mut next = format!("{}?limit=20", scene.path("/report-schedules"));
    loop {
        let page = boss.get(&next).await.expect(200);
        seen.extend(page["items"].as_array().expect("items").iter().map(|one| one["id"].clone()));
        let Some(cursor) = page["page"]["next"].as_str() else { break };
        next = format!("{}?limit=20&cursor={cursor}", scene.path("/report-schedules"));
    }
    assert_eq!(seen, created, "as they were created");
    scene.app.platform.clock.advance(Duration::days(7));
    assert_eq!((scene.look().await, scene.look().await), (20, 0));
    scene.work_off().await;
    assert_eq!((scene.look().await, scene.look().await), (20, 0));
    scene.work_off().await;
    assert_eq!(scene.look().await, 9);
    // A person's own reports are not kept waiting by schedules.
    boss.post(&scene.path("/reports"), &json!({ "kind": "tasks", "format": "csv" })).await.expect(202);
}

#[tokio::test]
async fn what_is_not_allowed_or_impossible_is_refused() {
    let scene = scene().await;
    let list = scene.path("/report-schedules");
    let good = Scene::mondays(&[&scene.viewer]);
    let schedule = scene.schedule(&scene.admin, &good).await;
    let path = scene.schedule_path(&schedule);
    let version = &schedule["version"];
    for (client, status, code) in [
        (&scene.viewer, 403, "forbidden"),
        (&scene.contributor, 403, "forbidden"),
        (&scene.foreigner, 404, "not_found"),
        (&scene.app.anonymous(), 401, "unauthenticated"),
    ] {
        client.get(&list).await.problem(status, code);
        client.post(&list, &good).await.problem(status, code);
        client.get(&path).await.problem(status, code);
        client.if_match(version).patch(&path, &json!({ "name": "Mine" })).await.problem(status, code);
        client.post(&format!("{path}/run"), &json!({})).await.problem(status, code);
        client.if_match(version).delete(&path).await.problem(status, code);
    }
    // A manager of another system reaches nothing by its own path either.
    let elsewhere = format!("/systems/{}/report-schedules/{}", scene.foreign_system, schedule["id"].as_str().expect("an id"));
    scene.foreigner.get(&elsewhere).await.problem(404, "not_found");
    scene.foreigner.if_match(version).delete(&elsewhere).await.problem(404, "not_found");
    scene.foreigner.post(&format!("{elsewhere}/run"), &json!({})).await.problem(404, "not_found");
    let many: Vec<_> = (0..51).map(|_| nobody()).collect();
    for (field, value, pointer) in [
        ("name", json!(""), "/name"),
        ("name", json!("a\u{7}b"), "/name"),
        ("hour", json!(24), "/hour"),
        ("recurrence", json!({ "every": "month", "day": 0 }), "/recurrence/day"),
        ("recurrence", json!({ "every": "month", "day": 32 }), "/recurrence/day"),
        ("recipients", json!([]), "/recipients"),
        ("recipients", json!(many), "/recipients"),
        ("recipients", json!([nobody()]), "/recipients/0"),
        ("recipients", json!([scene.viewer.user_id(), scene.foreigner.user_id()]), "/recipients/1"),
        ("filters", json!("x".repeat(2_001)), "/filters"),
        ("filters", json!("finding=met"), "/filters"),
        ("marking", json!("M".repeat(61)), "/marking"),
    ] {
        let mut bad = good.clone();
        bad[field] = value.clone();
        let problem = scene.admin.post(&list, &bad).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{field} {value}");
        let problem = scene.admin.if_match(version).patch(&path, &json!({ field: value.clone() })).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "PATCH {field} {value}");
    }
    for (field, value) in [
        ("kind", json!("poem")),
        ("recurrence", json!({ "every": "second" })),
        ("recurrence", json!({ "every": "week", "weekday": "monday", "day": 3 })),
        ("recurrence", json!({ "every": "week" })),
        ("hour", json!(-1)),
        ("filters", json!("finding=met")),
        ("state", json!("ended")),
        ("surprise", json!(1)),
    ] {
        let mut bad = good.clone();
        bad[field] = value.clone();
        assert_eq!(scene.admin.post(&list, &bad).await.status.as_u16(), 400, "{field} {value}");
        let patched = scene.admin.if_match(version).patch(&path, &json!({ field: value.clone() })).await;
        assert_eq!(patched.status.as_u16(), 400, "PATCH {field} {value}");
    }
    assert_eq!(scene.read(&schedule).await["version"], schedule["version"], "nothing was changed");
    // Of an audit extract a token needs the right to read the log.
    let token = json!({ "name": "planner", "scopes": ["read", "write"], "expires_in_days": 5 });
    let token = scene.admin.post("/me/tokens", &token).await.expect(201);
    let program = scene.app.anonymous().bearer(token["token"].as_str().expect("a token"));
    let boss = scene.app.member(scene.system, "boss", Role::Manager).await;
    let mut audit = good.clone();
    audit["kind"] = json!("audit_extract");
    audit["recipients"] = json!([boss.user_id()]);
    program.post(&list, &audit).await.problem(403, "insufficient_scope");
    let audit = scene.schedule(&scene.admin, &audit).await;
    program.post(&format!("{}/run", scene.schedule_path(&audit)), &json!({})).await.problem(403, "insufficient_scope");
    program.post(&format!("{path}/run"), &json!({})).await.expect(202);
}

#[tokio::test]
async fn another_marking_and_another_owner_stand_in_the_log() {
    let scene = scene().await;
    let mut body = Scene::mondays(&[&scene.viewer]);
    body["marking"] = json!("CUI");
    let schedule = scene.schedule(&scene.admin, &body).await;
    let boss = scene.app.member(scene.system, "boss", Role::Manager).await;
    let path = scene.schedule_path(&schedule);
    let owned = boss.if_match(&schedule["version"]).patch(&path, &json!({})).await.expect(200);
    assert_eq!(owned["owner"]["name"], "boss", "who saves it owns it");
    boss.if_match(&owned["version"]).patch(&path, &json!({ "marking": "PUBLIC" })).await.expect(200);
    let log = scene.admin.get(&scene.path("/audit-events?limit=200")).await.expect(200);
    let changes = log["items"].as_array().expect("rows").iter().filter(|row| row["action"] == "report_schedule.update");
    let details: Vec<_> = changes.map(|row| row["details"].clone()).collect();
    let owner = json!({ "owner": { "old": scene.admin.user_id(), "new": boss.user_id() } });
    assert_eq!(details, [json!({ "marking_changed": true }), owner], "the newest first; the text of a marking is not told");
}

#[tokio::test]
async fn a_report_that_is_deleted_before_it_is_made_leaves_no_schedule_waiting() {
    let scene = scene().await;
    let schedule = scene.schedule(&scene.admin, &Scene::mondays(&[&scene.viewer])).await;
    let run = format!("{}/run", scene.schedule_path(&schedule));
    let report = scene.admin.post(&run, &json!({})).await.expect(202);
    let path = scene.path(&format!("/reports/{}", report["id"].as_str().expect("an id")));
    scene.admin.if_match(&report["version"]).delete(&path).await.expect(204);
    let last = scene.read(&schedule).await["last"].clone();
    assert_eq!((&last["state"], &last["failure"]), (&json!("failed"), &json!("It was deleted before it was made.")));
    assert_eq!(last["report"], Value::Null);
    scene.work_off().await;
    // One that was made stays a success when it is deleted.
    let report = scene.admin.post(&run, &json!({})).await.expect(202);
    let path = scene.path(&format!("/reports/{}", report["id"].as_str().expect("an id")));
    scene.work_off().await;
    let version = scene.admin.get(&path).await.expect(200)["version"].clone();
    scene.admin.if_match(&version).delete(&path).await.expect(204);
    assert_eq!(scene.read(&schedule).await["last"]["state"], "ready");
}

#[tokio::test]
async fn the_owner_is_told_of_a_report_that_failed_after_the_next_was_asked_for() {
    let scene = scene().await;
    let schedule = scene.schedule(&scene.admin, &Scene::mondays(&[&scene.viewer])).await;
    let report = scene.admin.post(&format!("{}/run", scene.schedule_path(&schedule)), &json!({})).await.expect(202);
    scene.app.platform.clock.advance(Duration::days(1));
    assert_eq!(scene.look().await, 1);
    // The first can't be made any more.
    let id: uuid::Uuid = report["id"].as_str().expect("an id").parse().expect("an id");
    crate::reports::prepare(&scene.app, scene.system, "UPDATE reports SET kind = 'poem' WHERE id = $1", vec![id.into()]).await;
    scene.work_off().await;
    let last = scene.read(&schedule).await["last"].clone();
    assert_eq!(
        (&last["state"], &last["failure"], &last["told"]),
        (&json!("ready"), &Value::Null, &json!(1)),
        "the second was made"
    );
    assert_ne!(last["report"], report["id"]);
    let told = scene.told(&scene.admin, "report.failed").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["text"], "Monday status could not be made: This version knows no such report. Have it made again.");
}

#[tokio::test]
async fn days_of_a_clock_that_was_ahead_do_not_silence_a_schedule_for_good() {
    let scene = scene().await;
    let schedule = scene.schedule(&scene.admin, &Scene::mondays(&[&scene.viewer])).await;
    scene.app.platform.clock.advance(Duration::days(400));
    assert_eq!(scene.look().await, 1);
    scene.app.platform.clock.advance(Duration::days(-400) + Duration::days(1));
    assert_eq!(scene.look().await, 0, "its last day is a year ahead");
    let known = scene.admin.if_match(&schedule["version"]);
    known.patch(&scene.schedule_path(&schedule), &json!({ "hour": 8 })).await.expect(200);
    scene.app.platform.clock.advance(Duration::hours(2));
    assert_eq!(scene.look().await, 1, "saved anew, it goes by the days of now");
    scene.app.platform.clock.advance(Duration::days(399));
    assert_eq!(scene.look().await, 1, "the day that was made too early comes again");
}
