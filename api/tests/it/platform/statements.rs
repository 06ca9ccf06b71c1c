//! Statements per request: the session and two more, whatever the number of rows.

use crate::support::{Client, TestApp};
use platform::db::execute;
use sea_orm::Value;
use serde_json::json;
use shared_types::SystemId;
use uuid::Uuid;

/// The session of the reader, and two more.
const BAR: u64 = 3;

/// Rows of a table, with as few statements as its bound on values allows; `row` gives the values of the nth row.
async fn insert(app: &TestApp, table: &'static str, count: usize, row: impl Fn(usize) -> Vec<Value>) {
    let rows: Vec<Vec<Value>> = (0..count).map(row).collect();
    let width = rows.first().map_or(1, Vec::len);
    for chunk in rows.chunks(8_000 / width) {
        let place = |row: usize| (1..=width).map(|n| format!("${}", row * width + n)).collect::<Vec<_>>().join(", ");
        let places = (0..chunk.len()).map(|row| format!("({})", place(row))).collect::<Vec<_>>().join(", ");
        let (sql, values) = (format!("INSERT INTO {table} VALUES {places}"), chunk.concat());
        app.platform.db.write(move |tx| Box::pin(async move { execute(tx, &sql, values).await })).await.expect("rows");
    }
}

/// So many more controls, tasks and pieces of evidence; the last ones hang together.
async fn grow(app: &TestApp, system: SystemId, user: Uuid, from: usize, to: usize) {
    let new = || -> Uuid { app.platform.rng.id(&app.platform.clock).expect("an id") };
    let ids = || -> Vec<Uuid> { (from..to).map(|_| new()).collect() };
    let (controls, tasks, evidence, versions, blobs) = (ids(), ids(), ids(), ids(), ids());
    let (now, today, count) = (app.platform.clock.now(), app.platform.clock.now().date_naive(), to - from);
    let number = |n: usize| i32::try_from(from + n + 1).expect("few");
    let (s, u) = (Value::from(system.0), Value::from(user));
    let columns =
        "controls (id, system_id, reference, position, family, title, statement, owner_id, search_text, created_at, updated_at)";
    insert(app, columns, count, |n| {
        let reference = format!("ORG-{}", from + n);
        let position = Value::from(100_000 + number(n));
        let text = || Value::from(reference.clone());
        vec![
            controls[n].into(),
            s.clone(),
            text(),
            position,
            "CUSTOM".into(),
            text(),
            text(),
            u.clone(),
            text(),
            now.into(),
            now.into(),
        ]
    })
    .await;
    insert(app, "objective_findings (control_id, letter, system_id)", count, |n| vec![controls[n].into(), "a".into(), s.clone()])
        .await;
    let columns = "tasks (id, system_id, number, title, state, priority, priority_rank, control_id, assignee_id, reviewer_id, due_sort, \
                   search_text, created_at, updated_at)";
    insert(app, columns, count, |n| {
        let mut row = vec![tasks[n].into(), s.clone(), number(n).into(), "Task".into(), "open".into(), "high".into(), 1.into()];
        row.extend([controls[n].into(), u.clone(), u.clone(), today.into(), "task".into(), now.into(), now.into()]);
        row
    })
    .await;
    insert(app, "blobs (id, system_id, sha256, size, created_at)", count, |n| {
        vec![blobs[n].into(), s.clone(), format!("{:064x}", from + n).into(), 7_i64.into(), now.into()]
    })
    .await;
    let columns = "evidence (id, system_id, number, title, description, owner_id, effective, expires_sort, created_by, search_text, \
                   created_at, updated_at)";
    insert(app, columns, count, |n| {
        let mut row =
            vec![evidence[n].into(), s.clone(), number(n).into(), "Plan".into(), "Signed".into(), u.clone(), today.into()];
        row.extend([today.into(), u.clone(), "plan".into(), now.into(), now.into()]);
        row
    })
    .await;
    insert(app, "evidence_versions (id, system_id, evidence_id, number, created_by, created_at)", count, |n| {
        vec![versions[n].into(), s.clone(), evidence[n].into(), 1.into(), u.clone(), now.into()]
    })
    .await;
    insert(app, "evidence_files (id, system_id, version_id, blob_id, name, media_type)", count, |n| {
        vec![new().into(), s.clone(), versions[n].into(), blobs[n].into(), "plan.pdf".into(), "application/pdf".into()]
    })
    .await;
    insert(app, "evidence_links (id, system_id, evidence_id, control_id, letter, created_by, created_at)", count, |n| {
        vec![new().into(), s.clone(), evidence[n].into(), controls[n].into(), "a".into(), u.clone(), now.into()]
    })
    .await;
}

/// How many statements a request takes.
async fn taken(app: &TestApp, client: &Client, path: &str) -> u64 {
    let before = app.platform.db.read_statements();
    client.get(path).await.expect(200);
    app.platform.db.read_statements() - before
}

#[tokio::test]
async fn hot_requests_take_the_session_and_two_whatever_the_rows() {
    // Built each time: a kept answer takes none.
    let app = TestApp::start_with(&[("CMMC_CACHE__ANSWERS_MIB", "0")]).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let user = admin.user_id().0;
    let mut rows = 0;
    for size in [110, 1_100, 11_000] {
        grow(&app, system, user, rows, size).await;
        rows = size;
        let (control, number) = (format!("ORG-{}", size - 1), size);
        let hot = [
            "/controls?limit=200".to_owned(),
            "/controls/AC.L2-3.1.1".to_owned(),
            format!("/controls/{control}"),
            "/tasks?limit=200".to_owned(),
            format!("/tasks/TASK-{number}"),
            "/evidence?limit=200".to_owned(),
            format!("/evidence/EV-{number}"),
            "/members".to_owned(),
            "/calendar?from=2026-11-01&to=2027-11-30".to_owned(),
        ];
        for path in hot.map(|rest| format!("/systems/{system}{rest}")).iter().map(String::as_str).chain(["/me", "/session"]) {
            let statements = taken(&app, &admin, path).await;
            assert!(statements <= BAR, "{path} takes {statements} statements at {size} rows");
        }
    }
    // And they say what they should.
    let evidence = admin.get(&format!("/systems/{system}/evidence/EV-11000")).await.expect(200);
    assert_eq!(evidence["links"][0]["reference"], "ORG-10999");
    assert_eq!((&evidence["description"], &evidence["file"]["name"]), (&json!("Signed"), &json!("plan.pdf")));
    let list = admin.get(&format!("/systems/{system}/evidence?limit=200&sort=title")).await.expect(200);
    let items = list["items"].as_array().expect("items");
    assert!(items.len() == 200 && items.iter().all(|one| one["links"].as_array().is_some_and(|links| links.len() == 1)));
}
