use super::{in_words, say};
use platform::settings::Settings;
use platform::{Clock, Rng};

/// Migrates and loads the rule packs.
pub(super) async fn run(settings: Settings) -> Result<(), String> {
    let platform = crate::start::platform(settings, Clock::system(), Rng::system()).await.map_err(|error| in_words(&error))?;
    platform.db.close().await.map_err(|error| in_words(&error))?;
    say("The database is up to date.")
}
