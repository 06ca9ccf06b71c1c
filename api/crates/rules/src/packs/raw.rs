//! The format of the files: exactly these keys, anything else is refused.

use serde::Deserialize;
use shared_types::finding::PoamEligibility;
use std::collections::BTreeMap;

/// `pack.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub id: String,
    pub version: String,
    pub level: u8,
    pub title: String,
    pub source: String,
    pub max_score: Option<i32>,
    pub min_score: Option<i32>,
    pub conditional_score: Option<i32>,
    pub score_citation: String,
    pub families: Vec<String>,
    #[serde(default)]
    pub points_citations: BTreeMap<String, String>,
    pub score_requires: Option<ScoreRequires>,
    pub status: StatusRules,
}

/// The requirement without which no score exists.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRequires {
    /// Its id.
    pub requirement: String,
    /// Why, as the end of a sentence.
    pub reason: String,
    /// The rule.
    pub citation: String,
}

/// The statuses of a level and their rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRules {
    /// What the level calls its final status.
    pub final_name: String,
    /// The rule of the final status.
    pub final_citation: String,
    /// What it calls its conditional status; absent where there is none.
    pub conditional_name: Option<String>,
    /// The rule of the least score of a conditional status.
    pub conditional_score_citation: Option<String>,
    /// The rule on POA&Ms.
    pub poam_citation: String,
    /// What a status takes beside the findings, as a sentence.
    pub prerequisite: Option<String>,
    /// Its rule.
    pub prerequisite_citation: Option<String>,
}

/// A family's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFamily {
    pub code: String,
    pub name: String,
    pub section: String,
    pub requirement: Vec<RawRequirement>,
}

/// A requirement as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRequirement {
    pub id: String,
    pub number: String,
    pub title: String,
    pub kind: Option<Kind>,
    pub points: Option<u8>,
    pub partial_points: Option<u8>,
    pub partial_when: Option<String>,
    pub partial_citation: Option<String>,
    pub poam: PoamEligibility,
    pub poam_citation: String,
    #[serde(default)]
    pub periodic: bool,
    #[serde(default)]
    pub nist_800_53: Vec<String>,
    #[serde(default)]
    pub revision_3: Vec<String>,
    pub revision_3_relation: Option<Revision3Relation>,
    pub level_1: Option<String>,
    #[serde(default)]
    pub maps_to: Vec<String>,
    pub not_needed_if: Option<NotNeededIf>,
    pub statement: String,
    pub meaning: String,
    pub evidence_examples: Vec<String>,
    pub objective: Vec<RawObjective>,
}

/// An objective as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawObjective {
    pub letter: String,
    pub statement: String,
}

/// Basic or derived, NIST SP 800-171 revision 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Taken from FIPS 200.
    Basic,
    /// Taken from NIST SP 800-53.
    Derived,
}

/// The circumstance in which the DoD Assessment Methodology deducts nothing: then the objectives are found N/A.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotNeededIf {
    /// Remote access is not permitted.
    RemoteAccessNotPermitted,
    /// Wireless access is not permitted.
    WirelessAccessNotPermitted,
    /// Connection of mobile devices is not permitted.
    MobileDeviceConnectionNotPermitted,
}

/// How NIST SP 800-171 revision 3 treats a requirement of revision 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revision3Relation {
    /// Kept under its own number.
    CarriedForward,
    /// Made part of another.
    IncorporatedInto,
    /// Covered by others.
    AddressedBy,
    /// Withdrawn for consistency with SP 800-53.
    #[serde(rename = "withdrawn_consistency_800_53")]
    WithdrawnConsistency80053,
    /// Withdrawn: now expected without being specified (NCO).
    WithdrawnRecategorizedNco,
    /// Withdrawn: specific to a technology.
    WithdrawnTechnologySpecific,
}
