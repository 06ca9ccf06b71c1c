//! The key that signs seals.

use super::Secret;
use serde::Deserialize;
use std::path::PathBuf;

/// The key that signs seals: a seed of 32 bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct SealSettings {
    pub signing_key: Secret,
    pub signing_key_file: Option<PathBuf>,
}

impl SealSettings {
    /// What is wrong with it.
    pub(super) fn fault(&self, production: bool) -> Option<&'static str> {
        let key = self.signing_key.expose();
        if !key.is_empty() && seed(key).is_none() {
            return Some("seal.signing_key: 64 hexadecimal digits from a generator, such as `openssl rand -hex 32`");
        }
        if !key.is_empty() && self.signing_key_file.is_some() {
            return Some("seal.signing_key_file: not beside signing_key; give one of them");
        }
        (production && key.is_empty() && self.signing_key_file.is_none()).then_some(
            "seal.signing_key or seal.signing_key_file: the production profile demands a key; make one with `openssl rand -hex 32`",
        )
    }
}

/// The seed that a text stands for: 64 hexadecimal digits that no person typed.
pub fn seed(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let distinct = text.bytes().collect::<std::collections::HashSet<_>>().len();
    let bytes = hex::decode(text).ok()?;
    (distinct >= 6).then_some(bytes)?.try_into().ok()
}
