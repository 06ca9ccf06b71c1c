//! The central directory: what an archive says it holds. APPNOTE.TXT 6.3.10, 4.3.12 to 4.3.16.

use super::{u16_at, u32_at, u64_at};
use std::ops::Range;

const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LOCATOR: [u8; 4] = *b"PK\x06\x07";
const LOCATOR_LENGTH: usize = 20;
const END_64: [u8; 4] = *b"PK\x06\x06";
const END_64_LENGTH: usize = 56;
const HEADER: [u8; 4] = *b"PK\x01\x02";
const HEADER_LENGTH: usize = 46;
/// The directory is kept in memory: 256 MiB hold more than a million entries.
const LARGEST: u64 = 256 << 20;
/// Deflate makes at most 1032 bytes of one.
const HIGHEST_RATIO: u64 = 1032;

/// The bytes at the end of an archive in which its directory is announced.
pub(crate) fn tail(length: u64) -> Range<u64> {
    let most = END_LENGTH + usize::from(u16::MAX) + LOCATOR_LENGTH + END_64_LENGTH;
    length.saturating_sub(most as u64)..length
}

/// Where the directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) bytes: Range<u64>,
    pub(crate) entries: u64,
}

/// Finds the directory from the tail of an archive that is `length` long.
pub(crate) fn locate(bytes: &[u8], length: u64) -> Result<Located, &'static str> {
    const NO_ZIP: &str = "it is no ZIP archive, or its end is missing";
    let last = bytes.len().checked_sub(END_LENGTH).ok_or(NO_ZIP)?;
    let is_end = |at: &usize| {
        bytes.get(*at..*at + 4) == Some(&END)
            && u16_at(bytes, at + 20).is_some_and(|comment| at + END_LENGTH + usize::from(comment) == bytes.len())
    };
    let end = (0..=last).rev().find(is_end).ok_or(NO_ZIP)?;
    if bytes.len() - end != END_LENGTH {
        return Err("it has a comment, which no seal has");
    }
    let field_16 = |at| u16_at(bytes, end + at).ok_or(NO_ZIP);
    let field_32 = |at| u32_at(bytes, end + at).ok_or(NO_ZIP);
    let mut entries = u64::from(field_16(10)?);
    let mut size = u64::from(field_32(12)?);
    let mut offset = u64::from(field_32(16)?);
    let mut end_of_directory = length - (bytes.len() - end) as u64;
    let large = entries == u64::from(u16::MAX) || size == u64::from(u32::MAX) || offset == u64::from(u32::MAX);
    if large && let Some(end_64) = end_64(bytes, end) {
        let field = |at| u64_at(bytes, end_64 + at).ok_or(NO_ZIP);
        (entries, size, offset) = (field(32)?, field(40)?, field(48)?);
        end_of_directory = length - (bytes.len() - end_64) as u64;
    } else if field_16(4)? != 0 || field_16(6)? != 0 || u64::from(field_16(8)?) != entries {
        return Err("it is one of several parts");
    }
    if size > LARGEST {
        return Err("its directory is too large");
    }
    if offset.checked_add(size) != Some(end_of_directory) || entries.saturating_mul(HEADER_LENGTH as u64) > size {
        return Err("its directory is not where it is said to be");
    }
    Ok(Located { bytes: offset..end_of_directory, entries })
}

/// Where the larger end record begins, directly before its locator.
fn end_64(bytes: &[u8], end: usize) -> Option<usize> {
    let locator = end.checked_sub(LOCATOR_LENGTH)?;
    let begin = locator.checked_sub(END_64_LENGTH)?;
    (bytes.get(locator..locator + 4) == Some(&LOCATOR) && bytes.get(begin..begin + 4) == Some(&END_64)).then_some(begin)
}

/// An entry as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) raw_name: Vec<u8>,
    /// Something in it that no seal has: it is not read.
    pub(crate) fault: Option<&'static str>,
    pub(crate) directory: bool,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc32: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    pub(crate) offset: u64,
}

