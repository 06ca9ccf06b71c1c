//! No address that somebody types makes the service reach inside.

use crate::support::{Receiver, TestApp, pointers};
use serde_json::json;

#[tokio::test]
async fn addresses_inside_are_refused_when_they_are_typed_and_when_they_are_reached() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let path = format!("/systems/{system}/webhooks");
    let body = |url: &str| json!({ "name": "x", "url": url, "format": "standard", "kinds": ["task.assigned"] });
    for bad in [
        receiver.url.as_str(),
        "http://example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.0.0.8:8443/x",
        "https://user:pw@example.com/",
        "ftp://example.com/",
        "example.com",
        "",
        "https://example.com/\r\nx-evil: 1",
        "https://exa mple.com/",
    ] {
        let problem = admin.post(&path, &body(bad)).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/url"], "{bad}");
    }
    // A name is only known when it is resolved: it is refused then, before a byte is sent. Without the guard of the resolver both fail that
    // is asked below: the receiver was connected to.
    let own_port = receiver.url.replace("http://127.0.0.1:", "https://localhost:");
    let made = admin.post(&path, &body(&format!("{own_port}/hook"))).await.expect(201);
    let dana = app.member(system, "dana", shared_types::systems::Role::Contributor).await;
    admin.post(&format!("/systems/{system}/tasks"), &json!({ "title": "t", "assignee": dana.user_id() })).await.expect(201);
    for _round in 0..3 {
        app.run_jobs().await;
    }
    let id = made["webhook"]["id"].as_str().expect("an id");
    let delivery = admin.get(&format!("{path}/{id}/deliveries")).await.expect(200)["items"][0].clone();
    assert!(delivery["error"].as_str().expect("an error").contains("the address leads inside"), "{delivery}");
    assert_eq!(receiver.connections(), 0, "it was reached");
}
