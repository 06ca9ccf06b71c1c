//! What is read across features: the audit log, the dashboard, exports.
//!
//! Architecture Invariant: nothing here writes. Reading an audit log or a dashboard changes nothing, so a viewer of a page
//! can't disturb the people who work.
//!
//! - `queries/`: what is read, a file per report
//! - `audit_filter.rs`: which rows of the audit log are wanted
//! - `dashboard.rs`: the dashboard, put together from its parts
//! - `export/`: the assessment as a file; `csv.rs`: cells that a spreadsheet opens safely
//! - `handlers/`: the API

mod audit_filter;
mod dashboard;
mod export;
mod handlers;
mod queries;

pub use handlers::configure;
