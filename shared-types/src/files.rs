//! The bytes of evidence: how many there may be, and how they fare.

use crate::ErrorCode;
use crate::finding::text_enum;
use chrono::{DateTime, Utc};
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

text_enum! {
    /// Whether stored bytes are still what was uploaded.
    Integrity {
        /// They were not compared since they came.
        Unchecked = "unchecked",
        /// They were, when they were compared last.
        Sound = "sound",
        /// They are lost, or are not what was uploaded. The same file uploaded again mends it.
        Damaged = "damaged",
    }
}

/// Why nobody is given stored bytes; none if anybody who may read may have them. Damaged bytes and malware never leave, and where there
/// is a scanner, nothing does that it has not found clean. The one place of this rule.
pub fn withheld(integrity: Integrity, scan: ScanState, scanner: bool) -> Option<ErrorCode> {
    match (integrity, scan) {
        (Integrity::Damaged, _) => Some(ErrorCode::FileDamaged),
        (_, ScanState::Infected) => Some(ErrorCode::MalwareFound),
        (_, ScanState::NotScanned | ScanState::Failed) if scanner => Some(ErrorCode::NotScannedYet),
        (_, ScanState::NotScanned | ScanState::Failed | ScanState::Clean) => None,
    }
}

/// The same of the two states as they are stored.
pub fn withheld_as_stored(integrity: &str, scan_state: &str, scanner: bool) -> Option<ErrorCode> {
    let scan = ScanState::parse(scan_state).unwrap_or(ScanState::NotScanned);
    withheld(Integrity::parse(integrity).unwrap_or(Integrity::Unchecked), scan, scanner)
}

/// How the stored files of a system fare. A file that several pieces of evidence have is stored and counted once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceIntegrity {
    /// Files that were compared with their SHA-256 and are what was uploaded.
    pub sound: u64,
    /// Files that were not compared since they came.
    pub unchecked: u64,
    /// Files that are lost, or are not what was uploaded.
    pub damaged: u64,
    /// When a file was compared last; absent if none was.
    pub last_verified_at: Option<DateTime<Utc>>,
    /// When the file was compared that waits longest for being compared again; absent if one never was.
    pub oldest_verified_at: Option<DateTime<Utc>>,
    /// What a scanner for malware said of how many.
    pub scans: ScanCounts,
    /// What people must look at, by the number of the evidence: damaged, infected, and what could not be scanned. At most 200.
    pub concerns: Vec<FileConcern>,
}

/// What a scanner for malware said of how many files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanCounts {
    /// Whether there is a scanner.
    pub enabled: bool,
    /// Not looked at. With a scanner they are not handed out.
    pub not_scanned: u64,
    /// Nothing was found.
    pub clean: u64,
    /// Malware was found.
    pub infected: u64,
    /// The scanner could not tell.
    pub failed: u64,
}

/// A file that people must look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileConcern {
    /// Number of the evidence: `EV-12`.
    pub evidence: String,
    /// Number of its version.
    pub version: u32,
    /// Name of the file.
    pub name: String,
    /// SHA-256 of what was uploaded.
    pub sha256: String,
    /// Whether the bytes are still that.
    pub integrity: Integrity,
    /// When they were compared last.
    pub verified_at: Option<DateTime<Utc>>,
    /// What a scanner says.
    pub scan: ScanState,
    /// What it found, or why it could not tell.
    pub scan_signature: Option<String>,
}

/// What may be uploaded, for forms and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadPolicy {
    /// Most bytes of one direct upload.
    pub direct_max_bytes: u64,
    /// Most bytes of one resumable upload.
    pub resumable_max_bytes: u64,
    /// Extensions allowed, lowercase without the dot.
    pub extensions: Vec<String>,
    /// Recommended size of a chunk.
    pub chunk_bytes: u64,
    /// How many files one person may send at the same moment.
    pub max_parallel: u32,
    /// What you have in this system, and may have.
    pub user_quota: Quota,
    /// What this system has, and may have.
    pub system_quota: Quota,
}

#[cfg(test)]
mod withheld_tests {
    use super::*;

    #[test]
    fn damage_and_malware_never_leave_and_a_scanner_is_waited_for() {
        use ErrorCode as E;
        for (scan, without, with) in [
            (ScanState::NotScanned, None, Some(E::NotScannedYet)),
            (ScanState::Failed, None, Some(E::NotScannedYet)),
            (ScanState::Clean, None, None),
            (ScanState::Infected, Some(E::MalwareFound), Some(E::MalwareFound)),
        ] {
            for integrity in [Integrity::Unchecked, Integrity::Sound] {
                assert_eq!((withheld(integrity, scan, false), withheld(integrity, scan, true)), (without, with), "{scan}");
            }
            assert_eq!(withheld(Integrity::Damaged, scan, false), Some(E::FileDamaged));
        }
        assert_eq!(withheld_as_stored("damaged", "clean", false), Some(E::FileDamaged));
    }
}
