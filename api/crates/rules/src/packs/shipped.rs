//! The packs that the program carries, parsed once.

use super::check::build;
use super::raw::{RawFamily, RawPack};
use super::{PackError, RulePack};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

macro_rules! files {
    ($level:literal: $($name:literal),+ $(,)?) => {
        &[$((
            concat!($name, ".toml"),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../../rulepacks/cmmc-2.0-2026-10/level-", $level, "/", $name, ".toml"
            )),
        )),+]
    };
}

/// The files of each pack, `pack.toml` first.
const SOURCES: [&[(&str, &str)]; 3] = [
    files!("1": "pack", "ac", "ia", "mp", "pe", "sc", "si"),
    files!("2": "pack", "ac", "at", "au", "ca", "cm", "ia", "ir", "ma", "mp", "pe", "ps", "ra", "sc", "si"),
    files!("3": "pack", "ac", "at", "ca", "cm", "ia", "ir", "ps", "ra", "sc", "si"),
];

static PACKS: LazyLock<Result<Vec<RulePack>, PackError>> =
    LazyLock::new(|| SOURCES.iter().map(|files| parse_pack(files)).collect());

/// The shipped packs, or why they can't be read. The content is compiled in, so this crate's tests settle the answer for
/// good; a program that checks it at its start can't be surprised later.
pub fn load() -> Result<&'static [RulePack], &'static PackError> {
    PACKS.as_ref().map(Vec::as_slice)
}

/// The shipped packs by level. Empty if [`load`] fails, which the tests of this crate rule out for what they ship.
pub fn shipped() -> &'static [RulePack] {
    load().unwrap_or(&[])
}

/// The shipped pack of this id (`cmmc-level-2`).
pub fn pack(id: &str) -> Option<&'static RulePack> {
    shipped().iter().find(|pack| pack.id == id)
}

/// Reads a pack from its files, `(name, text)`, `pack.toml` among them. Refuses what breaks the format or contradicts itself.
pub fn parse_pack(files: &[(&str, &str)]) -> Result<RulePack, PackError> {
    let mut pack: Option<RawPack> = None;
    let mut families: Vec<RawFamily> = Vec::new();
    for (name, text) in files {
        let syntax = |error: toml::de::Error| PackError::Syntax { file: (*name).to_owned(), reason: error.to_string() };
        if *name == "pack.toml" {
            pack = Some(toml::from_str(text).map_err(syntax)?);
        } else {
            families.push(toml::from_str(text).map_err(syntax)?);
        }
    }
    let pack = pack.ok_or_else(|| PackError::content("pack.toml", "is missing"))?;
    build(pack, families, content_hash(files))
}

/// SHA-256 over the files by name: each name and text with its length before it, line ends as LF. So neither the order of
/// reading nor the checkout's line ends matter, and no text can be moved from one file to another unseen.
fn content_hash(files: &[(&str, &str)]) -> String {
    let mut files = files.to_vec();
    files.sort_unstable();
    let mut hash = Sha256::new();
    for (name, text) in files {
        for part in [name.to_owned(), text.replace("\r\n", "\n")] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex::encode(hash.finalize())
}
