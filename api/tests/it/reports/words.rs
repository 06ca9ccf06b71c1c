//! What reports say: what is late apart from what comes next, filters in words, narratives without their marks, days with their zone.

use super::evidence as proof;
use super::made::{file, made, opened};
use super::prepare;
use super::sprs::{all, findings};
use crate::evidence::{Scene, scene};
use crate::support::{Client, pointers};
use serde_json::{Value, json};
use shared_types::systems::Role;

/// The document as it would be made now.
async fn preview(scene: &Scene, client: &Client, kind: &str, filters: &str) -> Value {
    let filters = filters.replace('%', "%25").replace('&', "%26").replace('=', "%3D");
    client.get(&scene.path(&format!("/report-preview?kind={kind}&filters={filters}"))).await.expect(200)
}

fn section<'a>(document: &'a Value, title: &str) -> &'a Value {
    let found = document["sections"].as_array().expect("sections").iter().find(|one| one["title"] == title);
    found.unwrap_or_else(|| panic!("no section {title}: {document}"))
}

/// The words of a section's table.
fn rows(section: &Value) -> Vec<Vec<&str>> {
    let rows = section["blocks"][0]["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| row.as_array().expect("cells").iter().map(|cell| cell["text"].as_str().expect("text")).collect())
        .collect()
}

fn fact<'a>(document: &'a Value, label: &str) -> &'a str {
    let found = document["facts"].as_array().expect("facts").iter().find(|fact| fact["label"] == label);
    found.and_then(|fact| fact["value"]["text"].as_str()).unwrap_or_else(|| panic!("no fact {label}: {document}"))
}

#[tokio::test]
async fn an_executive_sees_what_is_late_apart_from_what_comes_next() {
    let scene = scene().await;
    let nothing = preview(&scene, &scene.viewer, "executive", "").await;
    assert_eq!(fact(&nothing, "Late"), "Nothing");
    assert!(section(&nothing, "What is late")["blocks"][0]["text"].as_str().expect("words").starts_with("Nothing"));

    let ines = scene.contributor.user_id();
    for (title, due, assignee) in [
        ("Long overdue", Some("2026-11-01"), Some(ines)),
        ("Due today", Some("2026-11-22"), None),
        ("Due tomorrow", Some("2026-11-23"), Some(ines)),
        ("Some day", None, None),
    ] {
        let task = json!({ "title": title, "due": due, "assignee": assignee });
        scene.contributor.post(&scene.path("/tasks"), &task).await.expect(201);
    }
    // What is done is not late, nor is evidence that was put away.
    let done = json!({ "title": "Done", "due": "2026-10-01" });
    let done = scene.contributor.post(&scene.path("/tasks"), &done).await.expect(201);
    let number: i32 = done["number"].as_str().and_then(|number| number.strip_prefix("TASK-")?.parse().ok()).expect("a number");
    let complete = "UPDATE tasks SET state = 'completed' WHERE system_id = $1 AND number = $2";
    prepare(&scene.app, scene.system, complete, vec![scene.system.0.into(), number.into()]).await;
    for (number, title, expires) in
        [(1, "Expired yesterday", "2026-11-21"), (2, "Put away", "2026-11-02"), (3, "Expires in a month", "2026-12-22")]
    {
        proof(&scene.app, scene.system, number, title, Some(expires)).await;
    }
    let away = "UPDATE evidence SET archived_at = $1 WHERE system_id = $2 AND number = 2";
    prepare(&scene.app, scene.system, away, vec![scene.app.platform.clock.now().into(), scene.system.0.into()]).await;
    for (reference, day) in [("AC.L2-3.1.1", "2026-11-12"), ("AC.L2-3.1.2", "2026-11-25")] {
        let day: chrono::NaiveDate = day.parse().expect("a day");
        let review = "UPDATE controls SET next_review = $1 WHERE system_id = $2 AND reference = $3";
        prepare(&scene.app, scene.system, review, vec![day.into(), scene.system.0.into(), reference.into()]).await;
    }

    // Whoever reads it: the work is everybody's.
    for client in [&scene.viewer, &scene.admin, &scene.contributor] {
        let document = preview(&scene, client, "executive", "").await;
        assert_eq!(fact(&document, "Late"), "1 task, 1 piece of evidence, 1 review");
        assert_eq!(fact(&document, "Tasks"), "4 open, 0 in progress, 0 waiting for confirmation");
        let late = rows(section(&document, "What is late"));
        assert_eq!(late[0], ["Task", "TASK-1 Long overdue", "ines", "2026-11-01", "21 days"]);
        assert_eq!((late[1][0], late[1][2], late[1][3], late[1][4]), ("Review", "", "2026-11-12", "10 days"));
        assert!(late[1][1].starts_with("AC.L2-3.1.1 "), "{late:?}");
        assert_eq!(late[2], ["Evidence", "EV-1 Expired yesterday", "", "2026-11-21", "1 day"]);
        assert_eq!(late.len(), 3);
        let next = rows(section(&document, "What comes next"));
        let short: Vec<(&str, &str, &str)> = next.iter().map(|row| (row[0], row[3], row[4])).collect();
        assert_eq!(
            short,
            [
                ("Task", "2026-11-22", "0"),
                ("Task", "2026-11-23", "1"),
                ("Review", "2026-11-25", "3"),
                ("Evidence", "2026-12-22", "30")
            ]
        );
        let titles: Vec<&str> =
            document["sections"].as_array().expect("sections").iter().filter_map(|one| one["title"].as_str()).collect();
        assert_eq!(titles, ["Families with most to do", "What is late", "What comes next"]);
    }
    // What the dashboard calls late is late here: the same counts.
    let dashboard = scene.viewer.get(&scene.path("/dashboard")).await.expect(200);
    assert_eq!((&dashboard["tasks"]["overdue"], &dashboard["evidence"]["expired"]), (&json!(1), &json!(1)));

    // More than there is room for are counted, and named as the longest.
    for n in 1..=4 {
        let task = json!({ "title": format!("Late {n}"), "due": "2026-11-20" });
        scene.contributor.post(&scene.path("/tasks"), &task).await.expect(201);
    }
    let document = preview(&scene, &scene.viewer, "executive", "").await;
    assert_eq!(rows(section(&document, "What is late: the longest 5 of 7")).len(), 5);
    assert_eq!(fact(&document, "Late"), "5 tasks, 1 piece of evidence, 1 review");
}

