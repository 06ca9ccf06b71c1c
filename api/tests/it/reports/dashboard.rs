use super::{evidence, prepare};
use crate::support::{Client, TestApp, TestDatabase};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;

/// For tests that move the clock by days.
const LONG_SESSIONS: [(&str, &str); 2] = [("CMMC_SESSION__IDLE_HOURS", "720"), ("CMMC_SESSION__ABSOLUTE_HOURS", "720")];

async fn read(client: &Client, system: SystemId) -> Value {
    client.get(&format!("/systems/{system}/dashboard")).await.expect(200)
}

async fn new_task(client: &Client, system: SystemId, body: Value) -> String {
    client.post(&format!("/systems/{system}/tasks"), &body).await.expect(201)["number"].as_str().expect("a number").to_owned()
}

async fn step(client: &Client, system: SystemId, task: &str, action: &str) {
    let path = format!("/systems/{system}/tasks/{task}");
    let known = client.if_match(&client.get(&path).await.expect(200)["version"]);
    known.post(&format!("{path}/transitions"), &json!({ "action": action })).await.expect(200);
}

#[tokio::test]
async fn a_new_system_stands_at_the_bottom_of_the_scale() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let dashboard = read(&admin, system).await;
    let score = &dashboard["score"];
    assert_eq!((&score["state"], &score["value"], &score["best"]), (&json!("provisional"), &json!(-203), &json!(110)));
    let board = dashboard["board"].as_array().expect("a board");
    let codes: Vec<&str> = board.iter().filter_map(|family| family["code"].as_str()).collect();
    assert_eq!(codes, ["AC", "AT", "AU", "CM", "IA", "IR", "MA", "MP", "PS", "PE", "RA", "CA", "SC", "SI"]);
    assert_eq!(board.iter().map(|family| family["cells"].as_array().map_or(0, Vec::len)).sum::<usize>(), 110);
    let cell = &board[0]["cells"][0];
    assert_eq!(
        (&cell["reference"], &cell["points"], &cell["progress"]),
        (&json!("AC.L2-3.1.1"), &json!(5), &json!("not_started"))
    );
    let nothing = json!({ "open": 0, "in_progress": 0, "pending_confirmation": 0, "completed": 0, "overdue": 0 });
    assert_eq!(dashboard["tasks"], nothing);
    assert_eq!(dashboard["evidence"], json!({ "current": 0, "expiring": 0, "expired": 0, "pending_review": 0 }));
    for empty in ["my_tasks", "expiring", "clocks"] {
        assert_eq!(dashboard[empty], json!([]), "{empty}");
    }
    assert_eq!(dashboard["activity"][0]["action"], "member.add");
}

