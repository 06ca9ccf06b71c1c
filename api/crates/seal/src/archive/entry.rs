//! One entry: its own header, and its bytes.

use super::directory::Entry;
use super::{u16_at, u32_at};
use flate2::{Decompress, FlushDecompress, Status};
use sha2::{Digest, Sha256};

/// The fixed part of an entry's own header.
pub(crate) const LOCAL_FIXED: usize = 30;
const HEADER: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: u16 = 1 << 3;
const PIECE: usize = 64 << 10;

/// An entry's own header.
#[derive(Debug)]
pub(crate) struct Local {
    /// How long the name and what follows it are.
    pub(crate) name: usize,
    pub(crate) extra: usize,
}

impl Local {
    /// Reads the fixed part; none if it says something else than the directory does, which some programs believe instead.
    pub(crate) fn read(bytes: &[u8], entry: &Entry) -> Option<Self> {
        let same = bytes.get(..4)? == HEADER && u16_at(bytes, 6)? == entry.flags && u16_at(bytes, 8)? == entry.method;
        let told = |at, wanted: u64| u32_at(bytes, at).is_some_and(|value| value == u32::MAX || u64::from(value) == wanted);
        let later = entry.flags & DESCRIPTOR != 0;
        let sizes = later || (told(14, entry.crc32.into()) && told(18, entry.packed) && told(22, entry.size));
        let name = usize::from(u16_at(bytes, 26)?);
        let extra = usize::from(u16_at(bytes, 28)?);
        (same && sizes && name == entry.raw_name.len()).then_some(Self { name, extra })
    }
}

/// The content of an entry.
pub(crate) struct Unpacked {
    pub(crate) sha256: String,
    pub(crate) size: u64,
    /// The bytes, where they were to be kept.
    pub(crate) kept: Option<Vec<u8>>,
    /// Whether the archive's own checksum agrees.
    pub(crate) checksum: bool,
}

/// Unpacks, hashes and counts the bytes of an entry.
pub(crate) struct Unpack {
    inflate: Option<Box<Decompress>>,
    ended: bool,
    hash: Sha256,
    crc: crc32fast::Hasher,
    size: u64,
    declared: u64,
    crc32: u32,
    /// The content, where it is wanted.
    pub(crate) kept: Option<Vec<u8>>,
    piece: Vec<u8>,
}

impl Unpack {
    /// Begins; `keep` keeps the content.
    pub(crate) fn new(entry: &Entry, keep: bool) -> Self {
        let deflated = entry.method == 8;
        Self {
            inflate: deflated.then(|| Box::new(Decompress::new(false))),
            ended: !deflated,
            hash: Sha256::new(),
            crc: crc32fast::Hasher::new(),
            size: 0,
            declared: entry.size,
            crc32: entry.crc32,
            kept: keep.then(Vec::new),
            piece: if deflated { vec![0; PIECE] } else { Vec::new() },
        }
    }

    /// Takes the next packed bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        let Some(mut inflate) = self.inflate.take() else { return self.take(bytes) };
        let mut piece = std::mem::take(&mut self.piece);
        let result = self.inflate(&mut inflate, bytes, &mut piece);
        self.inflate = Some(inflate);
        self.piece = piece;
        result
    }

    fn inflate(&mut self, inflate: &mut Decompress, mut bytes: &[u8], piece: &mut [u8]) -> Result<(), &'static str> {
        const DAMAGED: &str = "its packed bytes are damaged";
        loop {
            if self.ended {
                return if bytes.is_empty() { Ok(()) } else { Err(DAMAGED) };
            }
            let (read, made) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(bytes, piece, FlushDecompress::None).map_err(|_bad| DAMAGED)?;
            let read = usize::try_from(inflate.total_in() - read).map_err(|_large| DAMAGED)?;
            let made = usize::try_from(inflate.total_out() - made).map_err(|_large| DAMAGED)?;
            self.take(piece.get(..made).unwrap_or_default())?;
            bytes = bytes.get(read..).unwrap_or_default();
            match status {
                Status::StreamEnd => self.ended = true,
                Status::Ok | Status::BufError if read == 0 && made == 0 => {
                    return if bytes.is_empty() { Ok(()) } else { Err(DAMAGED) };
                }
                Status::Ok | Status::BufError => {}
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.size += bytes.len() as u64;
        if self.size > self.declared {
            return Err("it holds more than it declares");
        }
        self.hash.update(bytes);
        self.crc.update(bytes);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// What the content is. Its checksum may be wrong: then it is another one than was packed, and its hash says so better.
    pub(crate) fn finish(self) -> Result<Unpacked, &'static str> {
        if !self.ended || self.size != self.declared {
            return Err("it holds less than it declares");
        }
        let checksum = self.crc.finalize() == self.crc32;
        Ok(Unpacked { sha256: hex::encode(self.hash.finalize()), size: self.size, kept: self.kept, checksum })
    }
}
