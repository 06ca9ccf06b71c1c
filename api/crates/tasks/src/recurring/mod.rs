//! Recurring tasks: templates, and the tasks that their days make.
//!
//! Architecture Invariant: a day of a template makes one task at most. What is there is read behind the system's door, and the
//! database holds (template, day) unique, deleted tasks included; so two workers, a restart or a clock that is put back and
//! forth make nothing twice. What is to be made follows from the rule and today alone, never from when the job ran last: a day
//! that was missed is made up for, as long as it is among the last twelve.
//!
//! - `rule.rs`: recurrence rules and their days, `rule_parts.rs`: what may stand in a rule, both pure; `suggestions.rs`: what the product suggests
//! - `queries.rs`, `service.rs`: templates; `adopt.rs`: adopting suggestions; `make.rs`: the tasks, and the job

mod adopt;
mod make;
mod queries;
mod rule;
mod rule_parts;
mod service;
mod suggestions;

pub(crate) use adopt::{adopt, suggestions};
pub use make::make_recurring_tasks;
pub(crate) use queries::{all, one, shown};
pub(crate) use rule::{Rule, check_periodic};
pub(crate) use service::{check_starts, create, delete, periodic_control, transition, update};
