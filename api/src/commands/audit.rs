use super::{in_words, say};
use clap::Subcommand;
use platform::db::Target;
use platform::{Db, settings::Settings};

/// What to do with the audit log.
#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Recompute every chain; fails if a row was changed, removed or added past the product.
    Verify,
}

/// Runs a command on the audit log. Nothing is migrated or written: the database is examined as it stands.
pub(super) async fn run(settings: &Settings, command: &AuditCommand) -> Result<(), String> {
    let AuditCommand::Verify = command;
    let target = settings.database();
    if let Target::Sqlite { path, .. } = &target
        && !path.exists()
    {
        return Err(format!("There is no database at {}.", path.display()));
    }
    let db = Db::connect(&target).await.map_err(|error| in_words(&error))?;
    let result = verify(&db).await;
    db.close().await.map_err(|error| in_words(&error))?;
    result
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
