//! Reading a zip archive's list (APPNOTE 6.3): strictly, with bounded memory, nothing but the list and the heads of its entries.
//!
//! What two programs could read differently is no archive here: something before, behind or between the list and its end, heads
//! that say other things than the list, entries that share bytes.

use super::{Fault, Refusal};
use flate2::read::DeflateDecoder;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Read, Seek, SeekFrom};

/// The end record with the longest comment.
pub(super) const LONGEST_END: u64 = 22 + 65_535;
/// Bytes of the longest list per entry that is looked at: its head, a long name and what tools add.
const LONGEST_ENTRY: u64 = 1024;
const END: &[u8] = b"PK\x05\x06";
/// Bits of the general purpose flag: encrypted, strongly encrypted, list encrypted.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
/// Deflate makes at most so many bytes of one.
const DEFLATE_MOST: u64 = 1032;

/// An entry of the list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub name: Vec<u8>,
    flags: u16,
    method: u16,
    compressed: u64,
    /// Bytes of its content, as declared.
    pub size: u64,
    at: u64,
}

impl Entry {
    pub(super) fn encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0
    }

    /// Whether the name ends with this, whatever the case.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        self.name.to_ascii_lowercase().ends_with(end.as_bytes())
    }
}

pub(super) fn broken() -> Refusal {
    Refusal::new("The archive is damaged, or programs would read it differently.")
}

/// Where the list is.
struct List {
    start: u64,
    length: u64,
    count: u64,
}

/// What is kept of an entry to compare it with its head.
struct Spot {
    at: u64,
    compressed: u64,
    flags: u16,
    name: u64,
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn longer(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_le_bytes)
}

pub(super) fn read(file: &mut (impl Read + Seek), start: u64, length: u64) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Whether the end of something is that of a zip archive too: programs that read zip from its end would open it. `tail` are the
/// last bytes, up to [`LONGEST_END`] of them.
pub(super) fn ends_as_archive(tail: &[u8], size: u64) -> bool {
    let base = size.saturating_sub(tail.len() as u64);
    (0..tail.len()).any(|at| {
        let Some(end) = tail.get(at..).filter(|rest| rest.starts_with(END)) else { return false };
        let Some(length) = long(end, 12).filter(|_| long(end, 4) == Some(0)) else { return false };
        let list = (base + at as u64).checked_sub(length.into());
        match list.map(|list| list.checked_sub(base).and_then(|at| usize::try_from(at).ok())) {
            _ if length == 0 || length == u32::MAX => true,
            None => false,
            Some(Some(list)) => tail.get(list..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")),
            // The list begins before the tail: its place alone must do.
            Some(None) => true,
        }
    })
}

fn find_list(file: &mut (impl Read + Seek), size: u64) -> Result<List, Fault> {
    let length = LONGEST_END.min(size);
    let base = size - length;
    let tail = read(file, base, length)?;
    // The comment reaches to the end of the file exactly: nothing hangs behind.
    let at = (0..tail.len())
        .rev()
        .find(|at| {
            tail.get(*at..).is_some_and(|rest| rest.starts_with(END))
                && short(&tail, at + 20).is_some_and(|comment| at + 22 + usize::from(comment) == tail.len())
        })
        .ok_or_else(broken)?;
    let end = tail.get(at..).unwrap_or_default();
    let (disk, list_disk, here) = (short(end, 4), short(end, 6), short(end, 8));
    let (count, bytes, start) =
        (short(end, 10).ok_or_else(broken)?, long(end, 12).ok_or_else(broken)?, long(end, 16).ok_or_else(broken)?);
    let record = base + at as u64;
    if count == u16::MAX || bytes == u32::MAX || start == u32::MAX {
        return find_long_list(file, record);
    }
    let list = List { start: start.into(), length: bytes.into(), count: count.into() };
    if disk != Some(0) || list_disk != Some(0) || here != Some(count) || list.start + list.length != record {
        return Err(broken().into());
    }
    Ok(list)
}

/// The list of a large archive (zip64), whose locator stands before the end record.
fn find_long_list(file: &mut (impl Read + Seek), record: u64) -> Result<List, Fault> {
    let locator_at = record.checked_sub(20).ok_or_else(broken)?;
    let locator = read(file, locator_at, 20)?;
    let at = longer(&locator, 8).filter(|_| locator.starts_with(b"PK\x06\x07") && long(&locator, 4) == Some(0));
    let at = at.filter(|at| at.checked_add(56).is_some_and(|end| end <= locator_at)).ok_or_else(broken)?;
    let end = read(file, at, 56)?;
    let (size, here) = (longer(&end, 4).ok_or_else(broken)?, longer(&end, 24));
    let (count, length, start) =
        (longer(&end, 32).ok_or_else(broken)?, longer(&end, 40).ok_or_else(broken)?, longer(&end, 48).ok_or_else(broken)?);
    let whole = end.starts_with(b"PK\x06\x06")
        && at.checked_add(12).and_then(|at| at.checked_add(size)) == Some(locator_at)
        && (long(&end, 16), long(&end, 20), here) == (Some(0), Some(0), Some(count))
        && start.checked_add(length) == Some(at);
    if whole { Ok(List { start, length, count }) } else { Err(broken().into()) }
}

/// Shows each entry of the list; then compares the list with what stands before the entries. `most` bounds the entries.
pub(super) fn visit(
    file: &mut (impl Read + Seek),
    most: u64,
    mut see: impl FnMut(&Entry) -> Result<(), Refusal>,
) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let list = find_list(file, size)?;
    if list.count > most || list.length > most.saturating_mul(LONGEST_ENTRY) {
        return Err(Refusal::new(format!("The archive has {} entries; at most {most} are accepted.", list.count)).into());
    }
    file.seek(SeekFrom::Start(list.start))?;
    let mut spots = Vec::new();
    let mut rest = BufReader::new(Read::by_ref(file).take(list.length));
    for _ in 0..list.count {
        let entry = next(&mut rest)?;
        see(&entry)?;
        spots.push(Spot { at: entry.at, compressed: entry.compressed, flags: entry.flags, name: hashed(&entry.name) });
    }
    let mut more = [0];
    if rest.read(&mut more)? != 0 {
        return Err(broken().into());
    }
    drop(rest);
    compare(file, spots, list.start)
}

