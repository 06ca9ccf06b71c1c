//! Scheduled reports. The clock stands at Sunday, 22 November 2026, 07:00 in the systems' zone, New York.

use crate::evidence::{Scene, scene};
use crate::support::{Client, pointers};
use ::reports::make_scheduled_reports;
use chrono::Duration;
use notifications::jobs::notification_mails;
use serde_json::{Value, json};
use shared_types::systems::Role;

impl Scene {
    /// A schedule on Mondays at six.
    pub fn mondays(recipients: &[&Client]) -> Value {
        let recipients: Vec<_> = recipients.iter().map(|client| client.user_id()).collect();
        json!({
            "name": "Monday status", "kind": "executive", "format": "pdf", "recurrence": { "every": "week", "weekday": "monday" }, "hour": 6,
            "recipients": recipients,
        })
    }

    pub async fn schedule(&self, client: &Client, body: &Value) -> Value {
        client.post(&self.path("/report-schedules"), body).await.expect(201)
    }

    pub fn schedule_path(&self, schedule: &Value) -> String {
        self.path(&format!("/report-schedules/{}", schedule["id"].as_str().expect("an id")))
    }

    pub async fn read(&self, schedule: &Value) -> Value {
        self.admin.get(&self.schedule_path(schedule)).await.expect(200)
    }

    pub async fn look(&self) -> u64 {
        make_scheduled_reports(&self.app.platform).await.expect("a look")
    }

    pub async fn made(&self) -> i64 {
        self.app.count("SELECT COUNT(*) FROM reports").await
    }

    /// Has everything made and told that waits.
    pub async fn work_off(&self) {
        let waiting = "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND failed_at IS NULL";
        // Of reports two are under way at a time.
        for _ in 0..50 {
            if self.app.count(waiting).await == 0 {
                return;
            }
            self.app.run_jobs().await;
        }
        panic!("something goes on waiting");
    }

    /// What a person was told by kind.
    pub async fn told(&self, client: &Client, kind: &str) -> Vec<Value> {
        let all = client.get(&format!("/notifications?kind={kind}")).await.expect(200);
        all["items"].as_array().expect("items").clone()
    }
}

#[tokio::test]
async fn a_schedule_is_created_read_changed_paused_run_and_deleted() {
    let scene = scene().await;
    let mut body = Scene::mondays(&[&scene.viewer, &scene.contributor]);
    body["marking"] = json!("CUI");
    let keyed = scene.admin.with("idempotency-key", "monday");
    let schedule = scene.schedule(&keyed, &body).await;
    assert_eq!(scene.schedule(&keyed, &body).await["id"], schedule["id"], "the same key schedules once");
    assert_eq!((&schedule["state"], &schedule["next_run"]), (&json!("active"), &json!("2026-11-23T11:00:00Z")));
    assert_eq!(
        (&schedule["last"], &schedule["marking"], &schedule["owner"]["name"]),
        (&Value::Null, &json!("CUI"), &json!("admin"))
    );
    let names: Vec<_> =
        schedule["recipients"].as_array().expect("people").iter().map(|one| one["person"]["name"].clone()).collect();
    assert_eq!(names, ["ines", "vera"]);
    assert_eq!(scene.read(&schedule).await, schedule);

    // Another day counts from now on; what is given as null goes.
    let path = scene.schedule_path(&schedule);
    let change = json!({ "recurrence": { "every": "month", "day": 31 }, "hour": 0, "marking": null, "name": "Month's end" });
    scene.admin.patch(&path, &change).await.problem(428, "precondition_required");
    scene.admin.if_match(&json!(9)).patch(&path, &change).await.problem(412, "stale");
    let changed = scene.admin.if_match(&schedule["version"]).patch(&path, &change).await.expect(200);
    assert_eq!((&changed["next_run"], &changed["marking"]), (&json!("2026-11-30T05:00:00Z"), &Value::Null));
    let paused = scene.admin.if_match(&changed["version"]).patch(&path, &json!({ "state": "paused" })).await.expect(200);
    assert_eq!(
        (&paused["state"], &paused["next_run"], &paused["paused_because"]),
        (&json!("paused"), &Value::Null, &Value::Null)
    );

    // It is run by hand all the same, one at a time, and its days stay what they were.
    let answer = scene.admin.post(&format!("{path}/run"), &json!({})).await;
    let location = answer.header("location").expect("a location").to_owned();
    let report = answer.expect(202);
    assert!(location.ends_with(report["id"].as_str().expect("an id")));
    assert_eq!(report["schedule"], json!({ "id": schedule["id"], "name": "Month's end" }));
    assert_eq!(scene.read(&schedule).await["last"]["state"], "queued");
    scene.admin.post(&format!("{path}/run"), &json!({})).await.problem(409, "conflict");
    scene.work_off().await;
    let run = scene.read(&schedule).await;
    let last = &run["last"];
    assert_eq!(
        (&last["state"], &last["report"], &last["told"], &last["skipped"]),
        (&json!("ready"), &report["id"], &json!(2), &json!(0))
    );
    assert_eq!(run["version"], paused["version"], "a run changes no version");
    scene.app.platform.clock.advance(Duration::days(20));
    assert_eq!(scene.look().await, 0, "it is paused");
    let resumed = scene.admin.if_match(&paused["version"]).patch(&path, &json!({ "state": "active" })).await.expect(200);
    assert_eq!(scene.look().await, 0, "what fell into the pause is not made up for");
    assert_eq!(resumed["next_run"], "2026-12-31T05:00:00Z");

    // What it made stays when it goes.
    scene.admin.if_match(&paused["version"]).delete(&path).await.problem(412, "stale");
    scene.admin.if_match(&resumed["version"]).delete(&path).await.expect(204);
    scene.admin.get(&path).await.problem(404, "not_found");
    let left = scene.viewer.get(&scene.path(&format!("/reports/{}", report["id"].as_str().expect("an id")))).await.expect(200);
    assert_eq!((&left["state"], &left["schedule"]), (&json!("ready"), &Value::Null));
    for action in ["create", "update", "pause", "resume", "run", "delete"] {
        let sql = format!("SELECT COUNT(*) FROM audit_events WHERE action = 'report_schedule.{action}'");
        assert_eq!(scene.app.count(&sql).await, 1, "{action}");
    }
}

