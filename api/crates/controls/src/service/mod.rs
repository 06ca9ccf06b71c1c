//! What changes in controls and findings, behind the system's door.

mod bulk;
mod custom;
mod findings;
mod store;
mod update;

pub(crate) use bulk::bulk;
pub(crate) use custom::{create, delete};
pub(crate) use findings::set_finding;
pub(crate) use update::update;