fn hashed(name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// Reads what must be there: a list that ends in the middle is a damaged one.
fn take<const N: usize>(list: &mut impl Read) -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    fill(list, &mut bytes)?;
    Ok(bytes)
}

fn fill(list: &mut impl Read, bytes: &mut [u8]) -> Result<(), Fault> {
    list.read_exact(bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => broken().into(),
        _ => Fault::from(error),
    })
}

fn next(list: &mut impl Read) -> Result<Entry, Fault> {
    let head = take::<46>(list)?;
    if !head.starts_with(b"PK\x01\x02") {
        return Err(broken().into());
    }
    let length = |at| short(&head, at).map(usize::from).unwrap_or_default();
    let number = |at| long(&head, at).map(u64::from).unwrap_or_default();
    let (mut name, mut extra, mut comment) = (vec![0; length(28)], vec![0; length(30)], vec![0; length(32)]);
    fill(list, &mut name)?;
    fill(list, &mut extra)?;
    fill(list, &mut comment)?;
    let mut entry = Entry {
        name,
        flags: short(&head, 8).unwrap_or_default(),
        method: short(&head, 10).unwrap_or_default(),
        compressed: number(20),
        size: number(24),
        at: number(42),
    };
    enlarge(&mut entry, &extra).ok_or_else(broken)?;
    let fits = match entry.method {
        _ if entry.encrypted() => true,
        0 => entry.size == entry.compressed,
        8 => entry.size <= entry.compressed.saturating_mul(DEFLATE_MOST).saturating_add(DEFLATE_MOST),
        _ => true,
    };
    if fits { Ok(entry) } else { Err(broken().into()) }
}

/// The numbers that do not fit in 32 bits stand in the extra field 1, those alone, in this order.
fn enlarge(entry: &mut Entry, mut extra: &[u8]) -> Option<()> {
    const LONG: u64 = u32::MAX as u64;
    while entry.size == LONG || entry.compressed == LONG || entry.at == LONG {
        let (id, length) = (short(extra, 0)?, usize::from(short(extra, 2)?));
        let field = extra.get(4..4 + length)?;
        if id == 1 {
            let mut at = 0;
            for number in [&mut entry.size, &mut entry.compressed, &mut entry.at] {
                if *number == LONG {
                    *number = longer(field, at)?;
                    at += 8;
                }
            }
            return Some(());
        }
        extra = extra.get(4 + length..)?;
    }
    Some(())
}

/// Each entry has bytes of its own, from the beginning of the file to the list, and a head that agrees with the list.
fn compare(file: &mut (impl Read + Seek), mut spots: Vec<Spot>, list: u64) -> Result<(), Fault> {
    spots.sort_by_key(|spot| spot.at);
    if spots.first().is_none_or(|first| first.at != 0) {
        return Err(broken().into());
    }
    let mut free = 0;
    for spot in spots {
        if spot.at < free || spot.at.checked_add(30).is_none_or(|end| end > list) {
            return Err(broken().into());
        }
        let head = read(file, spot.at, 30)?;
        let (flags, name, extra) = (short(&head, 6), short(&head, 26).unwrap_or_default(), short(&head, 28).unwrap_or_default());
        let data = spot.at + 30 + u64::from(name) + u64::from(extra);
        let end = data.checked_add(spot.compressed).filter(|end| *end <= list).ok_or_else(broken)?;
        let agrees = head.starts_with(b"PK\x03\x04") && flags.is_some_and(|flags| (flags ^ spot.flags) & ENCRYPTED == 0);
        if !agrees || hashed(&read(file, spot.at + 30, name.into())?) != spot.name {
            return Err(broken().into());
        }
        free = end;
    }
    Ok(())
}

/// The content of an entry, at most so many bytes of it.
pub(super) fn content(file: &mut (impl Read + Seek), entry: &Entry, most: u64) -> Result<Vec<u8>, Fault> {
    if entry.size > most || entry.encrypted() {
        return Err(broken().into());
    }
    let head = read(file, entry.at, 30)?;
    let skip = [26, 28].map(|at| u64::from(short(&head, at).unwrap_or_default()));
    file.seek(SeekFrom::Start(entry.at + 30 + skip.iter().sum::<u64>()))?;
    let packed = BufReader::new(Read::by_ref(file).take(entry.compressed));
    let mut bytes = Vec::new();
    let unpacked = match entry.method {
        0 => packed.take(most + 1).read_to_end(&mut bytes),
        8 => DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut bytes),
        _ => return Err(broken().into()),
    };
    match unpacked {
        Ok(length) if length as u64 == entry.size => Ok(bytes),
        Ok(_) => Err(broken().into()),
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof
            ) =>
        {
            Err(broken().into())
        }
        Err(error) => Err(error.into()),
    }
}
