//! Receiving bytes of an upload.
//!
//! The request only reads; a task of its own writes, hashes, syncs and moves the offset. When the line breaks, the request is gone
//! but the task finishes: what arrived is kept. Between both are a few buffers of bounded size.

use super::headers::Checksum;
use super::store::{self, UploadRow};
use super::turn::{self, Watch};
use crate::parallel::Place;
use crate::progress::Progress;
use crate::rules::FileKind;
use crate::staging::{SYNC_EVERY, Staging, upload_path};
use actix_web::web::Payload;
use audit::{Actor, change_system};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use platform::files::{blocking, remove_if_there};
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, SystemId, UserId};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

/// Bytes that are written at once: enough to make the way to the writing thread cheap.
const BATCH: usize = 128 * 1024;
/// Fewer where many uploads are under way: the batches of all together, of which each has three at the most.
const BATCHES: usize = 4 * 1024 * 1024;
/// Fewer than this would be only ways to the writing thread.
const LEAST_BATCH: usize = 16 * 1024;
/// Of so many at once the disk is not told early: it is busy, and each thread that tells it holds a batch meanwhile.
const MANY: usize = 32;
/// Uploads that this process is receiving.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
/// Without a byte for so long, the line is dead. Whoever resumes the upload need not wait for it.
const SILENCE: Duration = Duration::from_secs(20);

/// Where the upload stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appended {
    pub offset: u64,
    pub expires_at: DateTime<Utc>,
}

/// Whose upload gets the bytes.
pub(crate) struct Target {
    pub system: SystemId,
    pub user: UserId,
    pub actor: Actor,
}

/// One of the uploads that this process is receiving.
struct UnderWay;

impl UnderWay {
    fn begin() -> Self {
        UNDER_WAY.fetch_add(1, Ordering::Relaxed);
        Self
    }

    /// Whether the disk has time for hints.
    fn are_few() -> bool {
        UNDER_WAY.load(Ordering::Relaxed) < MANY
    }

    /// Bytes that one may have in a batch now.
    fn batch() -> usize {
        (BATCHES / UNDER_WAY.load(Ordering::Relaxed).max(1)).clamp(LEAST_BATCH, BATCH)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
    }
}

enum Message {
    Bytes(Vec<Bytes>),
    /// The body was whole.
    End,
    /// The body is longer than the upload: nothing of it that was not acknowledged counts.
    TooLong,
    /// A newer request has taken the upload over, and goes on from the acknowledged offset.
    TakenOver,
}

/// Appends a body at `offset`.
pub(crate) async fn append(
    platform: &Platform,
    target: Target,
    upload: UploadRow,
    offset: u64,
    checksum: Option<Checksum>,
    mut body: Payload,
) -> Result<Appended> {
    let place = Place::take(platform, target.user).await?;
    let watch = Watch::new(&upload_path(platform, upload.id()));
    let writer = Writer::open(platform, target, upload, offset, checksum).await?;
    let room = writer.room();
    // One batch waits while another is written: more would only take memory.
    let (sender, receiver) = mpsc::channel(1);
    // The place is taken until everything is written, whether or not the request still waits for it.
    let task = tokio::spawn(async move {
        let appended = writer.run(receiver).await;
        drop(place);
        appended
    });
    feed(&mut body, &sender, room, watch).await;
    drop(sender);
    task.await.map_err(AppError::internal)?
}

