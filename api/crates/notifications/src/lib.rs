//! In-app notifications and the jobs that send them.

mod handlers;

pub use handlers::configure;
