//! Verification, without input or output of its own: it says which bytes of the archive it wants next, is given them, and in the end
//! names each difference. So the command line and the browser, where reading a file waits, run the same code, in bounded memory:
//! pieces of a mebibyte, the directory of the archive, its manifest and its logs.
//!
//! ```
//! # fn read(_: std::ops::Range<u64>) -> Vec<u8> { Vec::new() }
//! let mut check = seal::check::Check::new(0, None);
//! while let Some(range) = check.wants() {
//!     check.give(&read(range));
//! }
//! assert!(!check.finish().intact());
//! ```

mod compare;
mod difference;

pub use compare::log_rows;
pub use difference::Difference;

use crate::archive::{Entry, LOCAL_FIXED, Local, Located, Unpack, Unpacked, locate, names_twice, parse, tail};
use crate::log::{ARTIFACTS_LOG, HASH_LOG};
use crate::manifest::Manifest;
use crate::signature::Pin;
use crate::{MANIFEST, SIGNATURE, names};
use std::ops::Range;

/// The largest piece that is asked for at once.
const PIECE: u64 = 1 << 20;
/// How long a data descriptor may be, with and without its mark, small and large (APPNOTE.TXT 4.3.9); 0 where there is none.
const DESCRIPTORS: [u64; 5] = [0, 12, 16, 20, 24];
/// The largest manifest or log that is read.
const LARGEST_KEPT: u64 = 64 << 20;

/// What was found of one entry.
#[derive(Debug)]
struct Found {
    path: String,
    /// Empty if it could not be read.
    sha256: String,
    size: u64,
    kept: Option<Vec<u8>>,
    /// Whether the archive's own checksum agrees.
    checksum: bool,
}

/// Who signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SignedBy {
    /// Nobody, or not so that it holds.
    #[default]
    Nobody,
    /// The key of this fingerprint, which nobody vouched for yet: compare it with the installation's.
    Key(String),
    /// The key that was demanded.
    PinnedKey(String),
}

/// What a verification found.
#[derive(Debug)]
pub struct Report {
    /// Every difference, in the order in which they matter.
    pub differences: Vec<Difference>,
    /// What the archive says of itself, where it could be read. Believe it only if nothing differs.
    pub manifest: Option<Manifest>,
    /// Whose signature it bears.
    pub signed_by: SignedBy,
    /// How many files were hashed.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
}

impl Report {
    /// Whether everything is as it was sealed.
    pub fn intact(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether the archive could be read at all.
    pub fn readable(&self) -> bool {
        !self.differences.iter().any(|difference| matches!(difference, Difference::Archive(_)))
    }
}

/// Where a verification stands.
enum Stage {
    Tail,
    Directory {
        located: Located,
        bytes: Vec<u8>,
    },
    /// The own header of an entry, then what its length is not known of before.
    Header(usize),
    Name(usize, Local),
    Data {
        index: usize,
        start: u64,
        done: u64,
        unpack: Box<Unpack>,
    },
    Done,
}

/// A verification that goes on.
pub struct Check {
    length: u64,
    /// Where the directory begins: the last entry ends there.
    directory: u64,
    pin: Option<Pin>,
    stage: Stage,
    entries: Vec<Entry>,
    found: Vec<Found>,
    unreadable: Vec<Difference>,
    fatal: Option<&'static str>,
}

impl Check {
    /// Begins with an archive of this many bytes; `pin` is the key that must have signed.
    pub fn new(length: u64, pin: Option<Pin>) -> Self {
        let (entries, found, unreadable) = (Vec::new(), Vec::new(), Vec::new());
        Self { length, directory: length, pin, stage: Stage::Tail, entries, found, unreadable, fatal: None }
    }

    /// The bytes that are needed next, at most a mebibyte and never empty; none when everything was read.
    pub fn wants(&self) -> Option<Range<u64>> {
        let range = match &self.stage {
            Stage::Tail => tail(self.length),
            Stage::Directory { located, bytes } => {
                let from = located.bytes.start + bytes.len() as u64;
                from..located.bytes.end.min(from + PIECE)
            }
            Stage::Header(index) => {
                let from = self.entries.get(*index)?.offset;
                from..from + LOCAL_FIXED as u64
            }
            Stage::Name(index, local) => {
                let from = self.entries.get(*index)?.offset + LOCAL_FIXED as u64;
                from..from + (local.name + local.extra) as u64
            }
            Stage::Data { index, start, done, .. } => {
                let left = self.entries.get(*index)?.packed - done;
                let from = start + done;
                from..from + left.min(PIECE)
            }
            Stage::Done => return None,
        };
        (!range.is_empty()).then_some(range)
    }

    /// How many bytes of the archive were looked at, of how many. Goes up only.
    pub fn progress(&self) -> (u64, u64) {
        let done = match &self.stage {
            Stage::Tail | Stage::Directory { .. } => 0,
            Stage::Header(index) | Stage::Name(index, _) => self.entries.get(*index).map_or(self.length, |entry| entry.offset),
            Stage::Data { start, done, .. } => start + done,
            Stage::Done => self.length,
        };
        (done.min(self.length), self.length)
    }

