//! Tasks: the list and the board (`page`), the page of one task (`detail`), and recurring tasks.

mod act;
mod batch;
mod board;
mod checklist;
mod comments;
mod delete;
mod detail;
mod edit;
mod evidence;
mod fields;
mod import;
mod links;
mod list;
mod mention;
mod moves;
mod new;
mod page;
mod recurring;
mod recurring_form;
mod recurring_rules;
mod saved;
mod suggestions;
mod view;
mod watchers;

pub use detail::TaskPage;
pub use new::NewTaskDialog;
pub use page::TasksPage;
pub use recurring::RecurringTasksPage;
