//! Tasks of a CSV file.

use super::Shop;
use crate::support::{Answer, Client};
use reqwest::Method;
use serde_json::{Value, json};

/// Sends a file.
pub(super) async fn send(who: &Client, path: &str, csv: &str) -> Answer {
    send_as(who, path, csv.as_bytes().to_vec(), "text/csv").await
}

async fn send_as(who: &Client, path: &str, body: Vec<u8>, content_type: &str) -> Answer {
    Client::send(who.request(Method::POST, path).header("content-type", content_type).body(body)).await
}

#[tokio::test]
async fn a_file_is_looked_at_and_then_makes_tasks() {
    let shop = Shop::open().await;
    let (preview, import) = (shop.path("/import/preview"), shop.path("/import?skip_invalid=true"));
    let email = |who: &Client| format!("{}@example.com", who.user_id());
    let address = |name: &str| {
        let sql = format!("SELECT email FROM users WHERE name = '{name}'");
        let app = &shop.app;
        async move {
            #[derive(sea_orm::FromQueryResult)]
            struct Found {
                email: String,
            }
            app.platform.db.row::<Found>(&sql, []).await.expect("a query").expect("a user").email
        }
    };
    let (doer, other, viewer) = (address("doer").await, address("other").await, address("viewer").await);
    let csv = format!(
        "Title,Control,Assignee,Reviewer,Due,Priority,Checklist,Estimate hours\r\n\
         Review the log,AC.L2-3.1.1,{doer},{other},2026-12-01,urgent,one|two,4\r\n\
         =HYPERLINK(\"x\"),3.1.2,{doer},,,,,\r\n\
         No such control,AC.L2-9.9.9,,,,,,\r\n\
         Only reads,,{viewer},,,,,\r\n\
         Nobody,,{},,,,,\r\n\
         Own work,,{doer},{doer},,,,\r\n",
        email(&shop.doer)
    );
    let seen = send(&shop.boss, &preview, &csv).await.expect(200);
    assert_eq!((seen["lines"].as_i64(), seen["valid"].as_i64(), seen["invalid"].as_i64()), (Some(6), Some(2), Some(4)));
    let faults: Vec<(i64, &str)> = seen["shown"]
        .as_array()
        .expect("lines")
        .iter()
        .flat_map(|line| {
            line["errors"]
                .as_array()
                .expect("errors")
                .iter()
                .map(move |fault| (line["line"].as_i64().expect("a line"), fault["pointer"].as_str().expect("a pointer")))
        })
        .collect();
    assert_eq!(faults, [(4, "/control"), (5, "/assignee"), (6, "/assignee"), (7, "/reviewer")]);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks").await, 0, "a look changes nothing");

    let problem = send(&shop.boss, &shop.path("/import"), &csv).await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/lines/4/control");
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks").await, 0, "one line refuses the file, unless it is to be left out");
    let made = send(&shop.boss, &import, &csv).await.expect(201);
    assert_eq!((made["created"].as_i64(), &made["numbers"]), (Some(2), &json!(["TASK-1", "TASK-2"])));
    let first = shop.boss.get(&shop.path("/TASK-1")).await.expect(200);
    assert_eq!(
        (first["control"].as_str(), first["assignee"]["name"].as_str(), first["reviewer"]["name"].as_str()),
        (Some("AC.L2-3.1.1"), Some("doer"), Some("other"))
    );
    assert_eq!(
        (first["due"].as_str(), first["priority"].as_str(), first["estimate_hours"].as_i64()),
        (Some("2026-12-01"), Some("urgent"), Some(4))
    );
    assert_eq!(
        (first["checklist"][1]["text"].as_str(), first["created_by"]["id"].clone()),
        (Some("two"), json!(shop.boss.user_id()))
    );
    let second = shop.boss.get(&shop.path("/TASK-2")).await.expect(200);
    assert_eq!(
        (second["title"].as_str(), second["control"].as_str()),
        (Some("=HYPERLINK(\"x\")"), Some("AC.L2-3.1.2")),
        "a formula is text"
    );
    assert_eq!(shop.numbers(&shop.boss, "?q=log&sort=number").await, ["TASK-1"], "it is found by its words");
    // One notice for the person, not one for each task.
    assert_eq!((shop.told("task.imported", &shop.doer).await, shop.told("task.assigned", &shop.doer).await), (1, 0));
    assert_eq!((shop.audited("task.create").await, shop.audited("task.import").await), (2, 1));
    // The next task goes on counting.
    assert_eq!(shop.create(json!({ "title": "x" })).await["number"], "TASK-3");
}

