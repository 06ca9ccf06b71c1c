//! The jobs of this feature; `api/crates/jobs` calls them.

mod alarm;
mod freshness;
mod notify;

pub use alarm::evidence_alarm;
pub use freshness::evidence_freshness;
pub use notify::{NOTIFY, notify};
