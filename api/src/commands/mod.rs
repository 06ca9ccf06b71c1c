//! The subcommands of the binary.

mod audit;
mod check_config;
mod evidence;
mod healthcheck;
mod migrate;
mod openapi;
mod seed;
mod serve;
mod worker;

use clap::{Parser, Subcommand};
use platform::settings::{LogFormat, Settings};
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Self-hosted CMMC compliance.
#[derive(Parser)]
#[command(name = "cmmc-tracker", version, about)]
pub struct Cli {
    /// Settings file; every setting is documented in config.default.toml.
    #[arg(long, env = "CMMC_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the browser client.
    Serve,
    /// Run the background jobs, and nothing else.
    Worker,
    /// Bring the database schema up to date and stop.
    Migrate,
    /// Print the OpenAPI document.
    Openapi,
    /// Load data into an empty installation.
    Seed {
        /// The demonstration data: an invented company with a year of work.
        #[arg(long)]
        demo: bool,
    },
    /// Check the audit log.
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// Check sealed evidence, anywhere and offline.
    Evidence {
        #[command(subcommand)]
        command: evidence::EvidenceCommand,
    },
    /// Read and validate the settings; says what is wrong and how to mend it.
    CheckConfig,
    /// Ask a running instance whether it is ready; for containers.
    Healthcheck,
}

/// Runs a subcommand. Faults go to standard error, in words.
pub async fn run(cli: Cli) -> ExitCode {
    if matches!(cli.command, Command::Openapi) {
        return report(openapi::run());
    }
    if let Command::Evidence { command } = &cli.command {
        return evidence::run(command);
    }
    let settings = match platform::settings::load(cli.config.as_deref(), std::env::vars()) {
        Ok(settings) => settings,
        Err(faults) => return report(Err(format!("The settings are not valid:\n{faults}"))),
    };
    if matches!(cli.command, Command::Serve | Command::Worker | Command::CheckConfig) {
        let faults = settings.file_faults();
        if !faults.is_empty() {
            return report(Err(format!("The settings are not valid:\n{}", faults.join("\n"))));
        }
    }
    let result = match cli.command {
        Command::Openapi | Command::Evidence { .. } => Ok(()),
        Command::CheckConfig => check_config::run(&settings),
        Command::Seed { demo } => seed::run(settings, demo).await,
        Command::Audit { command } => audit::run(&settings, &command).await,
        Command::Healthcheck => healthcheck::run(&settings).await,
        Command::Migrate => migrate::run(settings).await,
        Command::Serve => {
            start_log(&settings);
            serve::run(settings).await
        }
        Command::Worker => {
            start_log(&settings);
            worker::run(settings).await
        }
    };
    report(result)
}

#[expect(clippy::print_stderr, reason = "the one place that speaks to a person at a terminal about a failure")]
fn report(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a line for the person, or the program, that started us.
fn say(line: &str) -> Result<(), String> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}").map_err(|error| error.to_string())
}

/// An error with its cause, for the terminal.
fn in_words(error: &platform::AppError) -> String {
    error.with_cause()
}

fn start_log(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_writer(std::io::stderr);
    match settings.log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
