//! Which topic is whose.

use crate::{Context, Job, attempts, vacuum};
use platform::db::{Tx, named};
use platform::{JobError, JobResult, Platform, outbox};

/// Tells a person about a task.
pub const NOTIFY: &str = notifications::jobs::NOTIFY;
/// Shows a person in the product what happened to the account.
pub const SECURITY_NOTICE: &str = notifications::jobs::SECURITY_NOTICE;
/// Decides which notifications are mailed now.
pub const NOTIFICATION_MAILS: &str = "notification_mails";
/// Mails some notifications to one person.
pub const NOTIFICATION_MAIL: &str = notifications::jobs::NOTIFICATION_MAIL;
/// Tells people which of their tasks are due.
pub const TASK_DEADLINES: &str = "task_deadlines";
/// Tells programs outside what happened.
pub const WEBHOOK_EVENT: &str = webhooks::jobs::WEBHOOK_EVENT;
/// Sends one message to one webhook.
pub const WEBHOOK_DELIVERY: &str = webhooks::jobs::WEBHOOK_DELIVERY;
/// Hands messages over again that are due.
pub const WEBHOOK_RETRIES: &str = "webhook_retries";
/// Sends a mail about an account.
pub const MAIL: &str = identity::MAIL;
/// Drops uploads that nobody will finish, and their bytes.
pub const EXPIRE_UPLOADS: &str = "expire_uploads";
/// Tells owners about evidence that expires.
pub const EVIDENCE_FRESHNESS: &str = "evidence_freshness";
/// Removes evidence whose end a manager has confirmed.
pub const PURGE_EVIDENCE: &str = "purge_evidence";
/// Scans one file for malware.
pub const SCAN: &str = evidence::SCAN;
/// Scans what no such job has scanned.
pub const SCAN_REMAINING: &str = "scan_remaining";
/// Compares stored files with their hashes.
pub const VERIFY_FILES: &str = "verify_files";
/// Tells people what was found in the bytes of evidence.
pub const ALARM: &str = evidence::ALARM;
/// Records that accounts are no longer locked.
pub const END_LOCKOUTS: &str = "end_lockouts";
/// Makes the tasks of recurring tasks.
pub const RECURRING_TASKS: &str = "recurring_tasks";
/// Makes a report that was asked for.
pub const MAKE_REPORT: &str = reports::MAKE_REPORT;
/// Asks for the reports of schedules that are due.
pub const SCHEDULED_REPORTS: &str = "scheduled_reports";
/// Takes reports away whose time is over.
pub const PURGE_REPORTS: &str = "purge_reports";
/// Throws away what has served its time.
pub const VACUUM: &str = "vacuum";

/// A queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Topic {
    /// Its name, as it stands in the outbox.
    pub name: &'static str,
    /// What its jobs do, for the people who look after them.
    pub label: &'static str,
    /// So many of its jobs are under way at a time, in all processes together; the others wait in the outbox. Nothing where they take no
    /// time: then they are bounded together with those of the other queues without a bound of their own.
    pub at_once: Option<u32>,
}

const fn topic(name: &'static str, label: &'static str) -> Topic {
    Topic { name, label, at_once: None }
}

/// A queue whose jobs wait for another machine, or are heavy: all together they never hold all workers.
const fn bounded(name: &'static str, at_once: u32, label: &'static str) -> Topic {
    Topic { name, label, at_once: Some(at_once) }
}

/// Every queue.
pub(crate) const TOPICS: [Topic; 22] = [
    topic(NOTIFY, "Tells a person what happened to a task or to evidence"),
    topic(SECURITY_NOTICE, "Shows a person what happened to the account"),
    bounded(MAIL, 8, "Sends a mail about an account"),
    topic(NOTIFICATION_MAILS, "Decides which notifications go out by e-mail now"),
    bounded(NOTIFICATION_MAIL, 6, "Sends notifications by e-mail"),
    topic(WEBHOOK_EVENT, "Writes the messages of an event to webhooks"),
    topic(WEBHOOK_DELIVERY, "Sends a message to a webhook"),
    topic(WEBHOOK_RETRIES, "Decides which messages to webhooks are tried again now"),
    topic(TASK_DEADLINES, "Tells people once a day which tasks are due"),
    topic(EVIDENCE_FRESHNESS, "Tells owners once a day which evidence expires"),
    topic(ALARM, "Tells people that a file is infected or damaged"),
    bounded(SCAN, 4, "Scans a new file for malware"),
    topic(SCAN_REMAINING, "Scans files that were not scanned yet"),
    topic(VERIFY_FILES, "Compares stored files with their hashes"),
    topic(EXPIRE_UPLOADS, "Drops uploads that nobody will finish"),
    topic(PURGE_EVIDENCE, "Removes deleted evidence whose retention is over"),
    topic(END_LOCKOUTS, "Records that locks of accounts have ended"),
    topic(RECURRING_TASKS, "Makes the tasks of recurring tasks"),
    bounded(MAKE_REPORT, 2, "Makes a report that somebody asked for"),
    topic(SCHEDULED_REPORTS, "Asks for the reports of schedules that are due"),
    topic(PURGE_REPORTS, "Removes reports whose time is over"),
    topic(VACUUM, "Throws away what has served its time"),
];

/// The queue of a name.
pub(crate) fn find(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// The name under which the statements of a job are counted.
fn name(topic: &str) -> &'static str {
    find(topic).map_or("job", |topic| topic.name)
}