#[tokio::test]
async fn tasks_are_counted_and_mine_come_first_by_date() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let ana = app.member(system, "ana", Role::Contributor).await;
    let ben = app.member(system, "ben", Role::Contributor).await;
    let viewer = app.member(system, "viewer", Role::Viewer).await;
    let mine = |title: &str, due: Option<&str>| json!({ "title": title, "assignee": ana.user_id(), "due": due });
    new_task(&admin, system, mine("Some day", None)).await;
    new_task(&admin, system, mine("Soon", Some("2026-11-30"))).await;
    new_task(
        &admin,
        system,
        json!({ "title": "Late", "assignee": ana.user_id(), "due": "2026-11-01", "control": "AC.L2-3.1.1" }),
    )
    .await;
    new_task(&admin, system, json!({ "title": "Free", "due": "2026-11-02" })).await;
    let done = new_task(&admin, system, json!({ "title": "Ben's", "assignee": ben.user_id(), "due": "2026-12-24" })).await;
    step(&ben, system, &done, "start").await;
    step(&ben, system, &done, "submit").await;
    let dashboard = read(&ana, system).await;
    let counts = json!({ "open": 4, "in_progress": 0, "pending_confirmation": 1, "completed": 0, "overdue": 2 });
    assert_eq!(dashboard["tasks"], counts);
    let rows = dashboard["my_tasks"].as_array().expect("tasks");
    let short: Vec<(&str, bool, bool)> = rows
        .iter()
        .map(|t| (t["title"].as_str().unwrap(), t["overdue"].as_bool().unwrap(), t["to_confirm"].as_bool().unwrap()))
        .collect();
    assert_eq!(short, [("Late", true, false), ("Soon", false, false), ("Ben's", false, true), ("Some day", false, false)]);
    assert_eq!((&rows[0]["control"], &rows[0]["number"]), (&json!("AC.L2-3.1.1"), &json!("TASK-3")));
    assert_eq!(rows[2]["state"], "pending_confirmation");
    // Who did it does not confirm it, and who only reads confirms nothing.
    let bens = read(&ben, system).await["my_tasks"].clone();
    assert_eq!((&bens[0]["number"], &bens[0]["to_confirm"], &bens[1]), (&json!(done), &json!(false), &Value::Null));
    assert_eq!(read(&viewer, system).await["my_tasks"], json!([]));
    let clocks = dashboard["clocks"].as_array().expect("clocks");
    assert_eq!((&clocks[0]["text"], &clocks[0]["days_left"]), (&json!("TASK-2 Soon"), &json!(8)), "from today on");
    assert_eq!((&clocks[0]["link"], &clocks[0]["kind"]), (&json!("tasks/TASK-2"), &json!("task")));
    assert_eq!(dashboard["my_overdue"], 1, "nobody else's, and none that waits for me alone");
    step(&ana, system, &done, "confirm").await;
    assert_eq!(read(&ana, system).await["tasks"]["completed"], 1);
}

#[tokio::test]
async fn however_much_is_late_it_is_counted_and_what_comes_next_is_seen() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for n in 1..=11 {
        let late = json!({ "title": format!("Late {n}"), "assignee": admin.user_id(), "due": "2026-11-01" });
        new_task(&admin, system, late).await;
        evidence(&app, system, n, "Over", Some("2026-11-02")).await;
    }
    new_task(&admin, system, json!({ "title": "Today", "assignee": admin.user_id(), "due": "2026-11-22" })).await;
    evidence(&app, system, 12, "Plan", Some("2026-11-30")).await;
    let dashboard = read(&admin, system).await;
    assert_eq!((&dashboard["my_overdue"], dashboard["my_tasks"].as_array().unwrap().len()), (&json!(11), 8));
    assert_eq!((&dashboard["tasks"]["overdue"], &dashboard["evidence"]["expired"]), (&json!(11), &json!(11)));
    let links: Vec<&str> = dashboard["clocks"].as_array().unwrap().iter().map(|c| c["link"].as_str().unwrap()).collect();
    assert_eq!(links, ["tasks/TASK-12", "evidence/EV-12"]);
}

