//! Where the bytes of evidence are: blobs by system and SHA-256. What is stored is never changed, and never named by a user.
//!
//! The same content is kept once within a system, and never shared between systems: that would tell one client of the
//! installation what another has.

mod local;
mod locks;

use crate::{AppError, Result};
use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
pub use local::LocalBlobs;
pub use locks::LockFiles;
use shared_types::SystemId;
use std::any::Any;
use std::ops::Range;
use std::path::Path;
use std::pin::Pin;

/// The name of a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobKey {
    system: SystemId,
    sha256: String,
}

impl BlobKey {
    /// The blob of a system with this content; the hash comes from our own computing or our own database.
    pub fn new(system: SystemId, sha256: &str) -> Result<Self> {
        if sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(Self { system, sha256: sha256.to_owned() })
        } else {
            Err(AppError::internal("a blob's name is not a SHA-256"))
        }
    }

    /// Whose it is.
    pub fn system(&self) -> SystemId {
        self.system
    }

    /// Where a store has it: `<system>/<first two digits>/<sha256>`, the same in every store.
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.system, self.sha256.get(..2).unwrap_or_default(), self.sha256)
    }
}

/// While one is held, no sweep takes blobs of that system away.
pub type Hold = Box<dyn Any + Send>;

/// The bytes of a blob, piece by piece.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// A store of blobs.
pub trait BlobStore: Send + Sync {
    /// Stores the content of a finished, synced file of `size` bytes, durably; what is stored already stays, if it is
    /// the same. The file remains
    /// its owner's to remove. Hold what comes back until the database knows the blob.
    fn keep<'a>(&'a self, key: &BlobKey, from: &Path, size: u64) -> BoxFuture<'a, Result<Hold>>;

    /// Reads a part of a blob.
    fn read<'a>(&'a self, key: &BlobKey, range: Range<u64>) -> BoxFuture<'a, Result<ByteStream>>;

    /// The systems that have blobs.
    fn systems(&self) -> BoxFuture<'_, Result<Vec<SystemId>>>;

    /// Keeps everyone else from storing blobs of a system; none if somebody is storing one right now.
    fn try_lock(&self, system: SystemId) -> BoxFuture<'_, Result<Option<Hold>>>;

    /// The hashes of the blobs that a system has. Only under its lock do they all have their rows.
    fn list(&self, system: SystemId) -> BoxFuture<'_, Result<Vec<String>>>;

    /// What tells the stored bytes from those that were stored under the same name before or after; none where there are none. Cheap:
    /// no byte is read.
    fn stamp<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<Option<String>>>;

    /// Puts bytes that are not what they should be beside, where nobody reads them any more; what is not there is no fault. The
    /// same content may be stored anew.
    fn set_aside<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>>;

    /// Takes a blob away, under the system's lock.
    fn remove<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>>;
}
