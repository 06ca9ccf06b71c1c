//! Mail: one trait, and what stands behind it.
//!
//! A change never sends: it writes a job into the outbox in its own transaction, and the job calls [`Mailer::send`]. So a mail
//! goes if and only if the change was committed, and is tried again when the server does not answer.
//!
//! - `letter.rs`: [`Letter`], what a mail says; text and HTML come from the two templates in `templates/`
//! - `message.rs`: a [`Mail`] as a MIME message
//! - `file.rs`: into .eml files, the default; `smtp.rs`: to a server; `fake.rs`: into memory, for tests
//!
//! Architecture Invariant: what a mail says is never logged, and neither is whom it goes to.

mod fake;
mod file;
mod letter;
mod message;
mod smtp;

pub use fake::FakeMailer;
pub use file::FileMailer;
pub use letter::{Action, Letter};
pub use smtp::SmtpMailer;

use crate::settings::{MailBackend, Settings};
use crate::{AppError, Clock, JobResult, Result};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use std::sync::Arc;
use uuid::Uuid;

/// Whom a mail goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The person's name, as they gave it.
    pub name: String,
    /// The address.
    pub address: String,
}

/// A mail as it is to arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Becomes its Message-ID: a mail that is handed over twice, because an acknowledgement got lost, is shown once.
    pub id: Uuid,
    /// To whom.
    pub to: Recipient,
    /// Subject, on one line.
    pub subject: String,
    /// For readers that show no HTML.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// Where a mail program asks for no more mails of this kind (RFC 8058), if the reader may.
    pub one_click: Option<String>,
}

/// How mails of a kind are ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneClick {
    /// Where a mail program sends its request.
    pub request: String,
    /// The page that a person opens.
    pub page: String,
}

/// Hands mail over.
pub trait Mailer: Send + Sync {
    /// Hands one mail over. A failure that another attempt can't mend (the address is refused) is
    /// [`JobError::Fail`](crate::JobError::Fail).
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, JobResult>;

    /// Throws away what was kept of mail from before this time; how many.
    fn discard(&self, before: DateTime<Utc>) -> BoxFuture<'_, Result<u64>>;
}

/// The mailer of the settings.
pub fn from_settings(settings: &Settings, clock: &Clock) -> Result<Arc<dyn Mailer>> {
    let from: Mailbox = settings.mail.from.parse().map_err(AppError::internal)?;
    Ok(match settings.mail.backend {
        MailBackend::File => Arc::new(FileMailer::new(settings.data_dir.join("mail"), from, clock.clone())),
        MailBackend::Smtp => Arc::new(SmtpMailer::new(&settings.mail, from, clock.clone())?),
    })
}

/// Text that stays on its line: line breaks and other control characters become spaces, and characters that turn the reading
/// direction go.
pub(crate) fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
