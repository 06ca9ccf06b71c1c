//! In-app notifications and the jobs that send them.
//!
//! - `service.rs`: tells a person something, once
//! - `jobs/`: who is told what: `notify` after a change to a task, `alarm` about bytes of evidence, `freshness` by the day
//! - `rules.rs`: words and states, pure
//! - `queries.rs`: what a person reads and marks as read; `handlers/`: the API

mod handlers;
pub mod jobs;
mod queries;
mod rules;
mod service;

pub use handlers::configure;
