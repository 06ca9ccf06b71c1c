//! What can be wrong with a seal, in words.

use std::fmt;

/// A difference between what was sealed and what is there. Each is one line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The archive as a whole cannot be read: nothing of it could be checked.
    Archive(String),
    /// An entry cannot be read.
    Unreadable {
        /// Where it is.
        path: String,
        /// Why.
        why: String,
    },
    /// Two entries have one name, or names that some systems take for one.
    Duplicate(String),
    /// A name that must not be unpacked.
    UnsafeName {
        /// The name.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no manifest.
    ManifestAbsent,
    /// The manifest cannot be used.
    ManifestUnreadable(String),
    /// The manifest is not in the canonical form, or says something twice or against itself.
    ManifestForm(String),
    /// The manifest is not signed.
    SignatureAbsent,
    /// The signature does not belong to the manifest.
    SignatureBad,
    /// The signature is another installation's.
    OtherKey {
        /// Fingerprint of the key that signed.
        signed_by: String,
        /// Fingerprint of the one that was expected.
        expected: String,
    },
    /// A file has another content.
    Changed {
        /// Where it is.
        path: String,
        /// Hash as it was sealed.
        sealed: String,
        /// Hash as it is.
        found: String,
    },
    /// A file is gone.
    Missing(String),
    /// A file that was not sealed.
    Added(String),
    /// A file is under another name.
    Renamed {
        /// The name as it was sealed.
        from: String,
        /// The name as it is.
        to: String,
    },
    /// A log is gone.
    LogAbsent(String),
    /// A log has another content than the one that was sealed.
    LogChanged(String),
    /// A log says something else than the seal.
    LogDisagrees {
        /// Which log.
        log: String,
        /// What it says.
        what: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(why) => write!(out, "archive: {}", clean(why)),
            Self::Unreadable { path, why } => write!(out, "unreadable: {}: {why}", clean(path)),
            Self::Duplicate(path) => write!(out, "duplicate: {}: a name that is there twice", clean(path)),
            Self::UnsafeName { path, why } => write!(out, "unsafe name: {}: {why}", clean(path)),
            Self::ManifestAbsent => out.write_str("manifest: there is no manifest.json, so this is no seal"),
            Self::ManifestUnreadable(why) | Self::ManifestForm(why) => write!(out, "manifest: {}", clean(why)),
            Self::SignatureAbsent => out.write_str("signature: the manifest is not signed"),
            Self::SignatureBad => out.write_str("signature: it does not belong to this manifest"),
            Self::OtherKey { signed_by, expected } => {
                write!(out, "signature: made by key {}, and not by {expected}", clean(signed_by))
            }
            Self::Changed { path, sealed, found } => {
                write!(out, "changed: {}: sealed as {}, found {found}", clean(path), clean(sealed))
            }
            Self::Missing(path) | Self::LogAbsent(path) => write!(out, "missing: {}", clean(path)),
            Self::Added(path) => write!(out, "added: {}", clean(path)),
            Self::Renamed { from, to } => write!(out, "renamed: {} is now {}", clean(from), clean(to)),
            Self::LogChanged(log) => write!(out, "changed: {}: it is not the log that was sealed", clean(log)),
            Self::LogDisagrees { log, what } => write!(out, "log: {}: {}", clean(log), clean(what)),
        }
    }
}

/// Text from an archive, fit for a terminal: nothing that moves the cursor or turns the line around.
fn clean(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}
