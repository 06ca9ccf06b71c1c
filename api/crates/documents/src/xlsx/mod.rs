//! The workbook: a sheet of facts, then a sheet for each table; tables of the same title and columns share one. Where they are parts of
//! sections, the first column says of which. Every cell is stored as text, a number or a day, never as a formula:
//! what looks like one is the text that somebody typed.
//!
//! - `grid.rs`: the rows of tables, with widths and heights that every program shows alike
//! - `text.rs`: text that fits into cells and heads, and how it looks

mod grid;
mod text;

use crate::words::NOTICE;
use crate::{Picture, WriteError};
use grid::{LINE, MOST_LINES, rows};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, HeaderImagePosition, Image, Workbook, Worksheet};
use shared_types::reports::{CellTone, ReportBlock, ReportColumn, ReportDocument, ReportFact, ReportTable};
use std::collections::HashSet;
use text::{BESIDE, MARKING, head, literal, plain, text, toned};

/// Characters of a line of the summary's two columns, with some to spare.
const LABEL: usize = 30;
const VALUE: usize = 88;
/// The height of the summary's first row with a logo, in points, and where the logo stands in it, in pixels from the second column.
const LOGO_ROW: f64 = 34.0;
const LOGO_PLACE: (u32, u32) = (500, 3);
/// The most that a logo takes, across and down, in pixels.
const LOGO: (f64, f64) = (120.0, 36.0);

pub(crate) fn write(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(document.made_at.timestamp())?;
    let properties =
        DocProperties::new().set_title(&document.title).set_subject(&document.subtitle).set_creation_datetime(&made_at);
    workbook.set_properties(&properties);
    let mut names = HashSet::new();
    let logo = match picture {
        Some((logo, png)) => Some(Image::new_from_buffer(png)?.set_alt_text(&logo.alt).set_scale_to_size(LOGO.0, LOGO.1, true)),
        None => None,
    };
    summary(document, logo.as_ref(), workbook.add_worksheet())?;
    names.insert("summary".to_owned());
    for tables in sheets(document) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(tables.title, &mut names))?;
        page(document, logo.as_ref(), sheet)?;
        rows(document, &tables, sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// The tables of one sheet.
struct Sheet<'a> {
    title: &'a str,
    columns: &'a [ReportColumn],
    /// Each with the title of its section.
    tables: Vec<(&'a str, &'a ReportTable)>,
}

/// The sheets in the order in which their first tables stand: a sheet for each requirement would be more than anybody opens.
fn sheets(document: &ReportDocument) -> Vec<Sheet<'_>> {
    let mut sheets: Vec<Sheet<'_>> = Vec::new();
    for section in &document.sections {
        for block in &section.blocks {
            let ReportBlock::Table(table) = block else { continue };
            let tables = (section.title.as_str(), table);
            let same = |sheet: &&mut Sheet<'_>| sheet.columns == table.columns && sheet.title == table.title;
            match sheets.iter_mut().find(same) {
                Some(sheet) => sheet.tables.push(tables),
                None => sheets.push(Sheet { title: &table.title, columns: &table.columns, tables: vec![tables] }),
            }
        }
    }
    sheets
}

/// A name that a sheet may have: at most 31 characters, none of `[]:*?/\`, no apostrophe at an end, and none twice.
fn sheet_name(title: &str, taken: &mut HashSet<String>) -> String {
    let safe: String = title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).collect();
    let words = safe.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = if words.is_empty() { "Table".to_owned() } else { words };
    // Between words, unless the first is too long itself.
    let cut = |most: usize| {
        let start: String = words.chars().take(most).collect();
        let whole = words.chars().nth(most).is_none_or(|next| next == ' ');
        let end = if whole { None } else { start.rfind(' ') };
        end.and_then(|end| start.get(..end)).unwrap_or(&start).trim_end().to_owned()
    };
    let mut name = cut(31);
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        let end = format!(" {number}");
        name = format!("{}{end}", cut(31 - end.len()));
        number += 1;
    }
    name
}