#[tokio::test]
async fn evidence_and_reviews_tick() {
    let app = TestApp::start_with(&LONG_SESSIONS).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for (number, title, expires) in [
        (1, "Over", Some("2026-11-21")),
        (2, "Last day", Some("2026-11-22")),
        (3, "Thirty", Some("2026-12-22")),
        (4, "Thirty-one", Some("2026-12-23")),
        (5, "Ageless", None),
        (6, "Far", Some("2028-01-01")),
        (7, "Farther", Some("2029-01-01")),
    ] {
        evidence(&app, system, number, title, expires).await;
    }
    let review = "UPDATE controls SET next_review = $1 WHERE system_id = $2 AND reference = 'AT.L2-3.2.1'";
    let day: chrono::NaiveDate = "2026-12-01".parse().unwrap();
    prepare(&app, system, review, vec![day.into(), system.0.into()]).await;
    let late = "UPDATE controls SET next_review = $1 WHERE system_id = $2 AND reference = 'AT.L2-3.2.2'";
    let day: chrono::NaiveDate = "2026-11-21".parse().unwrap();
    prepare(&app, system, late, vec![day.into(), system.0.into()]).await;
    let dashboard = read(&admin, system).await;
    assert_eq!(dashboard["overdue_reviews"], 1);
    assert_eq!(dashboard["evidence"], json!({ "current": 4, "expiring": 2, "expired": 1, "pending_review": 0 }));
    let expiring = dashboard["expiring"].as_array().expect("evidence");
    let short: Vec<(&str, &str, i64)> = expiring
        .iter()
        .map(|e| (e["title"].as_str().unwrap(), e["freshness"].as_str().unwrap(), e["days_left"].as_i64().unwrap()))
        .collect();
    let far = 405;
    assert_eq!(
        short,
        [
            ("Last day", "expiring", 0),
            ("Thirty", "expiring", 30),
            ("Thirty-one", "current", 31),
            ("Far", "current", far),
            ("Farther", "current", 771)
        ]
    );
    let clocks: Vec<&str> = dashboard["clocks"].as_array().unwrap().iter().map(|c| c["link"].as_str().unwrap()).collect();
    assert_eq!(clocks, ["evidence/EV-2", "controls/AT.L2-3.2.1", "evidence/EV-3", "evidence/EV-4", "evidence/EV-6"]);
    // The system's day, not UTC's: it is still the 22nd in New York at four in the morning of the 23rd.
    app.platform.clock.advance(Duration::hours(16));
    assert_eq!(read(&admin, system).await["evidence"]["expired"], 1);
    app.platform.clock.advance(Duration::hours(2));
    assert_eq!(read(&admin, system).await["evidence"]["expired"], 2);
}

#[tokio::test]
async fn the_history_has_a_point_a_day_and_where_it_came_from() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for (revision, at, value) in [
        (1001_i64, "2025-01-01T12:00:00Z", -150),
        (1002, "2025-06-01T12:00:00Z", -100),
        (1003, "2026-03-01T12:00:00Z", 10),
        (1004, "2026-03-01T18:00:00Z", 20),
        (1005, "2026-03-02T04:59:00Z", 30),
        (1006, "2026-03-02T05:00:00Z", 40),
    ] {
        let sql = "INSERT INTO score_points (system_id, adoption_id, revision, recorded_at, state, value, best) \
                   SELECT system_id, id, $1, $2, 'provisional', $3, 110 FROM adoptions WHERE system_id = $4";
        let at: DateTime<Utc> = at.parse().unwrap();
        prepare(&app, system, sql, vec![revision.into(), at.into(), value.into(), system.0.into()]).await;
    }
    let dashboard = read(&admin, system).await;
    let values: Vec<i64> = dashboard["history"].as_array().unwrap().iter().filter_map(|p| p["value"].as_i64()).collect();
    // The last one is the new system's own, of today.
    assert_eq!(values, [-100, 30, 40, -203], "{}", dashboard["history"]);
    assert_eq!(dashboard["history"][0]["best"], 110);
}

#[tokio::test]
async fn activity_shows_a_viewer_the_work_only() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let viewer = app.member(system, "viewer", Role::Viewer).await;
    new_task(&admin, system, json!({ "title": "Write the plan" })).await;
    let seen = read(&viewer, system).await["activity"].clone();
    assert_eq!(seen.as_array().map(Vec::len), Some(1), "{seen}");
    assert_eq!((&seen[0]["action"], &seen[0]["object_label"]), (&json!("task.create"), &json!("TASK-1")));
    assert_eq!((&seen[0]["details"], &seen[0]["actor"]["name"]), (&json!({}), &json!("admin")));
    let all = read(&admin, system).await["activity"].clone();
    let actions: Vec<&str> = all.as_array().unwrap().iter().filter_map(|row| row["action"].as_str()).collect();
    assert_eq!(actions, ["task.create", "member.add", "member.add", "system.adopt_pack", "system.create"]);
}

/// The activity as somebody is shown it, with its tag.
async fn activity(client: &Client, system: SystemId) -> (Value, String) {
    let answer = client.get(&format!("/systems/{system}/dashboard")).await;
    let tag = answer.header("etag").expect("a tag").to_owned();
    (answer.expect(200)["activity"].clone(), tag)
}

