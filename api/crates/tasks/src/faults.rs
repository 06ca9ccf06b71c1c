//! Faults of several fields, told at once.

use platform::{AppError, Result};
use shared_types::{ErrorCode, FieldError};

/// What was found wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// Keeps what is wrong with a field, and goes on. Anything else that fails ends it.
    pub(crate) fn keep<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code() == ErrorCode::Invalid && !error.errors().is_empty() => {
                self.0.extend(error.errors().iter().cloned());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Refuses where anything was wrong.
    pub(crate) fn settle(self) -> Result<()> {
        let mut faults = self.0.into_iter();
        let Some(first) = faults.next() else { return Ok(()) };
        let error = AppError::invalid(first.pointer, first.code, first.detail);
        Err(faults.fold(error, |error, fault| error.field(fault.pointer, fault.code, fault.detail)))
    }
}