#[tokio::test]
async fn filters_are_told_in_words_and_name_nobody_who_is_no_member() {
    let scene = scene().await;
    let assessor = scene.app.member(scene.system, "asa", Role::Assessor).await;
    let control = scene.viewer.get(&scene.path("/controls/AC.L2-3.1.1")).await.expect(200);
    let control = control["control"]["id"].as_str().expect("an id").to_owned();
    let task = scene.contributor.post(&scene.path("/tasks"), &json!({ "title": "Mend it" })).await.expect(201);
    let (ines, frank) = (scene.contributor.user_id(), scene.foreigner.user_id());
    for (kind, filters, words) in [
        ("family_detail", "finding=not_assessed".to_owned(), "Finding: Not assessed".to_owned()),
        (
            "assessment_status",
            "family=AC,IA&finding=not_met".to_owned(),
            "Family: Access Control (AC), Identification and Authentication (IA); Finding: Not met".to_owned(),
        ),
        (
            "assessment_status",
            format!("owner=me,{ines},none,{frank}"),
            "Owner: vera, ines, Nobody, Somebody who is no member".to_owned(),
        ),
        (
            "tasks",
            format!("state=pending_confirmation&overdue=true&control={control}"),
            "State: Pending confirmation; Overdue: Yes; Requirement: AC.L2-3.1.1".to_owned(),
        ),
        ("tasks", format!("assignee={ines}&priority=urgent&q=a%26b"), "Assignee: ines; Priority: Urgent; Text: a&b".to_owned()),
        (
            "evidence_register",
            format!("task={}&status=expired&kind=scan_report", task["id"].as_str().expect("an id")),
            "Task: TASK-1; Status: Expired; Kind: Scan report".to_owned(),
        ),
    ] {
        let document = preview(&scene, &scene.viewer, kind, &filters).await;
        assert_eq!(fact(&document, "Filters"), words, "{kind}?{filters}");
    }
    let filters = format!("action=finding.&actor={ines},none&from=2026-11-01");
    let document = preview(&scene, &assessor, "audit_extract", &filters).await;
    assert_eq!(fact(&document, "Filters"), "Events: Findings; Person: ines, The product itself; From: 2026-11-01");
}

