use super::{Secret, placeholder};
use crate::Result;
use serde::Deserialize;
use std::path::PathBuf;

/// Where the bytes of evidence are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct BlobSettings {
    pub kind: BlobKind,
    pub bucket: String,
    pub region: String,
    pub endpoint: String,
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub secret_access_key_file: Option<PathBuf>,
    pub ca_file: Option<PathBuf>,
}

/// What kind of store keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlobKind {
    /// A folder in `data_dir`.
    Local,
    /// A bucket of an S3-compatible store.
    S3,
}

impl BlobSettings {
    /// The secret, from where it stands.
    pub fn secret(&self) -> Result<Secret> {
        self.secret_access_key_file.as_deref().map_or_else(|| Ok(self.secret_access_key.clone()), Secret::read)
    }

    /// What is wrong, each with its mend.
    pub(super) fn faults(&self) -> Vec<String> {
        if self.kind == BlobKind::Local {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let mut check = |bad: bool, fault: &str| {
            if bad {
                faults.push(format!("blobs.{fault}"));
            }
        };
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        check(!(3..=63).contains(&self.bucket.len()) || !self.bucket.chars().all(named), "bucket: the name of a bucket");
        check(self.region.is_empty(), "region: such as \"us-gov-west-1\"; \"us-east-1\" where the store has none");
        let secure = self.endpoint.starts_with("https://");
        let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|here| self.endpoint.starts_with(here));
        check(
            !(self.endpoint.is_empty() || secure || here),
            "endpoint: an https:// address, or http:// on this machine; empty for AWS itself",
        );
        check(
            self.access_key_id.is_empty(),
            "access_key_id: the id of the key that may read, write, list and delete in the bucket",
        );
        let typed = !self.secret_access_key.expose().is_empty();
        check(
            typed == self.secret_access_key_file.is_some(),
            "secret_access_key or blobs.secret_access_key_file: give one of them",
        );
        check(
            typed && placeholder(self.secret_access_key.expose()),
            "secret_access_key: a placeholder; the store gives the secret with the key's id",
        );
        faults
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::load;

    #[test]
    fn a_bucket_needs_its_key_and_a_safe_way() {
        let base =
            [("KIND", "s3"), ("BUCKET", "cmmc-evidence"), ("ACCESS_KEY_ID", "AKIA"), ("SECRET_ACCESS_KEY", "kq8Zr2Tn5vWm")];
        let with = |more: &[(&str, &str)]| {
            let pairs = base.iter().chain(more).map(|(name, value)| (format!("CMMC_BLOBS__{name}"), (*value).to_owned()));
            load(None, pairs)
        };
        for good in [vec![], vec![("ENDPOINT", "https://s3.example.com")], vec![("ENDPOINT", "http://127.0.0.1:9000")]] {
            assert!(with(&good).is_ok(), "{good:?}");
        }
        for (more, word) in [
            (vec![("BUCKET", "")], "blobs.bucket"),
            (vec![("BUCKET", "My Bucket")], "blobs.bucket"),
            (vec![("REGION", "")], "blobs.region"),
            (vec![("ENDPOINT", "http://s3.example.com")], "blobs.endpoint"),
            (vec![("ENDPOINT", "s3.example.com")], "blobs.endpoint"),
            (vec![("ACCESS_KEY_ID", "")], "blobs.access_key_id"),
            (vec![("SECRET_ACCESS_KEY", "")], "secret_access_key_file"),
            (vec![("SECRET_ACCESS_KEY_FILE", "/x")], "secret_access_key_file"),
            (vec![("SECRET_ACCESS_KEY", "changeme")], "placeholder"),
            (vec![("KIND", "azure")], "azure"),
        ] {
            let fault = with(&more).unwrap_err();
            assert!(fault.contains(word) && !fault.contains("changeme"), "{more:?}: {fault}");
        }
        // Nothing of it matters where a folder is used.
        let local = [("CMMC_BLOBS__ENDPOINT".to_owned(), "nonsense".to_owned())];
        assert!(load(None, local.into_iter()).is_ok());
    }
}
