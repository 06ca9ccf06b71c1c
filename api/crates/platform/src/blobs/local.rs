//! Blobs as files: `<root>/<system>/<first two digits>/<sha256>`.

use super::{BlobKey, BlobStore, ByteStream, Hold, LockFiles, locks};
use crate::files::{at, blocking, create_dirs, remove_if_there, sync_dir};
use crate::{AppError, Result};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream;
use shared_types::ErrorCode;
use shared_types::SystemId;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Bytes of one read: large enough to outrun a disk, small enough for a hundred readers.
const PIECE: u64 = 256 * 1024;

/// A folder of the local disk.
#[derive(Debug, Clone)]
pub struct LocalBlobs {
    root: PathBuf,
}

impl LocalBlobs {
    /// Blobs below a folder, which is made when the first one comes.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, system: SystemId) -> PathBuf {
        self.root.join(system.to_string())
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.path())
    }
}

fn store(from: &Path, target: &Path, size: u64) -> io::Result<()> {
    let folder = target.parent().unwrap_or(target);
    create_dirs(folder)?;
    match fs::metadata(target) {
        Ok(there) if there.len() == size && same(from, target)? => {}
        // Cut short or changed by something that is not us: the name is the content's, so the new bytes are what belongs there.
        Ok(_) => replace(from, target)?,
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::hard_link(from, target) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            // Not every file system has hard links.
            Err(_) => replace(from, target)?,
        },
        Err(error) => return Err(error),
    }
    sync_dir(folder)
}

/// Whether a stored file has a staged one's bytes; one that can't be read has not.
fn same(from: &Path, target: &Path) -> io::Result<bool> {
    let mut staged = File::open(from)?;
    let Ok(mut stored) = File::open(target) else { return Ok(false) };
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    loop {
        expected.clear();
        found.clear();
        staged.by_ref().take(PIECE).read_to_end(&mut expected)?;
        if stored.by_ref().take(PIECE).read_to_end(&mut found).is_err() || found != expected {
            return Ok(false);
        }
        if expected.is_empty() {
            return Ok(true);
        }
    }
}

/// Copies beside the target, then takes its name at once.
fn replace(from: &Path, target: &Path) -> io::Result<()> {
    let mut fresh = target.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    remove_if_there(&fresh)?;
    fs::copy(from, &fresh)?;
    File::open(&fresh)?.sync_all()?;
    fs::rename(&fresh, target)
}

/// A blob that is not there was lost, or put aside because it was damaged; one that ends too early was cut.
fn gone(error: io::Error) -> AppError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::UnexpectedEof => AppError::new(ErrorCode::FileDamaged).cause(error),
        _ => error.into(),
    }
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
    }
}