/// Hands the body on until it ends, breaks, falls silent, is too long, or nobody takes it any more; or until a newer request wants
/// the upload.
async fn feed(body: &mut Payload, sender: &mpsc::Sender<Message>, mut room: u64, mut watch: Watch) {
    let (mut batch, mut size, mut heard) = (Vec::new(), 0, Instant::now());
    let _under_way = UnderWay::begin();
    let last = loop {
        let next = timeout(turn::LOOK, body.next()).await;
        match next {
            Ok(Some(Ok(piece))) => {
                heard = Instant::now();
                let length = piece.len();
                let Some(left) = room.checked_sub(length as u64) else { break Some(Message::TooLong) };
                room = left;
                size += length;
                batch.push(piece);
                if size >= UnderWay::batch() {
                    size = 0;
                    if sender.send(Message::Bytes(std::mem::take(&mut batch))).await.is_err() {
                        return;
                    }
                }
                if watch.over().await {
                    break Some(Message::TakenOver);
                }
            }
            Ok(None) => break Some(Message::End),
            Ok(Some(Err(_))) => break None,
            Err(_silent) if watch.over().await => break Some(Message::TakenOver),
            Err(_silent) if heard.elapsed() >= SILENCE => break None,
            Err(_silent) => {}
        }
    };
    // The writer may have stopped with an error of its own, which its task tells.
    if !batch.is_empty() && !matches!(last, Some(Message::TooLong | Message::TakenOver)) {
        let _stopped = sender.send(Message::Bytes(batch)).await;
    }
    if let Some(last) = last {
        let _stopped = sender.send(last).await;
    }
}

/// Writes for one request.
struct Writer {
    platform: Platform,
    target: Target,
    upload: UploadRow,
    staging: Staging,
    checksum: Option<Checksum>,
    /// The offset that the database has, and what is known of the bytes before it.
    acknowledged: (u64, Progress),
    expires_at: DateTime<Utc>,
}

impl Writer {
    async fn open(
        platform: &Platform,
        target: Target,
        upload: UploadRow,
        offset: u64,
        checksum: Option<Checksum>,
    ) -> Result<Self> {
        let kind = FileKind::of(&upload.file_name, &platform.settings.uploads.extensions)?;
        check_offset(&upload, offset)?;
        let file = turn::take(upload_path(platform, upload.id())).await?;
        // Only now, with the file's lock, does the offset stand still: another request may have moved it since we looked. The file
        // must not be touched before that is known.
        let upload = store::find(platform, target.system, target.user, upload.id()).await?;
        check_offset(&upload, offset)?;
        let state = upload.hash_state.as_deref().map(|state| Progress::from_bytes(state, kind.is_text())).transpose()?;
        let progress = state.unwrap_or_else(|| Progress::new(kind.is_text()));
        let (known, settings) = (progress.clone(), platform.settings.clone());
        let staging = blocking(move || Staging::resume(file, kind, &settings, offset, known)).await?;
        let expires_at = upload.expires_at;
        Ok(Self { platform: platform.clone(), target, upload, staging, checksum, acknowledged: (offset, progress), expires_at })
    }

    /// How many bytes may still come.
    fn room(&self) -> u64 {
        self.upload.size().saturating_sub(self.acknowledged.0)
    }

    async fn run(mut self, mut messages: mpsc::Receiver<Message>) -> Result<Appended> {
        let mut whole = false;
        while let Some(message) = messages.recv().await {
            match message {
                Message::Bytes(batch) => {
                    self = self.write(batch).await?;
                    let unacknowledged = self.staging.offset() - self.acknowledged.0;
                    if self.checksum.is_none() && unacknowledged >= SYNC_EVERY && self.staging.offset() < self.upload.size() {
                        self = self.acknowledge().await?;
                    }
                }
                Message::End => whole = true,
                Message::TooLong => {
                    let words = "The body is longer than what the upload lacks. Nothing of it was kept.";
                    return Err(AppError::new(ErrorCode::TooLarge).detail(words));
                }
                Message::TakenOver => return Err(AppError::conflict("A newer request has taken this upload over.")),
            }
        }
        match self.checksum.take() {
            // A part of a chunk can't be compared with the checksum of the whole.
            Some(_) if !whole => return Ok(self.appended()),
            Some(checksum) => checksum.check()?,
            None => {}
        }
        if self.staging.offset() == self.upload.size() {
            self = self.finish().await?;
        } else if self.staging.offset() > self.acknowledged.0 {
            self = self.acknowledge().await?;
        }
        Ok(self.appended())
    }

    fn appended(&self) -> Appended {
        Appended { offset: self.acknowledged.0, expires_at: self.expires_at }
    }

