//! What becomes of a background job: its handler says in its type whether another attempt makes sense.

use crate::AppError;

/// The result of a job's handler.
pub type JobResult = std::result::Result<(), JobError>;

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may go well another time: the database or the disk did not answer. It is tried again, later and later.
    #[error("{}", .0.with_cause())]
    Retry(AppError),
    /// It will never go well: what it was given makes no sense. It is given up and the reason is logged.
    #[error("{0}")]
    Fail(String),
}

impl From<AppError> for JobError {
    fn from(error: AppError) -> Self {
        Self::Retry(error)
    }
}
