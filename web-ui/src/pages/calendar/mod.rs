//! The calendar: control reviews, task due dates, evidence expiry; as a month, a week or a list, and as a feed for other programs.

mod days;
mod entry;
mod feeds;
mod grid;
mod list;
mod moving;
mod page;

pub use page::CalendarPage;
