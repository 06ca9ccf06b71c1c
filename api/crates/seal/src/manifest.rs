//! What a seal says, as canonical JSON (RFC 8785): the same statement is always the same bytes, so that its signature and hash can be
//! checked by anyone with any tool.
//!
//! It names no person: who reviewed what stands in the audit log of the installation, and a seal is handed to others.

use crate::log;
use crate::signature::PublicKey;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of the format.
pub const FORMAT: &str = "cmmc-tracker-seal";
/// The version of the format that this code writes, and the only one that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// Everything that is sealed. Times are RFC 3339 in UTC, dates are `YYYY-MM-DD`, hashes are SHA-256 in 64 lower-case hexadecimal digits.
/// Whatever is not known is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `cmmc-tracker-seal`.
    pub format: String,
    /// The version of this format.
    pub format_version: u32,
    /// Which program wrote it.
    pub product: Product,
    /// The key of the installation. Without one the manifest is not signed: it belongs to a selection, not to a seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<SigningKeyOf>,
    /// What kind of archive this is.
    pub kind: Kind,
    /// The number of the seal within its system, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// What people called it.
    pub label: String,
    /// When it was sealed.
    pub sealed_at: String,
    /// The status date of the assessment: what the six years of retention count from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_date: Option<String>,
    /// Whose evidence it is.
    pub system: System,
    /// The rule packs that were assessed.
    pub packs: Vec<Pack>,
    /// What each objective was found to be.
    pub findings: Vec<Finding>,
    /// The artifacts, in the order of the evidence's numbers.
    pub files: Vec<File>,
    /// Proof that stays where it is, by its address and hash.
    pub references: Vec<Reference>,
    /// The logs of the hashing guide beside this manifest.
    pub logs: Vec<Log>,
}

/// The program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The key that signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyOf {
    /// Always `Ed25519`.
    pub algorithm: String,
    /// The 32 bytes of the public key in base64.
    pub public_key: String,
    /// SHA-256 of those 32 bytes.
    pub fingerprint: String,
}

impl From<&PublicKey> for SigningKeyOf {
    fn from(key: &PublicKey) -> Self {
        Self { algorithm: "Ed25519".to_owned(), public_key: key.to_base64(), fingerprint: key.fingerprint() }
    }
}

/// What kind of archive it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A frozen assessment: approved and current evidence only.
    Assessment,
    /// The state of work on a day. Never a result.
    Working,
    /// Some evidence that somebody picked, not signed.
    Selection,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Assessment => "assessment",
            Self::Working => "working",
            Self::Selection => "selection",
        })
    }
}

/// A system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// Its id in the installation.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its level, 1 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Its CAGE codes.
    pub cage_codes: Vec<String>,
    /// Its unique entity identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uei: Option<String>,
    /// Its system security plan, where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssp: Option<Ssp>,
}

/// A system security plan, as eMASS asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ssp {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// A rule pack that the system adopted, and the score under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// The score, where the pack has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

/// A score with what it is worth. A provisional one never stands where a result would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Score {
    /// Everything is assessed.
    Final {
        /// The score.
        value: i32,
        /// The highest possible.
        maximum: i32,
    },
    /// Something is not assessed: no result.
    Provisional {
        /// With all that is not assessed deducted.
        provisional_value: i32,
        /// With none of it deducted.
        provisional_best: i32,
        /// The highest possible.
        maximum: i32,
    },
    /// No score exists, as without a system security plan.
    None,
}

/// A finding on an objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The requirement, such as `AC.L2-3.1.1`.
    pub requirement: String,
    /// The letter of the objective, empty where the requirement has none.
    pub letter: String,
    /// `met`, `not_met`, `not_applicable` or `not_assessed`.
    pub finding: String,
    /// What the finding rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// A version of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its number for people, such as `EV-12`.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The version that is sealed, from 1.
    pub version: u32,
    /// `approved`, or the state that a working seal found it in.
    pub state: String,
    /// Since when it is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<String>,
    /// Until when it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// When it was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<String>,
}

/// One content, with each place in the archive where a copy of it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// SHA-256 of the content.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// The name that it was uploaded under.
    pub name: String,
    /// What kind of content it is.
    pub media_type: String,
    /// The evidence that it belongs to.
    pub evidence: Evidence,
    /// Its copies: one for each objective that it supports, at least one.
    pub copies: Vec<Copy>,
}

