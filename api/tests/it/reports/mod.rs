//! The dashboard and the exports.

mod calendar;
mod dashboard;
mod demo;
mod exports;
mod last_day;
mod logo_bombs;
mod made;
mod making;
mod portfolio;
mod scheduled;
mod scheduled_bounds;
mod sprs;
mod template;
mod waiting;
mod words;

use crate::support::TestApp;
use platform::db::execute;
use sea_orm::Value;
use shared_types::SystemId;
use uuid::Uuid;

/// Changes rows behind the system's door without the service: for states that take long to reach through the API.
pub async fn prepare(app: &TestApp, system: SystemId, sql: &'static str, values: Vec<Value>) {
    let change = ::audit::change_system(&app.platform, ::audit::Actor::anonymous(), system, move |door| {
        Box::pin(async move { execute(door.tx, sql, values).await })
    });
    assert!(change.await.expect("a statement") > 0, "{sql} met no row");
}

/// Approved evidence without a file.
pub async fn evidence(app: &TestApp, system: SystemId, number: i32, title: &str, expires: Option<&str>) -> Uuid {
    let id: Uuid = app.platform.rng.id(&app.platform.clock).expect("an id");
    let day = |text: &str| -> chrono::NaiveDate { text.parse().expect("a day") };
    let expires = expires.map(day);
    let values = vec![
        id.into(),
        system.0.into(),
        number.into(),
        title.into(),
        day("2026-01-01").into(),
        expires.into(),
        expires.unwrap_or(day("9999-12-31")).into(),
        app.platform.clock.now().into(),
    ];
    let sql = "INSERT INTO evidence (id, system_id, number, title, effective, expires, expires_sort, search_text, created_at, updated_at, \
               state, approved_version, approved_from, approved_until) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $8, 'approved', 1, $5, $6)";
    prepare(app, system, sql, values).await;
    id
}