#[tokio::test]
async fn families_with_nothing_to_do_are_not_named() {
    let scene = scene().await;
    all(&scene, "met").await;
    let document = preview(&scene, &scene.viewer, "executive", "").await;
    let words = section(&document, "Families with most to do")["blocks"][0]["text"].as_str().expect("words");
    assert!(words.starts_with("None"), "{words}");

    findings(&scene, json!([{ "control": "AC.L2-3.1.1", "finding": "not_met", "reason": "as seen" }])).await;
    let document = preview(&scene, &scene.viewer, "executive", "").await;
    let named = rows(section(&document, "Families with most to do"));
    assert_eq!(named.iter().map(|row| row[0]).collect::<Vec<_>>(), ["AC"]);
}

#[tokio::test]
async fn a_filter_says_what_it_chose_and_what_is_of_the_whole_system() {
    let scene = scene().await;
    let document = preview(&scene, &scene.viewer, "assessment_status", "family=AU").await;
    assert_eq!(fact(&document, "In this report"), "9 requirements for these filters; everything else is of the whole system");
    assert_eq!(rows(section(&document, "Requirements")).len(), 9);
    let families = section(&document, "Findings by family, whole system");
    assert_eq!((rows(families).len(), &families["blocks"][0]["title"]), (14, &families["title"]));
    let document = preview(&scene, &scene.viewer, "assessment_status", "").await;
    assert_eq!(rows(section(&document, "Findings by family")).len(), 14);
    assert!(!document["facts"].to_string().contains("In this report"));
}

#[tokio::test]
async fn the_page_of_a_report_has_the_marking_that_was_typed() {
    let scene = scene().await;
    let at = |query: &str| scene.path(&format!("/report-preview?kind=executive{query}"));
    for (query, marking) in [("", "CUI"), ("&marking=CUI%20%2F%2F%20TRIAL", "CUI // TRIAL"), ("&marking=", "")] {
        assert_eq!(scene.viewer.get(&at(query)).await.expect(200)["marking"], marking, "{query}");
    }
    let long = format!("&marking={}", "x".repeat(61));
    let problem = scene.viewer.get(&at(&long)).await.problem(400, "invalid");
    assert_eq!(pointers(&problem), ["marking"]);
}

#[tokio::test]
async fn a_narrative_is_told_without_its_marks_and_days_with_their_zone() {
    let scene = scene().await;
    let path = scene.path("/controls/AC.L2-3.1.1");
    let control = scene.contributor.get(&path).await.expect(200);
    let change =
        json!({ "narrative": "**Accounts** are reviewed.\n\n- by the [owner](https://example.com/owner)\n- each `quarter`" });
    scene.contributor.if_match(&control["control"]["version"]).patch(&path, &change).await.expect(200);
    let document = preview(&scene, &scene.viewer, "family_detail", "family=AC").await;
    let requirement = &document["sections"][1];
    let blocks = requirement["blocks"].as_array().expect("blocks");
    assert_eq!(blocks[0]["title"], "Assessment");
    assert_eq!(blocks[1]["text"], "Accounts are reviewed.");
    assert_eq!(blocks[2]["text"], "• by the owner (https://example.com/owner)\n• each quarter");
    assert_eq!(document["time_zone"], "America/New_York");

    let report =
        made(&scene, &scene.viewer, json!({ "kind": "family_detail", "format": "docx", "filters": "family=AC,AT,AU" })).await;
    let docx = opened("docx", &file(&scene, &scene.viewer, &report).await);
    let words = docx["words"].to_string();
    assert!(words.contains("As of 2026-11-22 (America/New_York) · made 2026-11-22 "), "{words}");
    // The contents lead to each section, with no number stored that may be wrong: programs fill them in.
    let contents = docx["contents"].as_array().expect("contents");
    let titles: Vec<&str> = contents.iter().filter_map(|line| line["words"].as_str()).collect();
    assert_eq!(titles, ["Access Control (AC)\t", "Awareness and Training (AT)\t", "Audit and Accountability (AU)\t"]);
    for line in contents {
        let place = line["anchor"].as_str().expect("a bookmark");
        assert!(docx["bookmarks"].as_array().expect("bookmarks").contains(&json!(place)), "{line}");
        assert_eq!(line["field"], format!("PAGEREF {place} \\h"));
        assert_eq!(line["leader"], "dot");
    }
    assert_eq!((&docx["update_fields"], &docx["stored"]), (&json!(true), &json!(false)));

    let report = made(&scene, &scene.viewer, json!({ "kind": "executive", "format": "docx" })).await;
    let docx = opened("docx", &file(&scene, &scene.viewer, &report).await);
    assert_eq!((&docx["contents"], &docx["update_fields"]), (&json!([]), &json!(false)), "nothing to fill in, nothing to ask");
}
