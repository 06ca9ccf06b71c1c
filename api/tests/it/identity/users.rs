//! People of the installation, and their invitations.

use super::{PASSWORD, cookie};
use crate::support::{TestApp, pointers};
use serde_json::{Value, json};
use shared_types::systems::Role;

fn token_of(invitation: &Value) -> String {
    invitation["link"].as_str().and_then(|link| link.split_once("token=")).expect("a link with a token").1.to_owned()
}

#[tokio::test]
async fn an_invited_person_sets_a_password_and_signs_in() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let invitation = admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis Ortega" })).await.expect(201);
    assert_eq!(invitation["user"]["active"], false);
    let sign_in = json!({ "email": "luis@example.com", "password": PASSWORD });
    app.anonymous().post("/session", &sign_in).await.problem(401, "bad_credentials");
    let token = token_of(&invitation);
    let accept = json!({ "token": token, "password": PASSWORD });
    let answer = app.anonymous().post("/invitations/accept", &accept).await;
    assert!(cookie(&answer, ::identity::cookies::ACCESS).is_some());
    assert_eq!(answer.expect(201)["user"]["name"], "Luis Ortega");
    app.anonymous().post("/session", &sign_in).await.expect(200);
    app.anonymous().post("/invitations/accept", &accept).await.problem(401, "bad_token");
    let user = invitation["user"]["id"].as_str().expect("an id");
    admin.post(&format!("/users/{user}/invitation"), &json!({})).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_new_invitation_voids_the_one_before_and_old_ones_expire() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let first = admin.post("/users", &json!({ "email": "luis@example.com", "name": "Luis" })).await.expect(201);
    let user = first["user"]["id"].as_str().expect("an id").to_owned();
    let second = admin.post(&format!("/users/{user}/invitation"), &json!({})).await.expect(201);
    let accept = |token: String| json!({ "token": token, "password": PASSWORD });
    app.anonymous().post("/invitations/accept", &accept(token_of(&first))).await.problem(401, "bad_token");
    app.platform.clock.advance(chrono::Duration::days(7));
    app.anonymous().post("/invitations/accept", &accept(token_of(&second))).await.problem(401, "bad_token");
    admin.post("/users/00000000-0000-7000-8000-000000000000/invitation", &json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn only_administrators_see_and_invite_people() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let manager = app.member(system, "manager", Role::Manager).await;
    let body = json!({ "email": "x@example.com", "name": "X" });
    manager.get("/users").await.problem(403, "forbidden");
    manager.post("/users", &body).await.problem(403, "forbidden");
    manager.post(&format!("/users/{}/invitation", manager.user_id()), &json!({})).await.problem(403, "forbidden");
    app.anonymous().get("/users").await.problem(401, "unauthenticated");
    app.anonymous().post("/users", &body).await.problem(401, "unauthenticated");
    let taken = admin.post("/users", &json!({ "email": "manager@example.com", "name": "X" })).await.problem(409, "taken");
    assert_eq!(pointers(&taken), ["/email"]);
    for (body, pointer) in [
        (json!({ "email": "no address", "name": "X" }), "/email"),
        (json!({ "email": "x@example.com\r\nBcc: y@example.com", "name": "X" }), "/email"),
        (json!({ "email": "x@example.com", "name": "X", "admin": true }), "/admin"),
        (json!({ "email": "x@example.com", "name": 7 }), "/name"),
    ] {
        assert_eq!(pointers(&admin.post("/users", &body).await.problem(400, "invalid")), [pointer]);
    }
}

#[tokio::test]
async fn people_are_listed_by_name_in_pages() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for n in 0..7 {
        let body = json!({ "email": format!("p{n}@example.com"), "name": format!("Person {n}") });
        admin.post("/users", &body).await.expect(201);
    }
    let (mut path, mut names) = ("/users?limit=3".to_owned(), Vec::new());
    loop {
        let page = admin.get(&path).await.expect(200);
        names.extend(
            page["items"].as_array().expect("items").iter().map(|user| user["name"].as_str().expect("a name").to_owned()),
        );
        match page["page"]["next"].as_str() {
            Some(cursor) => path = format!("/users?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!((names.len(), &names), (8, &sorted));
    let cursor = path.split("cursor=").nth(1).expect("a cursor").to_owned();
    admin.get(&format!("/users?limit=3&q=person&cursor={cursor}")).await.problem(400, "bad_cursor");
    admin.get("/users?cursor=garbage").await.problem(400, "bad_cursor");
    for (query, pointer) in [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("colour=red", "colour")] {
        let problem = admin.get(&format!("/users?{query}")).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{query}");
    }
    let found = admin.get("/users?q=PERSON%203").await.expect(200);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
}
