//! What is looked at when all bytes of a file are there: its beginning, its end, its lists. Little of it is read, whatever its
//! size; only pictures of text and animations are read through.

use super::kinds::{Content, ZIPS};
use super::svg::SvgCheck;
use super::{Checks, Fault, FileKind, Refusal, container, pdf, polyglot};
use std::io::{Read, Seek, SeekFrom};

/// No picture that people draw is larger.
const LONGEST_SVG: u64 = 64 * 1024 * 1024;

impl FileKind {
    /// The checks of the whole file, which is as its first bytes and its name say. Blocking.
    pub(crate) fn check_whole(&self, file: &mut (impl Read + Seek), checks: &Checks) -> Result<(), Fault> {
        match (self.content, self.extension.as_str()) {
            (Content::Office(document), _) => return container::check_office(file, document, checks),
            (Content::Binary(_), "odt" | "ods" | "odp") => return container::check_open_document(file, checks),
            (Content::Binary(ZIPS), _) => return container::check_archive(file, checks),
            (Content::Text(..), "svg") if !checks.active_svg => return check_svg(file),
            (Content::Text(..), _) => return Ok(()),
            (Content::Binary(_), "png") => polyglot::check_png(file)?,
            (Content::Binary(_), "gif") => polyglot::check_gif(file)?,
            (Content::Binary(_), "webp") => polyglot::check_webp(file)?,
            (Content::Binary(_), "gz") => container::check_gzip(file, checks)?,
            (Content::Binary(_), "pdf") => pdf::check_pdf(file, checks)?,
            (Content::Binary(_), "7z") => container::check_7z(file, checks)?,
            _ => {}
        }
        if matches!(self.extension.as_str(), "png" | "gif" | "webp" | "jpg" | "jpeg" | "pdf") {
            polyglot::no_page(file)?;
        }
        polyglot::no_archive_at_end(file)
    }
}

