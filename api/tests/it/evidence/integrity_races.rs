//! Files are compared while people upload: nobody waits for it, and what somebody stored meanwhile is not put aside.

use super::{scene, sha256};
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
        self.store.set_aside(key)
    }

    fn remove<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        self.store.remove(key)
    }
}

/// It is to fail with the second comparison under the lock, where the second read finds it held; and without the stamp, where the
/// right bytes are put aside.
#[tokio::test]
async fn nobody_waits_while_a_damaged_file_is_compared_and_what_is_stored_meanwhile_stays() {
    let content = b"compared while others store";
    for meanwhile in [None, Some(0), Some(1)] {
        let scene = scene().await;
        scene.upload("a.txt", content, None).await.expect(201);
        let name = sha256(content);
        let data = &scene.app.platform.settings.data_dir;
        let stored = data.join("blobs").join(scene.system.to_string()).join(&name[..2]).join(&name);
        let staged = data.join("again");
        std::fs::write(&staged, content).expect("written");
        let mut damaged = content.to_vec();
        damaged[3] ^= 1;
        std::fs::write(&stored, &damaged).expect("written");
        scene.app.platform.clock.advance(chrono::Duration::hours(1));
        let watched = Arc::new(Watched {
            store: scene.app.platform.blobs.clone(),
            free: Mutex::default(),
            meanwhile: meanwhile.map(|read| (read, staged)),
            reads: AtomicUsize::new(0),
        });
        let mut platform = scene.app.platform.clone();
        platform.blobs = watched.clone();
        let verified = verify_files(&platform).await.expect("a run");
        let is_damaged = meanwhile.is_none();
        // What was stored meanwhile is looked at anew, and found sound.
        let (compared, reads) = if is_damaged { (1, 2) } else { (2, 3) };
        assert_eq!((verified.compared, verified.damaged), (compared, u64::from(is_damaged)), "{meanwhile:?}");
        assert_eq!(*watched.free.lock().expect("no panic"), vec![true; reads], "{meanwhile:?}");
        assert_eq!(stored.exists(), !is_damaged);
        assert_eq!(stored.with_extension("damaged").exists(), is_damaged);
        if !is_damaged {
            assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes, content);
            assert_eq!(scene.app.count("SELECT COUNT(*) FROM audit_events WHERE action = 'evidence.integrity_failure'").await, 0);
        }
    }
}
