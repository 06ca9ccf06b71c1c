//! A released version of a pack never changes: its hash stands in `api/rulepacks/released.toml`.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

/// Pack, version, hash.
type Released = BTreeMap<String, BTreeMap<String, String>>;

fn released() -> Released {
    toml::from_str(include_str!("../../../rulepacks/released.toml")).expect("pack, version, hash")
}

#[test]
fn a_pack_changes_by_a_new_version_only() {
    let released = released();
    for pack in rules::shipped() {
        let (id, version, hash) = (&pack.id, &pack.version, &pack.content_hash);
        let Some(known) = released.get(id).and_then(|versions| versions.get(version)) else {
            panic!("{id} {version} is new: add \"{version}\" = \"{hash}\" under [{id}] in api/rulepacks/released.toml");
        };
        assert_eq!(known, hash, "{id} {version} was changed: restore it, and give the new text a version of its own");
    }
}

#[test]
fn what_was_released_is_carried_for_good() {
    for (id, versions) in released() {
        for version in versions.keys() {
            let carried = rules::shipped().iter().any(|pack| pack.id == id && pack.version == *version);
            assert!(carried, "{id} {version} was released, and installations have adopted it: the program must carry it");
        }
    }
}
