//! How many files one person sends at the same moment: each has a place, and there are only so many.
//!
//! A place is a file that is locked as long as the bytes are written. It does not matter which process serves the request, and a
//! process that dies leaves no place taken.

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use platform::files::{blocking, create_dirs, open_private};
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, UserId};
use std::fs::{File, TryLockError};

/// A place, as long as it is held.
#[derive(Debug)]
pub(crate) struct Place {
    _locked: File,
}

impl Place {
    /// A free place of this person; 429 where all are taken.
    pub(crate) async fn take(platform: &Platform, user: UserId) -> Result<Self> {
        let most = platform.settings.uploads.max_parallel;
        let folder = platform.settings.data_dir.join("uploading").join(user.to_string());
        let found = blocking(move || {
            create_dirs(&folder)?;
            for number in 0..most {
                let file = open_private(&folder.join(number.to_string()), true)?;
                match file.try_lock() {
                    Ok(()) => return Ok(Some(Self { _locked: file })),
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => return Err(error.into()),
                }
            }
            Ok(None)
        })
        .await?;
        found.ok_or_else(|| {
            let words = format!("You are sending {most} files already. Wait until one of them has arrived.");
            AppError::new(ErrorCode::TooManyRequests).detail(words).header(RETRY_AFTER, HeaderValue::from_static("1"))
        })
    }
}
