//! What the format refuses: a pack that is wrong in one place is refused whole, and says where.

use rules::{PackError, RulePack, parse_pack};

const PACK: &str = r#"
id = "p"
version = "v"
level = 2
title = "P"
source = "s"
max_score = 2
min_score = -4
conditional_score = 1
score_citation = "32 CFR 170.24(c)(2)"
families = ["AC"]
[points_citations]
1 = "32 CFR one"
5 = "32 CFR five"
[status]
final_name = "Final"
final_citation = "32 CFR f"
conditional_name = "Conditional"
conditional_score_citation = "32 CFR c"
poam_citation = "32 CFR p"
"#;

const FAMILY: &str = r#"
code = "AC"
name = "Access"
section = "3.1"
[[requirement]]
id = "AC.L2-3.1.1"
number = "3.1.1"
title = "One"
points = 5
poam = "never"
poam_citation = "32 CFR p"
statement = "S."
meaning = "M."
evidence_examples = ["E"]
[[requirement.objective]]
letter = "a"
statement = "A."
[[requirement.objective]]
letter = "b"
statement = "B."
[[requirement]]
id = "AC.L2-3.1.2"
number = "3.1.2"
title = "Two"
points = 1
poam = "eligible"
poam_citation = "32 CFR p"
statement = "S."
meaning = "M."
evidence_examples = ["E"]
[[requirement.objective]]
letter = "a"
statement = "A."
"#;

fn parse(pack: &str, family: &str) -> Result<RulePack, PackError> {
    parse_pack(&[("pack.toml", pack), ("ac.toml", family)])
}

/// The family with one text replaced, which must be there.
fn changed(source: &str, from: &str, to: &str) -> String {
    assert!(source.contains(from), "{from}");
    source.replacen(from, to, 1)
}

#[test]
fn the_sample_is_good() {
    let pack = parse(PACK, FAMILY).unwrap();
    let first = pack.requirement("3.1.1").unwrap();
    assert_eq!(first.points_citation.as_deref(), Some("32 CFR five"));
    assert_eq!(first.objective("b").unwrap().statement, "B.");
    assert_eq!(first.objective("c"), None);
}

#[test]
fn what_a_family_may_not_say() {
    for (from, to, says) in [
        ("title = \"One\"", "title = \"One\"\nweight = 5", "unknown field `weight`"),
        ("statement = \"A.\"", "statement = \"A.\"\nnote = \"x\"", "unknown field `note`"),
        ("section = \"3.1\"", "section = \"3.1\"\nother = 1", "unknown field `other`"),
        ("title = \"One\"\n", "", "missing field `title`"),
        ("poam = \"never\"", "poam = \"maybe\"", "maybe"),
        ("points = 5", "points = 300", "300"),
        ("points = 5", "points = 4", "4 points have no citation"),
        ("AC.L2-3.1.2", "AC.L2-3.1.3", "is not family AC, level 2 and number 3.1.2"),
        ("AC.L2-3.1.2\"\nnumber = \"3.1.2", "AC.L2-3.1.1\"\nnumber = \"3.1.1", "AC.L2-3.1.1: appears twice"),
        ("AC.L2-3.1.1", "AC.L1-3.1.1", "level 2"),
        ("letter = \"b\"", "letter = \"c\"", "objective c is out of order"),
        ("letter = \"a\"", "letter = \"b\"", "objective b is out of order"),
        ("letter = \"b\"", "letter = \"a\"", "objective a is out of order"),
        ("letter = \"b\"", "letter = \"B\"", "objective B is out of order"),
        ("statement = \"B.\"", "statement = \" \"", "objective b is empty"),
        ("meaning = \"M.\"", "meaning = \"\"", "has an empty text"),
        ("points = 5", "points = 5\npartial_points = 3", "partial credit takes"),
        ("points = 5", "points = 5\npartial_points = 5\npartial_when = \"w\"\npartial_citation = \"c\"", "partial credit takes"),
        ("poam = \"never\"", "poam = \"at_partial_points\"", "has none"),
        ("code = \"AC\"", "code = \"AT\"", "AC: has no file"),
        ("points = 5", "points = 1", "min_score is not max_score less all point values"),
        ("points = 5\n", "", "min_score is not max_score less all point values"),
    ] {
        let error = parse(PACK, &changed(FAMILY, from, to)).unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
    }
}

#[test]
fn what_a_pack_may_not_say() {
    for (from, to, says) in [
        ("level = 2", "level = 2\nrange = 3", "unknown field `range`"),
        ("final_name", "final_title", "unknown field `final_title`"),
        ("families = [\"AC\"]", "families = [\"AC\", \"AC\"]", "is named twice"),
        ("families = [\"AC\"]", "families = []", "pack.toml does not name it"),
        ("max_score = 2", "max_score = 3", "max_score is not the number of requirements"),
        ("max_score = 2\n", "", "a level without a score"),
        ("conditional_score = 1\n", "", "conditional_score is missing"),
        ("conditional_score = 1", "conditional_score = 2", "conditional_score is missing or out of range"),
        ("conditional_name = \"Conditional\"\n", "", "names its conditional status"),
        (
            "[status]",
            "[score_requires]\nrequirement = \"AC.L2-3.1.1\"\nreason = \"r\"\ncitation = \"c\"\n[status]",
            "score_requires",
        ),
    ] {
        let error = parse(&changed(PACK, from, to), FAMILY).unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
    }
    assert!(parse_pack(&[("ac.toml", FAMILY)]).unwrap_err().to_string().contains("pack.toml: is missing"));
    assert!(parse("id = ", FAMILY).is_err());
}

#[test]
fn the_hash_is_of_the_content() {
    let hash = |files: &[(&str, &str)]| parse_pack(files).unwrap().content_hash;
    let original = hash(&[("pack.toml", PACK), ("ac.toml", FAMILY)]);
    assert_eq!(original, hash(&[("ac.toml", FAMILY), ("pack.toml", PACK)]), "not of the order of reading");
    assert_eq!(original, hash(&[("pack.toml", &PACK.replace('\n', "\r\n")), ("ac.toml", FAMILY)]), "not of the line ends");
    assert_ne!(original, hash(&[("pack.toml", PACK), ("ac.toml", &FAMILY.replace("S.", "T."))]));
    let hashes: std::collections::BTreeSet<_> = rules::shipped().iter().map(|pack| &pack.content_hash).collect();
    assert_eq!(hashes.len(), 3);
}
