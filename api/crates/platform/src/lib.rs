//! What every feature stands on: settings, errors, HTTP, the database's door, clock and chance.
//!
//! Architecture Invariant: nothing here knows a feature. Features depend on this crate, never the other way.
//!
//! - `settings/`: every setting, typed; defaults < file < environment
//! - `error/`: [`AppError`], the only error that a handler returns; becomes a problem document
//! - `http/`: extractors and middleware
//! - `db/`: the pools, and the one door for writes
//! - `blobs/`: the bytes of evidence; `files`: work with files
//! - `limiter/`: how often something may happen: `platform.limiter.take(Bucket::Reset, &key).await?`
//! - `idempotency`, `outbox`, `page`: what their names say
//! - `job`: how a background job says that it failed
//! - `lines`: lines for a collector outside; `live`: wakes the streams of a person
//! - `mailer/`: mail, and its letters
//! - `outbound`: requests to addresses that users give
//! - `clock`, `rng`: time and chance as inputs

pub mod blobs;
pub mod clock;
pub mod db;
pub mod error;
pub mod files;
pub mod http;
pub mod idempotency;
pub mod job;
pub mod key_file;
pub mod limiter;
pub mod lines;
pub mod live;
pub mod mailer;
pub mod outbound;
pub mod outbox;
pub mod page;
pub mod rng;
pub mod settings;

pub use clock::Clock;
pub use db::{Db, Tx};
pub use error::{AppError, Result};
pub use job::{JobError, JobResult};
pub use limiter::Limiter;
pub use live::Live;
pub use rng::Rng;
pub use settings::Settings;

use std::sync::Arc;

/// What a handler needs from the process that it runs in. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub rng: Rng,
    /// When this process started.
    pub started_at: chrono::DateTime<chrono::Utc>,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The bytes of evidence.
    pub blobs: Arc<dyn blobs::BlobStore>,
    /// How often something may happen.
    pub limiter: Limiter,
    /// Where a copy of each audit event goes, if anywhere.
    pub audit_lines: Option<lines::LineSink>,
    /// Answers that are kept for whoever asks the same again.
    pub answers: http::Answers,
    /// Wakes the streams of people.
    pub live: Live,
    /// Mail.
    pub mailer: Arc<dyn mailer::Mailer>,
    /// Sends to addresses that users give.
    pub outbound: Arc<dyn outbound::Outbound>,
    /// Places for documents that are built while somebody waits for the answer, each in memory as a whole.
    pub documents: Arc<tokio::sync::Semaphore>,
}
