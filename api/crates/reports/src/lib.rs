//! Dashboard and exports.

mod handlers;

pub use handlers::configure;
