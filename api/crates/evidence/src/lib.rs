//! Evidence, uploads and blobs.

mod handlers;

pub use handlers::configure;
