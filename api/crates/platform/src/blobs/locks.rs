//! The lock of a system's blobs: shared by those who store, exclusive for the sweep. It is that of a file, and goes with a process
//! that dies.

use super::Hold;
use crate::files::{blocking, create_dirs, open_private};
use crate::{AppError, Result};
use shared_types::SystemId;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// A folder with a folder for each system, and a lock in it.
#[derive(Debug, Clone)]
pub struct LockFiles {
    root: PathBuf,
}

impl LockFiles {
    /// Below a folder, which is made when somebody asks.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The lock of those who store; waits for a sweep to end.
    pub async fn shared(&self, system: SystemId) -> Result<Hold> {
        let folder = self.root.join(system.to_string());
        blocking(move || Ok(Box::new(hold(&folder)?) as Hold)).await
    }

    /// The lock of the sweep; none while somebody stores.
    pub fn exclusive(&self, system: SystemId) -> impl Future<Output = Result<Option<Hold>>> + Send + use<> {
        let folder = self.root.join(system.to_string());
        blocking(move || {
            let lock = open(&folder)?;
            match lock.try_lock() {
                Ok(()) => Ok(Some(Box::new(lock) as Hold)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(AppError::from(error)),
            }
        })
    }
}

fn open(folder: &Path) -> std::io::Result<File> {
    create_dirs(folder)?;
    open_private(&folder.join("lock"), true)
}

/// The lock of those who store, on a thread for blocking work.
pub(super) fn hold(folder: &Path) -> std::io::Result<File> {
    let lock = open(folder)?;
    lock.lock_shared()?;
    Ok(lock)
}
