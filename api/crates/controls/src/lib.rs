//! Controls, findings and score.

mod handlers;

pub use handlers::configure;
