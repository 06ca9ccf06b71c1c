//! What is changed is named.

use super::{check, differences, pack, pin, sample, sealed};
use proptest::prelude::*;
use seal::check::SignedBy;
use seal::log::{ARTIFACTS_LOG, HASH_LOG, write};
use seal::manifest::Manifest;
use seal::sealing::seal;
use seal::signature::{Pin, SigningKey};
use seal::{MANIFEST, SIGNATURE};

const LOCK: &str = "artifacts/AC.L2-3.1.10/[b]/EV-1 v1 3.1.10[b].pdf";
const EMPTY: &str = "artifacts/AC.L2-3.1.10/[b]/EV-3 v1 empty.txt";

#[test]
fn what_is_untouched_passes() {
    let archive = pack(&sample());
    assert_eq!(archive, pack(&sample()), "the same seal gives the same bytes");
    let report = check(&archive, pin());
    assert_eq!(report.differences, []);
    assert!(matches!(report.signed_by, SignedBy::PinnedKey(_)));
    assert_eq!((report.files, report.manifest.unwrap().label), (8, "Year one".to_owned()));
    let unpinned = check(&archive, None);
    assert!(unpinned.intact() && matches!(unpinned.signed_by, SignedBy::Key(_)));
    // Neither does packing it again by another order change anything.
    let mut again = sample();
    again.reverse();
    assert!(differences(&pack(&again)).is_empty());
}

#[test]
fn each_difference_has_its_word() {
    let change = |path: &str, content: &[u8]| {
        let mut entries = sample();
        entries.iter_mut().find(|(one, _)| one == path).unwrap().1 = content.to_vec();
        differences(&pack(&entries))
    };
    let first = |words: Vec<String>| words.into_iter().next().unwrap();
    assert!(first(change(LOCK, b"%PDF-1.7 l0ck")).starts_with(&format!("changed: {LOCK}: sealed as ")));
    assert_eq!(first(change(SIGNATURE, &[0; 64])), "signature: it does not belong to this manifest");
    assert_eq!(first(change(SIGNATURE, &[])), "signature: it does not belong to this manifest");
    assert_eq!(first(change(MANIFEST, b"{}")), "manifest: it cannot be read: missing field `format` at line 1 column 2");
    assert_eq!(first(change(ARTIFACTS_LOG, b"")), "changed: CMMCAssessmentArtifacts.log: it is not the log that was sealed");
    let other = write([("00".repeat(32).as_str(), ARTIFACTS_LOG)]);
    let words = change(HASH_LOG, &other);
    assert_eq!(words[0], "changed: CMMCAssessmentLogHash.log: it is not the log that was sealed");
    assert!(words[1].starts_with("log: CMMCAssessmentLogHash.log: it says 0000"), "{words:?}");

    let mut renamed = sample();
    let (path, _) = renamed.iter_mut().find(|(one, _)| one == EMPTY).unwrap();
    *path = "artifacts/other.txt".to_owned();
    assert_eq!(differences(&pack(&renamed)), [format!("renamed: {EMPTY} is now artifacts/other.txt")]);
    let mut added = sample();
    added.push(("artifacts/more.txt".to_owned(), b"more".to_vec()));
    assert_eq!(differences(&pack(&added)), ["added: artifacts/more.txt"]);
    let mut twice = sample();
    twice.push((LOCK.to_uppercase(), b"x".to_vec()));
    assert_eq!(differences(&pack(&twice)), [format!("duplicate: {}: a name that is there twice", LOCK.to_uppercase())]);
    let mut out = sample();
    out.push(("../x".to_owned(), Vec::new()));
    assert_eq!(differences(&pack(&out)), ["unsafe name: ../x: it may lead out of its folder", "added: ../x"]);
}

#[test]
fn a_log_that_says_otherwise_is_told_row_by_row() {
    let mut entries = sample();
    let manifest = Manifest::read(&entries.iter().find(|(path, _)| path == MANIFEST).unwrap().1).unwrap();
    let wrong = "11".repeat(32);
    let rows: Vec<(String, String)> = manifest
        .copies()
        .iter()
        .filter(|(_, copy)| copy.path != EMPTY)
        .map(|(file, copy)| (if copy.path == LOCK { wrong.clone() } else { file.sha256.clone() }, copy.path.clone()))
        .collect();
    entries.iter_mut().find(|(path, _)| path == ARTIFACTS_LOG).unwrap().1 =
        write(rows.iter().map(|(sha256, path)| (sha256.as_str(), path.as_str())));
    let words = differences(&pack(&entries));
    assert_eq!(
        words,
        [
            "changed: CMMCAssessmentArtifacts.log: it is not the log that was sealed".to_owned(),
            format!("log: CMMCAssessmentArtifacts.log: {} has another hash there: {wrong}", LOCK.replace('/', "\\")),
            format!("log: CMMCAssessmentArtifacts.log: {EMPTY} was sealed and is not listed"),
        ]
    );
}

