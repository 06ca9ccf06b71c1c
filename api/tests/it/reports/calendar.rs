//! The calendar of a system, and its feeds as another program reads them.

use super::{evidence, prepare};
use crate::evidence::{Scene, scene};
use crate::support::{Answer, pointers};
use serde_json::{Value, json};
use shared_types::systems::Role;
use std::io::Write;
use std::process::{Command, Stdio};

/// Tasks, a review and evidence on days around 22 November 2026.
async fn work(scene: &Scene) {
    for (title, due) in [("Late, \"one\"; x", "2026-11-01"), ("Not yet", "2026-12-01"), ("Far", "2027-06-01")] {
        let body = json!({ "title": title, "due": due, "assignee": scene.contributor.user_id() });
        scene.contributor.post(&scene.path("/tasks"), &body).await.expect(201);
    }
    scene.contributor.post(&scene.path("/tasks"), &json!({ "title": "Without a day" })).await.expect(201);
    let path = scene.path("/controls/AC.L2-3.1.1");
    let control = scene.admin.get(&path).await.expect(200);
    let change = json!({ "next_review": "2026-11-29", "owner": scene.contributor.user_id() });
    scene.admin.if_match(&control["control"]["version"]).patch(&path, &change).await.expect(200);
    evidence(&scene.app, scene.system, 900, "Scan", Some("2026-12-15")).await;
    evidence(&scene.app, scene.system, 901, "For ever", None).await;
}

fn told(calendar: &Value) -> Vec<String> {
    let entries = calendar["entries"].as_array().expect("entries");
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    entries
        .iter()
        .map(|e| format!("{} {} {} {}", text(e, "date"), text(e, "kind"), text(e, "reference"), text(e, "status")))
        .collect()
}

#[tokio::test]
async fn every_source_gives_its_days_and_filters_hold() {
    let scene = scene().await;
    work(&scene).await;
    let get = async |client: &crate::support::Client, query: &str| client.get(&scene.path(&format!("/calendar?{query}"))).await;
    let year = "from=2026-10-01&to=2027-09-30";
    let all = get(&scene.viewer, year).await.expect(200);
    assert_eq!(
        told(&all),
        [
            "2026-11-01 task TASK-1 overdue",
            "2026-11-29 review AC.L2-3.1.1 soon",
            "2026-12-01 task TASK-2 planned",
            "2026-12-15 evidence EV-900 soon",
            "2027-06-01 task TASK-3 planned"
        ]
    );
    assert_eq!((&all["today"], &all["cut"]), (&json!("2026-11-22"), &json!(false)));
    assert_eq!(told(&get(&scene.viewer, "from=2026-12-01&to=2026-12-01").await.expect(200)).len(), 1, "both ends belong to it");
    for (filter, count) in [
        ("kinds=task", 3),
        ("kinds=review,evidence", 2),
        ("status=overdue", 1),
        ("status=soon", 2),
        ("status=soon&kinds=evidence", 1),
        ("status=planned&kinds=task", 2),
        ("status=soon,planned", 4),
        ("status=planned,overdue", 3),
        ("status=done", 0),
        ("assignee=none", 1),
        ("kinds=task&status=soon&assignee=none", 0),
    ] {
        assert_eq!(told(&get(&scene.viewer, &format!("{year}&{filter}")).await.expect(200)).len(), count, "{filter}");
    }
    assert_eq!(told(&get(&scene.contributor, &format!("{year}&assignee=me")).await.expect(200)).len(), 4);
    // Who may move what.
    let movable = |calendar: &Value| -> Vec<bool> {
        calendar["entries"].as_array().expect("entries").iter().map(|entry| entry["movable"] == true).collect()
    };
    assert_eq!(movable(&all), [false; 5]);
    assert_eq!(movable(&get(&scene.contributor, year).await.expect(200)), [true, true, true, false, true]);
    let other = scene.app.member(scene.system, "otto", Role::Contributor).await;
    assert_eq!(movable(&get(&other, year).await.expect(200)), [true, false, true, false, true], "another's review");
    for (query, pointer) in [
        ("from=2026-10-01&to=2027-11-05", "to"),
        ("from=2026-10-02&to=2026-10-01", "to"),
        ("from=2026-02-30&to=2026-10-01", "from"),
        ("from=2026-10-01", "to"),
        ("from=1989-12-31&to=2026-10-01", "from"),
        ("from=2026-10-01&to=9999-12-31", "to"),
        ("from=+262142-01-01&to=+262142-01-02", "from"),
        ("from=2026-10-01&to=2026-10-02&kinds=birthday", "kinds"),
        ("from=2026-10-01&to=2026-10-02&status=fine", "status"),
        ("from=2026-10-01&to=2026-10-02&assignee=bob", "assignee"),
        ("from=2026-10-01&to=2026-10-02&colour=red", "colour"),
    ] {
        let problem = get(&scene.viewer, query).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{query}");
    }
    get(&scene.foreigner, year).await.problem(404, "not_found");
    get(&scene.app.anonymous(), year).await.problem(401, "unauthenticated");
    // A day that is given another one is there at once.
    let task = scene.contributor.get(&scene.path("/tasks/TASK-2")).await.expect(200);
    scene
        .contributor
        .if_match(&task["version"])
        .patch(&scene.path("/tasks/TASK-2"), &json!({ "due": "2026-12-24" }))
        .await
        .expect(200);
    assert!(told(&get(&scene.viewer, year).await.expect(200)).contains(&"2026-12-24 task TASK-2 planned".to_owned()));
}

