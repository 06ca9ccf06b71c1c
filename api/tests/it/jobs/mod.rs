//! Background jobs: relay, queues, schedules, handlers; the real `worker` process killed at bad moments.

mod administration;
mod freshness;
mod kill;
mod notify;
mod queue;
mod relay;
mod schedule;
mod vacuum;
mod year;

use crate::support::{Client, TestApp, eventually};
use jobs::Job;
use platform::Db;
use platform::db::execute;
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::SystemId;
use shared_types::systems::Role;
use uuid::Uuid;

/// A system with one task and somebody to be told about it.
struct Workplace {
    app: TestApp,
    admin: Client,
    member: Client,
    system: SystemId,
    task: Uuid,
}

impl Workplace {
    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    async fn start_with(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::start_with(settings).await;
        let admin = app.admin().await;
        let system = app.system(&admin, "Harlan CUI enclave").await;
        let member = app.member(system, "dana", Role::Contributor).await;
        let task = new_id(&app);
        let sql = "INSERT INTO tasks (id, system_id, number, title, state, priority, priority_rank, due_sort, search_text, created_at, updated_at) \
                   VALUES ($1, $2, 12, 'Turn on MFA', 'open', 'high', 1, $3, '', $4, $4)";
        let now = app.platform.clock.now();
        write(&app.platform.db, sql, vec![task.into(), system.0.into(), now.date_naive().into(), now.into()]).await;
        Self { app, admin, member, system, task }
    }

    /// Writes into the outbox that the member is to be told that the task was assigned.
    async fn enqueue(&self) -> Uuid {
        let payload = json!({ "kind": "task.assigned", "system": self.system, "task": self.task, "user": self.member.user_id() });
        self.enqueue_as("notify", payload).await
    }

    async fn enqueue_as(&self, topic: &'static str, payload: serde_json::Value) -> Uuid {
        let platform = self.app.platform.clone();
        let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
        let before = ids(&platform.db, "SELECT id FROM outbox").await;
        platform
            .db
            .write(move |tx| Box::pin(async move { platform::outbox::enqueue(tx, &clock, &rng, topic, &payload).await }))
            .await
            .expect("an outbox row");
        let after = ids(&platform.db, "SELECT id FROM outbox").await;
        after.into_iter().find(|id| !before.contains(id)).expect("its id")
    }

    async fn told(&self) -> i64 {
        self.app.count("SELECT COUNT(*) FROM notifications").await
    }

    /// No job is left over: none waits and none was given up.
    async fn all_done(&self) -> bool {
        self.app.count("SELECT COUNT(*) FROM outbox WHERE done_at IS NULL").await == 0
    }
}

fn new_id(app: &TestApp) -> Uuid {
    app.platform.rng.id(&app.platform.clock).expect("an id")
}

async fn write(db: &Db, sql: &'static str, values: Vec<Value>) {
    db.write(move |tx| Box::pin(async move { execute(tx, sql, values).await })).await.expect("a write");
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

async fn ids(db: &Db, sql: &str) -> Vec<Uuid> {
    db.rows::<Id>(sql, []).await.expect("ids").into_iter().map(|row| row.id).collect()
}

#[derive(FromQueryResult)]
struct Text {
    text: String,
}

/// The texts of all notifications, in order.
async fn texts(app: &TestApp) -> Vec<String> {
    let sql = "SELECT text FROM notifications ORDER BY text";
    app.platform.db.rows::<Text>(sql, []).await.expect("texts").into_iter().map(|row| row.text).collect()
}

/// A job as the queue would hand it over.
fn job(outbox: Uuid, topic: &str, payload: &serde_json::Value) -> Job {
    Job { outbox, topic: topic.to_owned(), payload: payload.to_string() }
}
