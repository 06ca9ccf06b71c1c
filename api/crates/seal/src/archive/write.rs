//! Writing an archive in one pass.

use std::fmt;
use std::io::Write;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// From here on sizes need 64 bits; with room for what deflate adds to bytes that cannot be packed.
const LARGE: u64 = 0xf000_0000;

/// An archive could not be written.
#[derive(Debug)]
pub struct WriteFault(String);

impl fmt::Display for WriteFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the archive cannot be written: {}", self.0)
    }
}

impl std::error::Error for WriteFault {}

fn fault(error: impl fmt::Display) -> WriteFault {
    WriteFault(error.to_string())
}

/// What was written and not yet taken.
#[derive(Clone, Default)]
struct Pending(Arc<Mutex<Vec<u8>>>);

impl Pending {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Turns entries into the bytes of an archive, piece by piece: put something in, take out what came of it. The same entries give the
/// same bytes.
pub struct ArchiveWriter {
    zip: ZipWriter<StreamWriter<Pending>>,
    pending: Pending,
    time: DateTime,
}

impl ArchiveWriter {
    /// An archive whose entries all bear one time, in UTC: year, month, day, hour, minute, second. ZIP knows the years 1980 to 2107
    /// and even seconds; what is outside becomes 1 January 1980.
    pub fn new(time: (u16, u8, u8, u8, u8, u8)) -> Self {
        let (year, month, day, hour, minute, second) = time;
        let time = DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or(DateTime::DEFAULT);
        let pending = Pending::default();
        Self { zip: ZipWriter::new_stream(pending.clone()), pending, time }
    }

    /// Begins an entry of this size, and ends the one before.
    pub fn start(&mut self, path: &str, size: u64, deflate: bool) -> Result<(), WriteFault> {
        let method = if deflate { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.time)
            .unix_permissions(0o644)
            .large_file(size >= LARGE);
        self.zip.start_file(path, options).map_err(fault)
    }

    /// The next bytes of the entry.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteFault> {
        self.zip.write_all(bytes).map_err(fault)
    }

    /// What is ready to be sent.
    pub fn take(&mut self) -> Vec<u8> {
        self.pending.take()
    }

    /// Ends the archive; the last bytes.
    pub fn finish(self) -> Result<Vec<u8>, WriteFault> {
        self.zip.finish().map_err(fault)?;
        Ok(self.pending.take())
    }
}

/// Whether packing a content of this media type is worth while; most formats are packed already.
pub fn compressible(media_type: &str) -> bool {
    let kind = media_type.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || matches!(kind, "application/json" | "application/xml" | "message/rfc822" | "image/svg+xml" | "image/bmp")
}
