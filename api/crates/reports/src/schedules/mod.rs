//! Scheduled reports: what is made again and again, in whose name, and who is told.
//!
//! Architecture Invariant: a day of a schedule makes one report at most. Which day is due follows from the schedule and the clock, is read
//! behind the system's door, and (schedule, day) is unique in the database; the schedule remembers its last day when the report is
//! long gone. Two workers, a restart, a clock or a zone that is moved make nothing twice; of days that were missed the latest is made.
//!
//! A report is made in the name of the schedule's owner, the manager who saved it last. Where the owner is no manager any more, the
//! schedule pauses and the managers are told: any of them resumes it, and owns it then.
//!
//! - `recurrence.rs`: days and hours, pure
//! - `queries.rs`, `service.rs`: schedules; `recipients.rs`: who may be told, and who is
//! - `due.rs`: the job that makes what is due; `outcome.rs`: what becomes of a report that a schedule has made

mod due;
mod outcome;
mod queries;
mod recipients;
mod recurrence;
mod service;

pub use due::make_scheduled_reports;
pub(crate) use due::run_now;
pub(crate) use outcome::{ends_as_failed, failed, ready};
pub(crate) use queries::{list, one, row};
pub(crate) use service::{Fields, changed, create, delete, update};
