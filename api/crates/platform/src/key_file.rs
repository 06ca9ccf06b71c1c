//! Keys in files: read by their owner alone, made at the first start of the local profile.

use crate::{AppError, Platform, Result};
use std::path::Path;

/// The key that is given, else the one in the file that is named, else the one of this name in the data folder, which is made if it is
/// not there: 64 hexadecimal digits. A file that others can read is refused.
pub fn load(platform: &Platform, given: &str, file: Option<&Path>, name: &str) -> Result<String> {
    if !given.is_empty() {
        return Ok(given.to_owned());
    }
    if let Some(path) = file {
        return read(path);
    }
    let path = platform.settings.data_dir.join("keys").join(name);
    if !path.exists() {
        make(&path, &hex::encode(platform.rng.bytes::<32>()?))?;
    }
    read(&path)
}

fn read(path: &Path) -> Result<String> {
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
    Ok(text.trim().to_owned())
}

fn make(path: &Path, key: &str) -> Result<()> {
    use std::io::Write;
    let fault = |error: std::io::Error| AppError::internal(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(fault)?;
    file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(fault)
}
