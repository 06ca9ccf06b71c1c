//! What falls if a piece of evidence no longer supports anything.

use crate::queries::{self, EvidenceRef};
use controls::Impact;
use platform::{Platform, Result};
use shared_types::evidence::{EvidenceImpact, ImpactObjective};
use systems::Scope;

/// The impact of one piece of evidence today: three statements.
pub(crate) async fn impact(platform: &Platform, scope: &Scope, evidence: EvidenceRef) -> Result<EvidenceImpact> {
    let db = platform.db.read();
    let row = queries::row(db, scope.system, evidence).await?;
    let supports = row.supports(scope.today);
    let found = controls::impacts(db, scope.system, scope.today).await?.remove(&row.number).unwrap_or_default();
    let until = row.approved_until.filter(|_| supports);
    let words = words(&found);
    let Impact { objectives, requirements, score, score_without } = found;
    Ok(EvidenceImpact { supports, until, objectives, requirements, score, score_without, words })
}

/// How many objectives are named before the rest is counted.
const NAMED: usize = 3;

/// The impact in one sentence, without what leads to it ("If it expires, ..."); empty if nothing would fall.
pub fn words(impact: &Impact) -> String {
    let name = |objective: &ImpactObjective| format!("{}[{}]", objective.reference, objective.letter);
    let names: Vec<String> = impact.objectives.iter().take(NAMED).map(name).collect();
    let more = impact.objectives.len().saturating_sub(NAMED);
    let what = match (names.as_slice(), more) {
        ([], _) => return String::new(),
        ([one], _) => one.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (all, 1) => format!("{} and 1 more objective", all.join(", ")),
        (all, more) => format!("{} and {more} more objectives", all.join(", ")),
    };
    let verb = if impact.objectives.len() == 1 { "drops" } else { "drop" };
    match (impact.score, impact.score_without) {
        (Some(now), Some(then)) if now != then => format!("{what} {verb} and the score goes from {now} to {then}"),
        _ => format!("{what} {verb}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_three() {
        let impact = |letters: &str, score, score_without| Impact {
            objectives: letters
                .chars()
                .map(|letter| ImpactObjective {
                    reference: "AC.L2-3.1.1".to_owned(),
                    letter: letter.to_string(),
                    points: Some(5),
                })
                .collect(),
            requirements: 1,
            score,
            score_without,
        };
        assert_eq!(words(&impact("", Some(110), Some(110))), "");
        assert_eq!(words(&impact("a", Some(110), Some(105))), "AC.L2-3.1.1[a] drops and the score goes from 110 to 105");
        assert_eq!(words(&impact("ab", Some(1), Some(1))), "AC.L2-3.1.1[a] and AC.L2-3.1.1[b] drop");
        assert!(words(&impact("abcd", None, None)).ends_with("AC.L2-3.1.1[c] and 1 more objective drop"));
        assert!(words(&impact("abcde", None, None)).ends_with("and 2 more objectives drop"));
    }
}
