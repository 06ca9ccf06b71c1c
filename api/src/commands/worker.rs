use super::{in_words, say};
use jobs::Jobs;
use platform::settings::Settings;
use platform::{Clock, Rng};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the background jobs until SIGINT or SIGTERM, then waits a few seconds for those under way.
pub(super) async fn run(settings: Settings) -> Result<(), String> {
    // Asked for before anything is started: a signal that comes early is not lost.
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let platform = crate::start::platform(settings, Clock::system(), Rng::system()).await.map_err(|error| in_words(&error))?;
    let db = platform.db.clone();
    let jobs = Jobs::start(platform);
    say("CMMC Tracker runs its background jobs")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    jobs.stop().await;
    db.close().await.map_err(|error| in_words(&error))
}
