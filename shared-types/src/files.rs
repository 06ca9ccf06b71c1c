//! The bytes of evidence: how many there may be, and how they fare.

use serde::{Deserialize, Serialize};

/// How many bytes are stored, and how many may be. An upload under way counts with its whole size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quota {
    /// Bytes that are stored or reserved.
    pub used: u64,
    /// Most bytes; absent where there is no bound.
    pub limit: Option<u64>,
}
