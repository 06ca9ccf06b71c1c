//! What is kept in memory.

use serde::Deserialize;

/// How much is kept for the next who asks, and how long.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct CacheSettings {
    pub answers_mib: u32,
    pub answers_seconds: u32,
}

impl CacheSettings {
    /// What is wrong with them, with the mend.
    pub(super) fn fault(self) -> Option<&'static str> {
        if self.answers_mib > 1_024 || self.answers_seconds > 3_600 {
            Some("cache: answers_mib up to 1024, answers_seconds up to 3600; 0 keeps nothing")
        } else {
            None
        }
    }
}
