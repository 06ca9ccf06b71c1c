//! `{task}` of a path: an id, or the number for people.

use platform::{AppError, Result};
use uuid::Uuid;

/// What a path names a task by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskKey {
    /// Its id.
    Id(Uuid),
    /// `TASK-12`.
    Number(i32),
}

const PREFIX: &str = "TASK-";

/// The number as people write it.
pub(crate) fn number(number: i32) -> String {
    format!("{PREFIX}{number}")
}

impl TaskKey {
    /// Parses; what names no task is 404, like a task that is not there.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        match digits {
            Some(digits) => digits.parse().map(Self::Number).map_err(|_bad| AppError::not_found()),
            None => text.parse().map(Self::Id).map_err(|_bad| AppError::not_found()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_numbers() {
        assert_eq!(TaskKey::parse(&number(12)).unwrap(), TaskKey::Number(12));
        let id = Uuid::from_u128(7);
        assert_eq!(TaskKey::parse(&id.to_string()).unwrap(), TaskKey::Id(id));
        for bad in ["", "TASK-", "TASK--1", "TASK-+1", "TASK-99999999999", "EV-1", "12", "' OR 1=1"] {
            assert!(TaskKey::parse(bad).is_err(), "{bad}");
        }
    }
}
