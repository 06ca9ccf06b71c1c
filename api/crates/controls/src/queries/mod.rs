//! What is read of controls.

mod detail;
mod find;
mod list;
mod objectives;

pub(crate) use detail::detail;

pub use find::{ControlKey, candidates, resolve_control, touch_controls_of};
pub use list::controls;
pub(crate) use list::{ControlRow, ListQuery, count, page};
pub use objectives::{ControlText, objectives_by_control};
