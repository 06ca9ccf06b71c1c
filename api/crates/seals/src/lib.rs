//! Seals: the evidence of a system on a day, pinned, listed, hashed, signed, and handed out as an archive. What a seal is and how it
//! is checked is in the crate `seal`, which knows no database.
//!
//! Architecture Invariant: a seal is never changed and never deleted (triggers hold it), and what it names is kept: `seal_files` refers
//! to its files and their bytes, so no purge can take them.
//!
//! - `key.rs`: the key of the installation
//! - `rules.rs`: what stands in the way of freezing, pure
//! - `gather.rs`: what is sealed, read in a constant number of statements; `compose.rs`: the manifest made of it
//! - `service.rs`: what changes; `queries.rs`: what is read of seals
//! - `stream.rs`: archives, in constant memory; `handlers/`: the API

mod compose;
mod gather;
mod handlers;
mod key;
mod queries;
mod rules;
mod service;
mod stream;

pub use handlers::{configure, configure_system};
pub use key::SealKey;
