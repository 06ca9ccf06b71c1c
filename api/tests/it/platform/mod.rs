//! The ground under every feature: bodies, the database's door, migrations, rate limits, lines that break.

mod bodies;
mod deadlocks;
mod disk_full;
mod documented;
mod heads;
mod kept;
mod limits;
mod limits_on_redis;
mod migrations;
mod nul;
mod outage;
mod query_profile;
mod start_checks;
mod statements;
mod writer;
