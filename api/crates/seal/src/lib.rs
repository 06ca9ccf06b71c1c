//! Sealed evidence: what a seal says, how it is written, and how it is checked years later. Pure: no database, no HTTP, no clock;
//! the server seals with it, and the command line and the browser check with the same code. The formats are told in `docs/SEALS.md`.
//!
//! - `manifest` what is sealed, as canonical JSON (RFC 8785)
//! - `signature` Ed25519 over the manifest's bytes
//! - `log` the two logs of the hashing guide, as its PowerShell script prints them
//! - `names` names that every system can unpack
//! - `sealing` makes a seal of all that
//! - `archive` the ZIP: written without seeking (feature `write`), read piece by piece
//! - `check` verification, without any input or output of its own: it says which bytes it wants, and names each difference

pub mod archive;
pub mod check;
pub mod log;
pub mod manifest;
pub mod names;
pub mod sealing;
pub mod signature;

use sha2::{Digest, Sha256};

/// Where the manifest is in the archive.
pub const MANIFEST: &str = "manifest.json";
/// Where the signature of the manifest is in the archive: its 64 bytes.
pub const SIGNATURE: &str = "manifest.json.sig";
/// The folder of the artifacts in the archive. The hashing guide's script, run in it, never meets its own logs.
pub const ARTIFACTS: &str = "artifacts";

/// The SHA-256 of bytes, 64 lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
