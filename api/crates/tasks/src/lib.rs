//! Tasks and their confirmation.

mod handlers;

pub use handlers::configure;
