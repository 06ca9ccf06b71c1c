//! In-app notifications and the jobs that send them.
//!
//! - `queries.rs`: what a person reads and marks as read; `handlers/`: the API

mod handlers;
mod queries;

pub use handlers::configure;
