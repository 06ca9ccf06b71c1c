//! Tasks of a CSV file: read, held against the system's people and controls, written.
//!
//! Formula cells stay text here, as every other: nothing executes them, and what is exported again is guarded where it is written.
//!
//! - `read.rs`: a file's lines, pure
//! - `meant.rs`: which people and controls they mean; `write.rs`: the tasks

mod meant;
mod read;
mod write;

pub(crate) use meant::known;
pub(crate) use read::{Line, read};
pub(crate) use write::write;

use shared_types::tasks::{ImportLine, ImportResult};

/// Lines with a fault that an answer shows.
const SHOWN_FAULTS: usize = 200;
/// Lines that make a task that an answer shows.
const SHOWN_TASKS: usize = 50;

/// What the lines would make.
pub(crate) fn summary(lines: &[Line]) -> ImportResult {
    let count =
        |valid: bool| u32::try_from(lines.iter().filter(|line| line.errors.is_empty() == valid).count()).unwrap_or(u32::MAX);
    let some =
        |valid: bool, most: usize| lines.iter().filter(move |line| line.errors.is_empty() == valid).take(most).map(Line::shown);
    ImportResult {
        lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        valid: count(true),
        invalid: count(false),
        created: 0,
        numbers: None,
        shown: some(true, SHOWN_TASKS).chain(some(false, SHOWN_FAULTS)).collect::<Vec<ImportLine>>(),
    }
}
