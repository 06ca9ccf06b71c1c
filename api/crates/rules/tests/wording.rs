//! The prose of the shipped packs: complete, within its lengths, plain ASCII, nothing said twice.

use rules::Requirement;
use std::collections::BTreeSet;

fn every_requirement() -> impl Iterator<Item = &'static Requirement> {
    rules::shipped().iter().flat_map(rules::RulePack::requirements)
}

/// Complaints about a text, none if it is as it should be.
fn complaints(text: &str, length: std::ops::RangeInclusive<usize>, sentence: bool) -> Vec<String> {
    let mut found = Vec::new();
    if !length.contains(&text.len()) {
        found.push(format!("{} characters", text.len()));
    }
    if !text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        found.push("not plain ASCII".to_owned());
    }
    if text.trim() != text || text.contains("  ") || text.contains('!') {
        found.push("stray space or exclamation mark".to_owned());
    }
    if sentence && !(text.ends_with('.') && text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())) {
        found.push("not a sentence".to_owned());
    }
    if !sentence && text.ends_with('.') {
        found.push("a sentence, not a phrase".to_owned());
    }
    found
}

#[test]
fn texts_are_well_formed() {
    let mut found = Vec::new();
    for requirement in every_requirement() {
        let mut check = |what: &str, text: &str, length, sentence| {
            found.extend(
                complaints(text, length, sentence).into_iter().map(|c| format!("{} {what}: {c}: {text}", requirement.id)),
            );
        };
        check("title", &requirement.title, 5..=80, false);
        check("statement", &requirement.statement, 25..=220, true);
        check("meaning", &requirement.meaning, 40..=320, true);
        for example in &requirement.evidence_examples {
            check("evidence", example, 8..=90, false);
        }
        for objective in &requirement.objectives {
            check(&objective.letter, &objective.statement, 25..=200, true);
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_is_said_twice_within_a_requirement() {
    for requirement in every_requirement() {
        let objectives: Vec<_> = requirement.objectives.iter().map(|objective| objective.statement.to_lowercase()).collect();
        assert_eq!(objectives.iter().collect::<BTreeSet<_>>().len(), objectives.len(), "{}", requirement.id);
        let examples: BTreeSet<_> = requirement.evidence_examples.iter().map(|example| example.to_lowercase()).collect();
        assert_eq!(examples.len(), requirement.evidence_examples.len(), "{}", requirement.id);
        assert!((2..=4).contains(&examples.len()), "{}: {} examples", requirement.id, examples.len());
        assert_ne!(requirement.statement, requirement.meaning);
    }
}

#[test]
fn titles_are_unique_within_a_pack() {
    for pack in rules::shipped() {
        let titles: BTreeSet<_> = pack.requirements().map(|requirement| &requirement.title).collect();
        assert_eq!(titles.len(), pack.requirement_count());
    }
}

/// Level 1 is about FCI, Level 2 about CUI: neither speaks of the other's information.
#[test]
fn levels_keep_their_information() {
    for requirement in rules::pack("cmmc-level-1").unwrap().requirements() {
        let texts = requirement.objectives.iter().map(|objective| &objective.statement).chain([&requirement.statement]);
        for text in texts {
            assert!(!text.contains("CUI"), "{}: {text}", requirement.id);
        }
    }
}

/// A review interval that the rule caps at a year is named as such where a person reads what it means.
#[test]
fn periodic_requirements_name_the_year() {
    for requirement in rules::pack("cmmc-level-2").unwrap().requirements().filter(|requirement| requirement.periodic) {
        assert!(requirement.meaning.contains("year"), "{}: {}", requirement.id, requirement.meaning);
    }
}
