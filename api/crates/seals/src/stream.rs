//! Archives as they are sent: one piece of one file in memory at a time.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use chrono::{DateTime, Datelike, Timelike, Utc};
use futures_util::{Stream, StreamExt, stream};
use platform::blobs::{BlobKey, ByteStream};
use platform::http::etag;
use platform::{AppError, Platform, Result};
use seal::archive::{ArchiveWriter, compressible};
use seal::manifest::Manifest;
use shared_types::SystemId;
use std::collections::VecDeque;

/// An entry of an archive.
enum Entry {
    /// A text that is there already.
    Text(&'static str, Vec<u8>),
    /// A blob, read when its turn comes.
    Blob { path: String, sha256: String, size: u64, deflate: bool },
}

struct State {
    platform: Platform,
    system: SystemId,
    entries: VecDeque<Entry>,
    current: Option<ByteStream>,
    writer: Option<ArchiveWriter>,
}

/// The bytes of an archive: texts first, then every copy of the manifest, by path.
pub(crate) fn archive(
    platform: &Platform,
    system: SystemId,
    at: DateTime<Utc>,
    texts: Vec<(&'static str, Vec<u8>)>,
    manifest: &Manifest,
) -> impl Stream<Item = Result<Bytes>> + use<> {
    let mut entries: VecDeque<Entry> = texts.into_iter().map(|(path, bytes)| Entry::Text(path, bytes)).collect();
    entries.extend(manifest.copies().into_iter().map(|(file, copy)| Entry::Blob {
        path: copy.path.clone(),
        sha256: file.sha256.clone(),
        size: file.size,
        deflate: compressible(&file.media_type),
    }));
    let part = |value: u32| u8::try_from(value).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    let time = (year, part(at.month()), part(at.day()), part(at.hour()), part(at.minute()), part(at.second()));
    let writer = Some(ArchiveWriter::new(time));
    let state = State { platform: platform.clone(), system, entries, current: None, writer };
    stream::try_unfold(state, |mut state| async move { Ok(state.next().await?.map(|bytes| (bytes, state))) })
}

impl State {
    /// The next piece that is not empty.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let Some(writer) = &mut self.writer else { return Ok(None) };
            if let Some(current) = &mut self.current {
                match current.next().await {
                    Some(piece) => writer.write(&piece?).map_err(AppError::internal)?,
                    None => self.current = None,
                }
            } else {
                match self.entries.pop_front() {
                    Some(Entry::Text(path, bytes)) => {
                        writer.start(path, bytes.len() as u64, true).map_err(AppError::internal)?;
                        writer.write(&bytes).map_err(AppError::internal)?;
                    }
                    Some(Entry::Blob { path, sha256, size, deflate }) => {
                        let key = BlobKey::new(self.system, &sha256)?;
                        self.current = Some(self.platform.blobs.read(&key, 0..size).await?);
                        writer.start(&path, size, deflate).map_err(AppError::internal)?;
                    }
                    None => {
                        let Some(writer) = self.writer.take() else { return Ok(None) };
                        return Ok(Some(writer.finish().map_err(AppError::internal)?.into()));
                    }
                }
            }
            let ready = self.writer.as_mut().map(ArchiveWriter::take).unwrap_or_default();
            if !ready.is_empty() {
                return Ok(Some(ready.into()));
            }
        }
    }
}

/// An archive as an attachment: saved, never shown.
pub(crate) fn answer(tag: &str, name: &str, bytes: impl Stream<Item = Result<Bytes>> + 'static) -> HttpResponse {
    etag::tagged(HttpResponse::Ok(), tag)
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(bytes)
}