#[tokio::test]
async fn recipients_are_told_in_the_product_and_by_mail_with_a_link_and_no_file() {
    let scene = scene().await;
    let assessor = scene.app.member(scene.system, "asa", Role::Assessor).await;
    let mut body = Scene::mondays(&[&assessor, &scene.admin]);
    body["kind"] = json!("audit_extract");
    body["format"] = json!("csv");
    scene.app.member(scene.system, "boss", Role::Manager).await;
    let member = |client: &Client| scene.path(&format!("/members/{}", client.user_id()));
    scene.admin.with("if-match", "*").patch(&member(&scene.admin), &json!({ "role": "viewer" })).await.expect(200);
    // Who may not read the kind is not accepted.
    let mut refused = body.clone();
    refused["recipients"] = json!([assessor.user_id(), scene.viewer.user_id()]);
    let problem = scene.admin.post(&scene.path("/report-schedules"), &refused).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/recipients/1"]);
    let schedule = scene.schedule(&scene.admin, &body).await;
    scene.app.platform.clock.advance(Duration::hours(23));
    assert_eq!((scene.look().await, scene.look().await), (1, 0));
    scene.work_off().await;
    let report = scene.read(&schedule).await["last"]["report"].as_str().expect("a report").to_owned();
    let notices = scene.told(&assessor, "report.ready").await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0]["text"], "Monday status is ready: Audit extract, CSV");
    assert_eq!(notices[0]["link"], format!("/s/{}/reports/{report}", scene.system));
    assert_eq!(scene.told(&scene.admin, "report.ready").await.len(), 1, "an administrator reads everything");
    assert_eq!(scene.told(&scene.viewer, "report.ready").await.len(), 0);
    scene.app.platform.clock.advance(Duration::minutes(1));
    notification_mails(&scene.app.platform).await.expect("a look");
    scene.app.run_jobs().await;
    let mails = scene.app.mail.sent();
    let mail =
        mails.iter().find(|mail| mail.to.address == "asa@example.com" && mail.subject.contains("Monday status")).expect("a mail");
    assert_eq!(mail.subject, "Monday status is ready: Audit extract, CSV");
    assert!(mail.text.contains(&format!("/s/{}/reports/{report}", scene.system)), "{}", mail.text);
    assert!(!mail.text.contains("report_schedule.create") && !mail.html.contains("report_schedule.create"), "never what it says");

    // Who reads it no more, and who has left, is passed over, and the schedule says so.
    scene.admin.with("if-match", "*").patch(&member(&assessor), &json!({ "role": "viewer" })).await.expect(200);
    scene.app.platform.clock.advance(Duration::days(7));
    assert_eq!(scene.look().await, 1);
    scene.work_off().await;
    assert_eq!(scene.told(&assessor, "report.ready").await.len(), 1, "of the first alone");
    let after = scene.read(&schedule).await;
    assert_eq!((&after["last"]["told"], &after["last"]["skipped"]), (&json!(1), &json!(1)));
    let skipped = |schedule: &Value| {
        let people = schedule["recipients"].as_array().expect("people").clone();
        people.iter().find(|one| one["person"]["name"] == "asa").expect("asa")["skipped"].clone()
    };
    assert_eq!(skipped(&after), "role");
    scene.admin.with("if-match", "*").delete(&member(&assessor)).await.expect(204);
    scene.app.platform.clock.advance(Duration::days(7));
    scene.look().await;
    // Somebody leaves between the report and the notice.
    scene.app.run_jobs().await;
    scene.admin.with("if-match", "*").delete(&member(&scene.admin)).await.expect(204);
    scene.work_off().await;
    assert_eq!(skipped(&scene.read(&schedule).await), "left");
    let notices = "SELECT COUNT(*) FROM notifications WHERE kind = 'report.ready'";
    assert_eq!(scene.app.count(notices).await, 3, "asa once, the administrator twice");
    // A change of the kind asks those who are there.
    let mut tasks = Scene::mondays(&[&scene.viewer]);
    tasks["kind"] = json!("tasks");
    let tasks = scene.schedule(&scene.admin, &tasks).await;
    let change =
        scene.admin.if_match(&tasks["version"]).patch(&scene.schedule_path(&tasks), &json!({ "kind": "audit_extract" })).await;
    assert_eq!(pointers(&change.problem(400, "invalid")), ["/recipients/0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_makes_one_report_with_two_workers_after_a_standstill_and_with_a_clock_that_moves() {
    let scene = scene().await;
    scene.schedule(&scene.admin, &Scene::mondays(&[&scene.viewer])).await;
    let mut monthly = Scene::mondays(&[&scene.viewer]);
    monthly["recurrence"] = json!({ "every": "month", "day": 30 });
    monthly["hour"] = json!(6);
    scene.schedule(&scene.admin, &monthly).await;
    scene.app.platform.clock.advance(Duration::hours(22));
    assert_eq!(scene.look().await, 0, "Monday, 05:00");
    scene.app.platform.clock.advance(Duration::hours(1));
    let looks = futures_util::future::join_all((0..4).map(|_worker| make_scheduled_reports(&scene.app.platform))).await;
    assert_eq!(looks.into_iter().map(|made| made.expect("a look")).sum::<u64>(), 1, "Monday, 06:00");
    // Nothing ran for eleven weeks: the latest Monday and the latest month's end, each once.
    scene.app.platform.clock.advance(Duration::days(77));
    let looks = futures_util::future::join_all((0..4).map(|_worker| make_scheduled_reports(&scene.app.platform))).await;
    assert_eq!((looks.into_iter().map(|made| made.expect("a look")).sum::<u64>(), scene.made().await), (2, 3));
    for days in [-90, 90, -1, 1, -400, 400] {
        scene.app.platform.clock.advance(Duration::days(days));
        assert_eq!(scene.look().await, 0, "{days}");
    }
    // A zone that is moved after the report makes the day no other.
    let system = scene.admin.get(&scene.path("")).await.expect(200);
    let zone = json!({ "time_zone": "Pacific/Honolulu" });
    scene.admin.if_match(&system["version"]).patch(&scene.path(""), &zone).await.expect(200);
    scene.app.platform.clock.advance(Duration::hours(12));
    assert_eq!((scene.look().await, scene.made().await), (0, 3));
    let days = "SELECT COUNT(*) FROM (SELECT DISTINCT schedule_id, occurrence FROM reports) AS days";
    assert_eq!(scene.app.count(days).await, 3);
    // Reports that are gone are not made again.
    scene.app.run_jobs().await;
    scene.app.platform.clock.advance(Duration::days(-1));
    crate::reports::prepare(&scene.app, scene.system, "DELETE FROM reports WHERE system_id = $1", vec![scene.system.0.into()])
        .await;
    assert_eq!((scene.look().await, scene.made().await), (0, 0));
}

#[tokio::test]
async fn a_night_of_a_clock_change_makes_one_report() {
    let scene = scene().await;
    // 14 March 2027 has no 02:00 in New York, 7 November 2027 has 01:00 twice.
    for (hour, now, due) in
        [(2, "2027-03-13T12:00:00Z", "2027-03-14T07:00:00Z"), (1, "2027-11-06T12:00:00Z", "2027-11-07T05:00:00Z")]
    {
        let now: chrono::DateTime<chrono::Utc> = now.parse().expect("a time");
        let due: chrono::DateTime<chrono::Utc> = due.parse().expect("a time");
        scene.app.platform.clock.advance(now - scene.app.platform.clock.now());
        let mut body = Scene::mondays(&[&scene.viewer]);
        body["recurrence"] = json!({ "every": "week", "weekday": "sunday" });
        body["hour"] = json!(hour);
        let schedule = scene.schedule(&scene.admin, &body).await;
        assert_eq!(schedule["next_run"], json!(due));
        scene.app.platform.clock.advance(due - now - Duration::minutes(1));
        assert_eq!(scene.look().await, 0);
        let mut made = 0;
        for _ in 0..40 {
            scene.app.platform.clock.advance(Duration::minutes(5));
            made += scene.look().await;
        }
        assert_eq!(made, 1, "{due}");
        let version = schedule["version"].clone();
        scene.admin.if_match(&version).delete(&scene.schedule_path(&schedule)).await.expect(204);
    }
}

#[tokio::test]
async fn a_schedule_without_an_owner_pauses_and_a_manager_takes_it_over() {
    let scene = scene().await;
    let boss = scene.app.member(scene.system, "boss", Role::Manager).await;
    let other = scene.app.member(scene.system, "other", Role::Manager).await;
    let schedule = scene.schedule(&boss, &Scene::mondays(&[&scene.viewer])).await;
    let path = scene.schedule_path(&schedule);
    scene
        .admin
        .with("if-match", "*")
        .patch(&scene.path(&format!("/members/{}", boss.user_id())), &json!({ "role": "viewer" }))
        .await
        .expect(200);
    boss.get(&path).await.problem(403, "forbidden");
    scene.app.platform.clock.advance(Duration::hours(23));
    other.post(&format!("{path}/run"), &json!({})).await.problem(409, "conflict");
    assert_eq!((scene.look().await, scene.look().await, scene.made().await), (0, 0, 0));
    scene.work_off().await;
    let paused = scene.read(&schedule).await;
    assert_eq!((&paused["state"], &paused["next_run"]), (&json!("paused"), &Value::Null));
    assert!(paused["paused_because"].as_str().expect("why").contains("no manager of this system"), "{paused}");
    let notices = scene.told(&other, "report.paused").await;
    assert_eq!(notices.len(), 1);
    assert!(notices[0]["text"].as_str().expect("a text").starts_with("Monday status is paused: its owner is no manager"));
    assert_eq!(notices[0]["link"], format!("/s/{}/reports/scheduled", scene.system));
    assert_eq!(scene.told(&boss, "report.paused").await.len(), 0);
    // The old version is not the one that was paused.
    other.if_match(&schedule["version"]).patch(&path, &json!({ "state": "active" })).await.problem(412, "stale");
    let mine = other.if_match(&paused["version"]).patch(&path, &json!({ "state": "active" })).await.expect(200);
    assert_eq!((&mine["owner"]["name"], &mine["paused_because"]), (&json!("other"), &Value::Null));
    scene.app.platform.clock.advance(Duration::days(7));
    assert_eq!(scene.look().await, 1);
    scene.work_off().await;
    let report = scene.admin.get(&scene.path("/reports")).await.expect(200)["items"][0].clone();
    assert_eq!((&report["state"], &report["requested_by"]["name"]), (&json!("ready"), &json!("other")));

    // The account is closed between the day and the making: no report, and no mail to anybody.
    scene.app.platform.clock.advance(Duration::days(7));
    assert_eq!(scene.look().await, 1);
    crate::reports::prepare(
        &scene.app,
        scene.system,
        "UPDATE users SET deactivated_at = $2 WHERE id = $1",
        vec![other.user_id().0.into(), scene.app.platform.clock.now().into()],
    )
    .await;
    scene.work_off().await;
    let failed = scene.read(&schedule).await;
    assert_eq!((&failed["last"]["state"], &failed["last"]["told"]), (&json!("failed"), &json!(0)));
    assert_eq!(scene.told(&scene.viewer, "report.ready").await.len(), 1, "of the week before");
}