#[tokio::test]
async fn the_same_file_under_the_same_key_is_imported_once() {
    let shop = Shop::open().await;
    let keyed = shop.boss.with("idempotency-key", "file-1");
    let path = shop.path("/import");
    let first = send(&keyed, &path, "title\nOnce\n").await.expect(201);
    assert_eq!(send(&keyed, &path, "title\nOnce\n").await.expect(201), first);
    send(&keyed, &path, "title\nTwice\n").await.problem(422, "idempotency_mismatch");
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks").await, 1);
}

#[tokio::test]
async fn what_is_no_file_of_tasks_is_refused() {
    let shop = Shop::open().await;
    let (preview, import) = (shop.path("/import/preview"), shop.path("/import"));
    for path in [&preview, &import] {
        for csv in ["", "title\n", "name\nx\n", "title,title\nx,y\n", "description\nx\n"] {
            send(&shop.boss, path, csv).await.problem(422, "file_refused");
        }
        send_as(&shop.boss, path, vec![b't', 0xff, 0xfe], "text/csv").await.problem(422, "file_refused");
        send_as(&shop.boss, path, b"title\nx\n".to_vec(), "application/json").await.problem(415, "unsupported_type");
        send_as(&shop.boss, path, vec![b'x'; 4 * 1024 * 1024 + 1], "text/csv").await.problem(413, "too_large");
        send(&shop.boss, path, &format!("title\n{}", "x\n".repeat(10_001))).await.problem(413, "too_large");
        send(&shop.viewer, path, "title\nx\n").await.problem(403, "forbidden");
        send(&shop.app.anonymous(), path, "title\nx\n").await.problem(401, "unauthenticated");
    }
    send(&shop.boss, &shop.path("/import?color=red"), "title\nx\n").await.problem(400, "invalid");
    shop.boss.post(&format!("/systems/{}/archive", shop.system), &Value::Null).await.expect(200);
    send(&shop.boss, &import, "title\nx\n").await.problem(409, "conflict");
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks").await, 0);
}

#[tokio::test]
async fn ten_thousand_lines_with_broken_ones() {
    let shop = Shop::open().await;
    let line = |n: u32| match n % 100 {
        0 => format!("Line {n},2026-02-30,"),
        1 => format!("Line {n},,,,too many"),
        _ => format!("Line {n},2026-12-01,low"),
    };
    let lines: Vec<String> = (1..=10_000).map(line).collect();
    let csv = format!("title,due,priority\n{}\n", lines.join("\n"));
    let seen = send(&shop.boss, &shop.path("/import/preview"), &csv).await.expect(200);
    assert_eq!((seen["valid"].as_i64(), seen["invalid"].as_i64()), (Some(9_800), Some(200)));
    assert!(seen["shown"].as_array().is_some_and(|shown| shown.len() == 250), "an answer is bounded");
    let made = send(&shop.boss, &shop.path("/import?skip_invalid=true"), &csv).await.expect(201);
    assert_eq!((made["created"].as_i64(), &made["numbers"]), (Some(9_800), &json!(["TASK-1", "TASK-9800"])));
    let counted = shop.app.count("SELECT COUNT(DISTINCT number) FROM tasks WHERE number BETWEEN 1 AND 9800").await;
    assert_eq!((counted, shop.audited("task.create").await), (9_800, 9_800));
    let chain = shop.boss.get(&format!("/systems/{}/audit-events/verification", shop.system)).await.expect(200);
    assert_eq!(chain["intact"], true, "{chain}");
}
