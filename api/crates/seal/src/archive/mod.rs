//! The ZIP of a seal.
//!
//! Written in one pass: a fixed order, the time of the seal on every entry, text deflated and everything else stored, a data
//! descriptor behind each. Read piece by piece and strictly: only what a seal or a common packer writes, nothing that two programs could
//! understand differently, and never more bytes than an entry declares.

mod directory;
mod entry;
#[cfg(feature = "write")]
mod write;

pub(crate) use directory::{Entry, Located, locate, names_twice, parse, tail};
pub(crate) use entry::{LOCAL_FIXED, Local, Unpack, Unpacked};
#[cfg(feature = "write")]
pub use write::{ArchiveWriter, WriteFault, compressible};

/// A number of `N` bytes, little-endian, at a place.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(N)?)?;
    Some(part.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    number::<2>(bytes, at).and_then(|value| u16::try_from(value).ok())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    number::<4>(bytes, at).and_then(|value| u32::try_from(value).ok())
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    number::<8>(bytes, at)
}
