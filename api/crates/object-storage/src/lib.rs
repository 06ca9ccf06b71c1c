//! The bytes of evidence in an S3-compatible store: `<system>/<first two digits>/<sha256>`, as the local folder has them, so that one
//! can be copied to the other. A leaf: only the binary knows it, because its library is large.
//!
//! What several instances agree on: whoever stores holds a shared lock of the system on a file in `data_dir`, which instances share
//! as they do for resumable uploads, and the sweep an exclusive one, as with the local folder. Because that folder may not be
//! shared where only direct uploads are used, an object is never swept within [`GRACE`] of its writing either, and one that is
//! stored once more is written anew when it is older than half of that: so whoever has just stored one has the time to name it.

mod http;

use bytes::{Bytes, BytesMut};
use chrono::Utc;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::Connector;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path as Place;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use platform::blobs::{BlobKey, BlobStore, ByteStream, Hold, LockFiles};
use platform::settings::BlobSettings;
use platform::{AppError, Result};
use shared_types::{ErrorCode, SystemId};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

/// Within so long of its writing nothing is swept.
pub const GRACE: Duration = Duration::from_hours(24);
/// Bytes of one part: in memory once for each upload that becomes evidence at the moment. 10,000 parts are 80 GB.
const PART: usize = 8 * 1024 * 1024;
/// For so long a request is tried again.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bucket.
#[derive(Debug, Clone)]
pub struct S3Blobs {
    store: AmazonS3,
    locks: LockFiles,
    grace: Duration,
}

impl S3Blobs {
    /// The bucket that the settings name; nothing is asked of it yet. `locks` is a folder that all instances share.
    pub fn new(settings: &BlobSettings, locks: PathBuf) -> Result<Self> {
        let secret = settings.secret()?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(secret.expose())
            .with_allow_http(settings.endpoint.starts_with("http://"))
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(RetryConfig { retry_timeout: PATIENCE, max_retries: 5, ..RetryConfig::default() })
            .with_http_connector(Connector::new(settings.ca_file.as_deref())?);
        if !settings.endpoint.is_empty() {
            builder = builder.with_endpoint(&settings.endpoint);
        }
        let store = builder.build().map_err(|error| AppError::internal(format!("blobs: {error}")))?;
        Ok(Self { store, locks: LockFiles::new(locks), grace: GRACE })
    }

