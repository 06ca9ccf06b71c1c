//! Seals: frozen, signed evidence, and the key that signs it.

use crate::finding::text_enum;
use crate::identity::Person;
use crate::text::Title;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What kind of seal it is.
    SealKind {
        /// The state of work on a day: the newest version of everything, each with its state. Never a result.
        Working = "working",
        /// A frozen assessment: approved and current evidence only, and refused while anything is open.
        Assessment = "assessment",
    }
}

text_enum! {
    /// Why an assessment can't be frozen.
    BlockerKind {
        /// An objective that nobody has assessed.
        NotAssessed = "not_assessed",
        /// An objective found MET as implemented, which no approved and current evidence supports (32 CFR 170.24(b)(1)).
        NoEvidence = "no_evidence",
        /// A file that is damaged, holds malware or waits for the scanner: it is handed out to nobody, sealed or not. Stands in the way of
        /// every seal.
        FileWithheld = "file_withheld",
    }
}

/// Seals the evidence of a system.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSeal {
    /// What kind.
    pub kind: SealKind,
    /// What people call it.
    pub label: Title,
    /// The status date of the assessment: the day on which its results are submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_date: Option<NaiveDate>,
}

/// A seal. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seal {
    /// Its number within the system, from 1.
    pub number: u32,
    /// What kind.
    pub kind: SealKind,
    /// What people call it.
    pub label: String,
    /// The status date.
    pub status_date: Option<NaiveDate>,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// By whom.
    pub sealed_by: Option<Person>,
    /// How many files it holds.
    pub files: u64,
    /// How many copies of them lie in the archive: one for each objective that a file supports.
    pub copies: u64,
    /// Bytes of all copies.
    pub size: u64,
    /// The key that signed, by the SHA-256 of its public half.
    pub key_fingerprint: String,
    /// What eMASS asks for.
    pub emass: EmassFields,
}

/// The four fields that CMMC eMASS asks for (CMMC Artifact Hashing guide 2.13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmassFields {
    /// Hashed data list: the name of the list of hashes.
    pub hashed_data_list: String,
    /// Hash value: the SHA-256 of that list, in upper case as the guide's script prints it.
    pub hash_value: String,
    /// Hash algorithm.
    pub hash_algorithm: String,
    /// Hash date, in the system's time zone.
    pub hash_date: NaiveDate,
}

/// One thing that stands in the way of freezing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealBlocker {
    /// What it is.
    pub kind: BlockerKind,
    /// The control's reference: `AC.L2-3.1.1`; absent where it is about a file.
    pub control: Option<String>,
    /// The objective's letter.
    pub letter: Option<String>,
    /// The number of the evidence whose file it is about: `EV-12`.
    pub evidence: Option<String>,
}

/// Everything that stands in the way of freezing, in the order of the controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealBlockers {
    /// Each of them.
    pub items: Vec<SealBlocker>,
}

/// The public half of the key that signs seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigningKey {
    /// Always `Ed25519`.
    pub algorithm: String,
    /// Its 32 bytes in base64.
    pub public_key: String,
    /// SHA-256 of those bytes: what people compare.
    pub fingerprint: String,
    /// The same key for other programs.
    pub pem: String,
}
