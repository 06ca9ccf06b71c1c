//! What decides about evidence, pure: which files are accepted. Whether evidence is still good: `shared_types::evidence::Freshness`.
//!
//! - `kinds.rs`: which content goes with which extension
//! - `text.rs`: what counts as text, checked while it streams by
//! - `container.rs`: what is inside of a zip container
//! - `freshness.rs`: dates; `review.rs`: who may take which step of a review

mod container;
mod freshness;
mod kinds;
mod review;
mod text;

pub(crate) use container::check_office;
pub(crate) use freshness::{NEVER, days_left};
pub(crate) use kinds::{FileKind, HEAD_BYTES};
pub(crate) use review::{Facts as ReviewFacts, Step as ReviewStep, demand_open, step as review_step};
pub(crate) use text::{TEXT_STATE, TextCheck};

use platform::AppError;
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
