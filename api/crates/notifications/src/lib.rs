//! What people are told: the centre in the product, its stream, e-mails, and the jobs behind them.
//!
//! - `kinds.rs`: every kind, in one place: a new one is one line there
//! - `service.rs`: tells a person something, once, as the person wants it
//! - `programs.rs`: the same for programs outside
//! - `preferences.rs`: how each person wants to be told; `unsubscribe.rs`: the links that end e-mails
//! - `jobs/`: who is told what: `notify` after a change, `security` about an account, `alarm` about bytes of evidence, `freshness`
//!   and `deadlines` by the day; `mails` and `mail` send what is to be mailed
//! - `rules.rs`: words and states, pure; `mail_words.rs`: what a mail says
//! - `queries.rs`: what a person reads and marks as read; `stream.rs`: what a stream tells; `handlers/`: the API
//!
//! Architecture Invariant: what is mailed is what stands in `notifications`, each row once; a person is told once under one key.

mod handlers;
pub mod jobs;
pub mod kinds;
mod mail_words;
mod preferences;
mod programs;
mod queries;
mod rules;
mod service;
mod stream;
mod unsubscribe;

pub use handlers::configure;
pub use programs::{ProgramEvent, ProgramObject, WEBHOOK_EVENT};
pub use service::{Notice, tell};