/// How a sheet is printed: the marking and the notice on every page, what the sheet is, and the logo where the sheet itself shows none.
fn page(document: &ReportDocument, logo: Option<&Image>, sheet: &mut Worksheet) -> Result<(), WriteError> {
    let marking = literal(&document.marking, MARKING);
    let notice = document.notice.as_deref().map(|notice| format!("\n{}", literal(notice, BESIDE))).unwrap_or_default();
    let place = if logo.is_some() { "&L&G" } else { "" };
    sheet.set_header(format!("{place}&C&B{marking}&B{notice}"));
    if let Some(logo) = logo {
        sheet.set_header_image(logo, HeaderImagePosition::Left)?;
    }
    let about = literal(&format!("{} · {}", document.title, document.subtitle), BESIDE);
    sheet.set_footer(format!("&L{about}\n&A&C&B{marking}&B&RPage &P of &N"));
    // US Letter, lying, one page wide.
    sheet.set_paper_size(1).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

fn summary(document: &ReportDocument, logo: Option<&Image>, sheet: &mut Worksheet) -> Result<(), WriteError> {
    sheet.set_name("Summary")?;
    // In the sheet, not in its printed head: there LibreOffice draws no pictures, and nobody sees them who doesn't print.
    page(document, None, sheet)?;
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 90)?;
    let mut row = 0;
    if let Some(logo) = logo {
        sheet.set_row_height(row, LOGO_ROW)?;
        sheet.insert_image_with_offset(row, 1, logo, LOGO_PLACE.0, LOGO_PLACE.1)?;
    }
    text(sheet, row, 0, &document.title, &Format::new().set_bold().set_font_size(16).set_align(FormatAlign::VerticalCenter))?;
    row += 1;
    for (label, value) in [("About", &document.subtitle), ("Marking", &document.marking), ("Made", &document.made())] {
        pair(sheet, row, (label, value), &plain())?;
        row += 1;
    }
    if let Some(notice) = &document.notice {
        pair(sheet, row, (NOTICE, notice), &toned(CellTone::Bad))?;
        row += 1;
    }
    row = facts(sheet, row, &document.facts)?;
    for section in &document.sections {
        for block in &section.blocks {
            match block {
                ReportBlock::Table(_) => {}
                ReportBlock::Paragraph { text: words } => {
                    pair(sheet, row, (&section.title, words), &plain())?;
                    row += 1;
                }
                ReportBlock::Facts { facts: these } => {
                    text(sheet, row, 0, &section.title, &Format::new().set_bold())?;
                    row = facts(sheet, row + 1, these)?;
                }
            }
        }
    }
    for note in &document.footnotes {
        pair(sheet, row, (&note.citation, &note.text), &plain())?;
        row += 1;
    }
    Ok(())
}

/// A row of the summary: what, and its value. Its height is that of its lines, which not every program works out by itself.
fn pair(sheet: &mut Worksheet, row: u32, (label, value): (&str, &str), format: &Format) -> Result<(), WriteError> {
    let lines = |text: &str, across: usize| -> usize { text.split('\n').map(|line| line.chars().count() / across + 1).sum() };
    let most = lines(label, LABEL).max(lines(value, VALUE)).min(MOST_LINES);
    if most > 1 {
        sheet.set_row_height(row, LINE * f64::from(u32::try_from(most).unwrap_or(1)))?;
    }
    text(sheet, row, 0, label, &head())?;
    text(sheet, row, 1, value, format)
}

fn facts(sheet: &mut Worksheet, mut row: u32, facts: &[ReportFact]) -> Result<u32, WriteError> {
    for fact in facts {
        pair(sheet, row, (&fact.label, &fact.value.text), &toned(fact.value.tone))?;
        row += 1;
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_a_spreadsheet_takes() {
        let mut taken = HashSet::from(["summary".to_owned()]);
        let mut name = |title: &str| sheet_name(title, &mut taken);
        assert_eq!(name("Summary"), "Summary 2");
        assert_eq!(name("a/b [c]: 'd'?"), "a b c d");
        assert_eq!(name(""), "Table");
        let long = "Identification and authentication objectives";
        assert_eq!(name(long), "Identification and");
        assert_eq!(name(long), "Identification and 2");
        assert_eq!(name("What rules out a conditional status"), "What rules out a conditional");
        assert_eq!(name("Families with most to do in 2026"), "Families with most to do in");
        assert_eq!(name("Thirty-one characters in a name"), "Thirty-one characters in a name");
        assert_eq!(name(&"x".repeat(40)), "x".repeat(31));
    }

    #[test]
    fn tables_of_one_kind_share_a_sheet() {
        let document = crate::tests::document(2, 40);
        let sheets = sheets(&document);
        assert_eq!(sheets.len(), 1);
        assert_eq!((sheets[0].title, sheets[0].tables.len()), ("Requirements", 40));
        assert_eq!(sheets[0].tables[7].0, "Section 7");
        let one = crate::tests::document(2, 1);
        assert_eq!(super::sheets(&one)[0].title, "Requirements");
    }
}
