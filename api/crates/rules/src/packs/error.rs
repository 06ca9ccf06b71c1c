//! Why a pack is refused.

/// A pack that breaks its own format is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// A file is no TOML, lacks a key or has one that is unknown.
    #[error("{file}: {reason}")]
    Syntax {
        /// The file within the pack.
        file: String,
        /// What the parser says.
        reason: String,
    },
    /// The content contradicts itself.
    #[error("{place}: {reason}")]
    Content {
        /// The pack, family or requirement.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

impl PackError {
    /// A contradiction at this place.
    pub(crate) fn content(place: &str, reason: impl Into<String>) -> Self {
        Self::Content { place: place.to_owned(), reason: reason.into() }
    }
}
