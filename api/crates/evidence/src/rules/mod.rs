//! What decides about evidence, pure: which files are accepted. Whether evidence is still good: `shared_types::evidence::Freshness`.
//!
//! - `kinds.rs`: which content goes with which extension
//! - `text.rs`: what counts as text, checked while it streams by
//! - `whole.rs`: what is looked at when all bytes are there
//! - `zip.rs`, `container.rs`: what is inside of archives and of documents that are archives
//! - `polyglot.rs`: files that are two things at once
//! - `svg.rs`: pictures that do something
//! - `freshness.rs`: dates; `review.rs`: who may take which step of a review

mod container;
mod freshness;
mod kinds;
mod pdf;
mod polyglot;
mod review;
mod svg;
mod text;
mod whole;
mod zip;

pub(crate) use freshness::{NEVER, days_left};
pub(crate) use kinds::{FileKind, HEAD_BYTES};
pub(crate) use review::{Facts as ReviewFacts, Step as ReviewStep, demand_open, step as review_step};
pub(crate) use text::{TEXT_STATE, TextCheck};

use platform::AppError;
use platform::settings::{MacroPolicy, SvgPolicy, UploadSettings};
use shared_types::{ErrorCode, FieldCode};

/// Why a file is not accepted, in words for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub String);

impl Refusal {
    fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl From<Refusal> for AppError {
    fn from(Refusal(words): Refusal) -> Self {
        Self::new(ErrorCode::FileRefused).detail(words.clone()).field("/file", FieldCode::BadFormat, words)
    }
}

/// Why a whole file was not accepted, or could not be looked at.
#[derive(Debug)]
pub(crate) enum Fault {
    Refused(Refusal),
    /// The disk's.
    Io(std::io::Error),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => refusal.into(),
            Fault::Io(error) => error.into(),
        }
    }
}

/// What the settings say about the inside of files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checks {
    /// Documents of a type for macros may have them.
    macros: bool,
    /// Archives and documents may have a password.
    encrypted: bool,
    /// Pictures may have scripts: they are served such that none runs.
    active_svg: bool,
    /// Most entries of an archive.
    entries: u64,
    /// Most bytes that an archive declares as its content.
    expanded: u64,
    /// Most bytes of content for each byte of the archive.
    ratio: u64,
    /// Most archives within an archive.
    nested: u64,
}

impl Checks {
    /// As the settings have it.
    pub(crate) fn of(settings: &UploadSettings) -> Self {
        Self {
            macros: settings.macros == MacroPolicy::Accept,
            encrypted: settings.encrypted_archives,
            active_svg: settings.svg == SvgPolicy::Accept,
            entries: settings.archive_max_entries,
            expanded: settings.archive_max_bytes,
            ratio: settings.archive_max_ratio,
            nested: settings.archive_max_nested,
        }
    }
}
