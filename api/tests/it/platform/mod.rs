//! The ground under every feature: bodies, the database's door, migrations.

mod bodies;
mod migrations;
mod writer;