#[tokio::test]
async fn what_is_deleted_or_archived_has_no_day_and_today_is_the_systems() {
    let scene = scene().await;
    work(&scene).await;
    let year = scene.path("/calendar?from=2026-10-01&to=2027-09-30");
    let task = scene.contributor.get(&scene.path("/tasks/TASK-1")).await.expect(200);
    scene.admin.if_match(&task["version"]).delete(&scene.path("/tasks/TASK-1")).await.expect(204);
    assert_eq!(told(&scene.viewer.get(&year).await.expect(200)).len(), 4);
    for sql in [
        "UPDATE evidence SET archived_at = $1 WHERE number = 900",
        "UPDATE evidence SET archived_at = NULL, deleted_at = $1 WHERE number = 900",
    ] {
        prepare(&scene.app, scene.system, sql, vec![scene.app.platform.clock.now().into()]).await;
        assert_eq!(told(&scene.viewer.get(&year).await.expect(200)).len(), 3, "{sql}");
    }
    // What supports findings is the approved version, and its day counts; one without an end has none.
    let sql =
        "UPDATE evidence SET archived_at = NULL, deleted_at = NULL, approved_version = 1, approved_until = $1 WHERE number = 900";
    let day: chrono::NaiveDate = "2027-01-31".parse().expect("a day");
    prepare(&scene.app, scene.system, sql, vec![day.into()]).await;
    assert!(told(&scene.viewer.get(&year).await.expect(200)).contains(&"2027-01-31 evidence EV-900 planned".to_owned()));

    // Noon of 22 November in London is the 23rd already on Kiritimati, and a task of the 22nd late there.
    let body = json!({ "name": "Far out", "organization": "Harlan", "pack": "cmmc-level-1", "time_zone": "Pacific/Kiritimati" });
    let created = scene.admin.post("/systems", &body).await.expect(201);
    let far = created["id"].as_str().expect("an id");
    for system in [far.to_owned(), scene.system.to_string()] {
        scene.admin.post(&format!("/systems/{system}/tasks"), &json!({ "title": "Edge", "due": "2026-11-22" })).await.expect(201);
    }
    let edge = |system: &str| format!("/systems/{system}/calendar?from=2026-11-22&to=2026-11-22");
    let there = scene.admin.get(&edge(far)).await.expect(200);
    assert_eq!((told(&there), &there["today"]), (vec!["2026-11-22 task TASK-1 overdue".to_owned()], &json!("2026-11-23")));
    let here = scene.admin.get(&edge(&scene.system.to_string())).await.expect(200);
    assert_eq!(told(&here), ["2026-11-22 task TASK-5 soon"]);
    assert_eq!(told(&scene.admin.get(&format!("{}&status=overdue", edge(far))).await.expect(200)).len(), 1);

    // An archived system is read as ever, and nothing of it moves; feeds leave it out.
    let made = scene.contributor.post("/me/calendar-feeds", &json!({ "system": scene.system })).await.expect(201);
    let anonymous = scene.app.anonymous();
    assert!(!by_icalendar(&anonymous.get(&path(&made)).await)["events"].as_array().expect("events").is_empty());
    scene.admin.post(&scene.path("/archive"), &json!({})).await.expect(200);
    let after = scene.admin.get(&year).await.expect(200);
    let movable = after["entries"].as_array().expect("entries").iter().filter(|entry| entry["movable"] == true).count();
    assert_eq!((told(&after).len(), movable), (5, 0));
    assert_eq!(by_icalendar(&anonymous.get(&path(&made)).await)["events"], json!([]));
}

