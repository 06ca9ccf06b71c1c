//! Secrets in files and in addresses: what is wrong with them, with the mend and never the value.
//!
//! What only looks at the settings is in `Settings::faults`; this also reads the files that they name. The start and `check-config` ask both.

use super::{BlobKind, Profile, Settings, placeholder, weak};
use std::path::Path;

impl Settings {
    /// What is wrong with the files that the settings name, and with passwords inside addresses.
    pub fn file_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some(path) = &self.session.key_file {
            if self.session.key.expose().is_empty() {
                faults.extend(key_fault("session.key_file", path));
            } else {
                faults.push("session.key and session.key_file: give one of them".to_owned());
            }
        } else if self.profile == Profile::Local && self.session.key.expose().is_empty() {
            // Made at the first start; here only if it was.
            let path = self.data_dir.join("keys").join("session.key");
            faults.extend(path.exists().then(|| key_fault("data_dir", &path)).flatten());
        }
        if let Some(path) = &self.seal.signing_key_file {
            faults.extend(key_fault("seal.signing_key_file", path).or_else(|| seed_fault("seal.signing_key_file", path)));
        }
        if self.profile == Profile::Production {
            for (name, address) in
                [("database.url", self.database.url.expose()), ("jobs.redis_url", self.jobs.redis_url.expose())]
            {
                if password_of(address).is_some_and(placeholder) {
                    faults.push(format!(
                        "{name}: the password in it is a placeholder; set one from a generator, such as `openssl rand -hex 24`"
                    ));
                }
            }
        }
        if self.blobs.kind == BlobKind::S3 {
            if let Err(fault) = self.blobs.secret() {
                faults.push(format!("blobs.secret_access_key_file: {}", fault.with_cause()));
            }
            if let Some(path) = &self.blobs.ca_file
                && let Err(fault) = std::fs::read(path)
            {
                faults.push(format!("blobs.ca_file: {}: {fault}", path.display()));
            }
        }
        if self.single_sign_on.is_on() {
            if let Err(fault) = self.single_sign_on.secret() {
                faults.push(format!("single_sign_on.client_secret_file: {}", fault.with_cause()));
            }
            if let Some(path) = &self.single_sign_on.ca_file
                && let Err(fault) = std::fs::read(path)
            {
                faults.push(format!("single_sign_on.ca_file: {}: {fault}", path.display()));
            }
        }
        faults
    }
}

/// What is wrong with a file that holds a key.
fn key_fault(name: &str, path: &Path) -> Option<String> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Some(format!("{name}: {shown}: {error}; make it with `umask 077; openssl rand -hex 32 > {shown}`")),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map(|data| data.permissions().mode()).unwrap_or_default();
        if mode & 0o077 != 0 {
            return Some(format!("{name}: {shown} can be read by others; run: chmod 600 {shown}"));
        }
    }
    weak(text.trim()).then(|| format!("{name}: the key in {shown} is too weak; write one with `openssl rand -hex 32`"))
}

/// What is wrong with a file that holds the seed of a signing key.
fn seed_fault(name: &str, path: &Path) -> Option<String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).unwrap_or_default();
    super::seal_seed(&text)
        .is_none()
        .then(|| format!("{name}: {shown} does not hold 64 hexadecimal digits; write them with `openssl rand -hex 32`"))
}

/// The password of `scheme://user:password@host`.
fn password_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (login, _) = rest.split('/').next()?.rsplit_once('@')?;
    login.split_once(':').map(|(_, password)| password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_in_addresses() {
        assert_eq!(password_of("postgres://cmmc:changeme@db:5432/cmmc"), Some("changeme"));
        assert_eq!(password_of("redis://:a@b@host:6379"), Some("a@b"));
        assert_eq!((password_of("redis://host:6379"), password_of(""), password_of("postgres://u@h/d")), (None, None, None));
        assert!(placeholder("ChangeMe") && placeholder("<password>") && !placeholder("9f2c1d7e55aa"));
    }
}
