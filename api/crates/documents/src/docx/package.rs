//! What the library can't be told, put into the parts that it wrote; and the package, compressed.

use crate::WriteError;
use docx_rs::XMLDocx;
use std::io::Cursor;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What the library writes for the first row of a table where that may not be split: a head. It knows no head that is repeated on every
/// page, so this is completed by that.
const HEAD: &str = "</w:tblGrid><w:tr><w:trPr><w:cantSplit />";
const REPEATED: &str = "</w:tblGrid><w:tr><w:trPr><w:cantSplit /><w:tblHeader />";
/// How the library names a picture: it knows no words for those who don't see it.
const UNSAID: &str = "name=\"Figure\"";
/// In the settings, before what must come after it: Word fills in the fields when it opens the document.
const COMPATIBILITY: &str = "<w:compat>";
const UPDATE_FIELDS: &str = "<w:updateFields w:val=\"true\" /><w:compat>";

/// The properties of the document: the library leaves out its title, and knows nobody who made it.
const MADE_BY: &str = "<dc:creator>unknown</dc:creator><cp:lastModifiedBy>unknown</cp:lastModifiedBy>";

fn failed(error: impl std::fmt::Display) -> WriteError {
    WriteError::Docx(error.to_string())
}

/// Text in XML, in an attribute too.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The bytes of the file. `title` stands in its properties; `alt` says what the picture is; `contents` whether there are numbers of pages to be filled in.
pub(super) fn packed(mut built: XMLDocx, title: &str, alt: Option<&str>, contents: bool) -> Result<Vec<u8>, WriteError> {
    let mut text = String::from_utf8(built.document).map_err(failed)?.replace(HEAD, REPEATED);
    if let Some(alt) = alt {
        text = text.replacen(UNSAID, &format!("name=\"Logo\" descr=\"{}\"", attribute(alt)), 1);
    }
    built.document = text.into_bytes();
    let properties = String::from_utf8(built.doc_props.core).map_err(failed)?;
    let made = format!(
        "<dc:title>{}</dc:title><dc:creator>CMMC Tracker</dc:creator><cp:lastModifiedBy>CMMC Tracker</cp:lastModifiedBy>",
        attribute(title)
    );
    built.doc_props.core = properties.replacen(MADE_BY, &made, 1).into_bytes();
    if contents {
        let settings = String::from_utf8(built.settings).map_err(failed)?;
        built.settings = settings.replacen(COMPATIBILITY, UPDATE_FIELDS, 1).into_bytes();
    }
    let mut bytes = Cursor::new(Vec::new());
    built.pack(&mut bytes).map_err(failed)?;
    compressed(bytes).map_err(failed)
}

/// The same parts, deflated: the library stores them as they are, eight times as large. Their times stay those of the beginning of
/// archives, so that the same document gives the same file.
fn compressed(package: Cursor<Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut from = ZipArchive::new(package)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..from.len() {
        let mut part = from.by_index(index)?;
        if !part.is_dir() {
            let name = part.name()?.into_owned();
            to.start_file(name, options)?;
            std::io::copy(&mut part, &mut to)?;
        }
    }
    Ok(to.finish()?.into_inner())
}
