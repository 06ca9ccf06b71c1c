//! Every setting, typed and documented in `api/config.default.toml`. Defaults, then a file, then the environment; validated as a
//! whole, and a fault stops the start with the mend.

mod blobs;
mod cache;
mod clamav;
mod files;
mod in_effect;
mod limits;
mod load;
mod lockout;
mod mail;
mod reports;
mod seal;
mod secret;
mod single_sign_on;
mod uploads;
mod webhooks;

pub use blobs::{BlobKind, BlobSettings};
pub use cache::CacheSettings;
pub use clamav::{ClamavAddress, ClamavSettings};
pub use limits::{LimitBackend, LimitSettings};
pub use load::{DEFAULTS, load};
pub use lockout::LockoutSettings;
pub use mail::{MailBackend, MailSettings, MailTls};
pub use reports::ReportSettings;
pub use seal::{SealSettings, seed as seal_seed};
pub use secret::Secret;
pub use single_sign_on::{GroupRole, LinkByEmail, SingleSignOnSettings};
pub use uploads::{MacroPolicy, SvgPolicy, UploadSettings};
pub use webhooks::WebhookSettings;

use crate::db::Target;
use ipnet::IpNet;
use serde::Deserialize;
use shared_types::operation::SettingInEffect;
use std::net::SocketAddr;
use std::path::PathBuf;

/// All settings. The fields are documented where their defaults stand: `api/config.default.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in config.default.toml, beside the defaults")]
pub struct Settings {
    pub profile: Profile,
    pub listen: SocketAddr,
    pub public_url: String,
    pub trusted_proxies: Vec<IpNet>,
    pub data_dir: PathBuf,
    pub database: DatabaseSettings,
    pub session: SessionSettings,
    pub lockout: LockoutSettings,
    pub single_sign_on: SingleSignOnSettings,
    pub uploads: UploadSettings,
    pub blobs: BlobSettings,
    pub clamav: ClamavSettings,
    pub seal: SealSettings,
    pub reports: ReportSettings,
    pub jobs: JobSettings,
    pub mail: MailSettings,
    pub webhooks: WebhookSettings,
    pub limits: LimitSettings,
    pub cache: CacheSettings,
    pub audit: AuditSettings,
    pub log: LogSettings,
    /// Each setting with where it comes from.
    #[serde(skip)]
    pub in_effect: Vec<SettingInEffect>,
}

/// What kind of installation this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// One machine, plain http on loopback, keys made at the first start.
    Local,
    /// Behind TLS, keys given.
    Production,
}

/// Where the database is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct DatabaseSettings {
    pub url: Secret,
    pub min_connections: u32,
    pub max_connections: u32,
    pub slow_query_ms: u32,
}

/// How long sessions last, and the key that signs them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct SessionSettings {
    pub key: Secret,
    pub key_file: Option<PathBuf>,
    pub access_minutes: u32,
    pub idle_hours: u32,
    pub absolute_hours: u32,
    pub step_up_minutes: u32,
}

/// Where background jobs are kept and run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct JobSettings {
    pub backend: JobBackend,
    pub redis_url: Secret,
    pub redis_prefix: String,
    pub in_serve: bool,
}

/// Which store keeps the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobBackend {
    /// A SQLite file of its own in the data folder.
    Embedded,
    /// Redis.
    Redis,
}

/// Where a copy of the audit log goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct AuditSettings {
    pub sink: String,
}

