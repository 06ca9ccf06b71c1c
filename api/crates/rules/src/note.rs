//! What one requirement is worth, in the sentence that a control's page shows.

use crate::packs::{Requirement, RulePack};
use shared_types::finding::PoamEligibility;

/// What the requirement is worth, what follows while it is not met, and the rules behind both.
pub fn value_note(pack: &RulePack, requirement: &Requirement) -> String {
    let poam = match requirement.poam {
        PoamEligibility::Eligible => "it may stand on a POA&M".to_owned(),
        PoamEligibility::Never => "it may not stand on a POA&M".to_owned(),
        PoamEligibility::AtPartialPoints => {
            let points = requirement.partial_points().unwrap_or_default();
            format!("it may stand on a POA&M only while it costs {points} points")
        }
    };
    let (worth, citation) = match (pack.max_score, requirement.points) {
        (Some(max), Some(points)) => (worth(max, points, requirement), pack.score_citation.as_str()),
        (Some(_), None) => {
            let citation = pack.score_requires.as_ref().map_or(pack.score_citation.as_str(), |required| &required.citation);
            ("Without a point value: while it is not met no score exists".to_owned(), citation)
        }
        (None, _) => (
            format!("Without a point value: while it is not met a {} status is not possible", pack.status.final_name),
            pack.score_citation.as_str(),
        ),
    };
    let second = requirement.poam_citation.strip_prefix("32 CFR ").unwrap_or(&requirement.poam_citation);
    format!("{worth}, and {poam} ({citation}, {second}).")
}

fn worth(max: i32, points: u8, requirement: &Requirement) -> String {
    let unit = if points == 1 { "point" } else { "points" };
    let best = max - i32::from(points);
    match &requirement.partial {
        None => format!("Worth {points} {unit}: while it is not met the highest possible score is {best}"),
        Some(partial) => format!(
            "Worth {points} {unit}, or {} where {}: while it is not met the highest possible score is {best}, or {}",
            partial.points,
            partial.when,
            max - i32::from(partial.points),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_requirement() {
        for (pack, number, expected) in [
            (
                "cmmc-level-2",
                "3.1.1",
                "Worth 5 points: while it is not met the highest possible score is 105, and it may not stand on a POA&M \
                 (32 CFR 170.24(c)(2), 170.21(a)(2)(ii)).",
            ),
            (
                "cmmc-level-2",
                "3.1.3",
                "Worth 1 point: while it is not met the highest possible score is 109, and it may stand on a POA&M \
                 (32 CFR 170.24(c)(2), 170.21(a)(2)(ii)).",
            ),
            (
                "cmmc-level-2",
                "3.1.20",
                "Worth 1 point: while it is not met the highest possible score is 109, and it may not stand on a POA&M \
                 (32 CFR 170.24(c)(2), 170.21(a)(2)(iii)(A)).",
            ),
            (
                "cmmc-level-2",
                "3.5.3",
                "Worth 5 points, or 3 where MFA is in place for remote and privileged users: while it is not met the highest \
                 possible score is 105, or 107, and it may not stand on a POA&M (32 CFR 170.24(c)(2), 170.21(a)(2)(ii)).",
            ),
            (
                "cmmc-level-2",
                "3.13.11",
                "Worth 5 points, or 3 where encryption is used but is not FIPS-validated: while it is not met the highest \
                 possible score is 105, or 107, and it may stand on a POA&M only while it costs 3 points \
                 (32 CFR 170.24(c)(2), 170.21(a)(2)(ii)).",
            ),
            (
                "cmmc-level-2",
                "3.12.4",
                "Without a point value: while it is not met no score exists, and it may not stand on a POA&M \
                 (32 CFR 170.24(c)(2)(i)(B)(5), 170.21(a)(2)(iii)(C)).",
            ),
            (
                "cmmc-level-1",
                "b.1.i",
                "Without a point value: while it is not met a Final Level 1 (Self) status is not possible, and it may not stand on a POA&M \
                 (32 CFR 170.24(c)(1), 170.21(a)(1)).",
            ),
            (
                "cmmc-level-3",
                "3.1.2e",
                "Worth 1 point: while it is not met the highest possible score is 23, and it may stand on a POA&M \
                 (32 CFR 170.24(c)(3), 170.21(a)(3)).",
            ),
            (
                "cmmc-level-3",
                "3.6.1e",
                "Worth 1 point: while it is not met the highest possible score is 23, and it may not stand on a POA&M \
                 (32 CFR 170.24(c)(3), 170.21(a)(3)(ii)(A)).",
            ),
        ] {
            let pack = crate::pack(pack).unwrap();
            assert_eq!(value_note(pack, pack.requirement(number).unwrap()), expected);
        }
    }
}
