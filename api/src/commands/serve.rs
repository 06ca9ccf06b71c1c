use super::{in_words, say};
use crate::{client, start};
use jobs::Jobs;
use platform::settings::Settings;
use platform::{Clock, Rng};
use std::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until SIGINT or SIGTERM, then finishes what is under way.
pub(super) async fn run(settings: Settings) -> Result<(), String> {
    if !client::is_embedded() && std::env::var_os("CMMC_TEST_API_ONLY").is_none() {
        tracing::warn!("this build has no browser client: it serves the API only");
    }
    let platform = start::platform(settings, Clock::system(), Rng::system()).await.map_err(|error| in_words(&error))?;
    let platform = start::alone(platform).map_err(|error| in_words(&error))?;
    if std::env::var("RUN_FULL_SEED").is_ok_and(|wanted| wanted == "true") {
        // A demonstration that can't be loaded must not keep real work from being served.
        match crate::seed::demo(&platform).await {
            Ok(seeded) => tracing::info!(?seeded, "demonstration data"),
            Err(error) => tracing::error!("the demonstration data was not loaded: {}", in_words(&error)),
        }
    }
    let url = platform.settings.public_url();
    let listen = platform.settings.listen;
    let listener = TcpListener::bind(listen).map_err(|error| format!("listen {listen}: {error}"))?;
    let token = identity::issue_setup_token(&platform).await.map_err(|error| in_words(&error))?;
    let db = platform.db.clone();
    // Asked for before anything is started: a signal that comes early is not lost.
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let live = platform.live.clone();
    let background = platform.settings.jobs.in_serve.then(|| platform.clone());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let server = start::server(start::state(platform).map_err(|error| in_words(&error))?, listener, workers)
        .map_err(|error| in_words(&error))?;
    let jobs = background.map(Jobs::start);
    // The server itself waits for what is under way; streams would be under way until their readers go.
    let streams = tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        live.close();
    });
    say(&format!("CMMC Tracker is at {url}"))?;
    if let Some(token) = token {
        say(&format!("Set it up with this link, which works once: {url}/setup#token={token}"))?;
    }
    let served = server.await.map_err(|error| error.to_string());
    streams.abort();
    if let Some(jobs) = jobs {
        jobs.stop().await;
    }
    served?;
    db.close().await.map_err(|error| in_words(&error))
}
