//! Tasks: the list and the board (`page`), and the page of one task (`detail`).

mod act;
mod board;
mod comments;
mod delete;
mod detail;
mod edit;
mod evidence;
mod fields;
mod list;
mod new;
mod page;
mod view;

pub use detail::TaskPage;
pub use new::NewTaskDialog;
pub use page::TasksPage;
