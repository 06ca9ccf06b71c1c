//! Outbound webhooks: managed, told, signed, tried again, turned off, and kept from reaching inside.

mod deliveries;
mod events;
mod inside;
mod manage;
mod replays;
mod silent;
mod test_message;
mod turned_off;
mod turns;
mod two_processes;

use crate::support::{Client, Receiver, TestApp};
use ::jobs::Job;
use ::jobs::relay::claim;
use serde_json::{Value, json};
use shared_types::SystemId;

/// A receiver on this machine may be told, which the default refuses.
const LOCAL: [(&str, &str); 2] = [("CMMC_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true"), ("CMMC_WEBHOOKS__ALLOW_HTTP", "true")];

/// A system with a webhook to a receiver.
struct Place {
    app: TestApp,
    admin: Client,
    system: SystemId,
    receiver: Receiver,
    webhook: Value,
    secret: String,
}

impl Place {
    async fn start(format: &str) -> Self {
        Self::of(TestApp::start_with(&LOCAL).await, format).await
    }

    /// The same, told of these kinds.
    async fn told_of(kinds: &[&str]) -> Self {
        let mut place = Self::start("standard").await;
        let known = place.admin.if_match(&place.webhook["version"]);
        place.webhook = known.patch(&place.path(""), &json!({ "kinds": kinds })).await.expect(200);
        place
    }

    /// The bodies of what arrived, oldest first, after the work that there is.
    async fn told(&self) -> Vec<Value> {
        self.work().await;
        let bodies = self.receiver.received().into_iter().map(|message| serde_json::from_str(&message.body).expect("JSON"));
        bodies.collect()
    }

    async fn of(app: TestApp, format: &str) -> Self {
        let receiver = Receiver::start().await;
        let admin = app.admin().await;
        let system = app.system(&admin, "Harlan <enclave>").await;
        let body = json!({ "name": "Nightly", "url": format!("{}/hook?x=1", receiver.url), "format": format,
                           "kinds": ["task.assigned", "evidence.expired"] });
        let made = admin.post(&format!("/systems/{system}/webhooks"), &body).await.expect(201);
        let secret = made["secret"].as_str().unwrap_or_default().to_owned();
        Self { app, admin, system, receiver, webhook: made["webhook"].clone(), secret }
    }

    fn path(&self, rest: &str) -> String {
        format!("/systems/{}/webhooks/{}{rest}", self.system, self.webhook["id"].as_str().expect("an id"))
    }

    /// A task that is assigned to a person: an event.
    async fn assign(&self, title: &str, to: &Client) {
        let body = json!({ "title": title, "assignee": to.user_id() });
        self.admin.post(&format!("/systems/{}/tasks", self.system), &body).await.expect(201);
    }

    /// Runs the jobs that wait, and those that they write.
    async fn work(&self) {
        for _round in 0..4 {
            for job in claim(&self.app.platform).await.expect("a claim") {
                ::jobs::run(&self.app.platform, &job).await.expect("done");
            }
        }
    }

    /// The jobs of the messages of what has happened.
    async fn message_jobs(&self) -> Vec<Job> {
        for _round in 0..2 {
            for job in claim(&self.app.platform).await.expect("a claim") {
                ::jobs::run(&self.app.platform, &job).await.expect("done");
            }
        }
        claim(&self.app.platform).await.expect("a claim")
    }

    /// So many further webhooks of the system to the same receiver.
    async fn further(&self, count: usize) {
        for n in 1..=count {
            let body = json!({ "name": format!("Further {n}"), "url": format!("{}/{n}", self.receiver.url), "format": "slack",
                               "kinds": ["task.assigned"] });
            self.admin.post(&format!("/systems/{}/webhooks", self.system), &body).await.expect(201);
        }
    }

    /// The webhook as it is now.
    async fn now(&self) -> Value {
        let listed = self.admin.get(&format!("/systems/{}/webhooks", self.system)).await.expect(200);
        listed["items"].as_array().expect("items").iter().find(|one| one["id"] == self.webhook["id"]).expect("it").clone()
    }

    /// The jobs of messages go without a trace.
    async fn lose_jobs(&self) {
        let sql = "DELETE FROM outbox WHERE topic = 'webhook_delivery' AND done_at IS NULL";
        let lost = self.app.platform.db.write(move |tx| Box::pin(async move { platform::db::execute(tx, sql, []).await }));
        assert!(lost.await.expect("a write") > 0);
    }

    /// All of them, newest first; of the same moment in no order.
    async fn deliveries(&self) -> Vec<Value> {
        self.admin.get(&self.path("/deliveries?limit=200")).await.expect(200)["items"].as_array().expect("items").clone()
    }
}
