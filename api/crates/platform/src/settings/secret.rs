//! A setting that must not be seen.

use crate::{AppError, Result};
use serde::Deserialize;
use std::path::Path;

/// A secret. Its debug form hides it, and it has no display form.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Reads a secret from a file that nobody else may read; space around it does not count. A file that others can read is
    /// refused with the mend.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| AppError::internal(format!("{}: {error}", path.display())))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).map_err(AppError::internal)?.permissions().mode();
            if mode & 0o077 != 0 {
                let mend = format!("{0} can be read by others; run: chmod 600 {0}", path.display());
                return Err(AppError::internal(mend));
            }
        }
        Ok(Self(text.trim().to_owned()))
    }

    /// The value, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "Secret(none)" } else { "Secret(***)" })
    }
}
