//! CMMC rules as pure functions over rule-pack data.
//!
//! What it is: the chain *objective finding -> requirement finding -> score -> POA&M eligibility -> what status is possible*
//! (32 CFR 170.21 and 170.24), and the rule packs that it reads. The rules are data with a version and a content hash
//! (`api/rulepacks/`, embedded when the crate is compiled); the code knows no requirement by its number.
//!
//! # Invariants
//! - Pure: no clock, no chance, no database, no file is read at run time. It compiles for wasm32.
//! - Every number and every verdict carries the paragraph that it rests on.
//! - NOT ASSESSED never counts as MET, and no score is final while one remains.
//! - No score exists without the requirement that a pack names in `score_requires` (3.12.4 at Level 2).
//! - The result does not depend on the order of the states, and a requirement without a state is NOT ASSESSED.
//! - A pack that breaks its own format is refused whole: unknown keys, duplicate ids, letters out of order, a scale that
//!   does not add up. The tests of this crate load the shipped ones and compare them with the tables of facts, value by value.
//!
//! # File map
//! - `packs/`: the types (`mod.rs`), the format (`raw.rs`), its checks (`check.rs`), the shipped packs (`shipped.rs`).
//! - `findings.rs`: from objectives to a requirement, and how far a control has come.
//! - `score/`: the score (`mod.rs`), what it means for a status (`eligibility.rs`), its sentences (`words.rs`).
//! - `note.rs`: what one requirement is worth, in a sentence.
//! - `tests/facts.rs`: the packs against `api/tests/facts/*.csv`; `tests/wording.rs`: their prose;
//!   `tests/score_*.rs`: cases and properties of the score.

mod findings;
mod note;
mod packs;
mod score;

pub use findings::{progress, requirement_finding};
pub use note::value_note;
pub use packs::{
    Family, Kind, NotNeededIf, Objective, PackError, Partial, Requirement, Revision3Relation, RulePack, ScoreRequires,
    StatusRules, load, pack, parse_pack, shipped,
};
pub use score::{RequirementState, score};
