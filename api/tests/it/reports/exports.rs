use crate::support::{TestApp, pointers};
use serde_json::{Value, json};
use shared_types::systems::Role;

/// Parses CSV as RFC 4180 has it: the test's own reading, not the product's.
fn parse(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            (true, '"') => quoted = false,
            (false, '"') => quoted = true,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => assert_eq!(chars.peek(), Some(&'\n'), "a line ends in CRLF"),
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, c) => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "the last line is whole");
    rows
}

fn column(rows: &[Vec<String>], name: &str) -> usize {
    rows[0].iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"))
}

#[tokio::test]
async fn csv_has_a_row_for_each_objective_and_says_what_it_is() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Harlan: CUI \"enclave\"").await;
    let base = format!("/systems/{system}");
    let control = admin.get(&format!("{base}/controls/AC.L2-3.1.1")).await.expect(200);
    let narrative = "=cmd|' /C calc'!A0, \"quoted\"\nsecond line; Müller";
    let change = json!({ "narrative": narrative, "owner": admin.user_id() });
    let changed =
        admin.if_match(&control["control"]["version"]).patch(&format!("{base}/controls/AC.L2-3.1.1"), &change).await.expect(200);
    let reason = json!({ "finding": "not_met", "reason": "@SUM(A1) is missing" });
    let path = format!("{base}/controls/AC.L2-3.1.1/objectives/a");
    admin.if_match(&changed["control"]["version"]).put(&path, &reason).await.expect(200);

    let answer = admin.get(&format!("{base}/exports/assessment.csv")).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = "attachment; filename=\"harlan-cui-enclave-assessment-working-copy-2026-11-22.csv\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    let text = String::from_utf8(answer.bytes.clone()).expect("UTF-8");
    let rows = parse(text.strip_prefix('\u{feff}').expect("a byte order mark"));
    assert_eq!(rows.len(), 1 + 320);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "every row has every column");
    let first = &rows[1];
    let get = |name: &str| first[column(&rows, name)].as_str();
    assert_eq!((get("Control"), get("Objective"), get("Points")), ("AC.L2-3.1.1", "AC.L2-3.1.1[a]", "5"));
    assert_eq!((get("Control finding"), get("Objective finding"), get("Basis")), ("NOT MET", "NOT MET", "implemented"));
    assert_eq!((get("Owner"), get("Set by"), get("Set at")), ("admin", "admin", "2026-11-22T12:00:00Z"));
    assert_eq!(get("Narrative"), format!("'{narrative}"), "a formula is text");
    assert_eq!(get("Reason"), "'@SUM(A1) is missing");
    assert_eq!(get("Notice"), "Working copy, not a result: 109 of 110 requirements are not assessed");
    let notice = column(&rows, "Notice");
    assert!(rows[1..].iter().all(|row| row[notice] == first[notice]), "no row without the notice");
    assert_eq!(rows[2][column(&rows, "Narrative")], "", "the narrative stands once");
    for row in &rows {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell}");
        }
    }
    let tag = answer.header("etag").expect("a tag").to_owned();
    assert_eq!(admin.with("if-none-match", tag).get(&format!("{base}/exports/assessment.csv")).await.status.as_u16(), 304);
}

#[tokio::test]
async fn the_filters_of_the_list_choose_the_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let read = |query: &'static str| {
        let admin = admin.clone();
        async move { admin.get(&format!("/systems/{system}/exports/assessment.json?{query}")).await.expect(200) }
    };
    let count = |export: &Value| export["controls"].as_array().map_or(0, Vec::len);
    let whole = read("").await;
    assert_eq!((count(&whole), &whole["system"]), (110, &json!("Enclave")));
    assert_eq!(whole["score"]["value"], -203);
    assert_eq!(whole["notice"], "Working copy, not a result: 110 of 110 requirements are not assessed");
    assert_eq!(whole["controls"][0]["reference"], "AC.L2-3.1.1");
    assert_eq!(whole["controls"][0]["objectives_detail"].as_array().map(Vec::len), Some(6));
    assert_eq!(count(&read("family=IA,AT").await), 14);
    assert_eq!(count(&read("points=5").await), 44, "42 and the two that know partial credit");
    assert_eq!(count(&read("finding=met").await), 0);
    let sorted = read("sort=-position&family=AC").await;
    assert_eq!(sorted["controls"][0]["reference"], "AC.L2-3.1.22");
    for path in ["assessment.csv", "assessment.json"] {
        let problem = admin.get(&format!("/systems/{system}/exports/{path}?finding=good")).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["finding"]);
        admin.get(&format!("/systems/{system}/exports/{path}?limit=5")).await.problem(400, "invalid");
    }
}

#[tokio::test]
async fn everybody_in_the_system_exports_and_nobody_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let viewer = app.member(mine, "viewer", Role::Viewer).await;
    let stranger = app.member(other, "stranger", Role::Manager).await;
    for file in ["assessment.csv", "assessment.json"] {
        let path = format!("/systems/{mine}/exports/{file}");
        assert_eq!(viewer.get(&path).await.status.as_u16(), 200);
        stranger.get(&path).await.problem(404, "not_found");
        app.anonymous().get(&path).await.problem(401, "unauthenticated");
    }
}
