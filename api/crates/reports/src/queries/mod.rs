//! What is read, a file per report.

pub(crate) mod audit;
mod conditions;
pub(crate) mod dashboard;
pub(crate) mod deadlines;
pub(crate) mod names;
pub(crate) mod portfolio;
pub(crate) mod reports;
