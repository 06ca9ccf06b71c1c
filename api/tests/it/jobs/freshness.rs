//! Owners are told about evidence that ages: across days, zones and repetitions.

use super::{new_id, texts, write};
use crate::support::{Client, TestApp};
use chrono::{Duration, NaiveDate};
use notifications::jobs::evidence_freshness;
use serde_json::json;
use shared_types::systems::Role;
use shared_types::{SystemId, UserId};
use std::sync::atomic::{AtomicI32, Ordering};

static NUMBER: AtomicI32 = AtomicI32::new(1);

async fn system_in(admin: &Client, zone: &str) -> SystemId {
    let body = json!({ "name": zone, "organization": "Harlan", "pack": "cmmc-level-1", "time_zone": zone });
    serde_json::from_value(admin.post("/systems", &body).await.expect(201)["id"].clone()).expect("an id")
}

async fn evidence(app: &TestApp, system: SystemId, owner: Option<UserId>, title: &str, expires: Option<&str>) {
    let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
    let sql = "INSERT INTO evidence (id, system_id, number, title, owner_id, effective, expires, expires_sort, search_text, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $9)";
    let now = app.platform.clock.now();
    let values = vec![
        new_id(app).into(),
        system.0.into(),
        NUMBER.fetch_add(1, Ordering::SeqCst).into(),
        title.into(),
        owner.map(|user| user.0).into(),
        day("2026-01-01").into(),
        expires.map(day).into(),
        day(expires.unwrap_or("9999-12-31")).into(),
        now.into(),
    ];
    write(&app.platform.db, sql, values).await;
}

/// What was told, sorted.
async fn told(app: &TestApp) -> Vec<String> {
    // The number is the test's own business.
    let mut told: Vec<_> =
        texts(app).await.into_iter().map(|text| text.split_once(' ').expect("a number").1.to_owned()).collect();
    told.sort();
    told
}

#[tokio::test]
async fn an_owner_is_told_once_per_state() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = system_in(&admin, "UTC").await;
    let owner = app.member(system, "dana", Role::Contributor).await.user_id();
    evidence(&app, system, Some(owner), "Policy", Some("2026-12-23")).await;
    evidence(&app, system, Some(owner), "Ageless", None).await;

    // 2026-11-22: 31 days to go.
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 0);
    app.platform.clock.advance(Duration::days(1));
    for _again in 0..3 {
        evidence_freshness(&app.platform).await.expect("a look");
    }
    assert_eq!(told(&app).await, ["expires in 30 days, on 2026-12-23: Policy"]);
    // Day after day nothing new, up to the day itself and one more.
    for _day in 0..30 {
        app.platform.clock.advance(Duration::days(1));
        assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 0);
    }
    app.platform.clock.advance(Duration::days(1));
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 1);
    assert_eq!(told(&app).await, ["expired on 2026-12-23: Policy", "expires in 30 days, on 2026-12-23: Policy"]);
}

#[tokio::test]
async fn the_systems_own_zone_decides_the_day_and_the_hour() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    // 12:00 UTC: 02:00 in Honolulu, too early; 01:00 of the next day on Kiritimati, too early; 21:00 in Tokyo.
    let mut systems = Vec::new();
    for zone in ["Pacific/Honolulu", "Asia/Tokyo", "Pacific/Kiritimati"] {
        let system = system_in(&admin, zone).await;
        evidence(&app, system, Some(admin.user_id()), zone, Some("2026-11-22")).await;
        systems.push(system);
    }
    evidence_freshness(&app.platform).await.expect("a look");
    assert_eq!(told(&app).await, ["expires today, 2026-11-22: Asia/Tokyo"]);
    // 17:00 UTC: 07:00 in Honolulu; 07:00 on the 23rd on Kiritimati; 02:00 on the 23rd in Tokyo: not yet.
    app.platform.clock.advance(Duration::hours(5));
    evidence_freshness(&app.platform).await.expect("a look");
    assert_eq!(
        told(&app).await,
        [
            "expired on 2026-11-22: Pacific/Kiritimati",
            "expires today, 2026-11-22: Asia/Tokyo",
            "expires today, 2026-11-22: Pacific/Honolulu"
        ]
    );
}

#[tokio::test]
async fn without_an_owner_who_is_a_member_the_managers_are_told() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = system_in(&admin, "UTC").await;
    let stranger = app.user("gone").await.user_id();
    evidence(&app, system, None, "Nobody's", Some("2026-11-01")).await;
    evidence(&app, system, Some(stranger), "Of one who left", Some("2026-11-01")).await;
    evidence_freshness(&app.platform).await.expect("a look");
    assert_eq!(told(&app).await, ["expired on 2026-11-01: Nobody's", "expired on 2026-11-01: Of one who left"]);
    let sql =
        "SELECT COUNT(DISTINCT n.user_id) FROM notifications n JOIN members m ON m.user_id = n.user_id AND m.role = 'manager'";
    assert_eq!(app.count(sql).await, 1);
}

#[tokio::test]
async fn two_looks_at_once_and_many_pieces_tell_once_each() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = system_in(&admin, "UTC").await;
    for n in 0..230 {
        evidence(&app, system, Some(admin.user_id()), &format!("Piece {n}"), Some("2026-11-25")).await;
    }
    let looks = futures_util::future::join_all((0..4).map(|_look| evidence_freshness(&app.platform))).await;
    let told: u64 = looks.into_iter().map(|look| look.expect("a look")).sum();
    assert_eq!(told, 230);
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 230);
}

#[tokio::test]
async fn archived_systems_and_deleted_evidence_are_left_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (kept, archived) = (system_in(&admin, "UTC").await, system_in(&admin, "Europe/Berlin").await);
    evidence(&app, kept, Some(admin.user_id()), "Deleted", Some("2026-11-01")).await;
    write(&app.platform.db, "UPDATE evidence SET deleted_at = created_at", vec![]).await;
    evidence(&app, archived, Some(admin.user_id()), "Archived", Some("2026-11-01")).await;
    write(&app.platform.db, "UPDATE systems SET archived_at = created_at WHERE name = 'Europe/Berlin'", vec![]).await;
    assert_eq!(evidence_freshness(&app.platform).await.expect("a look"), 0);
}
