//! The looks of a day: which systems have theirs when one fails, when the clock was wrong, and when midnight passes meanwhile.

use super::texts;
use crate::support::{Client, TestApp, eventually};
use chrono::Duration;
use notifications::jobs::{evidence_freshness, task_deadlines};
use platform::db::Target;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared_types::SystemId;
use shared_types::systems::Role;

/// A system with one member, who has a task that is due and evidence that has expired. Systems are looked at in the order in which they
/// were made.
async fn system(app: &TestApp, admin: &Client, name: &str) -> (SystemId, Client) {
    // Ids follow the time.
    app.platform.clock.advance(Duration::seconds(1));
    let system = app.system(admin, name).await;
    let person = app.member(system, &format!("person of {name}").replace(' ', "-"), Role::Contributor).await;
    let task = json!({ "title": format!("Task of {name}"), "due": "2026-11-20", "assignee": person.user_id() });
    person.post(&format!("/systems/{system}/tasks"), &task).await.expect(201);
    evidence(&person, system, &format!("Evidence of {name}")).await;
    (system, person)
}

/// A person's evidence that has expired.
async fn evidence(person: &Client, system: SystemId, title: &str) {
    let reference = json!({ "name": title, "uri": "https://files.example/policy", "sha256": "a".repeat(64), "custodian": "IT" });
    let metadata = json!({ "title": title, "effective": "2026-01-01", "expires": "2026-11-20" });
    let body = json!({ "reference": reference, "metadata": metadata });
    person.post(&format!("/systems/{system}/evidence/reference"), &body).await.expect(201);
}

async fn told(who: &Client, kind: &str) -> usize {
    texts(&who.get(&format!("/notifications?kind={kind}")).await.expect(200)).len()
}

/// Has the database do something before it writes a notification whose text holds the word: a body in PL/pgSQL, and the same for SQLite.
async fn before_each(app: &TestApp, word: &str, postgres: &str, sqlite: &str) {
    let statements = if matches!(app.platform.settings.database(), Target::Postgres { .. }) {
        vec![
            format!("CREATE FUNCTION obstacle() RETURNS trigger AS $$ BEGIN {postgres}; RETURN NEW; END $$ LANGUAGE plpgsql"),
            format!(
                "CREATE TRIGGER obstacle BEFORE INSERT ON notifications FOR EACH ROW WHEN (NEW.text LIKE '%{word}%') \
                 EXECUTE FUNCTION obstacle()"
            ),
        ]
    } else {
        vec![format!(
            "CREATE TRIGGER obstacle BEFORE INSERT ON notifications WHEN NEW.text LIKE '%{word}%' BEGIN SELECT {sqlite}; END"
        )]
    };
    change(app, statements).await;
}

async fn clear_obstacle(app: &TestApp) {
    let postgres = matches!(app.platform.settings.database(), Target::Postgres { .. });
    change(app, vec![if postgres { "DROP TRIGGER obstacle ON notifications" } else { "DROP TRIGGER obstacle" }.to_owned()]).await;
}

async fn change(app: &TestApp, statements: Vec<String>) {
    let change = app.platform.db.write(move |tx| {
        Box::pin(async move {
            for statement in statements {
                tx.execute_unprepared(&statement).await?;
            }
            Ok(())
        })
    });
    change.await.expect("a change");
}

#[tokio::test]
async fn a_system_that_fails_keeps_no_other_from_its_notices() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, first) = system(&app, &admin, "Broken").await;
    let (_, second) = system(&app, &admin, "Sound").await;
    before_each(&app, "Broken", "RAISE EXCEPTION 'broken'", "RAISE(ABORT, 'broken')").await;
    for _again in 0..2 {
        for look in [task_deadlines(&app.platform).await, evidence_freshness(&app.platform).await] {
            assert_eq!(look.expect_err("the fault is told").code().as_str(), "internal");
        }
        for (kind, counts) in [("task.deadlines", (0, 1)), ("evidence.expired", (0, 1))] {
            assert_eq!((told(&first, kind).await, told(&second, kind).await), counts, "{kind}");
        }
    }
    clear_obstacle(&app).await;
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 1, "what failed is made up for, and nothing else");
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 1);
    assert_eq!((told(&first, "task.deadlines").await, told(&first, "evidence.expired").await), (1, 1));
}

#[tokio::test]
async fn a_clock_that_was_years_ahead_does_not_silence_the_notices() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (system, person) = system(&app, &admin, "Harlan").await;
    let clock = &app.platform.clock;
    clock.advance(Duration::days(1_000));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 1);
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 1);
    clock.advance(Duration::days(-1_000));
    evidence(&person, system, "Another").await;
    for expected in [1, 0] {
        assert_eq!(task_deadlines(&app.platform).await.expect("a look"), expected);
        assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), expected);
    }
    clock.advance(Duration::days(1));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 1, "day by day as before");
    // Nor one that was a few days ahead; of a day of which they were told they are not told again.
    clock.advance(Duration::days(3));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 1);
    clock.advance(Duration::days(-2));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 1);
    clock.advance(Duration::days(-1));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 0);
}

/// The first system's notice shows that the days are settled, the second's takes a moment, and midnight passes: the third was looked at on
/// its day, and the next day is looked at too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_that_lasts_past_midnight_leaves_the_next_day_to_be_looked_at() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, first) = system(&app, &admin, "Quick").await;
    let (_, second) = system(&app, &admin, "Slow").await;
    let (_, third) = system(&app, &admin, "Last").await;
    let slowly = "(WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5000000) SELECT MAX(x) FROM c)";
    before_each(&app, "Slow", "PERFORM pg_sleep(2)", slowly).await;
    let platform = app.platform.clone();
    let look = tokio::spawn(async move { task_deadlines(&platform).await });
    eventually("the first notice", 20, async || app.count("SELECT COUNT(*) FROM notifications").await >= 1).await;
    // It was seven in the morning in New York.
    app.platform.clock.advance(Duration::minutes(17 * 60 + 1));
    assert_eq!(look.await.expect("no panic").expect("a look"), 3);
    clear_obstacle(&app).await;
    app.platform.clock.advance(Duration::hours(8));
    assert_eq!(task_deadlines(&app.platform).await.expect("a look"), 3, "a day was lost");
    for person in [&first, &second, &third] {
        assert_eq!(told(person, "task.deadlines").await, 2);
    }
}
