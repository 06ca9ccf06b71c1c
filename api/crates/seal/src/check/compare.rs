//! Compares what was found in an archive with what its manifest says.

use super::difference::Difference;
use super::{Found, SignedBy};
use crate::log::{ARTIFACTS_LOG, HASH_LOG, Row, read, same_path};
use crate::manifest::{Kind, Manifest, is_canonical};
use crate::names::{fault, folded};
use crate::signature::{Pin, PublicKey};
use crate::{MANIFEST, SIGNATURE};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use unicode_normalization::UnicodeNormalization;

/// The outcome of a comparison.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) differences: Vec<Difference>,
    pub(super) manifest: Option<Manifest>,
    pub(super) signed_by: SignedBy,
}

/// Names every difference. What is compared first is what the rest rests on.
pub(super) fn compare(found: &[Found], pin: Option<&Pin>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut by_path = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for one in found {
        if let Some(why) = fault(&one.path) {
            outcome.differences.push(Difference::UnsafeName { path: one.path.clone(), why: why.to_owned() });
        }
        if seen.insert(folded(&one.path)) {
            by_path.insert(composed(&one.path), one);
        } else {
            outcome.differences.push(Difference::Duplicate(one.path.clone()));
        }
    }
    let content = |path: &str| by_path.get(path).and_then(|one| one.kept.as_deref());
    let Some(manifest_bytes) = content(MANIFEST) else {
        outcome.differences.push(Difference::ManifestAbsent);
        return outcome;
    };
    let manifest = match Manifest::read(manifest_bytes) {
        Ok(manifest) => manifest,
        Err(why) => {
            outcome.differences.push(Difference::ManifestUnreadable(why.to_string()));
            // Nobody has signed what can't be read, whatever the signature's file holds.
            let signature = content(SIGNATURE).map_or(Difference::SignatureAbsent, |_bytes| Difference::SignatureBad);
            outcome.differences.push(signature);
            return outcome;
        }
    };
    if !is_canonical(manifest_bytes) {
        outcome.differences.push(Difference::ManifestForm("it is not in canonical form".to_owned()));
    }
    outcome.signed_by = signed_by(&manifest, manifest_bytes, content(SIGNATURE), pin, &mut outcome.differences);
    files(&manifest, &by_path, &mut outcome.differences);
    checksums(found, &mut outcome.differences);
    logs(&manifest, &by_path, &mut outcome.differences);
    outcome.manifest = Some(manifest);
    outcome
}

fn composed(path: &str) -> String {
    path.nfc().collect()
}

fn signed_by(
    manifest: &Manifest,
    bytes: &[u8],
    signature: Option<&[u8]>,
    pin: Option<&Pin>,
    differences: &mut Vec<Difference>,
) -> SignedBy {
    let (Some(named), Some(signature)) = (&manifest.signing_key, signature) else {
        differences.push(Difference::SignatureAbsent);
        return SignedBy::Nobody;
    };
    let Some(key) = PublicKey::from_base64(&named.public_key).filter(|key| key.fingerprint() == named.fingerprint) else {
        differences.push(Difference::SignatureBad);
        return SignedBy::Nobody;
    };
    if !key.verifies(bytes, signature) {
        differences.push(Difference::SignatureBad);
        return SignedBy::Nobody;
    }
    let fingerprint = key.fingerprint();
    match pin {
        None => SignedBy::Key(fingerprint),
        Some(pin) if pin.fingerprint() == fingerprint => SignedBy::PinnedKey(fingerprint),
        Some(pin) => {
            let expected = pin.fingerprint().to_owned();
            differences.push(Difference::OtherKey { signed_by: fingerprint.clone(), expected });
            SignedBy::Key(fingerprint)
        }
    }
}

/// The files: changed, missing, renamed, added, in that order.
fn files(manifest: &Manifest, by_path: &BTreeMap<String, &Found>, differences: &mut Vec<Difference>) {
    let mut wanted = BTreeMap::new();
    for (file, copy) in manifest.copies() {
        let path = composed(&copy.path);
        let inside = path.strip_prefix(crate::ARTIFACTS).is_some_and(|rest| rest.starts_with('/'));
        if fault(&copy.path).is_some() || !inside {
            differences.push(Difference::ManifestForm(format!("it names {}, which is no path of an artifact", copy.path)));
        }
        if wanted.insert(path, file).is_some() {
            differences.push(Difference::ManifestForm(format!("it names {} twice", copy.path)));
        }
    }
    let is_own = |path: &str| [MANIFEST, SIGNATURE, ARTIFACTS_LOG, HASH_LOG].contains(&path);
    let mut spare: BTreeMap<&str, VecDeque<&str>> = BTreeMap::new();
    for (path, found) in by_path.iter().filter(|(path, _)| !wanted.contains_key(*path) && !is_own(path)) {
        spare.entry(found.sha256.as_str()).or_default().push_back(path);
    }
    let mut gone = Vec::new();
    for (path, file) in &wanted {
        match by_path.get(path) {
            // What could not be read was named already.
            Some(found) if found.sha256.is_empty() => {}
            Some(found) if found.sha256 == file.sha256 && found.size == file.size => {}
            Some(found) => differences.push(Difference::Changed {
                path: path.clone(),
                sealed: file.sha256.clone(),
                found: found.sha256.clone(),
            }),
            None => gone.push((path, file)),
        }
    }
    for (path, file) in gone {
        match spare.get_mut(file.sha256.as_str()).and_then(VecDeque::pop_front) {
            Some(to) => differences.push(Difference::Renamed { from: path.clone(), to: to.to_owned() }),
            None => differences.push(Difference::Missing(path.clone())),
        }
    }
    let mut added: Vec<_> = spare.into_values().flatten().collect();
    added.sort_unstable();
    differences.extend(added.into_iter().map(|path| Difference::Added(path.to_owned())));
}

