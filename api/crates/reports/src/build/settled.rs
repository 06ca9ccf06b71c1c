//! Reads several statements as one: again, where something changed between them.

use platform::{AppError, Result};

/// Attempts in all.
const ATTEMPTS: usize = 3;

/// What `read` reads while the revision stays the same; 409 where it changes each time.
pub(super) async fn settled<T, R, F>(revision: impl Fn() -> R, read: impl Fn() -> F) -> Result<T>
where
    R: Future<Output = Result<i64>>,
    F: Future<Output = Result<T>>,
{
    let mut before = revision().await?;
    for _ in 0..ATTEMPTS {
        let found = read().await?;
        let after = revision().await?;
        if after == before {
            return Ok(found);
        }
        before = after;
    }
    Err(AppError::conflict("The system is being changed faster than it can be read. Try again."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use shared_types::ErrorCode;
    use std::cell::Cell;
    use std::future::ready;

    /// What comes of these revisions, and how often was read.
    fn read(revisions: &[i64]) -> (Result<i64>, i64) {
        let (asked, reads) = (Cell::new(0), Cell::new(0));
        let revision = || {
            asked.set(asked.get() + 1);
            ready(Ok(revisions[asked.get() - 1]))
        };
        let read = || {
            reads.set(reads.get() + 1);
            ready(Ok(reads.get()))
        };
        let found = settled(revision, read).now_or_never().expect("nothing to wait for");
        (found, reads.get())
    }

    #[test]
    fn what_changed_meanwhile_is_read_again() {
        assert_eq!(read(&[7, 7]).0.unwrap(), 1);
        assert_eq!(read(&[7, 8, 8]).0.unwrap(), 2);
        assert_eq!(read(&[7, 8, 9, 9]).0.unwrap(), 3);
        let (refused, reads) = read(&[7, 8, 9, 10]);
        assert_eq!((refused.unwrap_err().code(), reads), (ErrorCode::Conflict, 3));
    }
}
