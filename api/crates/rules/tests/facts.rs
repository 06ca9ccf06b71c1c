//! The shipped packs against the tables of facts, value by value and both ways: nothing missing, nothing extra, nothing changed.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod support;

use rules::{Kind, NotNeededIf, Requirement, Revision3Relation, RulePack};
use shared_types::finding::PoamEligibility;
use std::collections::BTreeMap;
use support::{Row, facts};

fn pack(level: u8) -> &'static RulePack {
    rules::pack(&format!("cmmc-level-{level}")).expect("shipped")
}

/// Pairs each requirement with its row; both sides hold the same ids in number and name.
fn paired(level: u8, table: &str) -> Vec<(&'static Requirement, Row)> {
    let mut rows: BTreeMap<String, Row> = facts(table).into_iter().map(|row| (row["cmmc_id"].clone(), row)).collect();
    assert_eq!(rows.len(), facts(table).len(), "{table}: an id appears twice");
    let pairs: Vec<_> = pack(level)
        .requirements()
        .map(|requirement| (requirement, rows.remove(&requirement.id).unwrap_or_else(|| panic!("{} is no fact", requirement.id))))
        .collect();
    assert!(rows.is_empty(), "missing: {:?}", rows.keys());
    pairs
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn poam(row: &Row) -> PoamEligibility {
    match row["poam_allowed"].as_str() {
        "yes" => PoamEligibility::Eligible,
        "no" => PoamEligibility::Never,
        "conditional" => PoamEligibility::AtPartialPoints,
        other => panic!("{other}"),
    }
}

fn kind(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Basic) => "basic",
        Some(Kind::Derived) => "derived",
        None => "",
    }
}

fn not_needed_if(condition: Option<NotNeededIf>) -> &'static str {
    match condition {
        Some(NotNeededIf::RemoteAccessNotPermitted) => "remote_access_not_permitted",
        Some(NotNeededIf::WirelessAccessNotPermitted) => "wireless_access_not_permitted",
        Some(NotNeededIf::MobileDeviceConnectionNotPermitted) => "mobile_device_connection_not_permitted",
        None => "",
    }
}

fn relation(relation: Option<Revision3Relation>) -> &'static str {
    match relation {
        Some(Revision3Relation::CarriedForward) => "carried_forward",
        Some(Revision3Relation::IncorporatedInto) => "incorporated_into",
        Some(Revision3Relation::AddressedBy) => "addressed_by",
        Some(Revision3Relation::WithdrawnConsistency80053) => "withdrawn_consistency_800_53",
        Some(Revision3Relation::WithdrawnRecategorizedNco) => "withdrawn_recategorized_nco",
        Some(Revision3Relation::WithdrawnTechnologySpecific) => "withdrawn_technology_specific",
        None => "",
    }
}

/// What the three tables have in common.
fn check_common(requirement: &Requirement, row: &Row) {
    let id = &requirement.id;
    let family = pack_of(requirement).family(&requirement.family).unwrap();
    let letters: String = requirement.objectives.iter().map(|objective| objective.letter.as_str()).collect();
    assert_eq!(requirement.title, row["title"], "{id}");
    assert_eq!(family.code, row["domain"], "{id}");
    assert_eq!(family.name, row["domain_name"], "{id}");
    assert_eq!(requirement.poam, poam(row), "{id}");
    // The table explains the exception of 3.13.11 beside the paragraph; the pack keeps the paragraph.
    assert_eq!(requirement.poam_citation, row["poam_rule"].split(" exception").next().unwrap(), "{id}");
    assert_eq!(letters, row["objective_letters"], "{id}");
    assert_eq!(requirement.objectives.len().to_string(), row["objective_count"], "{id}");
}

fn pack_of(requirement: &Requirement) -> &'static RulePack {
    let mut packs = rules::shipped().iter();
    packs.find(|pack| pack.requirement(&requirement.id).is_some()).expect("in a pack")
}