/// What is logged, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct LogSettings {
    pub format: LogFormat,
    pub filter: String,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Settings {
    /// The origin under which browsers know this installation, without a slash at the end.
    pub fn public_url(&self) -> String {
        if self.public_url.is_empty() {
            format!("http://{}", self.listen)
        } else {
            self.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// The database.
    pub fn database(&self) -> Target {
        let url = self.database.url.expose();
        let max_connections = self.database.max_connections;
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Target::Postgres { url: url.to_owned(), min_connections: self.database.min_connections, max_connections };
        }
        let path = match url.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() => PathBuf::from(path),
            _ => self.data_dir.join("cmmc-tracker.db"),
        };
        Target::Sqlite { path, max_connections }
    }

    /// What is wrong with these settings, each with its mend. Never the value of a secret.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |bad: bool, fault: &str| {
            if bad {
                faults.push(fault.to_owned());
            }
        };
        let secure = self.public_url.starts_with("https://");
        check(
            !self.listen.ip().is_loopback() && !secure,
            "listen: plain http is served on loopback only, because browsers refuse its secure cookies elsewhere. Put a proxy with \
             TLS before it and set public_url to its https:// address",
        );
        check(
            !self.public_url.is_empty()
                && !secure
                && !self.public_url.starts_with("http://127.0.0.1:")
                && !self.public_url.starts_with("http://localhost:"),
            "public_url: must be an https:// address, or http://127.0.0.1:<port>",
        );
        check(self.public_url.matches('/').count() > 3, "public_url: an origin without a path, such as https://cmmc.example.com");
        let production = self.profile == Profile::Production;
        check(production && !secure, "public_url: the production profile demands an https:// address");
        let key = self.session.key.expose();
        check(
            production && key.is_empty() && self.session.key_file.is_none(),
            "session.key or session.key_file: the production profile demands a key; make one with `openssl rand -hex 32`",
        );
        check(
            !key.is_empty() && weak(key),
            "session.key: too weak; at least 32 characters from a generator, such as `openssl rand -hex 32`",
        );
        let seal = self.seal.fault(production);
        check(seal.is_some(), seal.unwrap_or_default());
        check(self.database.max_connections == 0, "database.max_connections: at least 1");
        check(
            self.database.min_connections > self.database.max_connections,
            "database.min_connections: not above max_connections",
        );
        check(self.database.slow_query_ms == 0, "database.slow_query_ms: at least 1");
        check(self.session.access_minutes == 0 || self.session.access_minutes > 60, "session.access_minutes: from 1 to 60");
        check(
            self.session.idle_hours == 0 || self.session.idle_hours > self.session.absolute_hours,
            "session.idle_hours: from 1 to absolute_hours",
        );
        check(self.session.step_up_minutes == 0 || self.session.step_up_minutes > 60, "session.step_up_minutes: from 1 to 60");
        let lockout = self.lockout.fault();
        check(lockout.is_some(), lockout.unwrap_or_default());
        let cache = self.cache.fault();
        check(cache.is_some(), cache.unwrap_or_default());
        check(
            !(self.audit.sink.is_empty() || self.audit.sink == "stdout" || self.audit.sink.starts_with('/')),
            "audit.sink: empty, \"stdout\", or the whole path of a file, such as /var/log/cmmc-tracker/audit.jsonl",
        );
        check(
            self.jobs.backend == JobBackend::Redis && self.jobs.redis_url.expose().is_empty(),
            "jobs.redis_url: the redis backend needs the address of a server, such as redis://127.0.0.1:6379",
        );
        faults.extend(self.uploads.faults());
        faults.extend(self.blobs.faults());
        faults.extend(self.clamav.fault().map(str::to_owned));
        faults.extend(self.reports.fault().map(str::to_owned));
        faults.extend(self.limits.faults(&self.jobs));
        faults.extend(self.mail.faults());
        faults.extend(self.webhooks.fault(production).map(str::to_owned));
        faults.extend(self.single_sign_on.faults());
        faults
    }
}

/// A key that a person typed, or left as it was.
fn weak(key: &str) -> bool {
    let distinct = key.chars().collect::<std::collections::HashSet<_>>().len();
    key.len() < 32 || distinct < 10 || placeholder(key)
}

/// A value that was meant to be replaced.
fn placeholder(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = ["change", "secret", "password", "example", "placeholder", "replace", "your-", "your_", "xxxx", "todo"];
    text.is_empty() || text.starts_with('<') || words.iter().any(|word| text.contains(word))
}