/// All entries, in the order of their bytes. Entries that share bytes with another or with the directory are refused: it is how
/// archives are made that unpack to more than any disk holds.
pub(crate) fn parse(bytes: &[u8], located: &Located) -> Result<Vec<Entry>, &'static str> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    for _ in 0..located.entries {
        let (entry, length) = one(rest).ok_or("its directory is damaged")?;
        entries.push(entry);
        rest = rest.get(length..).ok_or("its directory is damaged")?;
    }
    if !rest.is_empty() {
        return Err("its directory is longer than its entries");
    }
    entries.sort_by_key(|entry| entry.offset);
    if entries.first().is_some_and(|first| first.offset != 0) {
        return Err("there are bytes before its first entry");
    }
    let mut free_from = 0;
    for entry in &entries {
        let least = entry.packed.saturating_add(super::LOCAL_FIXED as u64 + entry.raw_name.len() as u64);
        if entry.offset < free_from {
            return Err("two of its entries share bytes");
        }
        free_from = entry.offset.saturating_add(least);
    }
    if free_from > located.bytes.start {
        return Err("an entry reaches into the directory");
    }
    Ok(entries)
}

fn one(bytes: &[u8]) -> Option<(Entry, usize)> {
    if bytes.get(..4)? != HEADER {
        return None;
    }
    let [name, extra, comment] = [28, 30, 32].map(|at| u16_at(bytes, at).map(usize::from));
    let (name, extra, comment) = (name?, extra?, comment?);
    let raw_name = bytes.get(HEADER_LENGTH..HEADER_LENGTH + name)?.to_vec();
    let extra_at = HEADER_LENGTH + name;
    let length = extra_at + extra + comment;
    let mut entry = Entry {
        path: String::from_utf8_lossy(&raw_name).into_owned(),
        fault: None,
        directory: raw_name.ends_with(b"/"),
        raw_name,
        flags: u16_at(bytes, 8)?,
        method: u16_at(bytes, 10)?,
        crc32: u32_at(bytes, 16)?,
        packed: u32_at(bytes, 20)?.into(),
        size: u32_at(bytes, 24)?.into(),
        offset: u32_at(bytes, 42)?.into(),
    };
    let extra = bytes.get(extra_at..extra_at + extra)?;
    bytes.get(..length)?;
    widen(&mut entry, extra)?;
    let mode = u32_at(bytes, 38)? >> 16;
    entry.fault = fault(&entry, mode).or(names_twice(extra).then_some("it has two names"));
    Some((entry, length))
}

/// Takes the numbers that are too large for the header from the zip64 field, in their order (4.5.3).
fn widen(entry: &mut Entry, mut extra: &[u8]) -> Option<()> {
    const FULL: u64 = u32::MAX as u64;
    while !extra.is_empty() {
        let (id, size) = (u16_at(extra, 0)?, usize::from(u16_at(extra, 2)?));
        let field = extra.get(4..4 + size)?;
        if id == 1 {
            let mut at = 0;
            for value in [&mut entry.size, &mut entry.packed, &mut entry.offset] {
                if *value == FULL {
                    *value = u64_at(field, at)?;
                    at += 8;
                }
            }
        }
        extra = extra.get(4 + size..)?;
    }
    Some(())
}

/// Whether extra fields give another name, which some programs take (4.6.9). What is no list of fields is nothing to trust either.
pub(crate) fn names_twice(mut extra: &[u8]) -> bool {
    const UNICODE_PATH: u16 = 0x7075;
    while !extra.is_empty() {
        let (Some(id), Some(size)) = (u16_at(extra, 0), u16_at(extra, 2)) else { return true };
        let Some(rest) = extra.get(4 + usize::from(size)..) else { return true };
        if id == UNICODE_PATH {
            return true;
        }
        extra = rest;
    }
    false
}

fn fault(entry: &Entry, mode: u32) -> Option<&'static str> {
    const UTF_8: u16 = 1 << 11;
    /// Encryption, strong encryption, hidden headers.
    const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
    const LINK: u32 = 0o12;
    let packed_well = match entry.method {
        0 => entry.packed == entry.size,
        _ => entry.size <= entry.packed.saturating_mul(HIGHEST_RATIO),
    };
    let utf_8 = std::str::from_utf8(&entry.raw_name).is_ok() && (entry.flags & UTF_8 != 0 || entry.raw_name.is_ascii());
    [
        (entry.raw_name.is_empty(), "it has no name"),
        (entry.flags & ENCRYPTED != 0, "it is encrypted"),
        (!matches!(entry.method, 0 | 8), "it is packed in a way that no seal uses"),
        (!packed_well, "its sizes cannot be true"),
        (!utf_8, "its name is not UTF-8"),
        (mode >> 12 == LINK, "it is a link"),
    ]
    .into_iter()
    .find_map(|(bad, words)| bad.then_some(words))
}
