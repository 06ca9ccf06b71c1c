//! The jobs of this feature; `api/crates/jobs` calls them.

mod freshness;
mod notify;

pub use freshness::evidence_freshness;
pub use notify::{NOTIFY, notify};