#[test]
fn three_packs_load() {
    let packs = rules::load().unwrap();
    let level_3 = facts("cmmc-l3.csv").iter().map(|row| row["objective_count"].parse::<usize>().unwrap()).sum();
    assert_eq!(
        packs.iter().map(|pack| (pack.level, pack.requirement_count(), pack.objective_count())).collect::<Vec<_>>(),
        [(1, 15, 59), (2, 110, 320), (3, 24, level_3)]
    );
    for pack in packs {
        assert_eq!(pack.version, "cmmc-2.0/2026-10");
        assert_eq!(pack.content_hash.len(), 64);
    }
}

#[test]
fn level_1() {
    for (requirement, row) in paired(1, "cmmc-l1.csv") {
        let id = &requirement.id;
        check_common(requirement, &row);
        assert_eq!(requirement.maps_to, words(&row["nist_800_171_r2"]), "{id}");
        assert_eq!(format!("({})", requirement.number.replace('.', ")(")), row["far_paragraph"], "{id}");
        let level_2: Vec<&str> =
            requirement.maps_to.iter().map(|number| pack(2).requirement(number).unwrap().id.as_str()).collect();
        assert_eq!(level_2, words(&row["cmmc_l2_ids"]), "{id}");
        assert_eq!((requirement.points, requirement.partial.as_ref(), requirement.kind), (None, None, None), "{id}");
    }
}

#[test]
fn level_2() {
    for (requirement, row) in paired(2, "cmmc-l2.csv") {
        let id = &requirement.id;
        check_common(requirement, &row);
        let points = |points: Option<u8>| points.map_or(String::new(), |points| points.to_string());
        assert_eq!(requirement.number, row["nist_800_171_r2"], "{id}");
        assert_eq!(kind(requirement.kind), row["requirement_type"], "{id}");
        assert_eq!(points(requirement.points), row["weight_max"], "{id}");
        assert_eq!(points(requirement.partial_points()), row["weight_partial"], "{id}");
        let weight = match (requirement.points, requirement.partial_points()) {
            (None, _) => "NA/SSP".to_owned(),
            (Some(full), None) => full.to_string(),
            (Some(full), Some(partial)) => format!("{partial} or {full}"),
        };
        assert_eq!(weight, row["weight"], "{id}");
        assert_eq!(not_needed_if(requirement.not_needed_if), row["dod_am_no_deduction_if"], "{id}");
        assert_eq!(requirement.level_1.as_deref().unwrap_or_default(), row["cmmc_l1_id"], "{id}");
        assert_eq!(requirement.level_1.is_some(), row["far_basic_safeguard"] == "yes", "{id}");
        assert_eq!(requirement.nist_800_53, words(&row["nist_800_53_r4"]), "{id}");
        assert_eq!(relation(requirement.revision_3_relation), row["r3_disposition"], "{id}");
        assert_eq!(requirement.revision_3, words(&row["r3_targets"]), "{id}");
        assert!(requirement.maps_to.is_empty(), "{id}");
    }
}

#[test]
fn level_2_objectives() {
    let expected: Vec<String> = facts("cmmc-l2-objectives.csv").into_iter().map(|row| row["cmmc_objective_id"].clone()).collect();
    let mut shipped: Vec<String> = pack(2)
        .requirements()
        .flat_map(|requirement| requirement.objectives.iter().map(|o| format!("{}[{}]", requirement.id, o.letter)))
        .collect();
    let mut sorted = expected.clone();
    sorted.sort_unstable();
    shipped.sort_unstable();
    assert_eq!(shipped, sorted);
    assert_eq!(shipped.len(), 320);
}

#[test]
fn level_3() {
    for (requirement, row) in paired(3, "cmmc-l3.csv") {
        let id = &requirement.id;
        check_common(requirement, &row);
        assert_eq!(requirement.number, row["nist_800_172"], "{id}");
        assert_eq!(requirement.points.unwrap().to_string(), row["weight"], "{id}");
        assert_eq!((requirement.partial.as_ref(), requirement.kind), (None, None), "{id}");
    }
}