/// What has the right content under a wrong checksum: other programs refuse to unpack it. A changed content was named by its hash.
fn checksums(found: &[Found], differences: &mut Vec<Difference>) {
    let is_named = |path: &str, one: &Difference| matches!(one, Difference::Changed { path: named, .. } if named == path);
    for one in found.iter().filter(|one| !one.checksum) {
        if !differences.iter().any(|difference| is_named(&composed(&one.path), difference)) {
            differences.push(Difference::Unreadable { path: one.path.clone(), why: "its checksum is wrong".to_owned() });
        }
    }
}

/// The logs, against what the manifest says of them and of the files. A selection has none.
fn logs(manifest: &Manifest, by_path: &BTreeMap<String, &Found>, differences: &mut Vec<Difference>) {
    if manifest.kind == Kind::Selection && manifest.logs.is_empty() {
        let extra = [ARTIFACTS_LOG, HASH_LOG].into_iter().filter(|log| by_path.contains_key(*log));
        differences.extend(extra.map(|log| Difference::Added(log.to_owned())));
        return;
    }
    let sealed_list = manifest.artifacts_log();
    for (log, sealed) in [(ARTIFACTS_LOG, &sealed_list), (HASH_LOG, &crate::log::write_hash_log(&sealed_list))] {
        let named: Vec<_> = manifest.logs.iter().filter(|one| one.path == log).collect();
        let hash = crate::sha256(sealed);
        if !matches!(named.as_slice(), [one] if one.sha256 == hash) {
            differences.push(Difference::ManifestForm(format!("what it says of {log} does not follow from its files")));
        }
        match by_path.get(log) {
            None => differences.push(Difference::LogAbsent(log.to_owned())),
            Some(found) if found.sha256.is_empty() || found.sha256 == hash => {}
            Some(found) => {
                differences.push(Difference::LogChanged(log.to_owned()));
                let rows = found.kept.as_deref().map(read);
                let says = |what: String| Difference::LogDisagrees { log: log.to_owned(), what };
                match rows {
                    Some(Ok(rows)) if log == HASH_LOG => differences.extend(hash_row(&rows, &sealed_list).map(says)),
                    Some(Ok(rows)) => differences.extend(log_rows(&rows, manifest).into_iter().map(says)),
                    Some(Err(why)) => differences.push(says(why.to_string())),
                    None => {}
                }
            }
        }
    }
}

/// What is wrong with the hash of the list.
fn hash_row(rows: &[Row], sealed_list: &[u8]) -> Option<String> {
    let hash = crate::sha256(sealed_list);
    match rows {
        [row] if row.sha256 == hash => None,
        [row] => Some(format!("it says {}, and the list that was sealed has {hash}", row.sha256)),
        _ => Some(format!("it has {} rows instead of one", rows.len())),
    }
}

/// What a list of hashes, this product's or the script's own, says otherwise than a manifest. Each is a line of text.
pub fn log_rows(rows: &[Row], manifest: &Manifest) -> Vec<String> {
    let copies = manifest.copies();
    let mut by_hash: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (file, _)) in copies.iter().enumerate() {
        by_hash.entry(&file.sha256).or_default().push(index);
    }
    let mut told = BTreeSet::new();
    let mut left = Vec::new();
    for row in rows {
        let same = by_hash.get(row.sha256.as_str()).into_iter().flatten();
        let place = same
            .copied()
            .find(|index| !told.contains(index) && copies.get(*index).is_some_and(|(_, copy)| same_path(&row.path, &copy.path)));
        match place {
            Some(index) => {
                told.insert(index);
            }
            None => left.push(row),
        }
    }
    let mut words = Vec::new();
    for row in left {
        let untold = |index: &usize| !told.contains(index);
        let by_path = (0..copies.len())
            .filter(untold)
            .find(|index| copies.get(*index).is_some_and(|(_, copy)| same_path(&row.path, &copy.path)));
        let by_hash = by_hash.get(row.sha256.as_str()).into_iter().flatten().copied().find(untold);
        match (by_path, by_hash) {
            (Some(index), _) => {
                told.insert(index);
                words.push(format!("{} has another hash there: {}", row.path, row.sha256));
            }
            (None, Some(index)) => {
                told.insert(index);
                let sealed = copies.get(index).map(|(_, copy)| copy.path.as_str()).unwrap_or_default();
                words.push(format!("{sealed} is called {} there", row.path));
            }
            (None, None) => words.push(format!("{} is listed and was not sealed", row.path)),
        }
    }
    for (index, (_, copy)) in copies.iter().enumerate() {
        if !told.contains(&index) {
            words.push(format!("{} was sealed and is not listed", copy.path));
        }
    }
    words
}
