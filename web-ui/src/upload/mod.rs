//! Uploads of evidence: sliced in the browser, paused, resumed after a lost connection and after a reload.
//!
//! Pages need three things: [`Uploads::choose`] opens the file picker, [`Uploads::offer`] takes files that were dropped, and
//! [`DropZone`] makes a whole page take them. All say what the new evidence is to support. The tray shows the rest.
//!
//! Small files go in one multipart request, larger ones by tus 1.0.0 (`policy` decides by the server's limits). Map: `item` one file and
//! its states; `engine` the queue, `outcome` what becomes of each; `drive` the way of one file from first to last byte; `direct`, `tus`, `xhr` the requests;
//! `memory` and `restore` what outlives a reload; `meter`, `policy`, `encode`, `words` pure; `tray`, `row`, `drop_zone` what is seen.
//!
//! Architecture Invariant: a file is never read whole. One chunk at a time is in memory.

mod direct;
mod drive;
mod drop_zone;
mod encode;
mod engine;
mod files;
mod halt;
mod item;
mod memory;
mod meter;
mod outcome;
mod policy;
mod restore;
mod row;
mod stop;
mod tray;
mod tus;
mod words;
mod xhr;

pub use drop_zone::DropZone;
pub use engine::{Uploads, use_uploads};
pub use tray::UploadTray;
