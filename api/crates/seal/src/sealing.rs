//! Making a seal: where each copy lies, the two logs, the signed manifest.

use crate::log::{ARTIFACTS_LOG, HASH_LOG, write_hash_log};
use crate::manifest::{Copy, Log, Manifest, NotCanonical};
use crate::names::Names;
use crate::signature::SigningKey;
use crate::{ARTIFACTS, sha256};

/// The folder of what supports a requirement as a whole.
const WHOLE: &str = "[all]";
/// The folder of what is linked with nothing.
const UNLINKED: &str = "unlinked";

/// Gives out the places in one archive: a folder for each requirement and in it one for each objective, as assessors ask for them. A
/// file that supports several objectives lies in each of their folders: a folder can then be handed on by itself.
#[derive(Debug, Default)]
pub struct Layout(Names);

impl Layout {
    /// The place of a copy of `name`, a file of this version of the evidence of this number. The objective is a requirement and a
    /// letter; an empty letter means the requirement as a whole.
    pub fn copy(&mut self, objective: Option<(&str, &str)>, evidence: &str, version: u32, name: &str) -> Copy {
        let name = format!("{evidence} v{version} {name}");
        let Some((requirement, letter)) = objective else {
            return Copy { path: self.0.take(&[ARTIFACTS, UNLINKED], &name), requirement: None, letter: None };
        };
        let folder = if letter.is_empty() { WHOLE.to_owned() } else { format!("[{letter}]") };
        Copy {
            path: self.0.take(&[ARTIFACTS, requirement, &folder], &name),
            requirement: Some(requirement.to_owned()),
            letter: (!letter.is_empty()).then(|| letter.to_owned()),
        }
    }
}

/// The four texts that make a seal of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The canonical bytes of the manifest.
    pub manifest: Vec<u8>,
    /// Its signature.
    pub signature: [u8; 64],
    /// The list of hashes.
    pub artifacts_log: Vec<u8>,
    /// The hash of that list.
    pub hash_log: Vec<u8>,
}

/// Seals: names the key and the logs in the manifest, and signs it.
pub fn seal(mut manifest: Manifest, key: &SigningKey) -> Result<Sealed, NotCanonical> {
    let artifacts_log = manifest.artifacts_log();
    let hash_log = write_hash_log(&artifacts_log);
    let log = |path: &str, bytes: &[u8]| Log { path: path.to_owned(), sha256: sha256(bytes) };
    manifest.logs = vec![log(ARTIFACTS_LOG, &artifacts_log), log(HASH_LOG, &hash_log)];
    manifest.signing_key = Some((&key.public()).into());
    let bytes = manifest.to_canonical()?;
    let signature = key.sign(&bytes);
    Ok(Sealed { manifest: bytes, signature, artifacts_log, hash_log })
}
