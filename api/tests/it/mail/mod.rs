//! From a change to a mail: the outbox, the job, the mailer, a real mail server.

mod guarded;
mod job;
mod server;

use crate::support::TestApp;
use audit::{Actor, change_installation};
use identity::Notice;
use shared_types::UserId;

/// Something has happened to a person's account.
async fn tell(app: &TestApp, user: UserId, notice: Notice) {
    change_installation(&app.platform, Actor::anonymous(), move |door| {
        Box::pin(async move { identity::notice(door, user, notice).await })
    })
    .await
    .expect("a notice");
}
