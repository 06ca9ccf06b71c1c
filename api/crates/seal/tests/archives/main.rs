//! Archives as they are sealed, and everything that may be done to them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says where")]

mod hostile;
mod mutations;
mod tools;

use seal::archive::{ArchiveWriter, compressible};
use seal::check::{Check, Report};
use seal::log::{ARTIFACTS_LOG, HASH_LOG};
use seal::manifest::{Evidence, FORMAT, FORMAT_VERSION, File, Finding, Kind, Manifest, Product, System};
use seal::sealing::{Layout, seal};
use seal::signature::{Pin, SigningKey};
use seal::{MANIFEST, SIGNATURE, sha256};

const SEED: [u8; 32] = [7; 32];

/// An archive before it is packed: paths and contents, in order.
type Entries = Vec<(String, Vec<u8>)>;

fn pin() -> Option<Pin> {
    Pin::read(&SigningKey::from_seed(&SEED).public().fingerprint())
}

/// A seal of some files, the first of which lies in two folders.
fn sealed(contents: &[(&str, Vec<u8>)]) -> Entries {
    let mut layout = Layout::default();
    let mut files = Vec::new();
    for (index, (name, bytes)) in contents.iter().enumerate() {
        let number = format!("EV-{}", index + 1);
        let mut copies = vec![layout.copy(Some(("AC.L2-3.1.10", "b")), &number, 1, name)];
        if index == 0 {
            copies.push(layout.copy(None, &number, 1, name));
        }
        let evidence = Evidence {
            number,
            title: format!("Title of {name}"),
            version: 1,
            state: "approved".to_owned(),
            effective: Some("2026-01-31".to_owned()),
            expires: None,
            approved_at: Some("2026-02-01T10:00:00Z".to_owned()),
        };
        files.push(File {
            sha256: sha256(bytes),
            size: bytes.len() as u64,
            name: (*name).to_owned(),
            media_type: "text/plain".to_owned(),
            evidence,
            copies,
        });
    }
    let finding = Finding {
        requirement: "AC.L2-3.1.10".to_owned(),
        letter: "b".to_owned(),
        finding: "met".to_owned(),
        basis: Some("implemented".to_owned()),
    };
    let system = System {
        id: "1".to_owned(),
        name: "Plant".to_owned(),
        level: Some(2),
        cage_codes: vec!["1AB23".to_owned()],
        uei: None,
        ssp: None,
    };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        product: Product { name: "CMMC Tracker".to_owned(), version: "0.0.0".to_owned() },
        signing_key: None,
        kind: Kind::Assessment,
        number: Some(1),
        label: "Year one".to_owned(),
        sealed_at: "2026-11-27T04:42:20Z".to_owned(),
        status_date: None,
        system,
        packs: Vec::new(),
        findings: vec![finding],
        files,
        references: Vec::new(),
        logs: Vec::new(),
    };
    let sealed = seal(manifest.clone(), &SigningKey::from_seed(&SEED)).unwrap();
    let mut entries = vec![
        (ARTIFACTS_LOG.to_owned(), sealed.artifacts_log),
        (HASH_LOG.to_owned(), sealed.hash_log),
        (MANIFEST.to_owned(), sealed.manifest),
        (SIGNATURE.to_owned(), sealed.signature.to_vec()),
    ];
    for (file, copy) in manifest.copies() {
        let (_, bytes) = contents.iter().find(|(name, _)| *name == file.name).unwrap();
        entries.push((copy.path.clone(), bytes.clone()));
    }
    entries
}

/// Some files with the names that make trouble.
fn sample() -> Entries {
    sealed(&[
        ("3.1.10[b].pdf", b"%PDF-1.7 lock".to_vec()),
        ("Übersicht \u{1f512}.txt", "Zeile\n".repeat(5000).into_bytes()),
        ("empty.txt", Vec::new()),
    ])
}

fn pack(entries: &Entries) -> Vec<u8> {
    let mut writer = ArchiveWriter::new((2026, 11, 27, 4, 42, 20));
    let mut bytes = Vec::new();
    for (path, content) in entries {
        let media_type = if path.contains(".pdf") { "application/pdf" } else { "text/plain" };
        writer.start(path, content.len() as u64, compressible(media_type)).unwrap();
        writer.write(content).unwrap();
        bytes.extend(writer.take());
    }
    bytes.extend(writer.finish().unwrap());
    bytes
}

fn check(archive: &[u8], pin: Option<Pin>) -> Report {
    let mut check = Check::new(archive.len() as u64, pin);
    let mut before = 0;
    while let Some(range) = check.wants() {
        assert!(range.end - range.start <= 1 << 20);
        let from = usize::try_from(range.start).unwrap().min(archive.len());
        let to = usize::try_from(range.end).unwrap().min(archive.len());
        check.give(&archive[from..to]);
        assert!(check.progress().0 >= before, "progress goes back");
        before = check.progress().0;
    }
    check.finish()
}

/// The differences of an archive, in words.
fn differences(archive: &[u8]) -> Vec<String> {
    check(archive, pin()).differences.iter().map(ToString::to_string).collect()
}
