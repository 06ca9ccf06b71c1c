use super::{in_words, say};
use crate::seed::{Seeded, demo};
use platform::settings::Settings;
use platform::{Clock, Rng};

/// Loads the demonstration data. Doing it twice changes nothing.
pub(super) async fn run(settings: Settings, wants_demo: bool) -> Result<(), String> {
    if !wants_demo {
        return Err("There is only one thing to seed: add --demo for the demonstration data.".to_owned());
    }
    let platform = crate::start::platform(settings, Clock::system(), Rng::system()).await.map_err(|error| in_words(&error))?;
    let seeded = demo(&platform).await;
    platform.db.close().await.map_err(|error| in_words(&error))?;
    match seeded.map_err(|error| in_words(&error))? {
        Seeded::Now => {
            say("The demonstration data is loaded. Nobody in it has a password: use the set-up link that `serve` prints; \
             as administrator you see both systems and can invite the others under People.")
        }
        Seeded::Before => say("The demonstration data is there already; nothing was changed."),
    }
}
