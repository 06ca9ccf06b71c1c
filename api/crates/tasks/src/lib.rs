//! Tasks and their confirmation.
//!
//! Open -> In Progress -> Pending Confirmation -> Completed. Work is confirmed by another person than the one who did it;
//! where the system has nobody else, the submitter confirms it himself, and that is marked and audited as such.
//!
//! Architecture Invariant: who may take which step is decided in `rules.rs` alone. The `actions` of a task and the refusal of a
//! transition come from the same function, and `to_confirm` of the list is held against it by a test.
//!
//! Architecture Invariant: a number comes from the system's counter inside the write door, so it is never given twice, and a
//! refused creation leaves no gap. Deleting keeps the row: its number is not used again.
//!
//! - `rules.rs`: the state machine, pure
//! - `key.rs`: `{task}` of a path; `faults.rs`: faults told at once; `filter.rs`: what a list asks for, `order.rs`: how it is sorted
//! - `row.rs`, `queries.rs`, `part_queries.rs`, `comment_queries.rs`: what is read
//! - `service.rs`, `transitions.rs`, `comments.rs`, `parts.rs` (checklist, watchers, links): what changes
//! - `bulk.rs`: many at once; `import/`: tasks of a CSV file; `saved.rs`: saved filters
//! - `recurring/`: templates, and the tasks that they make
//! - `notify.rs`: who is told, through the outbox; `change_words.rs`: what an edit changed, in words
//! - `handlers/`: the API

mod bulk;
mod change_words;
mod comment_queries;
mod comments;
mod faults;
mod filter;
mod handlers;
mod import;
mod key;
mod notify;
mod order;
mod part_queries;
mod parts;
mod queries;
mod recurring;
mod row;
mod rules;
mod saved;
mod service;
mod transitions;

pub use filter::confirmable;
pub use handlers::{all, configure_system};
pub use queries::TABLES;
pub use recurring::make_recurring_tasks;