#[test]
fn families() {
    let rows = facts("families.csv");
    for level in 1..=3 {
        let counted = |row: &&Row| row[&format!("l{level}_count")] != "0";
        let expected: Vec<_> = rows
            .iter()
            .filter(counted)
            .map(|row| {
                let count: usize = row[&format!("l{level}_count")].parse().unwrap();
                (row["domain"].as_str(), row["name"].as_str(), row["nist_800_171_r2_section"].as_str(), count)
            })
            .collect();
        let shipped: Vec<_> = pack(level)
            .families
            .iter()
            .map(|family| (family.code.as_str(), family.name.as_str(), family.section.as_str(), family.requirements.len()))
            .collect();
        assert_eq!(shipped, expected, "level {level}");
    }
    for row in &rows {
        let family = pack(2).family(&row["domain"]).unwrap();
        let count = |wanted: &dyn Fn(&&Requirement) -> bool| family.requirements.iter().filter(wanted).count().to_string();
        assert_eq!(count(&|r| r.kind == Some(Kind::Basic)), row["l2_basic"]);
        assert_eq!(count(&|r| r.kind == Some(Kind::Derived)), row["l2_derived"]);
        assert_eq!(count(&|r| r.poam == PoamEligibility::Eligible), row["l2_poam_yes"]);
        assert_eq!(count(&|r| r.poam == PoamEligibility::AtPartialPoints), row["l2_poam_conditional"]);
        assert_eq!(count(&|r| r.poam == PoamEligibility::Never), row["l2_poam_no"]);
        let objectives: usize = family.requirements.iter().map(|r| r.objectives.len()).sum();
        assert_eq!(objectives.to_string(), row["l2_objectives"]);
        let points: u32 = family.requirements.iter().filter_map(|r| r.points).map(u32::from).sum();
        assert_eq!(points.to_string(), row["l2_weight_max_sum"]);
    }
}

#[test]
fn values_of_level_2() {
    let of = |points: Option<u8>, partial: bool| {
        pack(2).requirements().filter(|r| r.points == points && r.partial.is_some() == partial).count()
    };
    assert_eq!(
        (of(Some(5), false), of(Some(3), false), of(Some(5), true), of(Some(1), false), of(None, false)),
        (42, 14, 2, 51, 1)
    );
    assert_eq!(pack(2).requirements().filter_map(|r| r.points).map(i32::from).sum::<i32>(), 313);
    assert_eq!((pack(2).max_score, pack(2).min_score, pack(2).conditional_score), (Some(110), Some(-203), Some(88)));
    assert_eq!((pack(3).max_score, pack(3).min_score, pack(3).conditional_score), (Some(24), Some(0), Some(20)));
    assert_eq!((pack(1).max_score, pack(1).min_score, pack(1).conditional_score), (None, None, None));
    // 0.8 of all requirements, rounded up to a whole point (32 CFR 170.21(a)).
    for level in [2, 3] {
        let max = pack(level).max_score.unwrap();
        assert_eq!(pack(level).conditional_score, Some((max * 8 + 9) / 10));
    }
}

#[test]
fn periodic_requirements_say_so() {
    // The requirements whose text in the assessment guides 2.13 says "periodically" or "at least annually", and no other.
    let periodic =
        |level| -> Vec<&str> { pack(level).requirements().filter(|r| r.periodic).map(|r| r.number.as_str()).collect() };
    assert_eq!(periodic(1), ["b.1.xv"]);
    assert_eq!(periodic(2), ["3.11.1", "3.11.2", "3.12.1", "3.12.4", "3.14.5"]);
    assert_eq!(periodic(3), ["3.2.1e", "3.11.5e", "3.11.7e", "3.12.1e"]);
}

#[test]
fn lookups_and_positions() {
    for pack in rules::shipped() {
        for (place, requirement) in pack.requirements().enumerate() {
            assert_eq!(requirement.position as usize, place);
            assert_eq!(pack.requirement(&requirement.id), Some(requirement));
            assert_eq!(pack.requirement(&requirement.number), Some(requirement));
        }
        for unknown in ["", "3.1", "3.1.99", "AC", "ac.l2-3.1.1", "AC.L2-3.1.1[a]"] {
            assert_eq!(pack.requirement(unknown), None);
        }
    }
}
