//! Evidence, uploads and blobs.
//!
//! Evidence has versions, a version has files, a file is a blob of its system. Bytes are received into a file of their own while
//! they are hashed and checked, become a blob when evidence is made of them, and never change afterwards.
//!
//! Architecture Invariant: nothing that a user names becomes a path; no body is ever held in memory; evidence is hidden, and removed
//! only after its retention, by a manager's word; whether it has expired is derived when read, never stored.
//!
//! - `rules/`: what is accepted, what is fresh; pure
//! - `staging.rs`, `progress.rs`: a file that is being received
//! - `tus/`: resumable uploads: headers, rows, appending
//! - `multipart.rs`: the direct upload; `download.rs`, `range.rs`: downloads, their parts and names
//! - `create.rs`, `versions.rs`, `service.rs`, `links.rs`, `review.rs`: what changes; `dates.rs`: what a request gives, checked
//! - `queries.rs`, `list.rs`, `version_queries.rs`: what is read
//! - `impact.rs`: what falls if it expires
//! - `retention.rs`: away, held, deleted, back, gone; `expiry.rs`: what a job throws away
//! - `quota.rs`, `parallel.rs`: how much there may be, and how much at once
//! - `scan/`: malware; `alarm.rs`: what people must be told about bytes
//! - `integrity.rs`: whether bytes are still what they were; `scan/`: malware; `alarm.rs`: what people must be told about bytes
//! - `handlers/`: the API

mod alarm;
mod create;
mod dates;
mod download;
mod expiry;
mod handlers;
mod impact;
mod integrity;
mod links;
mod list;
mod multipart;
mod notify;
mod parallel;
mod progress;
mod queries;
mod quota;
mod range;
mod retention;
mod review;
mod rules;
mod scan;
mod service;
mod staging;
mod tus;
mod version_queries;
mod versions;

pub use alarm::{ALARM, Alarm, Kind as AlarmKind};
pub use download::Download;
pub use expiry::expire_uploads;
pub use handlers::configure_system;
pub use impact::words as impact_words;
pub use integrity::{Verified, verify_files};
pub use list::all;
pub use retention::purge;
pub use scan::{SCAN, scan_file, scan_remaining};
pub use staging::Temporary;
