//! Into .eml files, for an installation without a mail server: nothing is sent, and a person finds the link in the folder.

use super::message::mime;
use super::{Mail, Mailer};
use crate::files::{blocking, create_dirs, open_private, sync_dir};
use crate::{Clock, JobResult, Result};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// The beginning of a file's name: when it was written, so that names sort and age by themselves.
const TIME: &str = "%Y%m%dT%H%M%S%3fZ";

/// Writes mail into a folder that only the service may read: what it writes holds links that set passwords.
pub struct FileMailer {
    folder: PathBuf,
    from: Mailbox,
    clock: Clock,
}

impl FileMailer {
    /// Writes into this folder, which is made when the first mail is.
    pub fn new(folder: PathBuf, from: Mailbox, clock: Clock) -> Self {
        Self { folder, from, clock }
    }
}

impl Mailer for FileMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, JobResult> {
        Box::pin(async move {
            let now = self.clock.now();
            let content = mime(&self.from, mail, now)?.formatted();
            let (folder, name) = (self.folder.clone(), format!("{}-{}.eml", now.format(TIME), mail.id.simple()));
            let path = folder.join(&name);
            blocking(move || {
                create_dirs(&folder)?;
                // Whoever watches the folder sees whole mails only.
                let (part, whole) = (folder.join(format!(".{name}.part")), folder.join(&name));
                let mut file = open_private(&part, true)?;
                file.set_len(0)?;
                file.write_all(&content)?;
                file.sync_all()?;
                std::fs::rename(&part, &whole)?;
                Ok(sync_dir(&folder)?)
            })
            .await?;
            tracing::info!(file = %path.display(), "a mail was written into a file and not sent, as mail.backend says");
            Ok(())
        })
    }

    fn discard(&self, before: DateTime<Utc>) -> BoxFuture<'_, Result<u64>> {
        let (folder, before) = (self.folder.clone(), before.format(TIME).to_string());
        Box::pin(blocking(move || {
            let entries = match std::fs::read_dir(&folder) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
                other => other?,
            };
            let mut discarded = 0;
            for entry in entries {
                let entry = entry?;
                let (path, name) = (entry.path(), entry.file_name());
                let is_mail = path.extension().is_some_and(|extension| extension == "eml");
                if is_mail && name.to_str().is_some_and(|name| name < before.as_str()) {
                    std::fs::remove_file(path)?;
                    discarded += 1;
                }
            }
            Ok(discarded)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailer::Recipient;
    use chrono::Duration;

    #[tokio::test]
    async fn a_mail_becomes_a_private_file_and_goes_when_it_is_old() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
        let mailer = FileMailer::new(folder.path().join("mail"), "cmmc@example.org".parse().unwrap(), clock.clone());
        assert_eq!(mailer.discard(clock.now()).await.unwrap(), 0);
        let to = Recipient { name: "Ana".to_owned(), address: "ana@example.com".to_owned() };
        let id = "01936e5a-0000-7000-8000-000000000001".parse().unwrap();
        let mail = Mail { id, to, subject: "S".to_owned(), text: "T".to_owned(), html: "<p>T</p>".to_owned(), one_click: None };
        mailer.send(&mail).await.unwrap();
        let files: Vec<PathBuf> =
            std::fs::read_dir(folder.path().join("mail")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files, [folder.path().join("mail/20261122T120000000Z-01936e5a000070008000000000000001.eml")]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o077, 0);
        }
        assert_eq!(mailer.discard(clock.now()).await.unwrap(), 0);
        assert_eq!(mailer.discard(clock.now() + Duration::seconds(1)).await.unwrap(), 1);
        assert!(!files[0].exists());
    }
}
