//! Mail in tests: the jobs that send it, run by hand, and a mail server of other people's making.

use super::TestApp;
use super::process::free_port;
use jobs::relay::claim;
use platform::JobResult;
use platform::mailer::Mail;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

impl TestApp {
    /// Runs the jobs of mail that wait, once each; how they ended. A few are handed over at a time.
    pub async fn run_mail_jobs(&self) -> Vec<JobResult> {
        let mut results = Vec::new();
        loop {
            let claimed = claim(&self.platform).await.expect("a claim");
            if claimed.is_empty() {
                return results;
            }
            for job in claimed.into_iter().filter(|job| job.topic == jobs::MAIL) {
                results.push(jobs::run(&self.platform, &job).await);
            }
        }
    }

    /// Runs every job that waits, once each.
    pub async fn run_jobs(&self) {
        for job in claim(&self.platform).await.expect("a claim") {
            jobs::run(&self.platform, &job).await.expect("a job that is done");
        }
    }

    /// Sends what waits; the new mails.
    pub async fn new_mails(&self) -> Vec<Mail> {
        let before = self.mail.sent().len();
        for result in self.run_mail_jobs().await {
            result.expect("a mail that is sent");
        }
        self.mail.sent().split_off(before)
    }
}

/// The token of the link to a page in a mail's text.
pub fn token_in(text: &str, page: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("/{page}#token="))?;
    Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect())
}

/// aiosmtpd, which keeps what arrives in a Maildir. Stopped when dropped.
pub struct MailServer {
    pub port: u16,
    folder: TempDir,
    child: Child,
}

impl MailServer {
    /// Starts it on a free port and waits until it answers.
    pub async fn start() -> Self {
        let port = free_port();
        Self::start_on(port).await
    }

    /// The same on this port.
    pub async fn start_on(port: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("aiosmtpd");
        command
            .args(["-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mail"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("aiosmtpd: run `just setup` for it");
        Self { port, folder, child }.ready().await
    }

    /// One that demands TLS (`starttls` or `implicit`) and a sign-in, as the server of a company does.
    pub async fn guarded(mode: &str) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args([
                "-subj",
                "/CN=mail",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ])
            .arg("-out")
            .arg(&certificate)
            .arg("-keyout")
            .arg(&key)
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("openssl, which makes the certificate").success());
        let mut command = Command::new(python());
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/mail_server.py"));
        command.arg(port.to_string()).arg(folder.path().join("mail")).arg(&certificate).arg(&key).arg(mode);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a mail server");
        Self { port, folder, child }.ready().await
    }

    /// Whose certificates lead to it.
    pub fn certificate(&self) -> String {
        self.folder.path().join("certificate.pem").display().to_string()
    }

    async fn ready(self) -> Self {
        let port = self.port;
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(Instant::now() < deadline, "the mail server does not answer");
            tick.tick().await;
        }
        self
    }

    /// The settings that lead to it.
    pub fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("CMMC_MAIL__BACKEND", "smtp".to_owned()),
            ("CMMC_MAIL__HOST", "127.0.0.1".to_owned()),
            ("CMMC_MAIL__PORT", self.port.to_string()),
            ("CMMC_MAIL__TLS", "none".to_owned()),
        ]
    }

    /// Everything that has arrived, its parts decoded.
    pub fn received(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder.path().join("mail/new")) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        paths.iter().map(|path| decoded(&std::fs::read_to_string(path).expect("a mail"))).collect()
    }
}

/// The Python that aiosmtpd was installed for: the first line of its program says which.
fn python() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let program = path.split(':').map(|folder| format!("{folder}/aiosmtpd")).find_map(|file| std::fs::read_to_string(file).ok());
    let program = program.expect("aiosmtpd: run `just setup` for it");
    let first = program.lines().find_map(|line| line.strip_prefix("#!")).unwrap_or("/usr/bin/env python3");
    first.split(' ').next_back().expect("a program").to_owned()
}

/// Undoes quoted-printable (RFC 2045), in which the parts travel.
fn decoded(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace("=\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        if let Some(byte) = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            bytes.extend(&part.as_bytes()[2..]);
        } else {
            bytes.push(b'=');
            bytes.extend(part.as_bytes());
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
