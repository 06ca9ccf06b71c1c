//! Archives, and the documents that are archives: what is inside of them, by their lists.

use super::zip::{self, Entry, broken};
use super::{Checks, Fault, Refusal};
use std::io::{Read, Seek, SeekFrom};

/// What a list of content types or a manifest may have.
const LONGEST_TYPES: u64 = 1024 * 1024;
/// Below so many bytes of content no ratio is looked at: a blank page compresses without end.
const RATIO_FROM: u64 = 16 * 1024 * 1024;
/// Names that end so are archives of their own.
const ARCHIVES: &[&str] = &[
    ".zip", ".zipx", ".7z", ".rar", ".tar", ".tgz", ".txz", ".tbz2", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".jar",
    ".cab", ".iso",
];

/// An office document: what its extension demands of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub media_type: &'static str,
    /// Where its parts are.
    pub folder: &'static str,
    /// The content type of its main part.
    pub main: &'static str,
    /// Its type is the one that has macros.
    pub macros: bool,
}

fn has_macros() -> Refusal {
    Refusal::new("The document contains macros or other active content. Save it without them.")
}

/// The bounds that every archive keeps; `see` is shown each entry.
fn bounded(
    file: &mut (impl Read + Seek),
    checks: &Checks,
    mut see: impl FnMut(&Entry) -> Result<(), Refusal>,
) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let (mut expanded, mut nested) = (0_u64, 0_u64);
    zip::visit(file, checks.entries, |entry| {
        if entry.encrypted() && !checks.encrypted {
            return Err(Refusal::new(
                "The archive is encrypted. Nobody could examine what is in it: send it without a password.",
            ));
        }
        expanded = expanded.saturating_add(entry.size);
        nested += u64::from(ARCHIVES.iter().any(|end| entry.ends_with(end)));
        if nested > checks.nested {
            let words = "The archive contains other archives. Unpack them first, or send them one by one.";
            return Err(Refusal::new(words));
        }
        if expanded > checks.expanded || too_dense(expanded, size, checks) {
            return Err(Refusal::new("The archive would unpack to far more than it should."));
        }
        see(entry)
    })
}

fn too_dense(expanded: u64, size: u64, checks: &Checks) -> bool {
    expanded > RATIO_FROM && expanded > size.saturating_mul(checks.ratio)
}

/// Any zip archive.
pub(super) fn check_archive(file: &mut (impl Read + Seek), checks: &Checks) -> Result<(), Fault> {
    bounded(file, checks, |_entry| Ok(()))
}

/// Whether a zip archive is the office document that its extension says: its parts lie in `word/`, `xl/` or `ppt/`, its main part
/// has that document's type, and it has macros only where the type says so.
pub(super) fn check_office(file: &mut (impl Read + Seek), document: &Document, checks: &Checks) -> Result<(), Fault> {
    let (mut types, mut inside) = (None, false);
    bounded(file, checks, |entry| {
        if entry.name == b"[Content_Types].xml" && types.replace(entry.clone()).is_some() {
            return Err(broken());
        }
        inside |= entry.name.starts_with(document.folder.as_bytes());
        let active = entry.ends_with("vbaproject.bin") || entry.name.to_ascii_lowercase().starts_with(b"xl/macrosheets/");
        if active && !document.macros { Err(has_macros()) } else { Ok(()) }
    })?;
    let other = || Refusal::new("This is an archive, but not the office document that its name says.");
    let types = types.filter(|_| inside).ok_or_else(other)?;
    let types = String::from_utf8(zip::content(file, &types, LONGEST_TYPES)?).map_err(|_bytes| broken())?;
    // Whatever could make a reader of XML see another type than we do.
    if types.contains("<!") || types.contains("&#") {
        return Err(broken().into());
    }
    let lower = types.to_ascii_lowercase();
    let active = ["macroenabled", "vbaproject", "macrosheet", "activex"].iter().any(|word| lower.contains(word));
    if active && !document.macros {
        return Err(has_macros().into());
    }
    let main = |quote: char| types.contains(&format!("{quote}{}{quote}", document.main));
    if main('"') || main('\'') { Ok(()) } else { Err(other().into()) }
}

/// A document of the `OpenDocument` kind: neither macros nor, by policy, a password.
pub(super) fn check_open_document(file: &mut (impl Read + Seek), checks: &Checks) -> Result<(), Fault> {
    let mut manifest = None;
    bounded(file, checks, |entry| {
        if entry.name == b"META-INF/manifest.xml" && manifest.replace(entry.clone()).is_some() {
            return Err(broken());
        }
        let active = entry.name.starts_with(b"Basic/") || entry.name.starts_with(b"Scripts/");
        if active && !checks.macros { Err(has_macros()) } else { Ok(()) }
    })?;
    let manifest = zip::content(file, &manifest.ok_or_else(broken)?, LONGEST_TYPES)?;
    let hidden = manifest.windows(15).any(|window| window == b"encryption-data");
    if hidden && !checks.encrypted {
        return Err(Refusal::new("The document has a password. Save it without one.").into());
    }
    Ok(())
}

/// What a gzip file declares at its end of its size (RFC 1952: the lowest 32 bits of it).
pub(super) fn check_gzip(file: &mut (impl Read + Seek), checks: &Checks) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let start = size.checked_sub(4).filter(|start| *start >= 10).ok_or_else(|| Refusal::new("The archive is damaged."))?;
    let declared = zip::read(file, start, 4)?.try_into().map(u32::from_le_bytes).unwrap_or_default();
    if too_dense(declared.into(), size, checks) {
        return Err(Refusal::new("The archive would unpack to far more than it should.").into());
    }
    Ok(())
}

/// Whether a 7z archive hides its names behind a password: then its last header names the method, in the clear. One that hides
/// only the content packs that header, and is accepted.
pub(super) fn check_7z(file: &mut (impl Read + Seek), checks: &Checks) -> Result<(), Fault> {
    const AES: &[u8] = &[0x06, 0xF1, 0x07, 0x01];
    /// A header in the clear that is longer says names, not methods.
    const LONGEST: u64 = 64 * 1024;
    let size = file.seek(SeekFrom::End(0))?;
    let damaged = || Refusal::new("The archive is damaged.");
    let head = if size >= 32 { zip::read(file, 0, 32)? } else { return Err(damaged().into()) };
    let number = |at: usize| head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
    let (Some(offset), Some(length)) = (number(12), number(20)) else { return Err(damaged().into()) };
    let start = offset.checked_add(32).filter(|start| start.checked_add(length) == Some(size)).ok_or_else(damaged)?;
    let header = zip::read(file, start, length.min(LONGEST))?;
    if !checks.encrypted && header.windows(AES.len()).any(|window| window == AES) {
        return Err(
            Refusal::new("The archive is encrypted. Nobody could examine what is in it: send it without a password.").into()
        );
    }
    Ok(())
}
