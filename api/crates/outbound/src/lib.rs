//! Requests to addresses that users give. A leaf: its libraries are large.
//!
//! Architecture Invariant: nothing that a user types makes this service reach inside its own network. Each address that a name leads
//! to is looked at when the connection is made, after the name was resolved, so that a name whose answer changes gains nothing;
//! redirects are not followed, no proxy of the environment is used, and no cookie or credential is ever sent along.
//!
//! - `address.rs`: which addresses are outside, pure
//! - `resolver.rs`: names, with that look
//! - `slots.rs`: how many at a time
//! - `client.rs`: [`GuardedClient`], one request with its bounds

mod address;
mod client;
mod resolver;
mod slots;

pub use address::is_outside;
pub use client::GuardedClient;