    /// The same with another time for which nothing is swept.
    #[must_use]
    pub fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// What is stored there, if anything is.
    async fn head(&self, place: &Place) -> Result<Option<ObjectMeta>> {
        match self.store.head(place).await {
            Ok(meta) => Ok(Some(meta)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "compared with the store's clock, which goes on however ours is set")]
    fn older_than(meta: &ObjectMeta, age: Duration) -> bool {
        (Utc::now() - meta.last_modified).to_std().is_ok_and(|old| old >= age)
    }

    /// Whether an object has a file's bytes; one that can't be read to its end has not.
    async fn same(&self, from: &Path, place: &Place) -> Result<bool> {
        let Ok(answer) = self.store.get(place).await else { return Ok(false) };
        let (mut stored, mut file, mut expected) = (answer.into_stream(), File::open(from).await?, Vec::new());
        while let Some(piece) = stored.next().await {
            let Ok(piece) = piece else { return Ok(false) };
            expected.clear();
            (&mut file).take(piece.len() as u64).read_to_end(&mut expected).await?;
            if expected != piece {
                return Ok(false);
            }
        }
        Ok(file.read(&mut [0]).await? == 0)
    }

    /// Sends a file, in parts where it is large; each with its checksum, which the store compares.
    async fn send(&self, from: &Path, place: &Place, size: u64) -> Result<()> {
        let mut file = File::open(from).await?;
        let first = part(&mut file).await?;
        if first.len() as u64 == size {
            self.store.put(place, PutPayload::from(first)).await.map_err(fault)?;
        } else {
            let mut upload = self.store.put_multipart(place).await.map_err(fault)?;
            let sent = async {
                let mut piece = first;
                while !piece.is_empty() {
                    upload.put_part(PutPayload::from(piece)).await.map_err(fault)?;
                    piece = part(&mut file).await?;
                }
                upload.complete().await.map_err(fault)
            };
            if let Err(error) = sent.await {
                // What is left of it costs money, and is nobody's.
                if let Err(left) = upload.abort().await {
                    tracing::warn!(error = %left, "an unfinished upload stays in the bucket until its own rule takes it away");
                }
                return Err(error);
            }
        }
        match self.head(place).await? {
            Some(meta) if meta.size == size => Ok(()),
            _ => Err(AppError::new(ErrorCode::Unavailable).cause("the store does not have what it acknowledged")),
        }
    }
}

/// The next part of a file; a shorter one is the last, an empty one is none.
async fn part(file: &mut File) -> Result<Bytes> {
    let mut piece = BytesMut::with_capacity(PART);
    while piece.len() < PART {
        let room = PART - piece.len();
        if file.take(room as u64).read_buf(&mut piece).await? == 0 {
            break;
        }
    }
    Ok(piece.freeze())
}

fn place(key: &BlobKey) -> Place {
    Place::from(key.path())
}

/// Where bytes that are not what they should be are kept.
fn aside(key: &BlobKey) -> Place {
    Place::from(format!("{}.damaged", key.path()))
}

fn fault(error: object_store::Error) -> AppError {
    match error {
        error @ object_store::Error::NotFound { .. } => AppError::new(ErrorCode::FileDamaged).cause(error.to_string()),
        error => AppError::new(ErrorCode::Unavailable).detail("The store of files does not answer.").cause(error.to_string()),
    }
}

impl BlobStore for S3Blobs {
    fn keep<'a>(&'a self, key: &BlobKey, from: &Path, size: u64) -> BoxFuture<'a, Result<Hold>> {
        let (key, from) = (key.clone(), from.to_owned());
        Box::pin(async move {
            let hold = self.locks.shared(key.system()).await?;
            let place = place(&key);
            let there = self.head(&place).await?;
            let fresh = there.is_some_and(|meta| meta.size == size && !Self::older_than(&meta, self.grace / 2));
            if !fresh || !self.same(&from, &place).await? {
                self.send(&from, &place, size).await?;
            }
            Ok(hold)
        })
    }

    fn read<'a>(&'a self, key: &BlobKey, range: Range<u64>) -> BoxFuture<'a, Result<ByteStream>> {
        let place = place(key);
        Box::pin(async move {
            if range.is_empty() {
                return Ok(Box::pin(stream::empty()) as ByteStream);
            }
            let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
            let answer = self.store.get_opts(&place, options).await.map_err(fault)?;
            Ok(Box::pin(answer.into_stream().map_err(fault)) as ByteStream)
        })
    }

    fn systems(&self) -> BoxFuture<'_, Result<Vec<SystemId>>> {
        Box::pin(async move {
            let found = self.store.list_with_delimiter(None).await.map_err(fault)?;
            Ok(found.common_prefixes.iter().filter_map(|prefix| prefix.as_ref().parse().ok()).collect())
        })
    }

    fn try_lock(&self, system: SystemId) -> BoxFuture<'_, Result<Option<Hold>>> {
        Box::pin(self.locks.exclusive(system))
    }

    fn list(&self, system: SystemId) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async move {
            let (prefix, mut found) = (Place::from(system.to_string()), Vec::new());
            let mut objects = self.store.list(Some(&prefix));
            while let Some(object) = objects.next().await {
                let object = object.map_err(fault)?;
                found.extend(object.location.filename().filter(|name| name.len() == 64).map(str::to_owned));
            }
            Ok(found)
        })
    }

    fn remove<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        let place = place(key);
        Box::pin(async move {
            match self.head(&place).await? {
                Some(meta) if Self::older_than(&meta, self.grace) => match self.store.delete(&place).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                    Err(error) => Err(fault(error)),
                },
                // Somebody may be about to name it.
                Some(_) | None => Ok(()),
            }
        })
    }

    fn stamp<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<Option<String>>> {
        let place = place(key);
        Box::pin(async move {
            let there = self.head(&place).await?;
            Ok(there.map(|meta| format!("{:?} {:?} {} {}", meta.version, meta.e_tag, meta.last_modified, meta.size)))
        })
    }

    fn set_aside<'a>(&'a self, key: &BlobKey) -> BoxFuture<'a, Result<()>> {
        let (from, to) = (place(key), aside(key));
        Box::pin(async move {
            match self.store.copy(&from, &to).await {
                Ok(()) => self.store.delete(&from).await.map_err(fault),
                Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(fault(error)),
            }
        })
    }
}
