use serde::Deserialize;

/// What may be uploaded, and how much of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct UploadSettings {
    pub direct_max_bytes: u64,
    pub resumable_max_bytes: u64,
    pub expire_hours: u32,
    pub extensions: Vec<String>,
    pub macros: MacroPolicy,
    pub encrypted_archives: bool,
    pub svg: SvgPolicy,
    pub archive_max_entries: u64,
    pub archive_max_bytes: u64,
    pub archive_max_ratio: u64,
    pub archive_max_nested: u64,
    pub user_quota_bytes: u64,
    pub system_quota_bytes: u64,
    pub max_parallel: u32,
}

/// What becomes of documents with macros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MacroPolicy {
    /// None is accepted.
    Refuse,
    /// They are accepted under the extensions that say so (.docm, .xlsm, .pptm), where those are allowed.
    Accept,
}

/// What becomes of pictures that do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SvgPolicy {
    /// Scripts, event handlers, foreign content and what is fetched from elsewhere are refused.
    RefuseActive,
    /// Everything is accepted, and neutralised by how it is served: as an attachment, in a sandbox.
    Accept,
}

/// Extensions of documents that have macros.
const WITH_MACROS: [&str; 3] = ["docm", "xlsm", "pptm"];
/// Most entries of an archive: what is kept of each takes memory while it is looked at.
const MOST_ENTRIES: u64 = 1_000_000;
/// Most files that one person may send at the same moment.
const MOST_PARALLEL: u32 = 1000;

impl UploadSettings {
    /// What is wrong, each with its mend.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |bad: bool, fault: &str| {
            if bad {
                faults.push(fault.to_owned());
            }
        };
        check(self.direct_max_bytes == 0 || self.resumable_max_bytes == 0, "uploads: the limits must be above 0");
        check(self.expire_hours == 0, "uploads.expire_hours: at least 1");
        check(
            self.macros == MacroPolicy::Refuse && self.extensions.iter().any(|one| WITH_MACROS.contains(&one.as_str())),
            "uploads.extensions: docm, xlsm and pptm have macros; set uploads.macros = \"accept\" to allow them",
        );
        check(
            self.archive_max_entries == 0 || self.archive_max_entries > MOST_ENTRIES,
            "uploads.archive_max_entries: from 1 to 1000000",
        );
        check(!(1..=MOST_PARALLEL).contains(&self.max_parallel), "uploads.max_parallel: from 1 to 1000");
        check(self.archive_max_bytes == 0 || self.archive_max_ratio == 0, "uploads: the bounds of archives must be above 0");
        faults
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::load;

    #[test]
    fn bounds_have_bounds() {
        let with = |pairs: &[(&str, &str)]| load(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        for (pairs, word) in [
            (vec![("CMMC_UPLOADS__DIRECT_MAX_BYTES", "0")], "uploads: the limits"),
            (vec![("CMMC_UPLOADS__EXPIRE_HOURS", "0")], "uploads.expire_hours"),
            (vec![("CMMC_UPLOADS__EXTENSIONS", "pdf, docm")], "uploads.macros"),
            (vec![("CMMC_UPLOADS__MACROS", "maybe")], "maybe"),
            (vec![("CMMC_UPLOADS__SVG", "maybe")], "maybe"),
            (vec![("CMMC_UPLOADS__ARCHIVE_MAX_ENTRIES", "1000001")], "archive_max_entries"),
            (vec![("CMMC_UPLOADS__MAX_PARALLEL", "0")], "max_parallel"),
            (vec![("CMMC_UPLOADS__ARCHIVE_MAX_RATIO", "0")], "archives"),
        ] {
            let fault = with(&pairs).unwrap_err();
            assert!(fault.contains(word), "{pairs:?}: {fault}");
        }
        assert!(with(&[("CMMC_UPLOADS__EXTENSIONS", "pdf, docm"), ("CMMC_UPLOADS__MACROS", "accept")]).is_ok());
    }
}
