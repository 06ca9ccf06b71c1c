//! A person's new name reaches every list that shows it, whoever has it already; the lists of other systems stay known.

use crate::support::{Client, TestApp};
use serde_json::json;
use shared_types::SystemId;
use shared_types::systems::Role;

const OLD: &str = "Dana Whitmore";

/// What a system shows of people and knows by its revision.
const PAGES: [&str; 7] =
    ["tasks", "controls", "audit-events", "dashboard", "calendar?from=2026-11-01&to=2026-12-31", "score", "controls/3.1.1"];

/// An answer that the client has.
struct Known {
    path: String,
    tag: String,
}

async fn known(client: &Client, system: SystemId) -> Vec<Known> {
    let mut answers = Vec::new();
    for page in PAGES {
        let path = format!("/systems/{system}/{page}");
        let answer = client.get(&path).await;
        answers.push(Known { tag: answer.header("etag").expect("a tag").to_owned(), path });
    }
    answers
}

/// Everything is as the client has it.
async fn is_unchanged(client: &Client, answers: &[Known]) {
    for Known { path, tag } in answers.iter().filter(|known| !known.path.ends_with("controls/3.1.1")) {
        assert_eq!(client.with("if-none-match", tag.clone()).get(path).await.status.as_u16(), 304, "{path}");
    }
}

/// Each answer is another one, without the old name; in how many the new one stands.
async fn shown(client: &Client, answers: &[Known], new: &str) -> usize {
    let mut count = 0;
    for Known { path, tag } in answers {
        let asked = client.with("if-none-match", tag.clone()).get(path).await;
        assert_eq!(asked.status.as_u16(), 200, "{path}");
        // Whoever does not know it is not given what the server has kept either.
        for answer in [asked, client.get(path).await] {
            let text = String::from_utf8(answer.bytes).expect("text");
            assert!(!text.contains(OLD), "{path}: {text}");
            count += usize::from(text.contains(new));
        }
    }
    count
}

/// A system in which Dana has work.
async fn with_work(app: &TestApp, admin: &Client, dana: &Client, name: &str) -> SystemId {
    let system = app.system(admin, name).await;
    let body = json!({ "email": "dana@example.com", "role": "contributor" });
    admin.post(&format!("/systems/{system}/members"), &body).await.expect(201);
    let task = json!({ "title": "Review", "assignee": dana.user_id(), "due": "2026-12-01" });
    admin.post(&format!("/systems/{system}/tasks"), &task).await.expect(201);
    let owner = json!({ "owner": dana.user_id() });
    admin.with("if-match", "*").patch(&format!("/systems/{system}/controls/3.1.1"), &owner).await.expect(200);
    system
}

/// Seen to fail at the first list without `audit::renew_where_shown`, and at the system that was left with membership alone as its
/// condition.
#[tokio::test]
async fn a_new_name_is_shown_at_once_where_the_person_is_known_and_nothing_else_is_sent_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let dana = app.user("dana").await;
    dana.patch("/me", &json!({ "name": OLD })).await.expect(200);
    let mine = with_work(&app, &admin, &dana, "Mine").await;
    let left = with_work(&app, &admin, &dana, "Left").await;
    admin.with("if-match", "*").delete(&format!("/systems/{left}/members/{}", dana.user_id())).await.expect(204);
    let archived = with_work(&app, &admin, &dana, "Archived").await;
    admin.with("if-match", "*").post(&format!("/systems/{archived}/archive"), &json!({})).await.expect(200);
    let other = app.system(&admin, "Other").await;
    let stranger = app.member(other, "stranger", Role::Manager).await;

    let before = [known(&admin, mine).await, known(&admin, left).await, known(&admin, archived).await];
    let elsewhere = known(&admin, other).await;
    let portfolio = |answer: crate::support::Answer| answer.header("etag").expect("a tag").to_owned();
    let (portfolio_of_admin, portfolio_of_stranger) =
        (portfolio(admin.get("/portfolio").await), portfolio(stranger.get("/portfolio").await));
    let events = app.count("SELECT COUNT(*) FROM audit_events").await;
    // Another time zone is shown nowhere.
    dana.patch("/me", &json!({ "time_zone": "Europe/Berlin" })).await.expect(200);
    for answers in &before {
        is_unchanged(&admin, answers).await;
    }

    let me = dana.patch("/me", &json!({ "name": "Dana Ferris" })).await.expect(200);
    assert_eq!((&me["name"], &me["time_zone"]), (&json!("Dana Ferris"), &json!("Europe/Berlin")));
    for answers in &before {
        // Tasks, controls and one of these, the calendar; the log, where something was done to her.
        assert!(shown(&admin, answers, "Dana Ferris").await >= 8);
    }
    is_unchanged(&admin, &elsewhere).await;
    admin.with("if-none-match", portfolio_of_admin).get("/portfolio").await.expect(200);
    assert_eq!(stranger.with("if-none-match", portfolio_of_stranger).get("/portfolio").await.status.as_u16(), 304);
    // Nothing was done in the systems: their logs are as long as they were, and whole.
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_events").await, events + 2, "the two changes of the profile");
    for system in [mine, left, archived, other] {
        assert_eq!(admin.get(&format!("/systems/{system}/audit-events/verification")).await.expect(200)["intact"], true);
    }
}

#[tokio::test]
async fn a_deleted_person_is_named_nowhere_at_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let dana = app.user("dana").await;
    dana.patch("/me", &json!({ "name": OLD })).await.expect(200);
    let left = with_work(&app, &admin, &dana, "Left").await;
    admin.with("if-match", "*").delete(&format!("/systems/{left}/members/{}", dana.user_id())).await.expect(204);
    let other = app.system(&admin, "Other").await;
    let (answers, elsewhere) = (known(&admin, left).await, known(&admin, other).await);
    admin.post(&format!("/users/{}/changes", dana.user_id()), &json!({ "action": "delete" })).await.expect(200);
    assert!(shown(&admin, &answers, "Deleted person").await >= 8);
    is_unchanged(&admin, &elsewhere).await;
}