fn check_svg(file: &mut (impl Read + Seek)) -> Result<(), Fault> {
    if file.seek(SeekFrom::End(0))? > LONGEST_SVG {
        return Err(Refusal::new("The picture is larger than a picture is.").into());
    }
    file.seek(SeekFrom::Start(0))?;
    let (mut check, mut piece) = (SvgCheck::new(), vec![0; 64 * 1024]);
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(check.finish()?);
        }
        check.update(piece.get(..length).unwrap_or_default())?;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use std::io::{Cursor, Write};

    const CHECKS: Checks =
        Checks { macros: false, encrypted: false, active_svg: false, entries: 100, expanded: 100 << 20, ratio: 200, nested: 0 };

    /// One entry of an archive that a test makes, with what may be wrong with it.
    #[derive(Clone)]
    struct Part {
        name: String,
        content: Vec<u8>,
        packed: bool,
        flags: u16,
        /// What the list says instead of its size.
        size: Option<u32>,
    }

    fn part(name: &str, content: &[u8]) -> Part {
        Part { name: name.to_owned(), content: content.to_vec(), packed: false, flags: 0, size: None }
    }

    fn packed(name: &str, content: &[u8]) -> Part {
        Part { packed: true, ..part(name, content) }
    }

    fn deflated(content: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn zip(parts: &[Part]) -> Vec<u8> {
        let (mut local, mut list) = (Vec::new(), Vec::new());
        for part in parts {
            let data = if part.packed { deflated(&part.content) } else { part.content.clone() };
            let sizes = [u32::try_from(data.len()).unwrap(), part.size.unwrap_or(u32::try_from(part.content.len()).unwrap())];
            let common = [
                &part.flags.to_le_bytes()[..],
                &[if part.packed { 8 } else { 0 }, 0],
                &[0; 8],
                &sizes[0].to_le_bytes(),
                &sizes[1].to_le_bytes(),
                &u16::try_from(part.name.len()).unwrap().to_le_bytes(),
                &[0; 2],
            ]
            .concat();
            let at = u32::try_from(local.len()).unwrap().to_le_bytes();
            list.extend([b"PK\x01\x02\x14\0\x14\0", &common[..], &[0; 10], &at, part.name.as_bytes()].concat());
            local.extend([b"PK\x03\x04\x14\0", &common[..], part.name.as_bytes(), &data].concat());
        }
        finish(&local, &list, parts.len())
    }

    fn finish(local: &[u8], list: &[u8], count: usize) -> Vec<u8> {
        let count = u16::try_from(count).unwrap().to_le_bytes();
        let sizes = [list.len(), local.len()].map(|size| u32::try_from(size).unwrap().to_le_bytes());
        [local, list, b"PK\x05\x06", &[0; 4], &count, &count, &sizes[0], &sizes[1], &[0; 2]].concat()
    }

    /// A zip archive of empty files with these names.
    pub(crate) fn archive(names: &[&str]) -> Vec<u8> {
        zip(&names.iter().map(|name| part(name, b"")).collect::<Vec<_>>())
    }

    fn types(main: &str) -> Vec<u8> {
        format!("<?xml version=\"1.0\"?><Types><Override PartName=\"/x\" ContentType=\"{main}\"/></Types>").into_bytes()
    }

    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    const WORD_MACROS: &str = "application/vnd.ms-word.document.macroEnabled.main+xml";

    fn word(main: &str, more: &[Part]) -> Vec<u8> {
        let parts = [packed("[Content_Types].xml", &types(main)), part("_rels/.rels", b"x"), part("word/document.xml", b"x")];
        zip(&[&parts[..], more].concat())
    }

    fn verdict_by(name: &str, bytes: &[u8], checks: &Checks) -> Result<(), String> {
        let extensions = [name.rsplit('.').next().unwrap().to_owned()];
        let kind = FileKind::of(name, &extensions).unwrap();
        match kind.check_whole(&mut Cursor::new(bytes), checks) {
            Ok(()) => Ok(()),
            Err(Fault::Refused(Refusal(words))) => Err(words),
            Err(Fault::Io(error)) => panic!("{name}: {error}"),
        }
    }

    fn verdict(name: &str, bytes: &[u8]) -> Result<(), String> {
        verdict_by(name, bytes, &CHECKS)
    }

    #[test]
    fn documents_are_what_their_names_say() {
        assert_eq!(verdict("a.docx", &word(WORD, &[])), Ok(()));
        for (name, bytes, why) in [
            ("a.xlsx", word(WORD, &[]), "not the office document"),
            ("a.docx", archive(&["readme.txt", "word/x"]), "not the office document"),
            ("a.docx", archive(&["[Content_Types].xml", "word/document.xml"]), "not the office document"),
            ("a.docx", word("application/other", &[]), "not the office document"),
            ("a.docx", word(WORD_MACROS, &[]), "macros"),
            ("a.docx", word(WORD, &[part("word/vbaProject.bin", b"x")]), "macros"),
            ("a.docx", word(WORD, &[part("word/VBAPROJECT.BIN", b"x")]), "macros"),
            ("a.xlsx", word(WORD, &[part("xl/macrosheets/sheet1.xml", b"x")]), "macros"),
            ("a.docx", word(WORD, &[part("[Content_Types].xml", b"x")]), "differently"),
            ("a.docx", word(&format!("{WORD}\"/><!-- -->"), &[]), "differently"),
            ("a.docx", word(&format!("{WORD}\"/><a b=\"&#109;"), &[]), "differently"),
            ("a.odt", archive(&["mimetype"]), "differently"),
            ("a.odt", zip(&[part("META-INF/manifest.xml", b"<manifest:encryption-data>")]), "password"),
            ("a.odt", zip(&[part("META-INF/manifest.xml", b"x"), part("Basic/Standard/a.xml", b"x")]), "macros"),
        ] {
            let words = verdict(name, &bytes).unwrap_err();
            assert!(words.contains(why), "{name} {why}: {words}");
        }
        assert_eq!(verdict("a.odt", &zip(&[part("META-INF/manifest.xml", b"<manifest/>")])), Ok(()));
        // A type for macros is one that has them, where the settings accept it.
        let accepting = Checks { macros: true, ..CHECKS };
        let bytes = word(WORD_MACROS, &[part("word/vbaProject.bin", b"x")]);
        assert_eq!(verdict_by("a.docm", &bytes, &accepting), Ok(()));
        assert!(verdict_by("a.docm", &word(WORD, &[]), &accepting).is_err());
        assert!(verdict_by("a.docx", &bytes, &accepting).is_err());
    }

    #[test]
    fn archives_keep_the_bounds() {
        let logs = zip(&[packed("a.log", &b"line\n".repeat(1000)), part("b/", b""), part("c.pdf", b"x")]);
        assert_eq!(verdict("a.zip", &logs), Ok(()));
        assert_eq!(verdict("a.zip", &archive(&["a.docx", "b.gz"])), Ok(()), "documents and logs are no archives here");
        let zeros = packed("zeros", &vec![0; 20 << 20]);
        let lying = Part { size: Some(200 << 20), ..packed("a", &vec![7; 1 << 20]) };
        let huge = Part { size: Some(90 << 20), packed: false, ..packed("a", &[]) };
        let locked = Part { flags: 1, ..part("a.txt", b"secret") };
        let many: Vec<String> = (0..101).map(|n| format!("{n}.txt")).collect();
        for (bytes, why) in [
            (zip(&[zeros]), "far more"),
            (zip(&[lying]), "differently"),
            (zip(&[huge]), "differently"),
            (zip(&[Part { size: Some(5), ..part("a", b"x") }]), "differently"),
            (zip(std::slice::from_ref(&locked)), "encrypted"),
            (zip(&[Part { flags: 1 << 13, ..part("a", b"x") }]), "encrypted"),
            (archive(&many.iter().map(String::as_str).collect::<Vec<_>>()), "at most 100"),
            (archive(&["r/r.zip"]), "other archives"),
            (archive(&["LIB.TAR.GZ"]), "other archives"),
        ] {
            let words = verdict("a.zip", &bytes).unwrap_err();
            assert!(words.contains(why), "{why}: {words}");
        }
        let tolerant = Checks { encrypted: true, nested: 1, ..CHECKS };
        assert_eq!(verdict_by("a.zip", &zip(&[locked, part("a.zip", b"x")]), &tolerant), Ok(()));
    }

    /// Two entries of the list that unpack the same bytes, as the densest bombs do.
    #[test]
    fn archives_that_programs_read_differently_are_none() {
        let good = zip(&[part("a.txt", b"hello"), part("b.txt", b"world")]);
        let list = good.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        let entry = &good[list..good.len() - 22];
        let twice = finish(&good[..list], &[entry, entry].concat(), 4);
        let mut renamed = good.clone();
        renamed[30] = b'z';
        let mut moved = good.clone();
        moved[list + 42] = 1;
        let mut hidden = good.clone();
        hidden[6] = 1;
        let mut longer = good.clone();
        longer[list + 20..list + 24].copy_from_slice(&9_u32.to_le_bytes());
        longer[list + 24..list + 28].copy_from_slice(&9_u32.to_le_bytes());
        let [before, behind] = [[b"GIF89a".to_vec(), good.clone()].concat(), [good.clone(), b"<html>".to_vec()].concat()];
        for (what, bytes) in [
            ("entries that share bytes", twice),
            ("an entry with two names", renamed),
            ("an entry elsewhere", moved),
            ("an entry that is encrypted for some", hidden),
            ("an entry that reaches into the next", longer),
            ("something before", before),
            ("something behind", behind),
            ("nothing at all", finish(b"", b"", 0)),
        ] {
            assert!(verdict("a.zip", &bytes).unwrap_err().contains("differently"), "{what}");
        }
        for cut in 0..good.len() {
            assert!(verdict("a.zip", &good[..cut]).is_err(), "{cut}");
        }
    }

    /// The form for more than 4 GB, written for a small one.
    #[test]
    fn long_lists_are_read_too() {
        let small = zip(&[part("a.txt", b"hello")]);
        let list = small.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        let mut entry = small[list..small.len() - 22].to_vec();
        entry[20..28].copy_from_slice(&[0xFF; 8]);
        entry[30..32].copy_from_slice(&20_u16.to_le_bytes());
        entry.extend([&[1, 0, 16, 0][..], &5_u64.to_le_bytes(), &5_u64.to_le_bytes()].concat());
        let (length, start) = (entry.len() as u64, list as u64);
        let record = [
            b"PK\x06\x06",
            &44_u64.to_le_bytes()[..],
            &[45, 0, 45, 0],
            &[0; 8],
            &1_u64.to_le_bytes(),
            &1_u64.to_le_bytes(),
            &length.to_le_bytes(),
            &start.to_le_bytes(),
        ]
        .concat();
        let locator = [b"PK\x06\x07", &[0; 4][..], &(start + length).to_le_bytes(), &[1, 0, 0, 0]].concat();
        let end = [b"PK\x05\x06", &[0; 4][..], &[0xFF; 12], &[0, 0]].concat();
        let good = [&small[..list], &entry, &record, &locator, &end].concat();
        assert_eq!(verdict("a.zip", &good), Ok(()));
        for cut in 0..good.len() {
            assert!(verdict("a.zip", &good[..cut]).is_err(), "{cut}");
        }
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\0IHDRcrc!\0\0\0\0IENDcrc!";
    const GIF: &[u8] =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x21\xfe\x03abc\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";
    const WEBP: &[u8] = b"RIFF\x04\0\0\0WEBP";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\xff\xd9";
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

    #[test]
    fn files_are_one_thing() {
        let zip = archive(&["a.txt"]);
        let behind = |start: &[u8], end: &[u8]| [start, end].concat();
        for (name, bytes) in [("a.png", PNG), ("a.gif", GIF), ("a.webp", WEBP), ("a.jpg", JPEG), ("a.pdf", PDF)] {
            assert_eq!(verdict(name, bytes), Ok(()), "{name}");
            for end in [&zip[..], b"<ScRiPt>alert(1)</script>", b"<!DOCTYPE html>", b"<?php echo 1;"] {
                assert!(verdict(name, &behind(bytes, end)).is_err(), "{name} {end:?}");
            }
            for cut in 13..bytes.len() {
                assert_eq!(verdict(name, &bytes[..cut]), Ok(()), "{name} {cut}: an image that was cut short is one all the same");
            }
        }
        for (name, bytes) in [("a.png", PNG), ("a.gif", GIF), ("a.webp", WEBP)] {
            assert!(verdict(name, &behind(bytes, b"any")).is_err(), "{name}");
        }
        for script in [&b"GIF89a/*"[..], b"GIF89a=1", b"GIF89a//", b"GIF87a='"] {
            assert!(verdict("a.gif", &behind(script, &GIF[8..])).is_err(), "{script:?}");
        }
        // 61 pixels wide, the low byte of which is a `=`.
        assert_eq!(verdict("a.gif", &behind(b"GIF89a=\0", &GIF[8..])), Ok(()));
        assert!(verdict("a.gif", &behind(&GIF[..19], b"alert(1)")).is_err(), "no block");
        // An archive that hides behind a comment of its own, and one whose list begins far before.
        let commented = behind(&behind(PDF, &zip), &vec![b'x'; 60_000]);
        assert!(verdict("a.pdf", &commented).is_err());
        let long =
            archive(&(0..2000).map(|n| format!("{n:040}")).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>());
        assert!(verdict("a.mp4", &behind(b"....ftypmp42", &long)).is_err());
        // The letters alone are none.
        assert_eq!(verdict("a.pdf", &behind(PDF, b"PK\x05\x06 and more than twenty-two letters")), Ok(()));
    }

    #[test]
    fn packed_files_declare_their_size() {
        let gzip =
            |size: u32, packed: usize| [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &vec![9; packed][..], &size.to_le_bytes()].concat();
        assert_eq!(verdict("a.gz", &gzip(20_000_000, 2_000_000)), Ok(()));
        assert!(verdict("a.gz", &gzip(1_000_000_000, 1_000_000)).unwrap_err().contains("far more"));
        assert!(verdict("a.gz", b"\x1f\x8b\x08").is_err());
        let seven = |header: &[u8]| {
            let length = header.len() as u64;
            [b"7z\xbc\xaf\x27\x1c\0\x04crc.", &0_u64.to_le_bytes()[..], &length.to_le_bytes(), b"crc.", header].concat()
        };
        assert_eq!(verdict("a.7z", &seven(b"\x17\x06header")), Ok(()));
        assert!(verdict("a.7z", &seven(b"\x17\x06..\x24\x06\xf1\x07\x01..")).unwrap_err().contains("encrypted"));
        assert!(verdict("a.7z", &seven(b"x")[..30]).is_err());
        let tolerant = Checks { encrypted: true, ..CHECKS };
        assert_eq!(verdict_by("a.7z", &seven(b"\x17\x06..\x24\x06\xf1\x07\x01.."), &tolerant), Ok(()));
    }

    #[test]
    fn pictures_of_text_do_nothing() {
        assert_eq!(verdict("a.svg", b"<svg/>"), Ok(()));
        assert!(verdict("a.svg", b"<svg onload='x'/>").is_err());
        assert_eq!(verdict_by("a.svg", b"<svg onload='x'/>", &Checks { active_svg: true, ..CHECKS }), Ok(()));
        let late = [b"<svg><t>".to_vec(), vec![b'a'; 65_530], b"<script/>".to_vec()].concat();
        assert!(verdict("a.svg", &late).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            for name in ["a.zip", "a.docx", "a.odt", "a.gz", "a.7z", "a.png", "a.gif", "a.webp", "a.jpg", "a.pdf", "a.svg", "a.mp4"] {
                let _either = verdict(name, &bytes);
            }
        }

        #[test]
        fn no_damage_panics(at in 0_usize..400, byte: u8, other in 0_usize..400) {
            let mut samples = vec![
                ("a.docx", word(WORD, &[part("a", b"b")])), ("a.zip", zip(&[packed("a", b"aaaaaaaaaaaa"), part("b", b"")])),
                ("a.png", PNG.to_vec()), ("a.gif", GIF.to_vec()),
            ];
            for (name, bytes) in &mut samples {
                let length = bytes.len();
                bytes[at % length] = byte;
                bytes[other % length] ^= byte;
                let _either = verdict(name, bytes);
            }
        }
    }
}
