//! What a failing database means to a client.

use super::AppError;
use sea_orm::error::SqlxError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use shared_types::ErrorCode;

/// Whether a statement failed because a value that must be unique is taken.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// What PostgreSQL calls a transaction that it has ended because it and another could not both go on (`serialization_failure`,
/// `deadlock_detected`). Nothing of it is kept; made again it succeeds.
const ENDED_FOR_ANOTHER: [&str; 2] = ["40001", "40P01"];

fn was_ended_for_another(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else { return false };
    let SqlxError::Database(error) = error.as_ref() else { return false };
    error.code().is_some_and(|code| ENDED_FOR_ANOTHER.contains(&code.as_ref()))
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        let code = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => ErrorCode::Unavailable,
            _ if is_unique_violation(&error) => ErrorCode::Taken,
            _ if was_ended_for_another(&error) => ErrorCode::Unavailable,
            _ => by_message(&error.to_string()),
        };
        Self::new(code).cause(error)
    }
}

/// The drivers tell these conditions by text only.
fn by_message(message: &str) -> ErrorCode {
    let any = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if any(&["disk is full", "No space left", "disk full", "could not extend file"]) {
        ErrorCode::NoSpace
    } else if any(&[
        "database is locked",
        "error communicating with database",
        "attempted to acquire a connection on a closed pool",
        "connection closed",
        "Connection refused",
        "connection reset",
        "Connection reset",
        "broken pipe",
        "Broken pipe",
        "server closed the connection",
        "expected to read",
        "terminating connection",
        "the database system is",
        "pool timed out",
        "disk I/O error",
    ]) {
        ErrorCode::Unavailable
    } else {
        ErrorCode::Internal
    }
}
