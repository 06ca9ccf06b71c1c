//! To a mail server.

use super::message::mime;
use super::{Mail, Mailer};
use crate::settings::{MailSettings, MailTls, Secret};
use crate::{AppError, Clock, JobError, JobResult, Result};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

/// How long one step of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Answers that are about this mail and will not change: the mailbox is unknown, full for good, or can't be written so. Every
/// other refusal (wrong password, relaying denied) is the installation's and may be mended while the job is tried again.
const FINAL: [&str; 6] = ["501", "550", "551", "552", "553", "556"];

/// Hands mail to a server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: Clock,
}

impl SmtpMailer {
    /// Prepares connections; none is made before the first mail.
    pub fn new(settings: &MailSettings, from: Mailbox, clock: Clock) -> Result<Self> {
        let tls = match settings.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => Tls::Required(tls(settings)?),
            MailTls::Implicit => Tls::Wrapper(tls(settings)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !settings.user.is_empty() {
            let password = match &settings.password_file {
                Some(path) => Secret::read(path)?,
                None => settings.password.clone(),
            };
            builder = builder.credentials(Credentials::new(settings.user.clone(), password.expose().to_owned()));
        }
        Ok(Self { transport: builder.build(), from, clock })
    }
}

/// Whose certificates are believed.
fn tls(settings: &MailSettings) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let fault = |error: &dyn std::fmt::Display| AppError::internal(format!("mail.ca_file {}: {error}", path.display()));
        let pem = std::fs::read(path).map_err(|error| fault(&error))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| fault(&error))?);
    }
    builder.build().map_err(AppError::internal)
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, JobResult> {
        Box::pin(async move {
            let message = mime(&self.from, mail, self.clock.now())?;
            let Err(error) = self.transport.send(message).await else { return Ok(()) };
            // What a server says beside its code may repeat the address: only the code is kept.
            match error.status().map(|code| code.to_string()) {
                Some(code) if FINAL.contains(&code.as_str()) => {
                    Err(JobError::Fail(format!("the mail server refuses this mail for good ({code})")))
                }
                Some(code) => Err(AppError::internal(format!("the mail server refuses ({code})")).into()),
                None => Err(AppError::internal(error).into()),
            }
        })
    }

    fn discard(&self, _before: DateTime<Utc>) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async { Ok(0) })
    }
}