/// What another program finds in a calendar.
fn found(answer: &Answer, command: &mut Command) -> Value {
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    for line in answer.bytes.split_inclusive(|byte| *byte == b'\n') {
        assert!(line.ends_with(b"\r\n"), "every line ends in CRLF");
        assert!(line.len() <= 77, "no line is longer than 75 octets");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a reader; `just setup` brings them");
    child.stdin.take().expect("its input").write_all(&answer.bytes).expect("written");
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What Python's icalendar finds.
fn by_icalendar(answer: &Answer) -> Value {
    found(answer, Command::new("office-python").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/reports/read_calendar.py")))
}

/// What ical.js finds, by which Thunderbird reads calendars.
fn by_ical_js(answer: &Answer) -> Value {
    found(answer, Command::new("node").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/clients/read-calendar.mjs")))
}

/// The path of a feed's address.
fn path(made: &Value) -> String {
    let url = made["url"].as_str().expect("an address");
    url.split_once("/api/v1").expect("the API").1.to_owned()
}

#[tokio::test]
async fn a_feed_is_read_by_other_programs_and_follows_what_moves() {
    let scene = scene().await;
    work(&scene).await;
    let long = format!("Grüße 日本 {}; a,b\\n", "ü".repeat(120));
    scene.contributor.post(&scene.path("/tasks"), &json!({ "title": long, "due": "2027-08-01" })).await.expect(201);
    let made = scene.contributor.post("/me/calendar-feeds", &json!({ "system": scene.system })).await.expect(201);
    let feed = path(&made);
    let secret = feed.strip_prefix("/calendar-feeds/").and_then(|rest| rest.strip_suffix(".ics")).expect("its form");
    assert!(secret.len() >= 43, "256 bits");
    let anonymous = scene.app.anonymous();
    let answer = anonymous.get(&feed).await;
    assert!(answer.header("ratelimit-limit").is_some(), "it is counted as every address is");
    let calendar = by_icalendar(&answer);
    let facts = &calendar["facts"];
    assert_eq!((&facts["VERSION"], &facts["METHOD"]), (&json!("2.0"), &json!("PUBLISH")));
    assert_eq!((&facts["X-WR-CALNAME"], &facts["X-PUBLISHED-TTL"]), (&json!("CMMC: Enclave"), &json!("PT1H")));
    let events = calendar["events"].as_array().expect("events");
    let summaries: Vec<&str> = events.iter().map(|event| event["summary"].as_str().expect("a summary")).collect();
    assert_eq!(summaries.len(), 6);
    assert_eq!((summaries[0], summaries[3]), ("Due: TASK-1 Late, \"one\"; x", "Expires: EV-900 Scan"));
    assert!(summaries[1].starts_with("Review: AC.L2-3.1.1 "));
    assert_eq!(summaries[5], format!("Due: TASK-5 {long}"), "folded and escaped, and read back");
    assert_eq!((&events[0]["start"], &events[0]["end"]), (&json!("2026-11-01"), &Value::Null));
    assert_eq!(events[0]["stamp"], "2026-11-22T12:00:00+00:00");
    assert!(events[0]["description"].as_str().expect("text").contains("/tasks/TASK-1"));
    // The other reader finds the same.
    let other = by_ical_js(&answer);
    assert_eq!(other["facts"], json!({ "REFRESH": "duration", "HOURS": 1, "METHOD": "PUBLISH" }));
    let seen = |event: &Value| ["uid", "summary", "description", "start", "sequence"].map(|name| event[name].clone());
    assert!(other["events"].as_array().expect("events").iter().all(|event| event["days"] == 1), "one whole day each");
    let all = |calendar: &Value| calendar["events"].as_array().expect("events").iter().map(seen).collect::<Vec<_>>();
    assert_eq!(all(&other), all(&calendar));

    // Unchanged; then a day moves: the same UID, a higher sequence.
    let tag = answer.header("etag").expect("a tag").to_owned();
    assert_eq!(anonymous.with("if-none-match", tag.clone()).get(&feed).await.status.as_u16(), 304);
    let task = scene.contributor.get(&scene.path("/tasks/TASK-1")).await.expect(200);
    let moved = json!({ "due": "2026-11-23" });
    scene.contributor.if_match(&task["version"]).patch(&scene.path("/tasks/TASK-1"), &moved).await.expect(200);
    let later = by_icalendar(&anonymous.with("if-none-match", tag).get(&feed).await);
    assert_eq!((&later["events"][0]["uid"], &later["events"][0]["start"]), (&events[0]["uid"], &json!("2026-11-23")));
    assert!(later["events"][0]["sequence"].as_i64() > events[0]["sequence"].as_i64());
}

#[tokio::test]
async fn an_address_is_told_once_changed_and_revoked_by_its_person_alone() {
    let scene = scene().await;
    let anonymous = scene.app.anonymous();
    let made = scene.contributor.post("/me/calendar-feeds", &json!({ "system": scene.system })).await.expect(201);
    let id = made["feed"]["id"].as_str().expect("an id").to_owned();
    let feed = path(&made);
    anonymous.get(&feed).await;
    let listed = scene.contributor.get("/me/calendar-feeds").await.expect(200);
    assert_eq!(listed["items"][0]["last_read_at"], "2026-11-22T12:00:00Z");
    // A clock that was ahead by more than a moment has not read it last.
    for (moved, last) in [
        (chrono::Duration::days(900), "2029-05-10T12:00:00Z"),
        (chrono::Duration::days(-900), "2026-11-22T12:00:00Z"),
        (chrono::Duration::minutes(59), "2026-11-22T12:00:00Z"),
        (chrono::Duration::minutes(1), "2026-11-22T13:00:00Z"),
    ] {
        scene.app.platform.clock.advance(moved);
        assert_eq!(anonymous.get(&feed).await.status, 200);
        assert_eq!(scene.contributor.get("/me/calendar-feeds").await.expect(200)["items"][0]["last_read_at"], last);
    }
    let secret = feed.trim_start_matches("/calendar-feeds/").trim_end_matches(".ics");
    assert!(!listed.to_string().contains(secret), "the secret is told once");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM calendar_feeds WHERE length(hash) = 64").await, 1);
    let log = scene.admin.get("/audit-events?limit=100").await.expect(200);
    assert!(log.to_string().contains("calendar_feed.create") && !log.to_string().contains(secret));

    let rotation = format!("/me/calendar-feeds/{id}/rotation");
    let own = format!("/me/calendar-feeds/{id}");
    // Another's feed is nobody else's business, not even an administrator's.
    for other in [&scene.viewer, &scene.admin] {
        other.post(&rotation, &json!({})).await.problem(404, "not_found");
        other.delete(&own).await.problem(404, "not_found");
        assert_eq!(other.get("/me/calendar-feeds").await.expect(200)["items"], json!([]));
    }
    let again = scene.contributor.post(&rotation, &json!({})).await.expect(200);
    assert_eq!(again["feed"]["last_read_at"], Value::Null);
    anonymous.get(&feed).await.problem(404, "not_found");
    by_icalendar(&anonymous.get(&path(&again)).await);
    scene.contributor.delete(&own).await.expect(204);
    anonymous.get(&path(&again)).await.problem(404, "not_found");
    scene.contributor.delete(&own).await.problem(404, "not_found");
    scene.contributor.post(&rotation, &json!({})).await.problem(404, "not_found");
    for wrong in ["/calendar-feeds/guess.ics", "/calendar-feeds/%00.ics"] {
        anonymous.get(wrong).await.problem(404, "not_found");
    }
    let foreign = json!({ "system": scene.foreign_system });
    let problem = scene.contributor.post("/me/calendar-feeds", &foreign).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["/system"]);
    assert_eq!(problem["errors"][0]["code"], "not_found");
    // Twenty are enough.
    for _ in 0..20 {
        scene.contributor.post("/me/calendar-feeds", &json!({})).await.expect(201);
    }
    scene.contributor.post("/me/calendar-feeds", &json!({})).await.problem(409, "conflict");
}

#[tokio::test]
async fn feeds_are_turned_off_for_all_at_once() {
    let scene = scene().await;
    let anonymous = scene.app.anonymous();
    let made = scene.contributor.post("/me/calendar-feeds", &json!({})).await.expect(201);
    let own = format!("/me/calendar-feeds/{}", made["feed"]["id"].as_str().expect("an id"));
    scene.admin.put("/features/calendar_feeds", &json!({ "enabled": false })).await.expect(200);
    anonymous.get(&path(&made)).await.problem(403, "feature_off");
    scene.contributor.post("/me/calendar-feeds", &json!({})).await.problem(403, "feature_off");
    scene.contributor.post(&format!("{own}/rotation"), &json!({})).await.problem(403, "feature_off");
    scene.admin.put("/features/calendar_feeds", &json!({ "enabled": true })).await.expect(200);
    by_icalendar(&anonymous.get(&path(&made)).await);
    scene.admin.put("/features/calendar_feeds", &json!({ "enabled": false })).await.expect(200);
    scene.contributor.delete(&own).await.expect(204);
}

#[tokio::test]
async fn a_feed_follows_memberships_and_the_account() {
    let scene = scene().await;
    work(&scene).await;
    let second = scene.app.system(&scene.admin, "Second").await;
    let task = json!({ "title": "There", "due": "2026-11-25" });
    scene.admin.post(&format!("/systems/{second}/tasks"), &task).await.expect(201);
    let made = scene.contributor.post("/me/calendar-feeds", &json!({})).await.expect(201);
    let anonymous = scene.app.anonymous();
    let count = async |made: &Value| by_icalendar(&anonymous.get(&path(made)).await)["events"].as_array().expect("events").len();
    assert_eq!(count(&made).await, 5, "only one's own systems");
    let user = scene.contributor.user_id();
    let joined = ::audit::change_system(&scene.app.platform, ::audit::Actor::anonymous(), second, move |door| {
        Box::pin(async move { ::systems::add_member(door, second, user, Role::Viewer).await })
    });
    joined.await.expect("a member");
    assert_eq!(count(&made).await, 6);
    let bound = scene.contributor.post("/me/calendar-feeds", &json!({ "system": second })).await.expect(201);
    assert_eq!(count(&bound).await, 1);

    let members = format!("/systems/{second}/members");
    let listed = scene.admin.get(&members).await.expect(200);
    let me = json!(user);
    let version =
        listed["items"].as_array().expect("members").iter().find(|one| one["user"] == me).expect("me")["version"].clone();
    scene.admin.if_match(&version).delete(&format!("{members}/{user}")).await.expect(204);
    assert_eq!(count(&made).await, 5);
    let emptied = anonymous.get(&path(&bound)).await;
    assert_eq!(by_icalendar(&emptied)["events"], json!([]));
    assert!(!String::from_utf8_lossy(&emptied.bytes).contains("Second"), "not even its name");
    let own = scene.contributor.get("/me/calendar-feeds").await.expect(200);
    let own = own["items"].as_array().expect("feeds").iter().find(|feed| feed["system"] == json!(second)).expect("it");
    assert_eq!(own["system_name"], Value::Null);

    let changes = format!("/users/{user}/changes");
    scene.admin.post(&changes, &json!({ "action": "deactivate" })).await.expect(200);
    anonymous.get(&path(&made)).await.problem(404, "not_found");
    scene.admin.post(&changes, &json!({ "action": "reactivate" })).await.expect(200);
    anonymous.get(&path(&made)).await.problem(404, "not_found");
    assert_eq!(scene.app.count("SELECT COUNT(*) FROM calendar_feeds").await, 0, "whoever comes back makes new ones");
}
