//! Reports: having them made, the list of those that were, one of them, their schedules, and the web view of each kind.

mod create;
mod document;
mod fields;
mod list;
mod names;
mod one;
mod schedule_form;
mod scheduled;
mod state;
mod view;
mod words;

pub use list::ReportsPage;
pub use one::ReportPage;
pub use scheduled::ScheduledReportsPage;
pub use view::ReportViewPage;