    /// Takes the bytes that were wanted. Fewer than that means that the archive ends early.
    pub fn give(&mut self, bytes: &[u8]) {
        let Some(range) = self.wants() else { return };
        if bytes.len() as u64 != range.end - range.start {
            self.fail("it is shorter than it says");
            return;
        }
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Tail => match locate(bytes, self.length) {
                Ok(located) => self.directory(located, Vec::new()),
                Err(why) => self.fail(why),
            },
            Stage::Directory { located, bytes: mut read } => {
                read.extend_from_slice(bytes);
                self.directory(located, read);
            }
            Stage::Header(index) => match self.entries.get(index).and_then(|entry| Local::read(bytes, entry)) {
                Some(local) => self.stage = Stage::Name(index, local),
                None => self.skip(index, "its two headers disagree"),
            },
            Stage::Name(index, local) => self.name(index, &local, bytes),
            Stage::Data { index, start, done, mut unpack } => match unpack.feed(bytes) {
                Ok(()) => self.data(index, start, done + bytes.len() as u64, unpack),
                Err(why) => self.skip(index, why),
            },
            Stage::Done => {}
        }
    }

    /// The differences, once nothing is wanted any more; before that, an archive that ends early.
    pub fn finish(mut self) -> Report {
        if !matches!(self.stage, Stage::Done) {
            self.fail("it is no ZIP archive, or its end is missing");
        }
        if let Some(why) = self.fatal {
            let differences = vec![Difference::Archive(why.to_owned())];
            return Report { differences, manifest: None, signed_by: SignedBy::Nobody, files: 0, bytes: 0 };
        }
        let outcome = compare::compare(&self.found, self.pin.as_ref());
        let read = self.found.iter().filter(|found| !found.sha256.is_empty());
        let (files, bytes) = read.fold((0, 0_u64), |(files, bytes), found| (files + 1, bytes.saturating_add(found.size)));
        let mut differences = self.unreadable;
        differences.extend(outcome.differences);
        Report { differences, manifest: outcome.manifest, signed_by: outcome.signed_by, files, bytes }
    }

    fn fail(&mut self, why: &'static str) {
        self.fatal = Some(why);
        self.stage = Stage::Done;
    }

    fn directory(&mut self, located: Located, bytes: Vec<u8>) {
        if (bytes.len() as u64) < located.bytes.end - located.bytes.start {
            self.stage = Stage::Directory { located, bytes };
            return;
        }
        match parse(&bytes, &located) {
            Ok(entries) => {
                self.directory = located.bytes.start;
                self.entries = entries;
                self.open(0);
            }
            Err(why) => self.fail(why),
        }
    }

    /// Begins with an entry, or with the next one that can be read.
    fn open(&mut self, from: usize) {
        self.stage = Stage::Done;
        let mut index = from;
        while let Some(entry) = self.entries.get(index) {
            let too_large = is_kept(&entry.path) && entry.size > LARGEST_KEPT;
            if let Some(why) = entry.fault.or(too_large.then_some("it is larger than any such file")) {
                self.note(index, why);
                index += 1;
                continue;
            }
            self.stage = Stage::Header(index);
            return;
        }
    }

    fn name(&mut self, index: usize, local: &Local, bytes: &[u8]) {
        let Some(entry) = self.entries.get(index) else { return };
        let (name, extra) = bytes.split_at_checked(local.name).unwrap_or_default();
        if name != entry.raw_name || names_twice(extra) {
            return self.skip(index, "it has two names");
        }
        let start = entry.offset + (LOCAL_FIXED + local.name + local.extra) as u64;
        let end = start.checked_add(entry.packed);
        let next = self.entries.get(index + 1).map_or(self.directory, |next| next.offset);
        match end.and_then(|end| next.checked_sub(end)) {
            None => return self.skip(index, "it reaches into what comes after it"),
            // What lies between two entries, some programs unpack: nothing may, but the few bytes that end an entry.
            Some(behind) if !DESCRIPTORS.contains(&behind) => {
                return self.skip(index, "behind it are bytes that belong to nothing");
            }
            Some(_) => {}
        }
        let unpack = Box::new(Unpack::new(entry, is_kept(&entry.path)));
        self.data(index, start, 0, unpack);
    }

    fn data(&mut self, index: usize, start: u64, done: u64, unpack: Box<Unpack>) {
        let Some(entry) = self.entries.get(index) else { return };
        if done < entry.packed {
            self.stage = Stage::Data { index, start, done, unpack };
            return;
        }
        match unpack.finish() {
            // Folders that a packer noted down are nothing of a seal's, as long as they lead nowhere else.
            Ok(Unpacked { size: 0, .. }) if entry.directory => match names::fault(entry.path.trim_end_matches('/')) {
                Some(why) => self.skip(index, why),
                None => self.open(index + 1),
            },
            Ok(Unpacked { sha256, size, kept, checksum }) => {
                self.found.push(Found { path: entry.path.clone(), sha256, size, kept, checksum });
                self.open(index + 1);
            }
            Err(why) => self.skip(index, why),
        }
    }

    fn skip(&mut self, index: usize, why: &str) {
        self.note(index, why);
        self.open(index + 1);
    }

    fn note(&mut self, index: usize, why: &str) {
        let Some(path) = self.entries.get(index).map(|entry| entry.path.clone()) else { return };
        self.unreadable.push(Difference::Unreadable { path: path.clone(), why: why.to_owned() });
        self.found.push(Found { path, sha256: String::new(), size: 0, kept: None, checksum: true });
    }
}

/// What is compared by its content, not only by its hash.
fn is_kept(path: &str) -> bool {
    [MANIFEST, SIGNATURE, ARTIFACTS_LOG, HASH_LOG].contains(&path)
}
