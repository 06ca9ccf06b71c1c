//! The jobs of this feature; `api/crates/jobs` calls them.

mod deliver;
mod event;

pub use deliver::{WEBHOOK_DELIVERY, webhook_delivery, webhook_retries};
pub use event::{WEBHOOK_EVENT, webhook_event};
