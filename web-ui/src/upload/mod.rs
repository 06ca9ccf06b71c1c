//! Uploads of evidence: sliced in the browser, paused, resumed after a lost connection and after a reload.
//!
//! Pages need three things: [`Uploads::choose`] opens the file picker, [`Uploads::offer`] takes files that were dropped, and
//! [`DropZone`] makes a whole page take them. All say what the files become ([`Target`]). The tray shows the rest.
//!
//! Small files go in one multipart request, larger ones by tus 1.0.0 (`policy` decides by the server's limits). Map: `item` one file and
//! its states; `intake` what the first load has of all this, and `engine` the queue that takes it from there, with everything below in a chunk of its own; `outcome` what becomes of each; `drive` the way of one file from first to last byte, `hash` what it asks before; `known` the choices for what the system has already; `direct`, `tus`, `xhr` the requests;
//! `memory` and `restore` what outlives a reload; `meter`, `policy`, `encode`, `words` pure; `tray`, `row`, `drop_zone` what is seen.
//!
//! Architecture Invariant: a file is never read whole. One slice or chunk of it is in memory at a time.

mod all;
mod direct;
mod drive;
mod drop_zone;
mod encode;
mod engine;
mod files;
mod halt;
mod hash;
mod intake;
mod item;
mod known;
mod memory;
mod meter;
mod outcome;
mod policy;
mod restore;
mod row;
mod stop;
mod target;
mod tray;
mod tus;
mod words;
mod xhr;

pub use drop_zone::DropZone;
pub use intake::{UploadTray, Uploads, use_uploads};
pub use target::Target;
pub use tray::Tray;
