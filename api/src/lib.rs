//! The service: everything that a process of CMMC Tracker is made of, put together.
//!
//! - `app.rs`: the HTTP application, with its OpenAPI document
//! - `client.rs`: the embedded browser client
//! - `start.rs`: from settings to a running platform: database, migrations, rule packs, keys
//! - `seed/`: the demonstration data
//! - `commands/`: the subcommands of the binary

pub mod app;
mod client;
pub mod commands;
pub mod document;
mod health;
pub mod seed;
pub mod start;