#[test]
fn somebody_else_s_seal_is_not_ours() {
    let entries = sample();
    let manifest = Manifest::read(&entries.iter().find(|(path, _)| path == MANIFEST).unwrap().1).unwrap();
    let other = SigningKey::from_seed(&[9; 32]);
    let forged = seal(manifest, &other).unwrap();
    let forged = entries
        .into_iter()
        .map(|(path, content)| match path.as_str() {
            MANIFEST => (path, forged.manifest.clone()),
            SIGNATURE => (path, forged.signature.to_vec()),
            _ => (path, content),
        })
        .collect();
    let archive = pack(&forged);
    assert!(differences(&archive)[0].starts_with(&format!("signature: made by key {}", other.public().fingerprint())));
    assert!(check(&archive, None).intact(), "without a key to compare, the reader compares");
    assert!(check(&archive, Pin::read(&other.public().to_pem())).intact());
}

#[derive(Debug, Clone)]
enum Mutation {
    Flip { entry: usize, at: usize, bit: u8 },
    Cut { entry: usize },
    Grow { entry: usize },
    Remove { entry: usize },
    Rename { entry: usize, name: String },
    Add { name: String, content: Vec<u8> },
    Swap { one: usize, other: usize },
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let entry = any::<usize>();
    let name = "[a-zA-Z0-9äöü ]{1,12}\\.txt";
    prop_oneof![
        (entry, any::<usize>(), 0..8_u8).prop_map(|(entry, at, bit)| Mutation::Flip { entry, at, bit }),
        entry.prop_map(|entry| Mutation::Cut { entry }),
        entry.prop_map(|entry| Mutation::Grow { entry }),
        entry.prop_map(|entry| Mutation::Remove { entry }),
        (entry, name).prop_map(|(entry, name)| Mutation::Rename { entry, name }),
        (name, any::<Vec<u8>>()).prop_map(|(name, content)| Mutation::Add { name, content }),
        (entry, entry).prop_map(|(one, other)| Mutation::Swap { one, other }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_seal_passes_and_any_change_of_it_is_named(
        contents in prop::collection::btree_map("[a-zé\\[\\]]{1,8}\\.(txt|pdf)", any::<Vec<u8>>(), 1..6),
        mutation in mutation(),
    ) {
        let contents: Vec<(&str, Vec<u8>)> = contents.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        let mut entries = sealed(&contents);
        let untouched = entries.clone();
        prop_assert_eq!(differences(&pack(&entries)), Vec::<String>::new());
        let count = entries.len();
        let touched = match mutation {
            Mutation::Flip { entry, at, bit } => {
                let (path, content) = &mut entries[entry % count];
                let length = content.len();
                prop_assume!(length > 0);
                content[at % length] ^= 1 << bit;
                path.clone()
            }
            Mutation::Cut { entry } => {
                let (path, content) = &mut entries[entry % count];
                prop_assume!(content.pop().is_some());
                path.clone()
            }
            Mutation::Grow { entry } => {
                let (path, content) = &mut entries[entry % count];
                content.push(b'x');
                path.clone()
            }
            Mutation::Remove { entry } => entries.remove(entry % count).0,
            Mutation::Rename { entry, name } => std::mem::replace(&mut entries[entry % count].0, name),
            Mutation::Add { name, content } => {
                entries.push((name.clone(), content));
                name
            }
            Mutation::Swap { one, other } => {
                let (one, other) = (one % count, other % count);
                prop_assume!(entries[one].1 != entries[other].1);
                let content = entries[one].1.clone();
                entries[one].1 = std::mem::replace(&mut entries[other].1, content);
                entries[one].0.clone()
            }
        };
        prop_assert_ne!(&entries, &untouched);
        let words = differences(&pack(&entries));
        prop_assert!(!words.is_empty());
        // It is named by its path; the manifest and its signature by what they are.
        let named = match touched.as_str() {
            MANIFEST => words.iter().any(|word| word.starts_with("manifest:") || word.starts_with("signature:")),
            SIGNATURE => words.iter().any(|word| word.starts_with("signature:")),
            path => words.iter().any(|word| word.contains(path) || word.starts_with("manifest:")),
        };
        prop_assert!(named, "{}: {:?}", touched, words);
    }
}
