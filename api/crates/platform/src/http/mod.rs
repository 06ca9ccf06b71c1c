//! What stands between a socket and a handler.
//!
//! - [`client_address`]: who is really there
//! - [`context`]: request id, access log, the outermost middleware
//! - [`headers`]: the security headers of every answer
//! - [`csrf`]: where a change may come from
//! - [`json`], [`query`]: extractors that name the field at fault
//! - [`gate`]: permission first
//! - [`operations`]: what the operations are called
//! - [`limits`]: rate limits of the whole API, and their headers
//! - [`etag`]: If-Match and If-None-Match

pub mod answers;
pub mod client_address;
pub mod context;
pub mod csrf;
pub mod etag;
pub mod gate;
pub mod head;
pub mod headers;
pub mod json;
pub mod limits;
pub mod operations;
pub mod query;
pub mod routes;
mod strict;

pub use answers::Answers;
pub use client_address::client_address;
pub use etag::{IfMatch, not_modified, object};
pub use json::Json;
pub use query::Query;
pub use routes::{Part, Routes};
