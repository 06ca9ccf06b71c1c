use super::*;
use chrono::NaiveDate;
use shared_types::reports::*;

pub(crate) fn document(rows: usize, sections: usize) -> ReportDocument {
    let column = |name: &str, kind| ReportColumn { name: name.to_owned(), kind };
    let row = |n: usize| {
        vec![
            ReportCell::plain(format!("AC.L2-3.1.{n}")),
            ReportCell::plain("=HYPERLINK(\"http://evil\")\u{1}\u{0} über 漢 ".repeat(1 + n % 7)),
            ReportCell::toned("NOT MET", CellTone::Bad),
            ReportCell::plain(n.to_string()),
            ReportCell::plain("2026-11-27"),
        ]
    };
    let table = ReportTable {
        title: "Requirements".to_owned(),
        columns: vec![
            column("Requirement", ColumnKind::Identifier),
            column("Title", ColumnKind::Text),
            column("Finding", ColumnKind::Status),
            column("Points", ColumnKind::Number),
            column("Next review", ColumnKind::Date),
        ],
        rows: (0..rows).map(row).collect(),
    };
    ReportDocument {
        kind: ReportKind::AssessmentStatus,
        title: "Assessment status".to_owned(),
        subtitle: "Enclave <A> & \"B\"".to_owned(),
        marking: "CUI".to_owned(),
        logo: None,
        notice: Some("Working copy, not a result: 3 of 110 requirements are not assessed".to_owned()),
        made_at: "2026-11-27T12:00:00Z".parse().unwrap(),
        as_of: NaiveDate::from_ymd_opt(2026, 11, 27).unwrap(),
        time_zone: "America/New_York".to_owned(),
        facts: vec![ReportFact { label: "Score".to_owned(), value: ReportCell::toned("-12", CellTone::Bad) }],
        sections: (0..sections)
            .map(|n| ReportSection {
                title: format!("Section {n}"),
                level: if n % 3 == 2 { 2 } else { 1 },
                blocks: vec![ReportBlock::Paragraph { text: "Words.\nMore.".to_owned() }, ReportBlock::Table(table.clone())],
            })
            .collect(),
        footnotes: vec![ReportFootnote { text: "The score.".to_owned(), citation: "32 CFR 170.24(c)(2)".to_owned() }],
    }
}

#[test]
fn every_format_is_written_from_the_same_document() {
    for (rows, sections) in [(0, 0), (0, 1), (1, 2), (200, 5)] {
        let document = document(rows, sections);
        for (format, magic) in [
            (ReportFormat::Pdf, &b"%PDF-1.7"[..]),
            (ReportFormat::Docx, b"PK"),
            (ReportFormat::Xlsx, b"PK"),
            (ReportFormat::Csv, "\u{feff}Assessment status".as_bytes()),
            (ReportFormat::Json, b"{"),
        ] {
            let bytes = write(document.clone(), format, None).unwrap();
            assert!(bytes.starts_with(magic), "{format}");
            // Of the Word document the library numbers the paragraphs on, over all documents of the process.
            let again = write(document.clone(), format, None).unwrap();
            assert!(format == ReportFormat::Docx || bytes == again, "{format}: the same document gives the same bytes");
        }
    }
}

#[test]
fn csv_says_on_every_row_that_it_is_a_working_copy() {
    let text = String::from_utf8(write(document(4, 2), ReportFormat::Csv, None).unwrap()).unwrap();
    let filled = text.trim_start_matches('\u{feff}').split("\r\n").filter(|line| !line.is_empty());
    for line in filled {
        assert!(line.contains("Working copy") || line.ends_with(",Notice"), "{line}");
    }
    assert!(text.contains("Section 0,\"Words.\nMore.\","), "running text is written: {text}");
    assert!(text.contains("\"'=HYPERLINK(\"\"http://evil\"\")"), "{text}");
}

/// A picture with its metadata.
fn logo() -> (ReportLogo, Vec<u8>) {
    let pixels = image::RgbaImage::from_fn(300, 100, |x, y| {
        image::Rgba([20, u8::try_from(x % 200).unwrap(), 160, u8::try_from(155 + y).unwrap()])
    });
    let mut png = Vec::new();
    image::DynamicImage::ImageRgba8(pixels).write_with_encoder(image::codecs::png::PngEncoder::new(&mut png)).unwrap();
    let logo = logo::read(&png).unwrap();
    let about =
        ReportLogo { alt: "Logo of A & \"B\" <C>".to_owned(), width: logo.width, height: logo.height, sha256: String::new() };
    (about, logo.png)
}

#[test]
fn a_logo_is_in_the_formats_that_show_pictures() {
    let (about, png) = logo();
    let mut document = document(3, 2);
    for format in ReportFormat::ALL.iter().copied() {
        let without = write(document.clone(), format, Some(&png)).unwrap();
        document.logo = Some(about.clone());
        let with = write(document.clone(), format, Some(&png)).unwrap();
        document.logo = None;
        let shows = matches!(format, ReportFormat::Pdf | ReportFormat::Docx | ReportFormat::Xlsx);
        assert!(!shows || with.len() > without.len() + 200, "{format}: {} and {}", without.len(), with.len());
    }
    document.logo = Some(about);
    assert!(matches!(write(document, ReportFormat::Pdf, Some(b"no picture")), Err(WriteError::Logo(_))));
}
