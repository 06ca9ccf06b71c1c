//! The one binary: `cmmc-tracker serve` and its sisters.

use clap::Parser;
use cmmc_tracker::commands::{Cli, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
