//! Systems and members.

mod invitations;

use crate::support::{TestApp, pointers};
use serde_json::json;
use shared_types::systems::Role;

#[tokio::test]
async fn a_system_is_created_from_a_rule_pack_with_its_controls() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan CUI enclave").await;
    assert_eq!(app.count("SELECT COUNT(*) FROM controls").await, 110);
    assert_eq!(app.count("SELECT COUNT(*) FROM objective_findings").await, 320);
    let read = admin.get(&format!("/systems/{system}")).await.expect(200);
    assert_eq!((read["level"].as_i64(), read["role"].as_str()), (Some(2), Some("manager")));
}

#[tokio::test]
async fn bad_input_names_the_field() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (body, pointer) in [
        (json!({ "organization": "o", "pack": "cmmc-level-2" }), "/name"),
        (json!({ "name": "n", "organization": "o", "pack": "no-such" }), "/pack"),
        (json!({ "name": "n", "organization": "o", "pack": "cmmc-level-2", "cage_codes": ["IIIII"] }), "/cage_codes/0"),
        (json!({ "name": "n", "organization": "o", "pack": "cmmc-level-2", "time_zone": "Mars/Olympus" }), "/time_zone"),
        (json!({ "name": "n", "organization": "o", "pack": "cmmc-level-2", "demo": true }), "/demo"),
        (json!({ "name": "x".repeat(201), "organization": "o", "pack": "cmmc-level-2" }), "/name"),
    ] {
        let problem = admin.post("/systems", &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer], "{body}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM systems").await, 0);
}

#[tokio::test]
async fn a_foreign_system_does_not_exist() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let stranger = app.member(other, "stranger", Role::Manager).await;
    stranger.get(&format!("/systems/{mine}")).await.problem(404, "not_found");
    stranger.if_match(&json!(1)).patch(&format!("/systems/{mine}"), &json!({ "name": "x" })).await.problem(404, "not_found");
    app.anonymous().get(&format!("/systems/{mine}")).await.problem(401, "unauthenticated");
    let listed = stranger.get("/systems").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}
