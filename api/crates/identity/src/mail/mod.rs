//! Mails about accounts: from a change to the outbox, from the outbox to the mailer.
//!
//! - `errand.rs`: [`Errand`], what a job is to do
//! - `job.rs`: the job: finds the person, makes the token, sends, records that it is done
//! - `words.rs`: what each mail says
//!
//! Architecture Invariant: no token, code or link stands in the outbox or in a queue. The job makes it, stores its hash and mails it;
//! an attempt that follows makes another, and what the one before made stops working.

mod errand;
mod job;
mod words;

pub(crate) use errand::{Errand, enqueue};
pub use job::{MAIL, send};
pub(crate) use words::said;
