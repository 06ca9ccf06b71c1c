//! What the installation puts on its reports: name, texts and logo; and the page of an executive, which stays one.

use super::made::{file, made, opened};
use crate::evidence::{Scene, scene};
use crate::support::{Answer, Client, pointers};
use reqwest::Method;
use serde_json::{Value, json};

/// A part of a PNG: length, name, data, checksum.
pub(super) fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let part = [&name[..], data].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&part);
    [&u32::try_from(data.len()).expect("a length").to_be_bytes()[..], &part, &sum.sum().to_be_bytes()].concat()
}

/// A PNG of one colour, as small as can be: its pixels are all the same.
pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;
    let row = [vec![0], [30, 90, 160].repeat(width as usize)].concat();
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..height {
        pixels.write_all(&row).expect("a row");
    }
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let note = b"Comment\0taken at a place that is nobody's business";
    let pixels = pixels.finish().expect("pixels");
    let parts = [chunk(*b"IHDR", &head), chunk(*b"tEXt", note), chunk(*b"IDAT", &pixels), chunk(*b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

const TEMPLATE: &str = "/report-template";
pub(super) const LOGO: &str = "/report-template/logo";

pub(super) async fn put_logo(client: &Client, version: &Value, media_type: &'static str, bytes: Vec<u8>) -> Answer {
    let client = client.if_match(version);
    Client::send(client.request(Method::PUT, LOGO).header("content-type", media_type).body(bytes)).await
}

fn texts(kind: &str) -> Value {
    let introduction = "=SUM(A1) This report goes to the board.\n\nIt is read <b>aloud</b>.";
    json!([{ "kind": kind, "introduction": introduction, "closing": "Questions: the compliance office." }])
}

#[tokio::test]
async fn name_texts_and_logo_stand_on_every_format() {
    let scene = scene().await;
    let template = scene.admin.get(TEMPLATE).await.expect(200);
    assert_eq!((&template["organization"], &template["texts"], &template["logo"]), (&json!(""), &json!([]), &Value::Null));
    let bare = made(&scene, &scene.viewer, json!({ "kind": "executive", "format": "pdf" })).await;
    let bare = opened("pdf", &file(&scene, &scene.viewer, &bare).await);
    assert_eq!(bare["images"], 0);
    scene.viewer.get(LOGO).await.problem(404, "not_found");

    let body = json!({ "organization": "Harlan & \"Sons\"", "texts": texts("executive") });
    let template = scene.admin.if_match(&template["version"]).put(TEMPLATE, &body).await.expect(200);
    assert_eq!(template["changed_by"]["name"], "admin");
    let template = put_logo(&scene.admin, &template["version"], "image/png", png(1_600, 400)).await.expect(200);
    let logo = &template["logo"];
    assert_eq!((&logo["width"], &logo["height"], &logo["alt"]), (&json!(800), &json!(200), &json!("Logo of Harlan & \"Sons\"")));
    let shown = scene.viewer.get(LOGO).await;
    assert_eq!(
        (shown.status.as_u16(), shown.header("content-type"), shown.header("x-content-type-options")),
        (200, Some("image/png"), Some("nosniff"))
    );
    assert!(!String::from_utf8_lossy(&shown.bytes).contains("nobody's business"), "what is not a pixel is gone");
    let tag = shown.header("etag").expect("a tag").to_owned();
    assert_eq!(scene.viewer.with("if-none-match", tag).get(LOGO).await.status.as_u16(), 304);

    let mut files = std::collections::HashMap::new();
    for format in ["pdf", "docx", "xlsx", "csv", "json"] {
        let report = made(&scene, &scene.viewer, json!({ "kind": "executive", "format": format, "marking": "CUI" })).await;
        let bytes = file(&scene, &scene.viewer, &report).await;
        if let Ok(folder) = std::env::var("CMMC_REPORT_SAMPLES") {
            std::fs::write(format!("{folder}/template.{format}"), &bytes).expect("a sample");
        }
        files.insert(format, bytes);
    }
    let document: Value = serde_json::from_slice(&files["json"]).expect("a document");
    let sections = document["sections"].as_array().expect("sections");
    let first = &sections[0];
    assert_eq!((&first["title"], first["blocks"].as_array().expect("blocks").len()), (&json!("Introduction"), 2));
    assert_eq!(sections.last().expect("the end")["title"], "Closing remarks");
    assert_eq!(document["logo"]["alt"], logo["alt"]);
    assert!(document["facts"].to_string().contains("Prepared by"));
    let pdf = opened("pdf", &files["pdf"]);
    assert_eq!((&pdf["images"], &pdf["alt"], &pdf["tagged"]), (&json!(1), &json!(["Logo of Harlan & \"Sons\""]), &json!("yes")));
    let page = pdf["pages"][0].as_str().expect("a page");
    assert!(
        page.contains("goes to the board")
            && page.contains("It is read <b>aloud</b>")
            && page.contains("Questions: the compliance"),
        "{page}"
    );
    assert_eq!(pdf["count"], 1, "an executive's page is one, with all that");
    let docx = opened("docx", &files["docx"]);
    assert_eq!(docx["pictures"], json!(["Logo of Harlan & \"Sons\""]));
    assert!(docx["headings"].as_array().expect("headings").contains(&json!("Introduction")));
    let xlsx = opened("xlsx", &files["xlsx"]);
    // In the printed heads of the tables, and in the summary itself, with its words.
    assert_eq!((&xlsx["formulas"], &xlsx["left"], &xlsx["media"]), (&json!(0), &json!("&G"), &json!(2)));
    assert_eq!(xlsx["drawn"], json!(["Logo of Harlan & \"Sons\""]));
    assert!(xlsx["sheets"]["Summary"].to_string().contains("=SUM(A1) This report goes to the board."));
    let csv = String::from_utf8(files["csv"].clone()).expect("UTF-8");
    assert!(csv.contains("Introduction,'=SUM(A1) This report") || csv.contains("Introduction,\"'=SUM(A1) This report"), "{csv}");

    // Another kind has no text of its own; the page of a kind has the logo too.
    let other = scene.viewer.get(&scene.path("/report-preview?kind=tasks")).await.expect(200);
    assert!(!other.to_string().contains("Introduction"));
    assert_eq!(other["logo"]["sha256"], logo["sha256"]);
    // What was made stays when the logo goes.
    let template = scene.admin.if_match(&template["version"]).delete(LOGO).await.expect(200);
    // Nothing is taken away where nothing is: no version, and no row of the log, says otherwise.
    scene.admin.if_match(&template["version"]).delete(LOGO).await.problem(404, "not_found");
    assert_eq!(scene.admin.get(TEMPLATE).await.expect(200)["version"], template["version"]);
    assert_eq!(template["logo"], Value::Null);
    scene.viewer.get(LOGO).await.problem(404, "not_found");
    for action in ["update", "set_logo", "remove_logo"] {
        let sql = format!("SELECT COUNT(*) FROM audit_events WHERE action = 'report_template.{action}'");
        assert_eq!(scene.app.count(&sql).await, 1, "{action}");
    }
    assert_eq!(scene.admin.get("/audit-events/verification").await.expect(200)["intact"], true);
}

#[tokio::test]
async fn a_template_that_can_not_be_is_refused() {
    let scene = scene().await;
    let version = scene.admin.get(TEMPLATE).await.expect(200)["version"].clone();
    let good = json!({ "organization": "", "texts": texts("tasks") });
    for (client, status, code) in [
        (&scene.viewer, 403, "forbidden"),
        (&scene.foreigner, 403, "forbidden"),
        (&scene.app.anonymous(), 401, "unauthenticated"),
    ] {
        client.get(TEMPLATE).await.problem(status, code);
        client.if_match(&version).put(TEMPLATE, &good).await.problem(status, code);
        put_logo(client, &version, "image/png", png(1, 1)).await.problem(status, code);
        client.if_match(&version).delete(LOGO).await.problem(status, code);
    }
    scene.app.anonymous().get(LOGO).await.problem(401, "unauthenticated");
    scene.admin.put(TEMPLATE, &good).await.problem(428, "precondition_required");
    scene.admin.if_match(&json!(99)).put(TEMPLATE, &good).await.problem(412, "stale");
    put_logo(&scene.admin, &json!(99), "image/png", png(1, 1)).await.problem(412, "stale");
    scene.admin.if_match(&json!(99)).delete(LOGO).await.problem(412, "stale");
    let admin = scene.admin.if_match(&version);
    for (body, pointer) in [
        (json!({ "organization": "x".repeat(201), "texts": [] }), "/organization"),
        (json!({ "organization": "a\nb", "texts": [] }), "/organization"),
        (
            json!({ "organization": "", "texts": [{ "kind": "tasks", "introduction": "x".repeat(2_001), "closing": "" }] }),
            "/texts/0/introduction",
        ),
        (
            json!({ "organization": "", "texts": [{ "kind": "tasks", "introduction": "", "closing": "a\u{1b}b" }] }),
            "/texts/0/closing",
        ),
        (json!({ "organization": "", "texts": [texts("tasks")[0], texts("tasks")[0]] }), "/texts/1/kind"),
    ] {
        let problem = admin.put(TEMPLATE, &body).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [pointer]);
    }
    for body in [json!({}), json!({ "organization": "", "texts": [{ "kind": "poem", "introduction": "", "closing": "" }] })] {
        admin.put(TEMPLATE, &body).await.problem(400, "invalid");
    }
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let problem = put_logo(&scene.admin, &version, "image/svg+xml", svg.clone()).await.problem(415, "unsupported_type");
    assert!(problem["detail"].as_str().expect("why").contains("SVG is refused"), "{problem}");
    let problem = put_logo(&scene.admin, &version, "image/png", svg).await.problem(422, "file_refused");
    assert!(problem["detail"].as_str().expect("why").contains("SVG is refused"), "{problem}");
    put_logo(&scene.admin, &version, "image/gif", b"GIF89a".to_vec()).await.problem(415, "unsupported_type");
    put_logo(&scene.admin, &version, "image/png", vec![0; 512 * 1024 + 1]).await.problem(413, "too_large");
    let big = put_logo(&scene.admin, &version, "image/png", png(2_001, 10)).await.problem(422, "file_refused");
    assert!(big["detail"].as_str().expect("why").contains("2001 by 10 pixels"), "{big}");
    put_logo(&scene.admin, &version, "image/jpeg", png(20, 10)[..60].to_vec()).await.problem(422, "file_refused");
    assert_eq!(scene.admin.get(TEMPLATE).await.expect(200)["version"], version, "nothing was changed");
}

/// Work that fills the page of an executive: late tasks, dates, blockers, with titles as long as people make them.
async fn busy(scene: &Scene) {
    let long = "Replace the retired multi-factor service on every jump host and prove it with exported configurations of both sites and all users";
    for n in 1..=6 {
        let task = json!({ "title": format!("{n} {long}"), "due": format!("2026-11-0{n}"), "assignee": scene.admin.user_id() });
        scene.admin.post(&scene.path("/tasks"), &task).await.expect(201);
    }
    for n in 1..=5 {
        super::evidence(&scene.app, scene.system, 100 + n, &format!("{n} {long}"), Some(&format!("2026-12-0{n}"))).await;
    }
    let controls = scene.admin.get(&scene.path("/controls?limit=60")).await.expect(200);
    let items: Vec<Value> = controls["items"]
        .as_array()
        .expect("controls")
        .iter()
        .map(|one| json!({ "control": one["reference"], "finding": "not_met", "reason": "It is missing." }))
        .collect();
    scene.admin.post(&scene.path("/findings/bulk"), &json!({ "items": items })).await.expect(200);
}

#[tokio::test]
async fn an_executives_page_is_one_however_much_is_late() {
    let scene = scene().await;
    busy(&scene).await;
    let version = scene.admin.get(TEMPLATE).await.expect(200)["version"].clone();
    put_logo(&scene.admin, &version, "image/png", png(400, 200)).await.expect(200);
    let report = made(&scene, &scene.admin, json!({ "kind": "executive", "format": "pdf", "marking": "CUI // SP-PRVCY" })).await;
    let bytes = file(&scene, &scene.admin, &report).await;
    if let Ok(folder) = std::env::var("CMMC_REPORT_SAMPLES") {
        std::fs::write(format!("{folder}/executive-busy.pdf"), &bytes).expect("a sample");
    }
    let pdf = opened("pdf", &bytes);
    let page = pdf["pages"][0].as_str().expect("a page");
    for words in ["TASK-1", "TASK-4", "What comes next", "2026-11-01", "Families with most to do"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(pdf["count"], 1, "{}", pdf["pages"]);
}
