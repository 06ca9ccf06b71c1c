//! The database's door: acknowledged means durable, a failure harms nobody else.

use crate::support::TestApp;
use platform::AppError;
use platform::db::execute;
use shared_types::ErrorCode;
use std::sync::Arc;
use tokio::sync::Barrier;
use uuid::Uuid;

async fn note(app: &TestApp, key: String, fail: bool) -> platform::Result<()> {
    let id: Uuid = app.platform.rng.id(&app.platform.clock)?;
    let now = app.platform.clock.now();
    app.platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = "INSERT INTO outbox (id, topic, payload, created_at) VALUES ($1, $2, '{}', $3)";
                execute(tx, sql, [id.into(), key.into(), now.into()]).await?;
                if fail { Err(AppError::conflict("no")) } else { Ok(()) }
            })
        })
        .await
}

#[tokio::test]
async fn a_closure_that_fails_takes_only_its_own_work_back() {
    let app = Arc::new(TestApp::start().await);
    let barrier = Arc::new(Barrier::new(60));
    let mut writers = Vec::new();
    for n in 0..60 {
        let (app, barrier) = (Arc::clone(&app), Arc::clone(&barrier));
        writers.push(tokio::spawn(async move {
            barrier.wait().await;
            note(&app, format!("w{n}"), n % 3 == 0).await.is_ok()
        }));
    }
    let mut kept = 0;
    for writer in writers {
        kept += i64::from(writer.await.expect("no panic"));
    }
    assert_eq!(kept, 40);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 40);
}

#[tokio::test]
async fn a_panic_in_a_closure_is_an_error_and_the_door_stays_open() {
    let app = TestApp::start().await;
    let result: platform::Result<()> = app.platform.db.write(|_tx| Box::pin(async { panic!("on purpose") })).await;
    assert_eq!(result.expect_err("an error").code(), ErrorCode::Internal);
    note(&app, "after".to_owned(), false).await.expect("the door is open");
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 1);
}

#[tokio::test]
async fn what_violates_a_constraint_is_taken_back_alone() {
    let app = TestApp::start().await;
    let bad: platform::Result<u64> = app
        .platform
        .db
        .write(|tx| Box::pin(async move { execute(tx, "INSERT INTO installation (id) VALUES (1)", []).await }))
        .await;
    assert_eq!(bad.expect_err("taken").code(), ErrorCode::Taken);
    note(&app, "after".to_owned(), false).await.expect("the door is open");
}

#[tokio::test]
async fn readers_cannot_write_on_sqlite() {
    let app = TestApp::start().await;
    if std::env::var("CMMC_TEST_POSTGRES_URL").is_ok() {
        return;
    }
    let refused = execute(app.platform.db.read(), "UPDATE installation SET revision = 7", []).await;
    assert!(refused.is_err());
}
