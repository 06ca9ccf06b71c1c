use super::{in_words, say};
use clap::Subcommand;
use platform::db::Target;
use platform::{Clock, Db, settings::Settings};
use shared_types::audit::ChainHeads;
use std::path::{Path, PathBuf};

/// What to do with the audit log.
#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Recompute every chain; fails if a row was changed, removed or added past the product.
    Verify {
        /// A file that `audit heads` wrote earlier: fails as well if one of its heads is not in the log any more.
        #[arg(long)]
        heads: Option<PathBuf>,
    },
    /// Print the end of every chain as JSON, to be kept elsewhere.
    Heads,
}

/// Runs a command on the audit log. Nothing is migrated or written: the database is examined as it stands.
pub(super) async fn run(settings: &Settings, command: &AuditCommand) -> Result<(), String> {
    let target = settings.database();
    if let Target::Sqlite { path, .. } = &target
        && !path.exists()
    {
        return Err(format!("There is no database at {}.", path.display()));
    }
    let db = Db::connect(&target).await.map_err(|error| in_words(&error))?;
    let result = match command {
        AuditCommand::Verify { heads: None } => verify(&db).await,
        AuditCommand::Verify { heads: Some(path) } => match compare(&db, path).await {
            Ok(()) => verify(&db).await,
            Err(fault) => Err(fault),
        },
        AuditCommand::Heads => print_heads(&db).await,
    };
    db.close().await.map_err(|error| in_words(&error))?;
    result
}

/// The ends of all chains, as they stand now.
async fn print_heads(db: &Db) -> Result<(), String> {
    let heads = ::audit::heads(db, Clock::system().now()).await.map_err(|error| in_words(&error))?;
    say(&serde_json::to_string_pretty(&heads).map_err(|error| error.to_string())?)
}

/// Whether everything that was kept is still in the log.
async fn compare(db: &Db, path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let kept: ChainHeads = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let broken = ::audit::broken_heads(db, &kept).await.map_err(|error| in_words(&error))?;
    for head in &broken {
        say(&format!("{}: the row {} that was its end on {} is not there as it was", head.chain, head.rows, kept.at))?;
    }
    if broken.is_empty() {
        say(&format!("All {} heads of {} are in the log.", kept.heads.len(), kept.at))
    } else {
        Err(format!("{} of {} heads that were kept are not in the log.", broken.len(), kept.heads.len()))
    }
}

/// A line for each chain: its id and name, what was found, and its head to be kept elsewhere.
async fn verify(db: &Db) -> Result<(), String> {
    let (mut checked, mut broken) = (0, 0);
    for chain in ::audit::chains(db).await.map_err(|error| in_words(&error))? {
        let found = ::audit::verify_chain(db, chain.id).await.map_err(|error| in_words(&error))?;
        let name = chain.name.as_deref().unwrap_or("no system");
        let outcome = match &found.broken {
            None => format!("intact, {} rows", found.rows),
            Some(fault) => format!("BROKEN at row {}: {}", fault.sequence, fault.fault),
        };
        say(&format!("{} {name}: {outcome}, head {}", chain.id, found.head))?;
        checked += 1;
        broken += u32::from(!found.intact);
    }
    if broken == 0 {
        say(&format!("All {checked} chains are intact."))
    } else {
        Err(format!("{broken} of {checked} chains are broken."))
    }
}
