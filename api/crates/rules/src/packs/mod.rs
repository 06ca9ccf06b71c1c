//! Rule packs: the typed content of `api/rulepacks/`, its lookups and where it comes from.

mod check;
mod error;
mod raw;
mod shipped;

pub use error::PackError;
pub use raw::{Kind, NotNeededIf, Revision3Relation, ScoreRequires, StatusRules};
pub use shipped::{load, pack, parse_pack, shipped};

use shared_types::finding::PoamEligibility;
use std::collections::BTreeMap;

/// A version of the rules of one CMMC level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePack {
    /// Id, such as `cmmc-level-2`.
    pub id: String,
    /// Version, such as `cmmc-2.0/2026-10`.
    pub version: String,
    /// CMMC level, 1 to 3.
    pub level: u8,
    /// Title.
    pub title: String,
    /// What it was taken from.
    pub source: String,
    /// The highest score; absent where the level has none.
    pub max_score: Option<i32>,
    /// The lowest score.
    pub min_score: Option<i32>,
    /// The least score of a conditional status.
    pub conditional_score: Option<i32>,
    /// The rule that defines the score.
    pub score_citation: String,
    /// The requirement without which no score exists (3.12.4 at Level 2).
    pub score_requires: Option<ScoreRequires>,
    /// The statuses that the level knows, with their rules.
    pub status: StatusRules,
    /// Families in the pack's order.
    pub families: Vec<Family>,
    /// SHA-256 over the pack's files, in hex: by it a version is immutable.
    pub content_hash: String,
    /// From a requirement's id, and from its bare number, to its family and place in it.
    index: BTreeMap<String, (usize, usize)>,
}

/// A family of requirements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Code, such as `AC`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Section of NIST SP 800-171, such as `3.1`.
    pub section: String,
    /// Its requirements in the pack's order.
    pub requirements: Vec<Requirement>,
}

/// A requirement with its objectives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Id, such as `AC.L2-3.1.1`.
    pub id: String,
    /// The part of the id after the level, such as `3.1.1`.
    pub number: String,
    /// Code of its family.
    pub family: String,
    /// Place in the pack, from 0; stable within a version.
    pub position: u32,
    /// Official short title.
    pub title: String,
    /// Basic or derived (Level 2).
    pub kind: Option<Kind>,
    /// What it costs when NOT MET; absent at Level 1 and for 3.12.4.
    pub points: Option<u8>,
    /// The rule behind `points`.
    pub points_citation: Option<String>,
    /// The lesser deduction of partial credit (3.5.3, 3.13.11).
    pub partial: Option<Partial>,
    /// Whether it may stand on a POA&M when NOT MET.
    pub poam: PoamEligibility,
    /// The rule that says so.
    pub poam_citation: String,
    /// It says "periodically": at least yearly (32 CFR 170.14(d)).
    pub periodic: bool,
    /// Related NIST SP 800-53 controls.
    pub nist_800_53: Vec<String>,
    /// Related requirements of NIST SP 800-171 revision 3.
    pub revision_3: Vec<String>,
    /// How revision 3 treats it.
    pub revision_3_relation: Option<Revision3Relation>,
    /// The Level 1 requirement that asks the same of FCI.
    pub level_1: Option<String>,
    /// The NIST SP 800-171 numbers behind a Level 1 requirement.
    pub maps_to: Vec<String>,
    /// The circumstance in which nothing is deducted for it (DoD Assessment Methodology).
    pub not_needed_if: Option<NotNeededIf>,
    /// The requirement in plain language.
    pub statement: String,
    /// What it means in a small company.
    pub meaning: String,
    /// Artifacts that would show it.
    pub evidence_examples: Vec<String>,
    /// Assessment objectives, `a` first.
    pub objectives: Vec<Objective>,
}

impl Requirement {
    /// The lesser deduction that partial credit allows.
    pub fn partial_points(&self) -> Option<u8> {
        self.partial.as_ref().map(|partial| partial.points)
    }

    /// The objective of this letter.
    pub fn objective(&self, letter: &str) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.letter == letter)
    }
}

/// Partial credit (32 CFR 170.24(c)(2)(i)(B)(4)): a lesser deduction; the requirement stays NOT MET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// The lesser deduction.
    pub points: u8,
    /// When it applies, as the end of a sentence.
    pub when: String,
    /// The rule.
    pub citation: String,
}

/// An assessment objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// Letter, such as `a`.
    pub letter: String,
    /// What must be true.
    pub statement: String,
}

impl RulePack {
    /// Every requirement in the pack's order.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.families.iter().flat_map(|family| &family.requirements)
    }

    /// The requirement of this id (`AC.L2-3.1.1`) or bare number (`3.1.1`).
    pub fn requirement(&self, reference: &str) -> Option<&Requirement> {
        let (family, place) = self.index.get(reference)?;
        self.families.get(*family)?.requirements.get(*place)
    }

    /// The family of this code.
    pub fn family(&self, code: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.code == code)
    }

    /// How many requirements it has.
    pub fn requirement_count(&self) -> usize {
        self.families.iter().map(|family| family.requirements.len()).sum()
    }

    /// How many assessment objectives it has.
    pub fn objective_count(&self) -> usize {
        self.requirements().map(|requirement| requirement.objectives.len()).sum()
    }
}
