//! How mail leaves the house.

use super::Secret;
use lettre::message::Mailbox;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// Where mail goes, and in whose name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct MailSettings {
    pub backend: MailBackend,
    pub from: String,
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    pub ca_file: Option<PathBuf>,
    pub user: String,
    pub password: Secret,
    pub password_file: Option<PathBuf>,
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailBackend {
    /// Written into `mail/` in the data folder, for a person who looks there.
    File,
    /// Handed to a mail server.
    Smtp,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// Not at all: for a relay on this machine.
    None,
    /// It begins in the clear and must turn to TLS before anything is said (port 587).
    Starttls,
    /// TLS from the first byte (port 465).
    Implicit,
}

impl MailSettings {
    /// What is wrong, each with its mend. Never the value of a secret.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |bad: bool, fault: &str| {
            if bad {
                faults.push(fault.to_owned());
            }
        };
        let (typed, in_file) = (!self.password.expose().is_empty(), self.password_file.is_some());
        check(self.from.parse::<Mailbox>().is_err(), "mail.from: an address such as \"CMMC Tracker <cmmc@example.com>\"");
        check(typed && in_file, "mail.password and mail.password_file: give one of them");
        if self.backend == MailBackend::Smtp {
            check(self.host.is_empty(), "mail.host: the smtp backend needs the name of a server, such as \"smtp.example.com\"");
            check(self.port == 0, "mail.port: the server's port, 587 for starttls and 465 for implicit");
            check(
                self.user.is_empty() == (typed || in_file),
                "mail.user and mail.password: both, or neither for a server that asks for no sign-in",
            );
            check(
                self.tls == MailTls::None && !self.host.is_empty() && !is_loopback(&self.host),
                "mail.tls: \"none\" is for a relay on this machine; links that set passwords would cross the network in the clear. \
                 Use \"starttls\" or \"implicit\"",
            );
        }
        faults
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