/// A copy of a file in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Where it lies.
    pub path: String,
    /// The requirement that it supports; none for evidence that is linked with nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The letter of the objective; none for the requirement as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
}

/// Proof that is not in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The evidence that it belongs to.
    pub evidence: Evidence,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub uri: String,
    /// SHA-256 of its content, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Which office or role keeps it.
    pub custodian: String,
    /// The objectives that it supports, such as `AC.L2-3.1.1[a]`.
    pub objectives: Vec<String>,
}

/// A log of the hashing guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Where it lies.
    pub path: String,
    /// SHA-256 of its content.
    pub sha256: String,
}

/// Why a manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestFault {
    /// It is no JSON of this shape.
    Unreadable(String),
    /// It has another format, or a version that came later.
    Format(String),
}

impl fmt::Display for ManifestFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(out, "it cannot be read: {why}"),
            Self::Format(format) => write!(out, "its format is {format}, and this program knows {FORMAT} {FORMAT_VERSION}"),
        }
    }
}

/// A manifest's bytes could not be made. Cannot happen with the types above; kept so that nothing panics.
#[derive(Debug)]
pub struct NotCanonical(String);

impl fmt::Display for NotCanonical {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the manifest cannot be written: {}", self.0)
    }
}

impl std::error::Error for NotCanonical {}

impl Manifest {
    /// The bytes that are signed and hashed.
    pub fn to_canonical(&self) -> Result<Vec<u8>, NotCanonical> {
        serde_json_canonicalizer::to_vec(self).map_err(|error| NotCanonical(error.to_string()))
    }

    /// Reads a manifest. Fields of a later minor change are ignored; another version of the format is refused.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestFault> {
        #[derive(Deserialize)]
        struct Format {
            format: String,
            format_version: u32,
        }
        let unreadable = |error: serde_json::Error| ManifestFault::Unreadable(error.to_string());
        let Format { format, format_version } = serde_json::from_slice(bytes).map_err(unreadable)?;
        if format != FORMAT || format_version != FORMAT_VERSION {
            let shown: String = format.chars().filter(|c| !c.is_control()).take(60).collect();
            return Err(ManifestFault::Format(format!("{shown} {format_version}")));
        }
        serde_json::from_slice(bytes).map_err(unreadable)
    }

    /// Every copy with its content, in the order in which they lie in the archive and stand in the log: by path, as bytes.
    pub fn copies(&self) -> Vec<(&File, &Copy)> {
        let mut copies: Vec<_> = self.files.iter().flat_map(|file| file.copies.iter().map(move |copy| (file, copy))).collect();
        copies.sort_by(|(_, one), (_, other)| one.path.cmp(&other.path));
        copies
    }

    /// The list of hashes that belongs to this manifest.
    pub fn artifacts_log(&self) -> Vec<u8> {
        log::write(self.copies().iter().map(|(file, copy)| (file.sha256.as_str(), copy.path.as_str())))
    }
}

/// Whether bytes are JSON in the one form that RFC 8785 allows.
pub fn is_canonical(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else { return false };
    serde_json_canonicalizer::to_vec(&value).is_ok_and(|canonical| canonical == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_is_what_the_standard_says() {
        // RFC 8785, 3.2.3: sorted by UTF-16 units; 3.2.2.2: which characters are escaped, and how.
        assert!(is_canonical("{\"\\r\":1,\"1\":2,\"\u{80}\":3,\"ö\":4,\"€\":5,\"😀\":6,\"\u{fb33}\":7}".as_bytes()));
        assert!(is_canonical("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"".as_bytes()));
        for other in ["{\"b\":1,\"a\":2}", "{\"a\": 1}", "{\"a\":1}\n", "{\"a\":1,\"a\":1}", "[1.0]", "\"\\u0041\"", "{"] {
            assert!(!is_canonical(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn other_formats_are_refused() {
        assert!(matches!(Manifest::read(b"[]"), Err(ManifestFault::Unreadable(_))));
        let later = br#"{"format":"cmmc-tracker-seal","format_version":2}"#;
        assert_eq!(Manifest::read(later), Err(ManifestFault::Format("cmmc-tracker-seal 2".to_owned())));
    }
}
