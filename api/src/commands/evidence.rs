use super::{report, say};
use clap::Subcommand;
use seal::check::{Check, Report, SignedBy, log_rows};
use seal::log;
use seal::signature::Pin;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with sealed evidence. Needs no settings, no database and no network.
#[derive(Subcommand)]
pub(super) enum EvidenceCommand {
    /// Check a sealed archive and name each difference on a line of its own. Nothing is unpacked to the disk.
    ///
    /// Exit status: 0 everything is as it was sealed; 1 something differs; 2 it could not be checked.
    Verify {
        /// The archive.
        zip: PathBuf,
        /// The key that must have signed: its fingerprint, or a file that holds the fingerprint or the public key (PEM or base64).
        #[arg(long)]
        key: Option<String>,
        /// A CMMCAssessmentArtifacts.log that the hashing guide's script wrote elsewhere, to be compared with the seal.
        #[arg(long)]
        log: Option<PathBuf>,
    },
}

const INTACT: u8 = 0;
const DIFFERS: u8 = 1;
const UNCHECKED: u8 = 2;

/// Runs a command on evidence.
pub(super) fn run(command: &EvidenceCommand) -> ExitCode {
    let EvidenceCommand::Verify { zip, key, log } = command;
    match verify(zip, key.as_deref(), log.as_deref()) {
        Ok(status) => ExitCode::from(status),
        Err(fault) => {
            let _failure = report(Err(fault));
            ExitCode::from(UNCHECKED)
        }
    }
}

fn verify(zip: &Path, key: Option<&str>, log: Option<&Path>) -> Result<u8, String> {
    let pin = key.map(read_pin).transpose()?;
    let outside = log.map(read_log).transpose()?;
    let found = check(zip, pin)?;
    for difference in &found.differences {
        say(&difference.to_string())?;
    }
    if !found.readable() {
        return Ok(UNCHECKED);
    }
    let rows = match (&found.manifest, outside) {
        (Some(manifest), Some(rows)) => log_rows(&rows, manifest),
        _ => Vec::new(),
    };
    for row in &rows {
        say(&seal::check::Difference::LogDisagrees { log: "the given log".to_owned(), what: row.clone() }.to_string())?;
    }
    say(&in_short(&found))?;
    let count = found.differences.len() + rows.len();
    say(&match count {
        0 => "Everything is as it was sealed.".to_owned(),
        1 => "1 difference.".to_owned(),
        count => format!("{count} differences."),
    })?;
    Ok(if count == 0 { INTACT } else { DIFFERS })
}

/// What was checked, and whose word it is.
fn in_short(found: &Report) -> String {
    let what = match &found.manifest {
        Some(manifest) => format!("{} seal {} of {}", manifest.kind, manifest.number.unwrap_or_default(), manifest.sealed_at),
        None => "no seal".to_owned(),
    };
    let signed = match &found.signed_by {
        SignedBy::Nobody => "not signed".to_owned(),
        SignedBy::PinnedKey(fingerprint) => format!("signed by the given key {fingerprint}"),
        SignedBy::Key(fingerprint) => format!("signed by key {fingerprint}: compare it with the installation's"),
    };
    let what: String = what.chars().filter(|c| !c.is_control()).collect();
    format!("{what}: {} files, {} bytes; {signed}.", found.files, found.bytes)
}

fn read_pin(key: &str) -> Result<Pin, String> {
    if let Some(pin) = Pin::read(key) {
        return Ok(pin);
    }
    let text = std::fs::read_to_string(key)
        .map_err(|error| format!("--key {key}: it is no fingerprint of 64 digits, and as a file: {error}"))?;
    Pin::read(&text).ok_or_else(|| format!("--key {key}: the file holds neither a fingerprint nor an Ed25519 public key"))
}

fn read_log(path: &Path) -> Result<Vec<log::Row>, String> {
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| fault(&error))?;
    log::read(&bytes).map_err(|error| fault(&error))
}

fn check(zip: &Path, pin: Option<Pin>) -> Result<Report, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", zip.display());
    let mut file = File::open(zip).map_err(fault)?;
    let length = file.seek(SeekFrom::End(0)).map_err(fault)?;
    let mut check = Check::new(length, pin);
    let mut bytes = Vec::new();
    while let Some(range) = check.wants() {
        bytes.clear();
        file.seek(SeekFrom::Start(range.start)).map_err(fault)?;
        (&mut file).take(range.end - range.start).read_to_end(&mut bytes).map_err(fault)?;
        check.give(&bytes);
    }
    Ok(check.finish())
}
