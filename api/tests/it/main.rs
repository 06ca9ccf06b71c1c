//! The integration tests: ONE binary. Each test starts the production path on port 0 with a fresh, empty database: on SQLite
//! when `CMMC_TEST_POSTGRES_URL` is unset, on PostgreSQL when it is set.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod audit;
mod authorization_matrix;
mod controls;
mod evidence;
mod identity;
mod jobs;
mod mail;
mod notifications;
mod platform;
mod reports;
mod seal;
mod single_sign_on;
mod support;
mod systems;
mod tasks;
mod webhooks;
