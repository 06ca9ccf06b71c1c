//! Dates, owner and tags that a request gives, checked.

use chrono::{Datelike, NaiveDate};
use platform::{AppError, Result, Tx};
use shared_types::evidence::{MAX_CADENCE_MONTHS, MAX_TAGS, due_after};
use shared_types::text::Tag;
use shared_types::{FieldCode, SystemId, UserId};
use systems::role_in;

/// From when until when a version is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub effective: NaiveDate,
    pub expires: Option<NaiveDate>,
}

/// The dates of a version: what was given, or by the cadence. `at` leads to the fields.
pub(crate) fn span(effective: NaiveDate, expires: Option<NaiveDate>, cadence: Option<u8>, at: &str) -> Result<Span> {
    if cadence.is_some_and(|months| !(1..=MAX_CADENCE_MONTHS).contains(&months)) {
        let words = "1 to 12 months: periodically is at most one year (32 CFR 170.14(d))";
        return Err(AppError::invalid(format!("{at}/cadence_months"), FieldCode::OutOfRange, words));
    }
    let expires = expires.or_else(|| cadence.map(|months| due_after(effective, months)));
    let pointer = format!("{at}/expires");
    let ours = |date: NaiveDate| (1970..=9998).contains(&date.year());
    if !ours(effective) || !expires.is_none_or(ours) {
        return Err(AppError::invalid(pointer, FieldCode::OutOfRange, "a date of our time"));
    }
    match expires {
        Some(expires) if expires < effective => {
            Err(AppError::invalid(pointer, FieldCode::OutOfRange, "not before the day from which it is true"))
        }
        expires => Ok(Span { effective, expires }),
    }
}

/// An owner is a member of the system.
pub(crate) async fn check_owner(tx: &Tx, system: SystemId, owner: UserId, pointer: &str) -> Result<()> {
    match role_in(tx, system, owner).await? {
        Some(_) => Ok(()),
        None => Err(AppError::invalid(pointer, FieldCode::NotFound, "nobody among the members")),
    }
}

/// Tags as they are stored: sorted, each once, as a JSON list.
pub(crate) fn stored_tags(tags: &[Tag], pointer: &str) -> Result<String> {
    if tags.len() > MAX_TAGS {
        return Err(AppError::invalid(pointer, FieldCode::TooLong, format!("at most {MAX_TAGS} tags")));
    }
    let mut tags: Vec<&str> = tags.iter().map(Tag::as_str).collect();
    tags.sort_unstable();
    tags.dedup();
    serde_json::to_string(&tags).map_err(AppError::internal)
}
