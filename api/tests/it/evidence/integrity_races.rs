//! Files are compared while people upload: nobody waits for it, and what somebody stored meanwhile is not put aside.

use super::{Scene, scene, sha256};
use evidence::verify_files;
use futures_util::future::BoxFuture;
use platform::Result;
use platform::blobs::{BlobKey, BlobStore, ByteStream, Hold};
use shared_types::SystemId;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The store, which looks at each read whether somebody could store meanwhile, and may do so itself.
struct Watched {
    store: Arc<dyn BlobStore>,
    /// For each read, whether nobody was kept from storing.
    free: Mutex<Vec<bool>>,
    /// Stored before the read with this number.
    meanwhile: Option<(usize, PathBuf)>,
    reads: AtomicUsize,
    /// For each file that was put aside, whether everybody was kept from storing.
    held: Mutex<Vec<bool>>,
}

impl BlobStore for Watched {
    fn keep<'a>(&'a self, key: &BlobKey, from: &Path, size: u64) -> BoxFuture<'a, Result<Hold>> {
        self.store.keep(key, from, size)
    }

    fn read<'a>(&'a self, key: &BlobKey, range: Range<u64>) -> BoxFuture<'a, Result<ByteStream>> {
        let (key, number) = (key.clone(), self.reads.fetch_add(1, Ordering::Relaxed));
        Box::pin(async move {
            let bytes = self.store.read(&key, range.clone()).await;
            // Whoever holds the lock of the sweep keeps all others from storing; a second one is not given it.
            let free = self.store.try_lock(key.system()).await?.is_some();
            self.free.lock().expect("no panic").push(free);
            // Ours reads what was there before: its hash is the damaged one's.
            if let Some((_, from)) = self.meanwhile.as_ref().filter(|(when, _)| *when == number) {
                drop(self.store.keep(&key, from, range.end).await?);
            }
            bytes
        })
    }

    fn systems(&self) -> BoxFuture<'_, Result<Vec<SystemId>>> {
        self.store.systems()
    }

    fn try_lock(&self, system: SystemId) -> BoxFuture<'_, Result<Option<Hold>>> {
        self.store.try_lock(system)
    }

    fn list(&self, system: SystemId) -> BoxFuture<'_, Result<Vec<String>>> {
        self.store.list(system)
    }

    fn stamp<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<Option<String>>> {
        self.store.stamp(key)
    }

    fn set_aside<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        let key = key.clone();
        Box::pin(async move {
            let held = self.store.try_lock(key.system()).await?.is_none();
            self.held.lock().expect("no panic").push(held);
            self.store.set_aside(&key).await
        })
    }

    fn remove<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        self.store.remove(key)
    }
}

impl Watched {
    fn around(store: &Arc<dyn BlobStore>, meanwhile: Option<(usize, PathBuf)>) -> Arc<Self> {
        let (free, held) = Default::default();
        Arc::new(Self { store: store.clone(), free, meanwhile, reads: AtomicUsize::new(0), held })
    }
}

/// A file of which a byte is flipped, due to be compared: the scene, where it is stored, and a sound copy.
async fn damaged(content: &[u8]) -> (Scene, PathBuf, PathBuf) {
    let scene = scene().await;
    scene.upload("a.txt", content, None).await.expect(201);
    let name = sha256(content);
    let data = &scene.app.platform.settings.data_dir;
    let stored = data.join("blobs").join(scene.system.to_string()).join(&name[..2]).join(&name);
    let staged = data.join("again");
    std::fs::write(&staged, content).expect("written");
    let mut bytes = content.to_vec();
    bytes[3] ^= 1;
    std::fs::write(&stored, &bytes).expect("written");
    scene.app.platform.clock.advance(chrono::Duration::hours(1));
    (scene, stored, staged)
}

/// Seen to fail with the second comparison under the lock, where the second read finds it held; without the stamp, where the right bytes
/// are put aside; and without the lock, where what is put aside may be what somebody has just stored.
#[tokio::test]
async fn nobody_waits_while_a_damaged_file_is_compared_and_what_is_stored_meanwhile_stays() {
    let content = b"compared while others store";
    for meanwhile in [None, Some(0), Some(1)] {
        let (scene, stored, staged) = damaged(content).await;
        let watched = Watched::around(&scene.app.platform.blobs, meanwhile.map(|read| (read, staged)));
        let mut platform = scene.app.platform.clone();
        platform.blobs = watched.clone();
        let verified = verify_files(&platform).await.expect("a run");
        let is_damaged = meanwhile.is_none();
        // What was stored meanwhile is looked at anew, and found sound.
        let (compared, reads) = if is_damaged { (1, 2) } else { (2, 3) };
        assert_eq!((verified.compared, verified.damaged), (compared, u64::from(is_damaged)), "{meanwhile:?}");
        assert_eq!(*watched.free.lock().expect("no panic"), vec![true; reads], "{meanwhile:?}");
        assert_eq!(*watched.held.lock().expect("no panic"), vec![true; usize::from(is_damaged)], "{meanwhile:?}");
        assert_eq!(stored.exists(), !is_damaged);
        assert_eq!(stored.with_extension("damaged").exists(), is_damaged);
        if !is_damaged {
            assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes, content);
            assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'evidence.integrity_failure'").await, 0);
        }
    }
}

/// Who stores holds the system's files until the database knows them: what they are is told when that is over. Seen to fail where the
/// lock is not asked for.
#[tokio::test]
async fn nothing_is_put_aside_while_somebody_stores() {
    let content = b"stored while others compare";
    let (scene, stored, staged) = damaged(content).await;
    let platform = &scene.app.platform;
    let another = BlobKey::new(scene.system, &sha256(b"another")).expect("a key");
    std::fs::write(&staged, b"another").expect("written");
    let storing = platform.blobs.keep(&another, &staged, 7).await.expect("stored");
    let verified = verify_files(platform).await.expect("a run");
    assert_eq!(verified.damaged, 0);
    assert!(stored.exists(), "it was put aside");
    drop(storing);
    platform.clock.advance(chrono::Duration::hours(1));
    assert_eq!(verify_files(platform).await.expect("a run").damaged, 1);
    assert!(!stored.exists() && stored.with_extension("damaged").exists());
}
