//! Whose turn it is to write to an upload.
//!
//! One request at a time has the lock of the upload's file. A client that lost its line comes back with another request while the
//! first one still waits for bytes that will never come. Then the newer one puts a mark beside the file; the older one sees it
//! within a moment, stops without another acknowledgement, and lets go of the lock. Mark and lock are files, so it does not
//! matter whether both requests are served by the same process.

use crate::staging::lock;
use platform::files::{blocking, open_private, remove_if_there};
use platform::{AppError, Result};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// How often the request that writes looks for a mark.
pub(super) const LOOK: Duration = Duration::from_millis(250);
/// How often the request that waits tries the lock.
const TRY: Duration = Duration::from_millis(50);
/// After so long in vain it is refused: then the disk is slow, and the client asks again.
const PATIENCE: Duration = Duration::from_secs(5);

fn mark(path: &Path) -> PathBuf {
    path.with_extension("wanted")
}

/// A mark, as long as the request that put it waits.
struct Mark(PathBuf);

impl Drop for Mark {
    fn drop(&mut self) {
        if let Err(error) = remove_if_there(&self.0) {
            tracing::warn!(%error, "the mark of a waiting upload stays until the next request");
        }
    }
}

/// Opens the file alone, and takes it over from a request that has it.
pub(super) async fn take(path: PathBuf) -> Result<File> {
    let open = async || {
        let path = path.clone();
        blocking(move || {
            let file = lock(&path)?;
            if file.is_some() {
                // A mark that a crash left behind would stop everyone after it.
                remove_if_there(&mark(&path))?;
            }
            Ok(file)
        })
        .await
    };
    if let Some(file) = open().await? {
        return Ok(file);
    }
    let wanted = mark(&path);
    let _mark = blocking(move || {
        open_private(&wanted, true)?;
        Ok(Mark(wanted))
    })
    .await?;
    let mut tries = interval(TRY);
    tries.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let waiting = async {
        loop {
            tries.tick().await;
            if let Some(file) = open().await? {
                return Ok(file);
            }
        }
    };
    let refuse =
        |_late| AppError::conflict("Another request is writing to this upload. Ask for its offset and go on from there.");
    timeout(PATIENCE, waiting).await.map_err(refuse)?
}

/// Looks, now and then, whether a newer request wants the upload.
pub(super) struct Watch {
    mark: PathBuf,
    looked: Instant,
}

impl Watch {
    pub(super) fn new(path: &Path) -> Self {
        Self { mark: mark(path), looked: Instant::now() }
    }

    /// Whether the turn is over. Looks no more often than it must, however often it is asked.
    pub(super) async fn over(&mut self) -> bool {
        if self.looked.elapsed() < LOOK {
            return false;
        }
        self.looked = Instant::now();
        tokio::fs::try_exists(&self.mark).await.unwrap_or(false)
    }
}
