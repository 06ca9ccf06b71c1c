//! How long reports are kept, and what stands on them.

use serde::Deserialize;
use shared_types::text::Marking;

/// The longest that a report is kept.
const LONGEST_DAYS: u32 = 3_650;

/// How long reports are kept, and what stands on them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct ReportSettings {
    pub keep_days: u32,
    pub marking: String,
}

impl ReportSettings {
    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if !(1..=LONGEST_DAYS).contains(&self.keep_days) {
            return Some("reports.keep_days: from 1 to 3650 days");
        }
        Marking::parse(&self.marking).is_err().then_some("reports.marking: one line of at most 60 characters, or nothing")
    }
}
