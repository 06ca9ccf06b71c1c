//! What is read across features: the audit log, the dashboard, exports.
//!
//! Architecture Invariant: reading writes nothing. An audit log or a dashboard that is looked at changes nothing, so a viewer of a page
//! can't disturb the people who work. What a person asks for as a file is written down (`reports.rs`) and made by a job.
//!
//! - `queries/`: what is read, a file per report
//! - `audit_filter.rs`: which rows of the audit log are wanted
//! - `dashboard.rs`: the dashboard, put together from its parts
//! - `portfolio.rs`: where all of a person's systems stand
//! - `export/`: the assessment as a file; `csv.rs`: cells that a spreadsheet opens safely
//! - `build/`: the documents of reports; `make.rs`: the job that makes their files, `purge.rs` the one that removes them; `reports.rs`: what is asked for, and what goes
//! - `calendar/`: what has a day, and the feeds of it
//! - `schedules/`: reports that are made again and again, and who is told
//! - `template.rs`: what the installation puts on its reports
//! - `handlers/`: the API

mod audit_filter;
mod build;
mod calendar;
mod dashboard;
mod export;
mod handlers;
mod make;
mod portfolio;
mod purge;
mod queries;
mod reports;
mod schedules;
mod template;

pub use handlers::{PREVIEWS, configure, configure_system};
pub use make::{MAKE_REPORT, make_report};
pub use purge::purge_reports;
pub use schedules::make_scheduled_reports;
