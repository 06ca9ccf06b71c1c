//! From the files to a pack: what the format can't say is checked here, and a pack that fails is refused whole.

use super::raw::{RawFamily, RawObjective, RawPack, RawRequirement};
use super::{Family, Objective, PackError, Partial, Requirement, RulePack};
use shared_types::finding::PoamEligibility;
use std::collections::BTreeMap;

/// Builds the pack, families in the order that `pack.toml` names.
pub(super) fn build(raw: RawPack, mut sources: Vec<RawFamily>, content_hash: String) -> Result<RulePack, PackError> {
    let mut families = Vec::new();
    let mut index = BTreeMap::new();
    let mut position = 0;
    for code in &raw.families {
        let found = sources.iter().position(|family| family.code == *code);
        let source = sources.swap_remove(found.ok_or_else(|| PackError::content(code, "has no file, or is named twice"))?);
        let mut requirements = Vec::new();
        for requirement in source.requirement {
            let place = (families.len(), requirements.len());
            let requirement = check_requirement(&raw, code, position, requirement)?;
            for key in [&requirement.id, &requirement.number] {
                if index.insert(key.clone(), place).is_some() {
                    return Err(PackError::content(key, "appears twice"));
                }
            }
            requirements.push(requirement);
            position += 1;
        }
        if requirements.is_empty() {
            return Err(PackError::content(code, "has no requirements"));
        }
        families.push(Family { code: source.code, name: source.name, section: source.section, requirements });
    }
    if let Some(extra) = sources.first() {
        return Err(PackError::content(&extra.code, "has a file, but pack.toml does not name it"));
    }
    let pack = RulePack {
        id: raw.id,
        version: raw.version,
        level: raw.level,
        title: raw.title,
        source: raw.source,
        max_score: raw.max_score,
        min_score: raw.min_score,
        conditional_score: raw.conditional_score,
        score_citation: raw.score_citation,
        score_requires: raw.score_requires,
        status: raw.status,
        families,
        content_hash,
        index,
    };
    check_scale(&pack)?;
    Ok(pack)
}

/// The scale follows from the requirements: one point each for the highest score, the sum of the values down to the lowest.
fn check_scale(pack: &RulePack) -> Result<(), PackError> {
    let refuse = |reason: &str| Err(PackError::content(&pack.id, reason));
    let without_points = || pack.requirements().filter(|requirement| requirement.points.is_none());
    let Some(max) = pack.max_score else {
        let scored = pack.min_score.is_some() || pack.conditional_score.is_some() || pack.score_requires.is_some();
        if scored || without_points().count() != pack.requirement_count() || pack.status.conditional_name.is_some() {
            return refuse("a level without a score has no point values, bounds or conditional status");
        }
        return Ok(());
    };
    let sum: i32 = pack.requirements().filter_map(|requirement| requirement.points).map(i32::from).sum();
    if i32::try_from(pack.requirement_count()) != Ok(max) {
        return refuse("max_score is not the number of requirements");
    }
    if pack.min_score != Some(max - sum) {
        return refuse("min_score is not max_score less all point values");
    }
    if !pack.conditional_score.is_some_and(|least| (1..max).contains(&least)) {
        return refuse("conditional_score is missing or out of range");
    }
    if pack.status.conditional_name.is_none() || pack.status.conditional_score_citation.is_none() {
        return refuse("a level with a score names its conditional status and the rule of its least score");
    }
    let required = pack.score_requires.as_ref().map(|required| required.requirement.as_str());
    if without_points().map(|requirement| Some(requirement.id.as_str())).ne(required.iter().map(|id| Some(*id))) {
        return refuse("score_requires names exactly the requirement without a point value");
    }
    Ok(())
}

fn check_requirement(pack: &RawPack, family: &str, position: u32, raw: RawRequirement) -> Result<Requirement, PackError> {
    let id = raw.id.clone();
    let refuse = |reason: String| PackError::content(&id, reason);
    if raw.id != format!("{family}.L{}-{}", pack.level, raw.number) {
        return Err(refuse(format!("is not family {family}, level {} and number {}", pack.level, raw.number)));
    }
    let points_citation = match raw.points {
        None => None,
        Some(points) => {
            let citation = pack.points_citations.get(&points.to_string());
            Some(citation.ok_or_else(|| refuse(format!("{points} points have no citation")))?.clone())
        }
    };
    let partial = match (raw.partial_points, raw.partial_when, raw.partial_citation) {
        (None, None, None) => None,
        (Some(points), Some(when), Some(citation)) if raw.points.is_some_and(|full| (1..full).contains(&points)) => {
            Some(Partial { points, when, citation })
        }
        _ => return Err(refuse("partial credit takes its points, below the full ones, its condition and its rule".into())),
    };
    if raw.poam == PoamEligibility::AtPartialPoints && partial.is_none() {
        return Err(refuse("may stand on a POA&M at partial points, but has none".into()));
    }
    let texts = [&raw.title, &raw.statement, &raw.meaning, &raw.poam_citation];
    if texts.into_iter().chain(&raw.evidence_examples).any(|text| text.trim().is_empty()) {
        return Err(refuse("has an empty text".into()));
    }
    Ok(Requirement {
        objectives: check_objectives(&id, raw.objective)?,
        id: raw.id,
        number: raw.number,
        family: family.to_owned(),
        position,
        title: raw.title,
        kind: raw.kind,
        points: raw.points,
        points_citation,
        partial,
        poam: raw.poam,
        poam_citation: raw.poam_citation,
        periodic: raw.periodic,
        nist_800_53: raw.nist_800_53,
        revision_3: raw.revision_3,
        revision_3_relation: raw.revision_3_relation,
        level_1: raw.level_1,
        maps_to: raw.maps_to,
        not_needed_if: raw.not_needed_if,
        statement: raw.statement,
        meaning: raw.meaning,
        evidence_examples: raw.evidence_examples,
    })
}

/// Letters run a, b, c without a gap; each objective says something.
fn check_objectives(id: &str, raw: Vec<RawObjective>) -> Result<Vec<Objective>, PackError> {
    if raw.is_empty() {
        return Err(PackError::content(id, "has no objectives"));
    }
    let mut letters = 'a'..='z';
    let mut objectives = Vec::with_capacity(raw.len());
    for RawObjective { letter, statement } in raw {
        if letters.next().map(String::from).as_ref() != Some(&letter) {
            return Err(PackError::content(id, format!("objective {letter} is out of order")));
        }
        if statement.trim().is_empty() {
            return Err(PackError::content(id, format!("objective {letter} is empty")));
        }
        objectives.push(Objective { letter, statement });
    }
    Ok(objectives)
}
