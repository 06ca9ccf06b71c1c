//! The product's own operations, each beside its ceiling.

use crate::ceiling::Ceilings;
use crate::support::{Client, TestApp};
use crate::{CONNECTIONS, load, report};
use serde_json::json;
use std::time::{Duration, Instant};

/// The bytes of a request as this client would send it.
fn request(client: &Client, method: &str, path: &str, extra: &[(&str, &str)], body: &str) -> Vec<u8> {
    let session = client.session();
    let mut text = format!(
        "{method} /api/v1{path} HTTP/1.1\r\nHost: bench\r\nCookie: {}={}\r\nX-CSRF-Token: {}\r\n",
        ::identity::cookies::ACCESS,
        session.access,
        session.csrf
    );
    for (name, value) in extra {
        text.extend([name, ": ", value, "\r\n"]);
    }
    if !body.is_empty() {
        text.extend(["Content-Type: application/json\r\nContent-Length: ", &body.len().to_string(), "\r\n"]);
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Lists and dashboards that are built for each request.
async fn built(duration: Duration, ceilings: &Ceilings) {
    let app = TestApp::start_on(2, &[("CMMC_CACHE__ANSWERS_MIB", "0")]).await;
    let address = app.url.trim_start_matches("http://").to_owned();
    let admin = app.admin().await;
    let system = app.system(&admin, "Bench").await;
    for (what, path, ceiling) in [
        ("a control by reference, built each time", "controls/AC.L2-3.1.1", ceilings.row),
        ("list of 110 controls, built each time", "controls?limit=200", ceilings.list),
        ("dashboard, built each time", "dashboard", ceilings.aggregate),
    ] {
        let bytes = request(&admin, "GET", &format!("/systems/{system}/{path}"), &[], "");
        let figures = load::run(&address, CONNECTIONS, duration, "200", move |_, _| bytes.clone()).await;
        report(what, &figures, Some(ceiling));
    }
}

/// Measures and prints the product.
pub async fn measure(duration: Duration, ceilings: &Ceilings) {
    // Without kept answers first: what it costs to build them.
    built(duration, ceilings).await;
    let app = TestApp::start_on(2, &[]).await;
    let address = app.url.trim_start_matches("http://").to_owned();
    let admin = app.admin().await;
    let created = Instant::now();
    let system = app.system(&admin, "Bench").await;
    println!("{:<44} {:>10.1} ms", "create a system with its 110 controls", created.elapsed().as_secs_f64() * 1000.0);
    let s = format!("/systems/{system}");
    let (list, dashboard) = (format!("{s}/controls?limit=200"), format!("{s}/dashboard"));
    let tag = |answer: &crate::support::Answer| answer.header("etag").expect("a tag").to_owned();
    let list_tag = tag(&admin.get(&list).await);
    let dashboard_tag = tag(&admin.get(&dashboard).await);
    let reads = [
        ("a control by reference, kept", format!("{s}/controls/AC.L2-3.1.1"), None, ceilings.row),
        ("list of 110 controls, kept", list.clone(), None, ceilings.list),
        ("the same, unchanged (304)", list, Some(list_tag), ceilings.constant),
        ("dashboard, kept", dashboard.clone(), None, ceilings.constant),
        ("dashboard, unchanged (304)", dashboard, Some(dashboard_tag), ceilings.constant),
    ];
    for (what, path, tag, ceiling) in reads {
        let extra: Vec<(&str, &str)> = tag.as_deref().map(|tag| ("If-None-Match", tag)).into_iter().collect();
        let bytes = request(&admin, "GET", &path, &extra, "");
        let expected = if tag.is_some() { "304" } else { "200" };
        let figures = load::run(&address, CONNECTIONS, duration, expected, move |_, _| bytes.clone()).await;
        report(what, &figures, Some(ceiling));
    }
    // Each connection has a control of its own, so that versions never clash: If-Match is `*`.
    let client = admin.clone();
    let references: Vec<String> = (1..=CONNECTIONS).map(|n| format!("AC.L2-3.1.{n}")).collect();
    let figures = load::run(&address, CONNECTIONS, duration, "200", move |connection, n| {
        let body = if n % 2 == 0 { json!({ "finding": "met" }) } else { json!({ "finding": "not_assessed" }) }.to_string();
        let path = format!("/systems/{system}/controls/{}/objectives/a", references[connection]);
        request(&client, "PUT", &path, &[("If-Match", "*")], &body)
    })
    .await;
    report("set a finding, durable, audited, scored", &figures, Some(ceilings.write));
}
