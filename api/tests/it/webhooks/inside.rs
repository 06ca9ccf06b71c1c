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
        "https://localhost/x",
        "https://localhost.",
        "https://2130706433/",
        "https://0x7f.1/",
    ] {
        let problem = admin.post(&path, &body(bad)).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/url"], "{bad}");
    }
    // All that is wrong is said at once.
    let bad = json!({ "name": "x", "url": "https://localhost/", "format": "standard", "kinds": ["task.assigned", "nonsense"] });
    assert_eq!(pointers(&admin.post(&path, &bad).await.problem(400, "invalid")), ["/url", "/kinds/1"]);
    // A name is only known when it is resolved: it is refused then, before a byte is sent. Without the guard of the resolver both fail that
    // is asked below: the receiver was connected to.
    let own_port = receiver.url.replace("http://127.0.0.1:", "https://localhost:");
    let made = admin.post(&path, &body("https://hooks.example.com/hook")).await.expect(201);
    // As a name does that leads inside later.
    let (sql, url) = ("UPDATE webhooks SET url = $1", format!("{own_port}/hook"));
    let write = app.platform.db.write(move |tx| {
        let url = url.clone();
        Box::pin(async move { platform::db::execute(tx, sql, [url.into()]).await })
    });
    assert_eq!(write.await.expect("a write"), 1);
    let dana = app.member(system, "dana", shared_types::systems::Role::Contributor).await;
    admin.post(&format!("/systems/{system}/tasks"), &json!({ "title": "t", "assignee": dana.user_id() })).await.expect(201);
    for _round in 0..3 {
        app.run_jobs().await;
    }
    let id = made["webhook"]["id"].as_str().expect("an id");
    let delivery = admin.get(&format!("{path}/{id}/deliveries")).await.expect(200)["items"][0].clone();
    assert_eq!(delivery["error"], "the address leads inside, where this service does not send");
    assert_eq!(receiver.connections(), 0, "it was reached");
}
