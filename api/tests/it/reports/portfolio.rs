use super::{evidence, prepare};
use crate::support::{Client, TestApp, TestDatabase};
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;

/// For tests that move the clock by days.
const LONG_SESSIONS: [(&str, &str); 2] = [("CMMC_SESSION__IDLE_HOURS", "720"), ("CMMC_SESSION__ABSOLUTE_HOURS", "720")];

async fn read(client: &Client) -> Value {
    client.get("/portfolio").await.expect(200)
}

fn names(portfolio: &Value) -> Vec<&str> {
    portfolio["systems"].as_array().expect("systems").iter().filter_map(|system| system["name"].as_str()).collect()
}

async fn review(app: &TestApp, system: SystemId, reference: &'static str, day: &str) {
    let day: chrono::NaiveDate = day.parse().expect("a day");
    let sql = "UPDATE controls SET next_review = $1 WHERE system_id = $2 AND reference = $3";
    prepare(app, system, sql, vec![day.into(), system.0.into(), reference.into()]).await;
}

async fn task(client: &Client, system: SystemId, body: Value) {
    client.post(&format!("/systems/{system}/tasks"), &body).await.expect(201);
}

#[tokio::test]
async fn each_system_stands_as_its_own_dashboard_says() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (alpha, beta) = (app.system(&admin, "Alpha").await, app.system(&admin, "Beta").await);
    let findings = json!({ "items": [{ "control": "AC.L2-3.1.1", "finding": "met" }, { "control": "AC.L2-3.1.20", "objective": "a", "finding": "not_met", "reason": "Nobody looks." }] });
    admin.post(&format!("/systems/{alpha}/findings/bulk"), &findings).await.expect(200);
    task(&admin, alpha, json!({ "title": "Late", "assignee": admin.user_id(), "due": "2026-11-01" })).await;
    task(&admin, alpha, json!({ "title": "Soon", "due": "2026-12-02" })).await;
    evidence(&app, alpha, 1, "Over", Some("2026-11-21")).await;
    evidence(&app, alpha, 2, "Last day", Some("2026-12-03")).await;
    let waits = evidence(&app, beta, 1, "Waits", None).await;
    prepare(&app, beta, "UPDATE evidence SET state = 'pending_review' WHERE id = $1", vec![waits.into()]).await;
    review(&app, beta, "AT.L2-3.2.1", "2026-11-22").await;
    review(&app, beta, "AT.L2-3.2.2", "2026-11-21").await;
    let portfolio = read(&admin).await;
    assert_eq!((names(&portfolio), &portfolio["total"]), (vec!["Alpha", "Beta"], &json!(2)));
    for (line, system) in portfolio["systems"].as_array().unwrap().iter().zip([alpha, beta]) {
        let dashboard = admin.get(&format!("/systems/{system}/dashboard")).await.expect(200);
        assert_eq!(line["id"], json!(system));
        for (here, there) in [("findings", "/score/counts"), ("tasks", "/tasks"), ("evidence", "/evidence")] {
            assert_eq!(Some(&line[here]), dashboard.pointer(there), "{here}");
        }
        for field in ["state", "value", "best", "minimum", "maximum", "no_score_reason"] {
            assert_eq!(line["standing"][field], dashboard["score"][field], "{field}");
        }
        for field in ["all_met", "conditional_possible", "conditional_at"] {
            assert_eq!(line["standing"][field], dashboard["score"]["eligibility"][field], "{field}");
        }
        let blockers = dashboard["score"]["eligibility"]["blockers"].as_array().expect("blockers").len();
        assert_eq!(line["standing"]["blockers"], blockers);
    }
    let (first, second) = (&portfolio["systems"][0], &portfolio["systems"][1]);
    assert_eq!(
        (&first["my_tasks"], &first["tasks"]["overdue"], &first["evidence"]["expired"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(first["findings"]["not_met"], 1);
    assert_eq!((&first["role"], &first["level"], &first["demo"]), (&json!("manager"), &json!(2), &json!(false)));
    // The next date, not one that has passed; today's is one.
    assert_eq!((&first["next"]["text"], &first["next"]["link"]), (&json!("TASK-2 Soon"), &json!("tasks/TASK-2")));
    assert_eq!((&second["next"]["kind"], &second["next"]["days_left"]), (&json!("review"), &json!(0)));
    assert_eq!((&second["evidence"]["pending_review"], &second["my_tasks"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn it_shows_what_one_is_a_member_of_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, theirs, old) =
        (app.system(&admin, "Mine").await, app.system(&admin, "Theirs").await, app.system(&admin, "Old").await);
    let ana = app.member(mine, "ana", Role::Viewer).await;
    task(&admin, theirs, json!({ "title": "Secret", "due": "2026-12-01" })).await;
    app.anonymous().get("/portfolio").await.problem(401, "unauthenticated");
    let portfolio = read(&ana).await;
    assert_eq!((names(&portfolio), &portfolio["total"]), (vec!["Mine"], &json!(1)));
    assert!(!portfolio.to_string().contains("Secret"));
    assert_eq!(read(&app.user("nobody").await).await["systems"], json!([]));
    // An administrator sees all, with no role in those that another runs.
    let other = app.person("second", true).await;
    let all = read(&other).await;
    assert_eq!((names(&all), &all["systems"][0]["role"]), (vec!["Mine", "Old", "Theirs"], &Value::Null));
    // An archived system is no work.
    admin.post(&format!("/systems/{old}/archive"), &json!({})).await.expect(200);
    assert_eq!(names(&read(&other).await), ["Mine", "Theirs"]);
    // Who leaves sees it no more.
    let member = admin.get(&format!("/systems/{mine}/members")).await.expect(200);
    let version = member
        .as_array()
        .or(member["items"].as_array())
        .expect("members")
        .iter()
        .find(|m| m["user"] == json!(ana.user_id()))
        .expect("ana")["version"]
        .clone();
    assert_eq!(admin.if_match(&version).delete(&format!("/systems/{mine}/members/{}", ana.user_id())).await.status.as_u16(), 204);
    assert_eq!(read(&ana).await["systems"], json!([]));
}

#[tokio::test]
async fn a_token_of_one_system_reads_no_portfolio() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for (bound, status) in [(json!(null), 200), (json!(system), 404)] {
        let new = json!({ "name": format!("reader {status}"), "scopes": ["read"], "system": bound, "expires_in_days": 1 });
        let token = admin.post("/me/tokens", &new).await.expect(201)["token"].as_str().expect("a token").to_owned();
        assert_eq!(admin.bearer(&token).get("/portfolio").await.status.as_u16(), status);
    }
}

#[tokio::test]
async fn fifty_systems_take_three_statements_and_one_when_unchanged() {
    let app = TestApp::start_with(&LONG_SESSIONS).await;
    let admin = app.admin().await;
    let mut last = None;
    for number in 0..50 {
        last = Some(app.system(&admin, &format!("Client {number:02}")).await);
    }
    let read_statements = || app.platform.db.read_statements();
    let before = read_statements();
    let answer = admin.get("/portfolio").await;
    let taken = read_statements() - before;
    let session = 1;
    assert!(taken <= 3 + session, "session, and {} of the portfolio", taken - session);
    let tag = answer.header("etag").expect("a tag").to_owned();
    assert_eq!(names(&answer.expect(200)).len(), 50);
    // Kept: whoever asks the same again costs the list of systems, with or without the tag.
    let unchanged = TestDatabase::asked_each_time().min(1) + 1;
    let known = admin.with("if-none-match", tag);
    for (client, status) in [(&known, 304), (&admin, 200)] {
        let before = read_statements();
        assert_eq!(client.get("/portfolio").await.status.as_u16(), status);
        assert!(read_statements() - before <= unchanged, "{status}: {}", read_statements() - before);
    }
    // A change in any of them, and another day, make it another one.
    task(&admin, last.expect("a system"), json!({ "title": "New" })).await;
    let answer = known.get("/portfolio").await;
    let tag = answer.header("etag").expect("a tag").to_owned();
    assert_eq!(answer.expect(200)["systems"][49]["tasks"]["open"], 1);
    app.platform.clock.advance(Duration::days(1));
    admin.with("if-none-match", tag).get("/portfolio").await.expect(200);
}
