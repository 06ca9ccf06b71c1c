use super::Refusal;
use super::container::Document;

/// So many bytes from the beginning tell what a file is.
pub(crate) const HEAD_BYTES: usize = 8 * 1024;

/// What a file must be by the extension of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileKind {
    pub(super) extension: String,
    pub(super) content: Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Found by its first bytes: one of these, in `infer`'s words.
    Binary(&'static [&'static str]),
    /// An office document.
    Office(&'static Document),
    /// Text of this media type; `infer` may find one of these in it.
    Text(&'static str, &'static [&'static str]),
    /// Allowed by the settings and unknown here: what `infer` finds must have the same extension.
    Other,
}

const DOCX: &Document = &Document {
    media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    folder: "word/",
    main: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    macros: false,
};
const XLSX: &Document = &Document {
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    folder: "xl/",
    main: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    macros: false,
};
const PPTX: &Document = &Document {
    media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    folder: "ppt/",
    main: "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    macros: false,
};
const DOCM: &Document = &Document {
    media_type: "application/vnd.ms-word.document.macroEnabled.12",
    folder: "word/",
    main: "application/vnd.ms-word.document.macroEnabled.main+xml",
    macros: true,
};
const XLSM: &Document = &Document {
    media_type: "application/vnd.ms-excel.sheet.macroEnabled.12",
    folder: "xl/",
    main: "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    macros: true,
};
const PPTM: &Document = &Document {
    media_type: "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    folder: "ppt/",
    main: "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    macros: true,
};
pub(super) const ZIPS: &[&str] = &["zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"];

/// Magic numbers of two letters with which an innocent text may begin, and a certificate, which is text.
const NOT_TELLING_IN_TEXT: &[&str] = &["bmp", "bc", "pem"];

const KINDS: &[(&[&str], Content)] = &[
    (&["pdf"], Content::Binary(&["pdf"])),
    (&["png"], Content::Binary(&["png"])),
    (&["jpg", "jpeg"], Content::Binary(&["jpg"])),
    (&["gif"], Content::Binary(&["gif"])),
    (&["webp"], Content::Binary(&["webp"])),
    (&["docx"], Content::Office(DOCX)),
    (&["xlsx"], Content::Office(XLSX)),
    (&["pptx"], Content::Office(PPTX)),
    (&["docm"], Content::Office(DOCM)),
    (&["xlsm"], Content::Office(XLSM)),
    (&["pptm"], Content::Office(PPTM)),
    (&["odt"], Content::Binary(&["odt"])),
    (&["ods"], Content::Binary(&["ods"])),
    (&["odp"], Content::Binary(&["odp"])),
    (&["zip"], Content::Binary(ZIPS)),
    (&["gz"], Content::Binary(&["gz"])),
    (&["7z"], Content::Binary(&["7z"])),
    (&["mp4"], Content::Binary(&["mp4", "m4v"])),
    (&["csv"], Content::Text("text/csv", &[])),
    (&["txt", "log"], Content::Text("text/plain", &["xml"])),
    (&["conf", "cfg"], Content::Text("text/plain", &["xml", "sh"])),
    (&["ps1"], Content::Text("text/plain", &["sh"])),
    (&["md"], Content::Text("text/markdown", &["html", "xml"])),
    (&["json"], Content::Text("application/json", &[])),
    (&["yaml", "yml"], Content::Text("application/yaml", &[])),
    // A comment at the beginning makes XML look like HTML.
    (&["xml"], Content::Text("application/xml", &["xml", "html"])),
    (&["svg"], Content::Text("image/svg+xml", &["xml", "html"])),
    (&["eml"], Content::Text("message/rfc822", &[])),
];

impl FileKind {
    /// What a file of this name must be, if its extension is allowed.
    pub(crate) fn of(name: &str, allowed: &[String]) -> Result<Self, Refusal> {
        let extension = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        };
        if extension.is_empty() {
            return Err(Refusal::new("The file's name has no extension, so its type is not known."));
        }
        if !allowed.contains(&extension) {
            let words = format!("Files of the type .{extension} are not accepted. Accepted are: {}.", allowed.join(", "));
            return Err(Refusal::new(words));
        }
        let known = KINDS.iter().find(|(extensions, _)| extensions.contains(&extension.as_str()));
        Ok(Self { extension, content: known.map_or(Content::Other, |(_, content)| *content) })
    }

    /// Whether every byte must be text.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.content, Content::Text(..))
    }

    /// Whether the first bytes are those of such a file; gives the media type of the content. `head` has [`HEAD_BYTES`], or the
    /// whole of a shorter file.
    pub(crate) fn check_head(&self, head: &[u8]) -> Result<&'static str, Refusal> {
        if head.is_empty() {
            return Err(Refusal::new("The file is empty."));
        }
        let found = infer::get(head);
        let extension = found.map(|found| found.extension());
        let is = |one_of: &[&str]| extension.is_some_and(|extension| one_of.contains(&extension));
        let sound = match self.content {
            // A PDF may have its mark later, and so may a page with a script before it: only the former is one.
            Content::Binary(["pdf"]) => is(&["pdf"]) && trimmed(head).starts_with(b"%PDF-"),
            Content::Binary(one_of) => is(one_of),
            Content::Office(_) => is(ZIPS),
            Content::Text(_, also) => {
                (extension.is_none() || is(also) || is(NOT_TELLING_IN_TEXT)) && fits_text(&self.extension, head)
            }
            Content::Other => is(&[self.extension.as_str()]),
        };
        match (sound, self.content, found) {
            (true, Content::Text(media_type, _), _) => Ok(media_type),
            (true, Content::Office(document), _) => Ok(document.media_type),
            // A container of another kind in a .zip is a zip all the same.
            (true, Content::Binary(ZIPS), _) => Ok("application/zip"),
            (true, _, Some(found)) => Ok(found.mime_type()),
            (_, _, Some(found)) => {
                let words = format!("The name says .{}, but the content is .{}.", self.extension, found.extension());
                Err(Refusal::new(words))
            }
            (_, _, None) => Err(Refusal::new(format!("The content is not that of a .{} file.", self.extension))),
        }
    }
}

