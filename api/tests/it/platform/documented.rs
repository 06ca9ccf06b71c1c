//! What the binary carries for integrators is packed, and arrives whole.

use crate::support::TestApp;
use flate2::read::GzDecoder;
use std::io::Read;

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip");
    plain
}

#[tokio::test]
async fn the_document_comes_packed_to_who_takes_it_so() {
    let app = TestApp::start().await;
    let plain = app.anonymous().get("/api/openapi.json").await;
    assert_eq!((plain.header("content-encoding"), plain.header("content-type")), (None, Some("application/json")));
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    assert_eq!(plain.bytes, std::fs::read(committed).expect("the committed document"));
    let packed = app.anonymous().with("accept-encoding", "deflate, gzip;q=0.5").get("/api/openapi.json").await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.bytes.len() * 5 < plain.bytes.len());
    assert_eq!(unpacked(&packed.bytes), plain.bytes);
    let tag = packed.header("etag").expect("a tag").to_owned();
    let again = app.anonymous().with("accept-encoding", "gzip").with("if-none-match", tag).get("/api/openapi.json").await;
    assert_eq!(again.status.as_u16(), 304);
}

#[tokio::test]
async fn lists_that_are_read_page_by_page_say_so() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    for path in ["systems/{system}/tasks", "systems/{system}/evidence", "systems/{system}/audit-events", "audit-events"] {
        let parameters = document["paths"][format!("/api/v1/{path}")]["get"]["parameters"].as_array().expect("parameters");
        let names: Vec<&str> = parameters.iter().filter_map(|one| one["name"].as_str()).collect();
        assert!(names.contains(&"limit") && names.contains(&"cursor"), "{path}: {names:?}");
    }
    // An export is whole.
    let export = &document["paths"]["/api/v1/audit-events/export.csv"]["get"]["parameters"];
    assert!(!export.to_string().contains("cursor"), "{export}");
}

#[tokio::test]
async fn every_file_that_the_page_of_the_document_names_is_there() {
    let app = TestApp::start().await;
    let moved = app.anonymous().without_redirects().get("/api/docs").await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, Some("/api/docs/")));
    let page = app.anonymous().get("/api/docs/").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let page = String::from_utf8(page.bytes).expect("text");
    let names: Vec<&str> = page.split("\"./").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names, ["swagger-ui.css", "favicon-32x32.png", "swagger-ui-bundle.js", "start.js"]);
    for name in names {
        let file = app.anonymous().get(&format!("/api/docs/{name}")).await;
        assert!(file.status.is_success() && !file.bytes.is_empty(), "{name}");
    }
    for none in ["/api/docs/none.js", "/api/docs/..%2f..%2fCargo.toml", "/api/docs/a/b"] {
        app.anonymous().get(none).await.problem(404, "not_found");
    }
}
