//! The audit log, and the door that every change goes through.
//!
//! [`change_system`] and [`change_installation`] run a closure behind the *write door*: the first statement of the transaction
//! raises the revision of the row that the change belongs to (a system, or the installation). That statement is the lock, so
//! whatever the closure reads and decides stays true until the commit, on PostgreSQL as on SQLite; and it is the order of the
//! audit chain. The rows that the closure records with [`Door::record`] are hashed and written at the end, in the same
//! transaction.
//!
//! Architecture Invariant: no change without the door, and no audit row outside it. Audit rows hold ids, never names or
//! addresses: those are looked up when shown, so that a person can be forgotten without breaking the chain.
//!
//! - `door.rs`: the write door
//! - `chain.rs`: what is hashed and how, pure
//! - `origins.rs`: address and program of security events, erasable
//! - `verify.rs`, `queries.rs`: recomputing a chain; `heads.rs`: the ends of all chains, to be kept elsewhere
//! - `shown.rs`: what a person's new name makes new
//! - `told.rs`: what is told to a collector outside, after the commit
//!
//! The API over the log is in `reports`: it needs the people and systems above this crate.

mod chain;
mod door;
mod heads;
mod origins;
mod queries;
mod shown;
mod told;
mod verify;

pub use chain::{Link, genesis, link_hash};
pub use door::{Actor, Door, Event, change_installation, change_system, change_system_even_archived};
pub use heads::{broken_heads, heads};
pub use origins::forget_origins;
pub use queries::{Chain, chains};
pub use shown::renew_where_shown;
pub use verify::verify_chain;

use uuid::Uuid;

/// The chain of the installation; a system's chain bears the system's id.
pub const INSTALLATION_CHAIN: Uuid = Uuid::nil();