impl BlobStore for LocalBlobs {
    fn keep<'a>(&'a self, key: &BlobKey, from: &Path, size: u64) -> BoxFuture<'a, Result<Hold>> {
        let (folder, target, from) = (self.folder(key.system), self.path(key), from.to_owned());
        Box::pin(blocking(move || {
            let lock = locks::hold(&folder).map_err(at(&folder))?;
            store(&from, &target, size).map_err(at(&target))?;
            Ok(Box::new(lock) as Hold)
        }))
    }

    fn read<'a>(&'a self, key: &BlobKey, range: Range<u64>) -> BoxFuture<'a, Result<ByteStream>> {
        let path = self.path(key);
        Box::pin(async move {
            let start = range.start;
            let file = blocking(move || {
                let mut file = File::open(path).map_err(gone)?;
                file.seek(SeekFrom::Start(start))?;
                Ok(file)
            })
            .await?;
            let pieces = stream::try_unfold((file, range.end.saturating_sub(start)), |(mut file, left)| async move {
                if left == 0 {
                    return Ok(None);
                }
                blocking(move || {
                    let wanted = left.min(PIECE);
                    let mut piece = vec![0; usize::try_from(wanted).unwrap_or_default()];
                    file.read_exact(&mut piece).map_err(gone)?;
                    Ok(Some((Bytes::from(piece), (file, left - wanted))))
                })
                .await
            });
            Ok(Box::pin(pieces) as ByteStream)
        })
    }

    fn systems(&self) -> BoxFuture<'_, Result<Vec<SystemId>>> {
        let root = self.root.clone();
        Box::pin(blocking(move || Ok(names(&root)?.iter().filter_map(|name| name.parse().ok()).collect())))
    }

    fn try_lock(&self, system: SystemId) -> BoxFuture<'_, Result<Option<Hold>>> {
        Box::pin(LockFiles::new(self.root.clone()).exclusive(system))
    }

    fn list(&self, system: SystemId) -> BoxFuture<'_, Result<Vec<String>>> {
        let folder = self.folder(system);
        Box::pin(blocking(move || {
            let mut found = Vec::new();
            for prefix in names(&folder)?.iter().filter(|name| name.len() == 2) {
                found.extend(names(&folder.join(prefix))?.into_iter().filter(|name| name.len() == 64));
            }
            Ok(found)
        }))
    }

    fn stamp<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<Option<String>>> {
        let path = self.path(key);
        Box::pin(blocking(move || match fs::metadata(&path) {
            // New bytes come as another file: their number alone would do, if numbers were not used again.
            Ok(there) => Ok(Some(format!("{} {}.{} {}", there.ino(), there.ctime(), there.ctime_nsec(), there.len()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }))
    }

    fn set_aside<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        let path = self.path(key);
        Box::pin(blocking(move || match fs::rename(&path, path.with_extension("damaged")) {
            Ok(()) => Ok(sync_dir(path.parent().unwrap_or(&path))?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }))
    }

    fn remove<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        let path = self.path(key);
        Box::pin(blocking(move || Ok(remove_if_there(&path)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;
    use sha2::{Digest, Sha256};

    #[tokio::test]
    async fn an_error_names_the_file_that_it_is_about() {
        let folder = tempfile::tempdir().unwrap();
        let (root, from) = (folder.path().join("blobs"), folder.path().join("staged"));
        fs::write(&root, "no folder").unwrap();
        fs::write(&from, "content").unwrap();
        let system: SystemId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let key = BlobKey::new(system, &hex::encode(Sha256::digest("content"))).unwrap();
        let error = LocalBlobs::new(root.clone()).keep(&key, &from, 7).await.map(drop).unwrap_err();
        assert!(error.with_cause().contains(&root.display().to_string()), "{}", error.with_cause());
    }

    #[tokio::test]
    async fn blobs_are_kept_once_and_read_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = LocalBlobs::new(folder.path().join("blobs"));
        let system: SystemId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let content = vec![7_u8; 600_000];
        let sha256 = hex::encode(Sha256::digest(&content));
        let key = BlobKey::new(system, &sha256).unwrap();
        let from = folder.path().join("staged");
        fs::write(&from, &content).unwrap();
        let size = content.len() as u64;
        let first = blobs.keep(&key, &from, size).await.unwrap();
        let second = blobs.keep(&key, &from, size).await.unwrap();
        assert!(blobs.try_lock(system).await.unwrap().is_none(), "somebody stores");
        drop((first, second));
        assert_eq!(blobs.list(system).await.unwrap(), [sha256]);
        let pieces: Vec<Bytes> = blobs.read(&key, 10..size).await.unwrap().try_collect().await.unwrap();
        assert_eq!(pieces.concat(), &content[10..]);
        // A blob that was cut short is mended by the next upload of the same content.
        fs::remove_file(&from).unwrap();
        fs::OpenOptions::new().write(true).open(blobs.path(&key)).unwrap().set_len(5).unwrap();
        fs::write(&from, &content).unwrap();
        drop(blobs.keep(&key, &from, size).await.unwrap());
        assert_eq!(fs::read(blobs.path(&key)).unwrap(), content);
        // So is one of which a byte was flipped.
        let mut flipped = content.clone();
        flipped[500_000] ^= 1;
        fs::remove_file(blobs.path(&key)).unwrap();
        fs::write(blobs.path(&key), &flipped).unwrap();
        drop(blobs.keep(&key, &from, size).await.unwrap());
        assert_eq!(fs::read(blobs.path(&key)).unwrap(), content);
        // Bytes that replaced others are told from them; bytes that stay are the same.
        let stamp = blobs.stamp(&key).await.unwrap();
        assert!(stamp.is_some() && stamp == blobs.stamp(&key).await.unwrap());
        fs::remove_file(blobs.path(&key)).unwrap();
        assert_eq!(blobs.stamp(&key).await.unwrap(), None);
        fs::write(blobs.path(&key), &content).unwrap();
        assert_ne!(blobs.stamp(&key).await.unwrap(), stamp);
        // Bytes that are put aside are not read any more, and make room for the right ones.
        blobs.set_aside(&key).await.unwrap();
        blobs.set_aside(&key).await.unwrap();
        assert_eq!(blobs.read(&key, 0..size).await.err().map(|error| error.code()), Some(ErrorCode::FileDamaged));
        assert!(blobs.list(system).await.unwrap().is_empty());
        drop(blobs.keep(&key, &from, size).await.unwrap());
        assert_eq!(fs::read(blobs.path(&key)).unwrap(), content);
        let _lock = blobs.try_lock(system).await.unwrap().expect("nobody stores");
        assert_eq!(blobs.systems().await.unwrap(), [system]);
        blobs.remove(&key).await.unwrap();
        assert!(blobs.list(system).await.unwrap().is_empty());
    }

    #[test]
    fn only_hashes_are_names() {
        for bad in ["", "../../etc/passwd", &"A".repeat(64), &"a".repeat(63)] {
            assert!(BlobKey::new(SystemId(uuid::Uuid::nil()), bad).is_err(), "{bad}");
        }
    }
}
