//! Filters of a list. They live in the address, so that a view can be sent to a colleague.

mod chip;
mod search;

pub use chip::{FilterChip, FlagChip};
pub use search::{SearchBox, is_typing};
