//! What all writers say alike, and text that every format can hold.

use shared_types::reports::{CellTone, ReportBlock, ReportCell, ReportDocument, ReportFact};

/// The column that says on every row that the report is a working copy: sorting and filtering can't part the words from the rows.
pub(crate) const NOTICE: &str = "Notice";

/// The colour of a tone, dark enough for white paper (4.5:1 and more).
pub(crate) fn colour(tone: CellTone) -> (u8, u8, u8) {
    match tone {
        CellTone::Plain => (0x1b, 0x22, 0x2c),
        CellTone::Good => (0x17, 0x6b, 0x3a),
        CellTone::Warn => (0x8a, 0x54, 0x00),
        CellTone::Bad => (0xb3, 0x1f, 0x24),
        CellTone::Muted => (0x56, 0x60, 0x6d),
    }
}

/// The same as six hexadecimal digits.
pub(crate) fn hex(tone: CellTone) -> String {
    let (red, green, blue) = colour(tone);
    format!("{red:02X}{green:02X}{blue:02X}")
}

/// Without the characters that XML 1.0 knows no way to write (controls and non-characters); tabs become blanks, line ends are one.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' => Some('\n'),
            '\t' => Some(' '),
            '\u{fffe}' | '\u{ffff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

fn cell(cell: &mut ReportCell) {
    cell.text = clean(&cell.text);
}

fn facts(facts: &mut [ReportFact]) {
    for fact in facts {
        fact.label = clean(&fact.label);
        cell(&mut fact.value);
    }
}

/// The document in text that every format can hold.
pub(crate) fn cleaned(mut document: ReportDocument) -> ReportDocument {
    for text in [&mut document.title, &mut document.subtitle, &mut document.marking].into_iter().chain(&mut document.notice) {
        *text = clean(text).replace('\n', " ");
    }
    if let Some(logo) = &mut document.logo {
        logo.alt = clean(&logo.alt).replace('\n', " ");
    }
    facts(&mut document.facts);
    for section in &mut document.sections {
        section.title = clean(&section.title).replace('\n', " ");
        for block in &mut section.blocks {
            match block {
                ReportBlock::Paragraph { text } => *text = clean(text),
                ReportBlock::Facts { facts: these } => facts(these),
                ReportBlock::Table(table) => {
                    table.title = clean(&table.title).replace('\n', " ");
                    table.rows.iter_mut().flatten().for_each(cell);
                }
            }
        }
    }
    for note in &mut document.footnotes {
        note.text = clean(&note.text);
        note.citation = clean(&note.citation);
    }
    document
}
