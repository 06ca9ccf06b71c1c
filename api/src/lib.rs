//! The service: everything that a process of CMMC Tracker is made of, put together.
//!
//! - `app.rs`: the HTTP application, with its OpenAPI document
//! - `document.rs`, `published.rs`: the OpenAPI document as the code says it, and as it is committed and served
//! - `client.rs`: the embedded browser client
//! - `start.rs`: from settings to a running platform: database, migrations, rule packs, keys
//! - `seed/`: the demonstration data
//! - `commands/`: the subcommands of the binary

pub mod app;
mod client;
pub mod commands;
pub mod document;
mod health;
mod published;
pub mod seed;
pub mod start;