    /// Writes a batch on a thread for blocking work. What is refused ends the upload; after other errors it stands where it stood.
    async fn write(mut self, batch: Vec<Bytes>) -> Result<Self> {
        let (mut staging, mut checksum) = (self.staging, self.checksum.take());
        let (staging, checksum, result) = blocking(move || {
            let result = staging.write(&batch);
            if UnderWay::are_few() {
                staging.begin_to_store();
            }
            if let Some(checksum) = &mut checksum {
                for piece in &batch {
                    checksum.update(piece);
                }
            }
            Ok((staging, checksum, result))
        })
        .await?;
        self.staging = staging;
        self.checksum = checksum;
        match result {
            Ok(()) => Ok(self),
            Err(error) => Err(self.failed(error).await),
        }
    }

    /// Makes what was written durable, then moves the offset.
    async fn acknowledge(mut self) -> Result<Self> {
        let mut staging = self.staging;
        let (staging, result) = blocking(move || {
            let result = staging.sync();
            Ok((staging, result))
        })
        .await?;
        self.staging = staging;
        if let Err(error) = result {
            return Err(self.failed(error).await);
        }
        let (offset, progress) = (self.staging.offset(), self.staging.progress().clone());
        let id = self.upload.id();
        let moved = store::advance(&self.platform, id, self.acknowledged.0, offset, &progress, None).await;
        self.moved(moved, offset, progress).await
    }

    /// The offset has moved, or not. Where the database has no space it certainly did not: then ours is given back. After any
    /// other failure nobody knows, and what may have been acknowledged stays.
    async fn moved(mut self, moved: Result<DateTime<Utc>>, offset: u64, progress: Progress) -> Result<Self> {
        match moved {
            Ok(expires_at) => {
                self.expires_at = expires_at;
                self.acknowledged = (offset, progress);
                Ok(self)
            }
            Err(error) if error.code() == ErrorCode::NoSpace => Err(self.failed(error).await),
            Err(error) => Err(error),
        }
    }

    /// The last byte is there: the last checks, then the same.
    async fn finish(mut self) -> Result<Self> {
        let mut staging = self.staging;
        let (staging, result) = blocking(move || {
            let result = staging.finish();
            Ok((staging, result))
        })
        .await?;
        self.staging = staging;
        let finished = match result {
            Ok(finished) => finished,
            Err(error) => return Err(self.failed(error).await),
        };
        let (offset, progress) = (self.staging.offset(), self.staging.progress().clone());
        let id = self.upload.id();
        let moved = store::advance(&self.platform, id, self.acknowledged.0, offset, &progress, Some(&finished)).await;
        self.moved(moved, offset, progress).await
    }

    /// A refused file has no future: its upload ends. Any other failure leaves the upload at its acknowledged offset, and gives
    /// the space of what came after it back.
    async fn failed(self, error: AppError) -> AppError {
        let Self { platform, target, upload, mut staging, acknowledged: (offset, progress), .. } = self;
        if error.code() != ErrorCode::FileRefused {
            let back = blocking(move || staging.roll_back(offset, progress)).await;
            if let Err(fault) = back {
                tracing::warn!(%fault, "the bytes after the acknowledged offset stay until the upload is resumed");
            }
            return error;
        }
        let (id, system) = (upload.id(), target.system);
        let ended = change_system(&platform, target.actor, system, move |door| {
            Box::pin(async move { store::end(door, system, id, "upload.refuse").await })
        })
        .await;
        let path = upload_path(&platform, id);
        let removed = blocking(move || Ok(remove_if_there(&path)?)).await;
        if let Err(fault) = ended.and(removed) {
            tracing::warn!(%fault, "a refused upload stays until it expires");
        }
        error
    }
}

fn check_offset(upload: &UploadRow, offset: u64) -> Result<()> {
    let stands = upload.offset();
    if offset == stands && !upload.complete() {
        Ok(())
    } else {
        let words = format!("The upload stands at {stands}, not at {offset}.");
        Err(AppError::new(ErrorCode::OffsetMismatch).detail(words))
    }
}
