//! Outbound webhooks: what happens in a system, told to programs outside, in the form of Standard Webhooks, of Slack, or of Teams.
//!
//! - `secrets.rs`: the secret of an endpoint, and the signature of a message; `message.rs`: what a message says: both pure
//! - `rules.rs`: when a message is tried again, and when an endpoint is turned off: pure
//! - `jobs/`: from an event to its messages, and each message on its way
//! - `deliveries.rs`: the messages that wait
//! - `service.rs`: what managers change; `queries.rs`: what they read; `handlers/`: the API
//!
//! What is told is what happens, once, whoever is told of it in the product: the change writes it to the outbox, and a job of `notifications`
//! makes an event of it. A message is sent at least once; its `webhook-id`, the same in each attempt, lets the other side take it once.
//!
//! Architecture Invariant: requests leave by `platform.outbound` alone (the crate `outbound`), which refuses addresses inside.
//!
//! Architecture Invariant: the secret of an endpoint stands in the database only encrypted, with a key derived from the session key.

mod deliveries;
mod handlers;
pub mod jobs;
mod message;
mod queries;
mod rules;
mod secrets;
mod service;

pub use handlers::configure_system;
