//! Controls, findings and score.

mod authorization;
mod bulk;
mod custom;
mod detail;
mod faults;
mod findings;
mod for_others;
mod list;
mod races;
mod score;
mod update;

use crate::support::{Client, TestApp};
use platform::db::execute;
use serde_json::{Value, json};
use shared_types::SystemId;
use uuid::Uuid;

/// The id of no user.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// An application with one system, and its manager.
struct Ground {
    app: TestApp,
    admin: Client,
    system: SystemId,
}

impl Ground {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let system = app.system(&admin, "Enclave").await;
        Self { app, admin, system }
    }

    /// A path below the system.
    fn at(&self, path: &str) -> String {
        format!("/systems/{}/{path}", self.system)
    }

    async fn read(&self, path: &str) -> Value {
        self.admin.get(&self.at(path)).await.expect(200)
    }

    async fn control(&self, control: &str) -> Value {
        self.read(&format!("controls/{control}")).await
    }

    /// PATCH with the current version.
    async fn patch(&self, control: &str, body: Value) -> crate::support::Answer {
        let version = self.control(control).await["control"]["version"].clone();
        self.admin.if_match(&version).patch(&self.at(&format!("controls/{control}")), &body).await
    }

    /// PUT of a finding with the current version.
    async fn put(&self, control: &str, letter: &str, body: Value) -> crate::support::Answer {
        let version = self.control(control).await["control"]["version"].clone();
        self.admin.if_match(&version).put(&self.at(&format!("controls/{control}/objectives/{letter}")), &body).await
    }

    async fn bulk(&self, items: Value) -> Value {
        self.admin.post(&self.at("findings/bulk"), &json!({ "items": items })).await.expect(200)
    }

    /// Every requirement of the pack with one finding.
    async fn all(&self, finding: &str) {
        let item = |reference: &str| json!({ "control": reference, "finding": finding, "reason": "as seen" });
        let items: Vec<Value> = rules::pack("cmmc-level-2").expect("Level 2").requirements().map(|r| item(&r.id)).collect();
        assert_eq!(self.bulk(json!(items)).await["applied"], 110);
    }

    /// A task on a control, written past the API: only its count matters here.
    async fn task(&self, control: &str, state: &'static str) {
        let control: Uuid = self.control(control).await["control"]["id"].as_str().expect("an id").parse().expect("an id");
        let (system, id) = (self.system.0, self.app.platform.rng.id::<Uuid>(&self.app.platform.clock).expect("an id"));
        let now = self.app.platform.clock.now();
        let sql = "INSERT INTO tasks (id, system_id, number, title, state, priority, priority_rank, control_id, due_sort, \
                   search_text, created_at, updated_at) SELECT $1, $2, COUNT(*) + 1, 't', $3, 'normal', 2, $4, $5, 't', $6, $6 \
                   FROM tasks";
        let values = [id.into(), system.into(), state.into(), control.into(), now.date_naive().into(), now.into()];
        self.write(sql, values.into()).await;
    }

    /// Evidence that is linked to a control, written past the API.
    async fn evidence(&self, control: &str) {
        let control: Uuid = self.control(control).await["control"]["id"].as_str().expect("an id").parse().expect("an id");
        let new = || self.app.platform.rng.id::<Uuid>(&self.app.platform.clock).expect("an id");
        let (system, id, now) = (self.system.0, new(), self.app.platform.clock.now());
        let sql = "INSERT INTO evidence (id, system_id, number, title, effective, expires_sort, search_text, created_at, \
                   updated_at) SELECT $1, $2, COUNT(*) + 1, 'e', $3, $3, 'e', $4, $4 FROM evidence";
        self.write(sql, vec![id.into(), system.into(), now.date_naive().into(), now.into()]).await;
        for letter in ["", "a"] {
            let sql = "INSERT INTO evidence_links (id, system_id, evidence_id, control_id, letter, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
            self.write(sql, vec![new().into(), system.into(), id.into(), control.into(), letter.into(), now.into()]).await;
        }
    }

    async fn write(&self, sql: &'static str, values: Vec<sea_orm::Value>) {
        // Behind the door, as the feature itself would: lists are tagged with the system's revision.
        let change = audit::change_system(&self.app.platform, audit::Actor::anonymous(), self.system, move |door| {
            Box::pin(async move { execute(door.tx, sql, values).await })
        });
        assert_eq!(change.await.expect("a write"), 1);
    }
}

/// Numbers that look like chance and are the same each time.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