#[tokio::test]
async fn a_token_reads_the_audit_log_with_audit_read_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let manager = app.member(system, "manager", Role::Manager).await;
    new_task(&admin, system, json!({ "title": "Write the plan" })).await;
    let mut programs = Vec::new();
    for scopes in [json!(["read"]), json!(["read", "audit:read"])] {
        let body = json!({ "name": "reader", "scopes": scopes, "expires_in_days": 5 });
        let made = manager.post("/me/tokens", &body).await.expect(201);
        programs.push(app.anonymous().bearer(made["token"].as_str().expect("a token")));
    }
    let actions = |activity: &Value| -> Vec<String> {
        activity.as_array().expect("events").iter().map(|row| row["action"].as_str().expect("an action").to_owned()).collect()
    };
    // The person comes first: of what is kept for the session nothing may reach the token, nor the other way round.
    let (all, tag) = activity(&manager, system).await;
    assert_eq!(actions(&all), ["task.create", "member.add", "member.add", "system.adopt_pack", "system.create"]);
    assert!(all[0]["request_id"].is_string() && all[0]["details"] != json!({}), "{all}");
    let (work, other) = activity(&programs[0], system).await;
    assert_eq!(actions(&work), ["task.create"]);
    assert_eq!((&work[0]["request_id"], &work[0]["details"]), (&Value::Null, &json!({})), "{work}");
    assert_ne!(tag, other);
    let path = format!("/systems/{system}/dashboard");
    let known = programs[0].with("if-none-match", tag).get(&path).await;
    assert_eq!(known.expect(200)["activity"], work, "the session's tag is not the token's");
    assert_eq!(activity(&programs[1], system).await.0, all, "with audit:read it is the log");
    assert_eq!(activity(&manager, system).await.0, all);
}

#[tokio::test]
async fn it_takes_three_statements_and_none_when_unchanged() {
    let app = TestApp::start_with(&LONG_SESSIONS).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    evidence(&app, system, 1, "Plan", Some("2026-12-01")).await;
    new_task(&admin, system, json!({ "title": "Mine", "assignee": admin.user_id(), "due": "2026-11-30" })).await;
    let path = format!("/systems/{system}/dashboard");
    let before = app.platform.db.read_statements();
    let answer = admin.get(&path).await;
    let taken = app.platform.db.read_statements() - before;
    assert!(taken <= 5, "session, scope, and {} of the dashboard", taken - 2);
    let tag = answer.header("etag").expect("a tag").to_owned();
    answer.expect(200);
    let known = admin.with("if-none-match", tag);
    let before = app.platform.db.read_statements();
    assert_eq!(known.get(&path).await.status.as_u16(), 304);
    assert_eq!(app.platform.db.read_statements() - before, TestDatabase::asked_each_time(), "session and scope");
    // A change, another day and another person: each makes the answer another one.
    new_task(&admin, system, json!({ "title": "New" })).await;
    let tag = known.get(&path).await.header("etag").expect("a tag").to_owned();
    app.platform.clock.advance(Duration::days(1));
    admin.with("if-none-match", tag).get(&path).await.expect(200);
}

#[tokio::test]
async fn a_foreign_dashboard_does_not_exist() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let stranger = app.member(other, "stranger", Role::Manager).await;
    stranger.get(&format!("/systems/{mine}/dashboard")).await.problem(404, "not_found");
    app.anonymous().get(&format!("/systems/{mine}/dashboard")).await.problem(401, "unauthenticated");
    evidence(&app, mine, 1, "Secret", Some("2026-12-01")).await;
    new_task(&admin, mine, json!({ "title": "Secret", "assignee": admin.user_id() })).await;
    assert!(!read(&stranger, other).await.to_string().contains("Secret"));
    assert!(!read(&admin, other).await.to_string().contains("Secret"));
}
