//! Tasks: creation, the list, the steps and who may take them, comments.

mod bulk;
mod closed_accounts;
mod comments;
mod create;
mod edit;
mod import;
mod list;
mod mentions;
mod parts;
mod recurring;
mod recurring_faults;
mod recurring_preview;
mod refusals;
mod saved;
mod steps;
mod told;

use crate::support::{Client, TestApp};
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;

/// A system with an administrator who manages it, a contributor who does the work, another, and a viewer.
struct Shop {
    app: TestApp,
    system: SystemId,
    boss: Client,
    doer: Client,
    other: Client,
    viewer: Client,
}

impl Shop {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let boss = app.admin().await;
        let system = app.system(&boss, "Harlan CUI enclave").await;
        let doer = app.member(system, "doer", Role::Contributor).await;
        let other = app.member(system, "other", Role::Contributor).await;
        let viewer = app.member(system, "viewer", Role::Viewer).await;
        Self { app, system, boss, doer, other, viewer }
    }

    fn path(&self, rest: &str) -> String {
        format!("/systems/{}/tasks{rest}", self.system)
    }

    async fn create(&self, body: Value) -> Value {
        self.boss.post(&self.path(""), &body).await.expect(201)
    }

    /// A task of the doer's.
    async fn task(&self) -> Value {
        self.create(json!({ "title": "Collect the firewall rules", "assignee": self.doer.user_id() })).await
    }

    /// The same, submitted by the doer.
    async fn submitted(&self) -> Value {
        let task = self.task().await;
        self.step(&self.doer, &task, "submit").await
    }

    async fn step(&self, who: &Client, task: &Value, action: &str) -> Value {
        who.post(&self.one(task, "/transitions"), &json!({ "action": action })).await.expect(200)
    }

    fn one(&self, task: &Value, rest: &str) -> String {
        self.path(&format!("/{}{rest}", task["id"].as_str().expect("an id")))
    }

    async fn read(&self, who: &Client, task: &Value) -> Value {
        who.get(&self.one(task, "")).await.expect(200)
    }

    /// The numbers of a list, in its order.
    async fn numbers(&self, who: &Client, query: &str) -> Vec<String> {
        numbers(&who.get(&self.path(query)).await.expect(200))
    }

    /// Deactivates an account, or opens it again.
    async fn account(&self, who: &Client, action: &str) {
        self.boss.post(&format!("/users/{}/changes", who.user_id()), &json!({ "action": action })).await.expect(200);
    }

    /// The outbox rows of a kind.
    async fn told(&self, kind: &str, who: &Client) -> i64 {
        let like = format!("%\"kind\":\"{kind}\"%\"user\":\"{}\"%", who.user_id());
        self.app.count(&format!("SELECT COUNT(*) FROM outbox WHERE topic = 'notify' AND payload LIKE '{like}'")).await
    }

    /// The audit rows of an action.
    async fn audited(&self, action: &str) -> i64 {
        self.app.count(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
    }
}

fn numbers(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|task| task["number"].as_str().expect("a number").to_owned()).collect()
}

/// A user id that nobody has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
