//! The bytes of evidence: how many there may be, and how they fare.

use crate::finding::text_enum;
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a scanner for malware says of a file.
    ScanState {
        /// No scanner has looked at it.
        NotScanned = "not_scanned",
        /// Nothing was found.
        Clean = "clean",
        /// Malware was found: the file is never handed out.
        Infected = "infected",
        /// The scanner could not tell; it is asked again.
        Failed = "failed",
    }
}

/// How many bytes are stored, and how many may be. An upload under way counts with its whole size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quota {
    /// Bytes that are stored or reserved.
    pub used: u64,
    /// Most bytes; absent where there is no bound.
    pub limit: Option<u64>,
}
