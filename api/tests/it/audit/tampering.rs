use super::{tamper, write};
use crate::support::{Client, TestApp};
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;

/// An application with a system of six audit rows.
async fn with_rows() -> (TestApp, Client, SystemId) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    for name in ["ana", "ben", "cleo"] {
        app.member(system, name, Role::Viewer).await;
    }
    (app, admin, system)
}

async fn verification(admin: &Client, system: SystemId) -> Value {
    admin.get(&format!("/systems/{system}/audit-events/verification")).await.expect(200)
}

#[tokio::test]
async fn an_untouched_chain_is_intact() {
    let (_app, admin, system) = with_rows().await;
    let found = verification(&admin, system).await;
    let newest = admin.get(&format!("/systems/{system}/audit-events?limit=1")).await.expect(200);
    assert_eq!(found, json!({ "intact": true, "rows": 6, "head": newest["items"][0]["hash"], "broken": null }));
    assert_eq!(admin.get("/audit-events/verification").await.expect(200)["intact"], true);
}

#[tokio::test]
async fn the_triggers_refuse_every_change() {
    let (app, admin, system) = with_rows().await;
    let postgres = std::env::var("CMMC_TEST_POSTGRES_URL").is_ok_and(|url| !url.is_empty());
    let mut refused = vec![
        "UPDATE audit_events SET details = '{}' WHERE sequence = 2",
        "UPDATE audit_events SET hash = hash",
        "DELETE FROM audit_events WHERE sequence = 3",
        "DELETE FROM audit_events",
    ];
    if postgres {
        refused.extend(["TRUNCATE audit_events", "TRUNCATE audit_events CASCADE"]);
    } else {
        refused.extend([
            "UPDATE OR REPLACE audit_events SET sequence = 1",
            "INSERT OR REPLACE INTO audit_events SELECT id, chain, sequence, recorded_at, actor_id, 'x', object_kind, object_id, \
             details, request_id, previous_hash, hash FROM audit_events WHERE sequence = 2",
            "REPLACE INTO audit_events SELECT randomblob(16), chain, sequence, recorded_at, actor_id, 'x', object_kind, object_id, \
             details, request_id, previous_hash, hash FROM audit_events WHERE sequence = 2",
        ]);
    }
    for sql in refused {
        let error = write(&app, sql).await.expect_err(sql);
        assert!(error.with_cause().contains("append-only"), "{sql}: {}", error.with_cause());
    }
    assert_eq!(verification(&admin, system).await["intact"], true);
}

#[tokio::test]
async fn what_is_changed_past_the_triggers_is_named() {
    for (sql, row, word) in [
        ("UPDATE audit_events SET details = '{\"role\":\"manager\"}' WHERE sequence = 5", 5, "changed"),
        ("UPDATE audit_events SET actor_id = NULL WHERE sequence = 1 AND actor_id IS NOT NULL", 1, "changed"),
        ("UPDATE audit_events SET previous_hash = hash WHERE sequence = 4", 4, "changed"),
        ("UPDATE audit_events SET hash = previous_hash WHERE sequence = 6", 6, "changed"),
        ("UPDATE audit_events SET sequence = 100 WHERE sequence = 3", 3, "missing"),
        ("DELETE FROM audit_events WHERE sequence = 2", 2, "missing"),
        ("DELETE FROM audit_events WHERE sequence > 4", 5, "cut off"),
        ("DELETE FROM audit_events WHERE sequence > 0", 1, "cut off"),
        ("UPDATE systems SET audit_hash = 'x'", 6, "head"),
        ("UPDATE systems SET audit_sequence = 4", 4, "head"),
    ] {
        let (app, admin, system) = with_rows().await;
        tamper(&app, sql).await;
        let found = verification(&admin, system).await;
        assert_eq!((&found["intact"], &found["broken"]["sequence"]), (&json!(false), &json!(row)), "{sql}: {found}");
        assert!(found["broken"]["fault"].as_str().is_some_and(|fault| fault.contains(word)), "{sql}: {found}");
    }
}

#[tokio::test]
async fn a_row_that_was_added_past_the_door_is_named() {
    let (app, admin, system) = with_rows().await;
    let sql = if std::env::var("CMMC_TEST_POSTGRES_URL").is_ok_and(|url| !url.is_empty()) {
        "INSERT INTO audit_events SELECT gen_random_uuid(), chain, 7, recorded_at, actor_id, action, object_kind, object_id, details, \
         request_id, hash, hash FROM audit_events WHERE sequence = 6 AND chain IN (SELECT id FROM systems)"
    } else {
        "INSERT INTO audit_events SELECT randomblob(16), chain, 7, recorded_at, actor_id, action, object_kind, object_id, details, \
         request_id, hash, hash FROM audit_events WHERE sequence = 6 AND chain IN (SELECT id FROM systems)"
    };
    write(&app, sql).await.expect("an INSERT is not refused");
    assert_eq!(verification(&admin, system).await["broken"]["sequence"], 7);
}

#[tokio::test]
async fn a_value_that_can_not_be_read_is_named() {
    if std::env::var("CMMC_TEST_POSTGRES_URL").is_ok_and(|url| !url.is_empty()) {
        return; // Its types refuse such a value.
    }
    let (app, admin, system) = with_rows().await;
    tamper(&app, "UPDATE audit_events SET recorded_at = 'never' WHERE sequence = 3").await;
    assert_eq!(verification(&admin, system).await["broken"]["sequence"], 3);
}

fn verify_command(app: &TestApp) -> (bool, String) {
    let settings = &app.platform.settings;
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cmmc-tracker"));
    command.args(["audit", "verify"]).env_clear().env("CMMC_DATA_DIR", &settings.data_dir);
    if !settings.database.url.expose().is_empty() {
        command.env("CMMC_DATABASE__URL", settings.database.url.expose());
    }
    let output = command.output().expect("the command runs");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_names_the_broken_chain_and_fails() {
    let (app, admin, system) = with_rows().await;
    let other = app.system(&admin, "Other").await;
    let head = verification(&admin, system).await["head"].as_str().expect("a head").to_owned();
    let (good, text) = verify_command(&app);
    assert!(good && text.contains(&head) && text.contains("All 3 chains are intact."), "{text}");
    tamper(&app, "DELETE FROM audit_events WHERE sequence = 5").await;
    let (good, text) = verify_command(&app);
    assert!(!good && text.contains(&format!("{system} Enclave: BROKEN at row 5")), "{text}");
    assert!(text.contains(&format!("{other} Other: intact, 3 rows")) && text.contains("2 of 3 chains are broken"), "{text}");
}
