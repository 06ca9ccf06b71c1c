//! The ground under every feature: bodies, the database's door, migrations.

mod bodies;
mod disk_full;
mod migrations;
mod writer;