/// Runs the handler of a job; of the job `vacuum` the part that the database has.
pub async fn run(platform: &Platform, job: &Job) -> JobResult {
    match job.topic.as_str() {
        NOTIFY => notifications::jobs::notify(platform, job.outbox, &job.payload).await,
        SECURITY_NOTICE => notifications::jobs::security_notice(platform, job.outbox, &job.payload).await,
        NOTIFICATION_MAILS => {
            notifications::jobs::notification_mails(platform).await?;
            finish(platform, job).await
        }
        NOTIFICATION_MAIL => notifications::jobs::notification_mail(platform, job.outbox, &job.payload).await,
        WEBHOOK_EVENT => webhooks::jobs::webhook_event(platform, job.outbox, &job.payload).await,
        WEBHOOK_DELIVERY => webhooks::jobs::webhook_delivery(platform, job.outbox, &job.payload).await,
        WEBHOOK_RETRIES => {
            webhooks::jobs::webhook_retries(platform).await?;
            finish(platform, job).await
        }
        TASK_DEADLINES => {
            notifications::jobs::task_deadlines(platform).await?;
            finish(platform, job).await
        }
        MAIL => identity::send_mail(platform, job.outbox, &job.payload).await,
        EXPIRE_UPLOADS => {
            let dropped = evidence::expire_uploads(platform, platform.clock.now()).await?;
            if dropped > 0 {
                tracing::info!(dropped, "uploads and files that nobody will finish were dropped");
            }
            finish(platform, job).await
        }
        EVIDENCE_FRESHNESS => {
            notifications::jobs::evidence_freshness(platform).await?;
            finish(platform, job).await
        }
        PURGE_EVIDENCE => {
            let purged = evidence::purge(platform, platform.clock.now()).await?;
            if purged > 0 {
                tracing::info!(purged, "evidence whose retention has ended was removed");
            }
            finish(platform, job).await
        }
        SCAN => evidence::scan_file(platform, job.outbox, &job.payload).await,
        SCAN_REMAINING => {
            evidence::scan_remaining(platform).await?;
            finish(platform, job).await
        }
        VERIFY_FILES => {
            let evidence::Verified { compared, damaged } = evidence::verify_files(platform).await?;
            tracing::info!(compared, damaged, "stored files were compared with their hashes");
            finish(platform, job).await
        }
        ALARM => notifications::jobs::evidence_alarm(platform, job.outbox, &job.payload).await,
        END_LOCKOUTS => {
            identity::end_lockouts(platform).await?;
            finish(platform, job).await
        }
        RECURRING_TASKS => {
            let made = tasks::make_recurring_tasks(platform).await?;
            if made > 0 {
                tracing::info!(made, "recurring tasks were made");
            }
            finish(platform, job).await
        }
        MAKE_REPORT => reports::make_report(platform, job.outbox, &job.payload).await,
        SCHEDULED_REPORTS => {
            let made = reports::make_scheduled_reports(platform).await?;
            if made > 0 {
                tracing::info!(made, "scheduled reports are to be made");
            }
            finish(platform, job).await
        }
        PURGE_REPORTS => {
            let purged = reports::purge_reports(platform).await?;
            if purged > 0 {
                tracing::info!(purged, "reports whose time is over were removed");
            }
            finish(platform, job).await
        }
        VACUUM => {
            vacuum::vacuum_database(platform).await?;
            platform.mailer.discard(platform.clock.now() - vacuum::MAIL_FILES).await?;
            finish(platform, job).await
        }
        other => Err(JobError::Fail(format!("there is no job `{other}`"))),
    }
}

/// Makes an attempt at a job unless it was done or given up before; `again` after one that failed a moment ago. A refusal for good is
/// recorded.
pub(crate) async fn deliver(context: &Context, job: &Job, again: bool) -> JobResult {
    let platform = &context.platform;
    if !attempts::begin(platform, job, again).await? {
        return Ok(());
    }
    if job.topic == VACUUM {
        tokio::select! {
            vacuumed = context.store.vacuum() => vacuumed?,
            // A worker that is told to stop no longer looks after its last reading of the queue, which keeps the only connection: this
            // would wait for it for ever. What has served its time can wait for the next hour.
            () = context.stop.cancelled() => {}
        }
    }
    let result = named(name(&job.topic), run(platform, job)).await;
    if let Err(JobError::Fail(reason)) = &result {
        let (id, now, reason) = (job.outbox, platform.clock.now(), reason.clone());
        platform.db.write(move |tx: &Tx| Box::pin(async move { outbox::give_up(tx, id, &reason, now).await })).await?;
    }
    result
}

/// Marks a job whose effect may be repeated: it is done over again rather than not at all.
async fn finish(platform: &Platform, job: &Job) -> JobResult {
    let (id, now) = (job.outbox, platform.clock.now());
    platform.db.write(move |tx: &Tx| Box::pin(async move { outbox::finish(tx, id, now).await })).await?;
    Ok(())
}

/// How many jobs of the queues without a bound of their own are under way at a time.
const OTHERS_AT_ONCE: u32 = 500;
/// The lane of those queues.
const OTHERS: &str = "";

/// Every lane, and how many of its jobs are under way at a time: one for each bounded queue, one for all others together.
pub(crate) fn lanes() -> impl Iterator<Item = (&'static str, u32)> {
    let bounded = TOPICS.iter().filter_map(|topic| Some((topic.name, topic.at_once?)));
    bounded.chain([(OTHERS, OTHERS_AT_ONCE)])
}

/// The lane of a topic.
pub(crate) fn lane(topic: &str) -> &'static str {
    find(topic).filter(|topic| topic.at_once.is_some()).map_or(OTHERS, |topic| topic.name)
}