/// Without a byte order mark and white space at the beginning.
fn trimmed(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start()
}

/// The little that a text of some kinds must have.
fn fits_text(extension: &str, head: &[u8]) -> bool {
    let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    match extension {
        _ if utf16 => true,
        "json" => trimmed(head).first().is_none_or(|first| b"{[\"-0123456789tfn".contains(first)),
        "xml" => trimmed(head).starts_with(b"<"),
        "svg" => trimmed(head).starts_with(b"<") && head.windows(4).any(|window| window.eq_ignore_ascii_case(b"<svg")),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::whole::tests::archive;
    use super::*;

    fn allowed() -> Vec<String> {
        let mut all: Vec<String> = KINDS.iter().flat_map(|(names, _)| names.iter().map(|name| (*name).to_owned())).collect();
        all.push("tif".to_owned());
        all
    }

    fn verdict(name: &str, head: &[u8]) -> Result<&'static str, Refusal> {
        FileKind::of(name, &allowed())?.check_head(head)
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
    const ELF: &[u8] =
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    #[test]
    fn content_and_extension_agree() {
        let word = archive(&["[Content_Types].xml", "word/document.xml"]);
        let cases: &[(&str, &[u8], &str)] = &[
            ("policy.pdf", b"%PDF-1.7\n", "application/pdf"),
            ("Policy.PDF", b"%PDF-1.7\n", "application/pdf"),
            ("shot.png", PNG, "image/png"),
            ("photo.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            ("a.exe.pdf", b"%PDF-1.4", "application/pdf"),
            ("3.1.10[b].docx", &word, DOCX.media_type),
            ("all.zip", &word, "application/zip"),
            ("all.zip", &archive(&["a.txt"]), "application/zip"),
            ("old.log.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "application/gzip"),
            ("users.csv", b"BMI,name\n", "text/csv"),
            ("cert.txt", b"-----BEGIN CERTIFICATE-----\n", "text/plain"),
            ("note.txt", "h\u{e9}llo".as_bytes(), "text/plain"),
            ("utf16.txt", b"\xff\xfeh\0i\0", "text/plain"),
            ("readme.md", b"<!-- badge -->\n# Title", "text/markdown"),
            ("data.json", b"\xEF\xBB\xBF {\"a\":1}", "application/json"),
            ("feed.xml", b"<?xml version=\"1.0\"?><a/>", "application/xml"),
            ("map.svg", b"<!-- x --><svg xmlns=\"\"/>", "image/svg+xml"),
            ("script.ps1", b"#!/usr/bin/env pwsh\n", "text/plain"),
            ("scan.tif", b"II*\0\x08\0\0\0 tiff", "image/tiff"),
        ];
        for (name, head, expected) in cases {
            assert_eq!(verdict(name, head).as_ref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn what_is_not_what_it_says_is_refused() {
        let cases: &[(&str, &[u8])] = &[
            ("invoice.pdf", EXE),
            ("invoice.pdf", ELF),
            ("invoice.pdf", b""),
            ("invoice.pdf", b"hello"),
            ("invoice.pdf", b"<html><script>alert(1)</script> %PDF-1.4"),
            ("invoice.pdf", b"GIF89a %PDF-1.4"),
            ("invoice.pdf.exe", EXE),
            ("invoice.exe", b"%PDF-1.4"),
            ("shot.png", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("letter.docx", b"%PDF-1.4"),
            ("letter.odt", &[0x50, 0x4b, 3, 4, 0, 0]),
            ("list.csv", EXE),
            ("list.txt", PNG),
            ("list.txt", b"<!DOCTYPE html><html>"),
            ("list.txt", b"#!/bin/sh\nrm -rf /"),
            ("list.txt", b"%PDF-1.4 only ascii"),
            ("page.svg", b"<html><body></body></html>"),
            ("data.json", b"alert(1)"),
            ("data.xml", b"no markup"),
            ("scan.tif", PNG),
            ("noextension", b"text"),
            (".pdf", b"%PDF-1.4"),
            ("trailing.", b"text"),
            ("evil.pdf ", b"%PDF-1.4"),
            ("x.html", b"<html>"),
        ];
        for (name, head) in cases {
            assert!(verdict(name, head).is_err(), "{name} {head:?}");
        }
    }

    #[test]
    fn every_extension_of_the_defaults_is_known_here() {
        for extension in platform::settings::load(None, std::iter::empty()).unwrap().uploads.extensions {
            let kind = FileKind::of(&format!("x.{extension}"), std::slice::from_ref(&extension)).unwrap();
            assert_ne!(kind.content, Content::Other, ".{extension}");
        }
    }
}
