//! Reports: having them made, the list of those that were, and the web view of each kind.

mod create;
mod document;
mod list;
mod view;
mod words;

pub use list::ReportsPage;
pub use view::ReportViewPage;
