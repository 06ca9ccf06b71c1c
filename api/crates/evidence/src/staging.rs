//! A file that is being received: its bytes go to `<data_dir>/uploads/`, while a running SHA-256 and the checks of the content go
//! with them. Blocking: call it on the threads for that. Constant memory, whatever the size.

use crate::progress::Progress;
use crate::quota::Terms;
use crate::rules::{Checks, FileKind, HEAD_BYTES};
use bytes::Bytes;
use platform::files::{create_dirs, create_private, open_private, remove_if_there, start_writing, sync_dir};
use platform::{AppError, Platform, Result, Settings};
use shared_types::{ErrorCode, UploadId};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// So many bytes may be lost at most when the power goes.
pub(crate) const SYNC_EVERY: u64 = 8 * 1024 * 1024;

/// Whenever so many bytes came, the disk is told to begin with them: an acknowledgement waits for the rest alone.
const WRITE_EVERY: u64 = 512 * 1024;

/// The folder of files that are being received.
pub(crate) fn folder(platform: &Platform) -> PathBuf {
    platform.settings.data_dir.join("uploads")
}

/// The file of a resumable upload.
pub(crate) fn upload_path(platform: &Platform, id: UploadId) -> PathBuf {
    folder(platform).join(id.to_string())
}

/// A file for one request or job, that nobody else writes to. It goes when this is dropped; what a crash leaves behind, the sweep finds by
/// the id in its name.
#[derive(Debug)]
pub struct Temporary(pub(crate) PathBuf);

impl Temporary {
    /// A place for it; the file is not made yet.
    pub fn new(platform: &Platform) -> Result<Self> {
        let id: Uuid = platform.rng.id(&platform.clock)?;
        Ok(Self(folder(platform).join(format!("{id}.part"))))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes it whole, durably. Blocking.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        let folder = self.0.parent().unwrap_or(&self.0);
        create_dirs(folder)?;
        let mut file = create_private(&self.0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(sync_dir(folder)?)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = remove_if_there(&self.0) {
            tracing::warn!(%error, "a temporary file stays behind until the next sweep");
        }
    }
}

/// Opens a file, and makes it if need be, for one request alone: nothing while another one has it.
pub(crate) fn lock(path: &Path) -> Result<Option<File>> {
    let parent = path.parent().unwrap_or(path);
    create_dirs(parent)?;
    let file = open_private(path, true)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    if file.metadata()?.len() == 0 {
        sync_dir(parent)?;
    }
    Ok(Some(file))
}

/// A file whose bytes are all there, synced and checked.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    pub sha256: String,
    pub size: u64,
    pub media_type: &'static str,
    /// What the settings demand where it becomes a blob.
    pub terms: Terms,
}

/// The file with what is known of its bytes so far.
pub(crate) struct Staging {
    file: File,
    kind: FileKind,
    checks: Checks,
    terms: Terms,
    progress: Progress,
    offset: u64,
    /// Bytes at the end that may not be durable.
    unsynced: u64,
    /// Those of them that the disk was not told of.
    untold: u64,
}

impl Staging {
    /// Goes on in a file that [`lock`] gave, with the bytes after `offset`. What a crash left behind it was never acknowledged and
    /// goes: so the offset must be the acknowledged one, looked up under the lock.
    pub(crate) fn resume(file: File, kind: FileKind, settings: &Settings, offset: u64, progress: Progress) -> Result<Self> {
        let (checks, terms) = (Checks::of(&settings.uploads), Terms::of(settings));
        let mut staging = Self { file, kind, checks, terms, progress, offset, unsynced: 0, untold: 0 };
        staging.cut(offset)?;
        Ok(staging)
    }

    fn cut(&mut self, offset: u64) -> Result<()> {
        let length = self.file.metadata()?.len();
        if length < offset {
            let lost = format!("an upload has {length} bytes, but {offset} were acknowledged");
            return Err(AppError::new(ErrorCode::Gone).detail("The bytes of this upload were lost. Start again.").cause(lost));
        }
        if length > offset {
            self.file.set_len(offset)?;
        }
        self.file.seek(SeekFrom::Start(offset))?;
        (self.offset, self.untold) = (offset, 0);
        Ok(())
    }

    /// Goes back to an offset, with what was known then.
    pub(crate) fn roll_back(&mut self, offset: u64, progress: Progress) -> Result<()> {
        self.progress = progress;
        self.cut(offset)
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Appends bytes. Refuses as soon as they can't be what the name says.
    pub(crate) fn write(&mut self, pieces: &[Bytes]) -> Result<()> {
        let before = self.offset;
        for piece in pieces {
            self.file.write_all(piece)?;
            self.progress.update(piece)?;
            self.offset += piece.len() as u64;
            self.unsynced += piece.len() as u64;
            self.untold += piece.len() as u64;
        }
        let head = HEAD_BYTES as u64;
        if before < head && self.offset >= head {
            self.check_head()?;
        }
        if self.unsynced >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    /// Lets the disk begin with what was written, now and then; makes nothing durable.
    pub(crate) fn begin_to_store(&mut self) {
        if self.untold >= WRITE_EVERY {
            start_writing(&self.file, self.offset - self.untold, self.untold);
            self.untold = 0;
        }
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&mut self) -> Result<()> {
        if self.unsynced > 0 {
            self.file.sync_data()?;
            (self.unsynced, self.untold) = (0, 0);
        }
        Ok(())
    }

    /// The last checks, when all bytes are there.
    pub(crate) fn finish(&mut self) -> Result<Finished> {
        let media_type = self.check_head()?;
        self.progress.finish()?;
        self.kind.check_whole(&mut self.file, &self.checks)?;
        self.sync()?;
        Ok(Finished { sha256: self.progress.sha256(), size: self.offset, media_type, terms: self.terms })
    }

    fn check_head(&mut self) -> Result<&'static str> {
        let media_type = check_head(&mut self.file, &self.kind);
        self.file.seek(SeekFrom::Start(self.offset))?;
        media_type
    }
}

fn check_head(file: &mut File, kind: &FileKind) -> Result<&'static str> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.seek(SeekFrom::Start(0))?;
    Read::by_ref(file).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(kind.check_head(&head)?)
}

/// The media type of a file that was checked before.
pub(crate) fn media_type(path: &Path, kind: &FileKind) -> Result<&'static str> {
    check_head(&mut File::open(path)?, kind)
}
